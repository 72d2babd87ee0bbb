"""Do the tables of R hold together: none empty, each made by a script that the list names?"""

import pytest

from tests.outcomes.golden_tables import GOLDEN, golden_by, read_golden

SCRIPTS = sorted(path.name for path in GOLDEN.glob("*.R") if path.name != "common.R")
TABLES = sorted(path.stem for path in GOLDEN.glob("*.csv"))
README = (GOLDEN / "README.md").read_text(encoding="utf-8")


def test_a_comparison_with_nothing_is_refused():
    assert len(read_golden("logrank", dataset="bmt")) == 3
    with pytest.raises(LookupError, match=r"golden/logrank.csv has no row with .*'bnt'"):
        read_golden("logrank", dataset="bnt")
    assert sum(map(len, golden_by("logrank", "dataset").values())) == len(read_golden("logrank"))


@pytest.mark.parametrize("name", TABLES)
def test_no_table_is_empty(name):
    assert read_golden(name)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_shares_how_numbers_are_written_and_is_listed(script):
    text = (GOLDEN / script).read_text(encoding="utf-8")
    assert 'source(sub("[^/]*$", "common.R"' in text
    assert "tests/outcomes/golden/" not in text.replace(
        f"Rscript tests/outcomes/golden/{script}", ""
    )
    assert f"`{script}`" in README


@pytest.mark.parametrize("name", [name for name in TABLES if name != "invented"])
def test_every_table_is_written_by_a_script_and_read_by_a_test(name):
    scripts = "".join((GOLDEN / script).read_text(encoding="utf-8") for script in SCRIPTS)
    assert f'"{name}.csv"' in scripts
    tests = "".join(path.read_text(encoding="utf-8") for path in GOLDEN.parent.glob("*.py"))
    assert f'"{name}"' in tests

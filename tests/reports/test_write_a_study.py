"""Does docs/write-a-study.md tell the truth? The walk on 2,279 real transplants, and R's numbers.

The files it shows are those of docs/examples/write_a_study, which are run here.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from registry.actions.create_service_account import create_service_account
from registry.api.envelope import read_batch
from registry.models import Centre
from registry.strict_json import parse
from reports import published
from reports.compute import run
from reports.criteria import StudyError
from reports.results import Results, Value, Verdict
from reports.study import Study
from tests.reports.computed import MADE, values_of
from tests.reports.door import Passed, pass_through
from tests.reports.sound import faults

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "write-a-study.md").read_text(encoding="utf-8")
FILES = ROOT / "docs" / "examples" / "write_a_study"
BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = {name: (language, text) for language, name, text in BLOCK.findall(PAGE)}


def module(file: Path) -> ModuleType:
    """A Python file that is in no package."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec and spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


CASES = module(FILES / "cases.py")
STUDY: Study = module(FILES / "ebmt_relapse.py").STUDY


@pytest.fixture(scope="module")
def passed(django_db_setup: None, django_db_blocker: Any) -> Passed:
    """Every batch, sent by one centre."""
    every = [case for batch in CASES.batches().values() for case in batch]
    with django_db_blocker.unblock(), transaction.atomic():
        through = pass_through({"EB": every})
        transaction.set_rollback(True)
    return through


@pytest.fixture(scope="module")
def results(passed: Passed) -> Results:
    return answer(STUDY, passed)


def answer(study: Study, passed: Passed) -> Results:
    return run(study, passed.taken.columns, MADE)


def told(results: Results) -> dict[str, Value]:
    """Every number with an address, those of the flow chart too."""
    boxes = zip(STUDY.cohort, results.flow, strict=True)
    flow = {f"flow.{step.name}.n": Value(box.n, str(box.n)) for step, box in boxes}
    return flow | values_of(results)


def r_numbers() -> dict[str, float]:
    """What R says, by our address."""
    with (FILES / "r_numbers.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: float(row["value"]) for row in csv.DictReader(file)}


def test_all_2279_transplants_come_through_the_door(passed: Passed) -> None:
    assert passed.outcomes == {"new": 2279}
    assert (passed.errors, passed.taken.left_out, passed.taken.withheld) == (0, 0, 0)
    columns = passed.taken.columns
    assert columns.n == 2279
    for name in ("age_at_transplant", "transplant_year", "sex_mismatch", "gvhd_prophylaxis"):
        assert columns.known(name).all(), name


def test_the_results_are_sound(results: Results) -> None:
    assert faults(results) == []
    assert results.warnings == ()


def test_every_number_is_rs(results: Results) -> None:
    ours = {key: value.value for key, value in told(results).items()}
    for key, theirs in r_numbers().items():
        assert ours[key] == pytest.approx(theirs, rel=1e-6), key


def test_no_survival_number_is_left_out_of_the_comparison(results: Results) -> None:
    """Hazard ratios, their limits and P values, and all numbers of the text have R's beside them."""
    ratios = {
        value.key
        for table in results.tables
        if "HR" in table.columns
        for row in table.rows
        for value in row.cells
        if value is not None and value.key and value.key.endswith((".hr", ".lo", ".hi", ".p"))
    }
    texts = {entry.value.key for entry in results.texts}
    assert ratios | texts <= set(r_numbers())
    # Nine coefficients with four numbers each, and three factors with a P of their own, twice.
    assert len(ratios) == 2 * (9 * 4 + 3)


def rows_of_table(head: str) -> Iterator[list[str]]:
    """The cells of the page's table that begins so, without the marks of code."""
    lines = PAGE[PAGE.index(head) :].splitlines()[2:]
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]


def test_the_table_of_the_page_holds_our_numbers_and_rs(results: Results) -> None:
    ours, theirs = told(results), r_numbers()
    rows = list(rows_of_table("| number | address | Engraft | R |"))
    assert len(rows) == 16
    for _, key, shown, by_r in rows:
        assert ours[key].text == shown, key
        assert float(by_r) == float(f"{theirs[key]:.7g}"), key
    assert f"All {len(theirs)} numbers agree" in PAGE


def test_the_page_shows_the_files_as_they_are() -> None:
    shown = set(BLOCKS) - {"cases", "rejected", "run"}
    assert shown == {
        *("cases.py", "ebmt_relapse.py", "check.R", "ebmt.json", "ebmt_addresses.json"),
        "test_write_a_study.py",
    }
    for name in shown:
        file = Path(__file__) if name == Path(__file__).name else FILES / name
        assert BLOCKS[name][1] in file.read_text(encoding="utf-8"), name
    whole = (FILES / "ebmt_relapse.py").read_text(encoding="utf-8")
    assert BLOCKS["ebmt_relapse.py"][1] == whole
    assert len(whole.splitlines()) <= 65


def test_the_page_links_to_what_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target


def test_the_page_prints_what_the_commands_print(results: Results) -> None:
    counted = [
        f"var/walk/ebmt4-{band}.json: {len(cases)} cases" for band, cases in CASES.batches().items()
    ]
    assert BLOCKS["cases"][1].splitlines() == counted
    flow = " → ".join(f"{step.label} {step.n}" for step in results.flow)
    assert BLOCKS["run"][1] == flow + "\n"


def test_each_batch_is_one_that_the_api_takes() -> None:
    for cases in CASES.batches().values():
        body = json.dumps({"source_system": "mstate::ebmt4", "cases": cases}).encode()
        assert len(read_batch(parse(body)).cases) == len(cases)


def test_a_wrong_case_is_answered_as_the_page_shows(db: None, tmp_path: Path) -> None:
    centre = Centre.objects.create(code="EB", name="Centre of the EBMT data")
    create_service_account(centre=centre, name="walk", lifetime=CASES.timedelta(days=1))
    cases: list[Any] = CASES.batches()["1985-1989"][:2]
    cases[0]["diseases"][0]["diagnosis"] = "ALLL"
    cases[1]["transplants"][0]["graft"] = cases[1]["transplants"][0].pop("grafts")
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps({"source_system": "mstate::ebmt4", "cases": cases}))
    out = StringIO()
    command = ("import_cases", file, "--centre", "EB", "--by", "service-eb-walk", "--check")
    call_command(*map(str, command), stdout=out)
    assert out.getvalue() == BLOCKS["rejected"][1]


WRONG = list(rows_of_table("| instead of | we wrote | the answer |"))


@pytest.mark.parametrize(("right", "wrong", "sentence"), WRONG, ids=[row[1] for row in WRONG])
def test_a_wrong_name_is_answered_as_the_page_says(
    tmp_path: Path, right: str, wrong: str, sentence: str
) -> None:
    source = (FILES / "ebmt_relapse.py").read_text(encoding="utf-8")
    assert right in source
    file = tmp_path / "wrong_study.py"
    file.write_text(source.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(StudyError) as refused:
        module(file)
    assert str(refused.value) == sentence


def test_a_papers_numbers_stand_beside_ours(
    passed: Passed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "FOLDER", FILES)
    beside = answer(replace(STUDY, paper=published.read("ebmt")), passed)
    assert [one.verdict for one in beside.comparisons] == [Verdict.SAME] * 6
    assert beside.verdicts[Verdict.SAME] == 6

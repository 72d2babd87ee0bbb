"""Does an export say which transplants and relapses are in no analysis table, and why?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.models import Patient
from registry.scope import scope
from reports.exports.analysis import RELAPSES, TRANSPLANTS
from reports.exports.content import Content, content_of
from reports.exports.left_out import sentence
from reports.exports.programs import PROGRAMS
from reports.exports.words import readme
from reports.extract import read_records
from tests.registry.people import People, new_people
from tests.reports.exported import exported, table, unpacked
from tests.reports.network import Network

ALLO, AUTO, UNTOLD = {"type": "ALLO"}, {"type": "AUTO"}, {}
UNKNOWN = {"type": {"missing": "UNK"}}
BOOST = {"type": "ALLO", "boost_or_rescue": "CD34_BOOST"}


def _case(
    key: str, *transplants: dict[str, Any], relapses: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    """A patient with a transplant a year, numbered but for boosts, and relapses after them."""
    numbers = iter(range(1, 10))
    dated = [
        {"key": f"t{at}", "date": f"{2010 + at}-03-01"}
        | ({} if "boost_or_rescue" in one else {"number": next(numbers)})
        | one
        for at, one in enumerate(transplants)
    ]
    told = [{"key": f"r{at}", "number": at + 1} | one for at, one in enumerate(relapses)]
    return {"key": key, "sex": "F", "transplants": dated, "relapses": told}


def _relapse(after: int | None, date: Any, **more: Any) -> dict[str, Any]:
    linked = {} if after is None else {"after_transplant": after}
    return {"date": date, "kind": "RELAPSE"} | linked | more


CASES = (
    _case(
        "both",
        AUTO,
        ALLO,
        BOOST,
        relapses=(
            _relapse(1, "2010-09-01"),
            _relapse(2, "2012-09-01"),
            _relapse(2, "2013-09-01"),
            _relapse(2, "2014-09-01", kind="MOLECULAR"),
            _relapse(2, "2015-09-01", kind={"missing": "UNK"}),
            _relapse(None, {"missing": "UNK"}),
        ),
    ),
    _case("untold", UNTOLD, relapses=(_relapse(1, "2010-09-01"),)),
    _case("unknown", UNKNOWN),
    _case("faulty", ALLO, UNTOLD, relapses=(_relapse(1, "2010-09-01"),)),
)
WHY_TRANSPLANTS = {
    "of_patients_with_errors": 2,
    "boost_or_rescue": 1,
    "autologous": 1,
    "type_not_known": 2,
}
WHY_RELAPSES = {
    "of_patients_with_errors": 1,
    "transplant_not_known": 1,
    "transplant_left_out": 2,
    "kind_not_known": 1,
    "molecular": 1,
    "not_the_first": 1,
}


@pytest.fixture
def centre(db: None) -> People:
    """A centre with a record of every reason; the last patient's records have errors."""
    made = new_people()
    for case in CASES:
        made.store(case)
    with scope([made.own_centre.centre_id]):
        # As a rule would count them; which rule is of no matter here.
        Patient.objects.update(error_count=0)
        Patient.objects.filter(key="faulty").update(error_count=1)
    return made


def _content(centre: People) -> Content:
    with scope([centre.own_centre.centre_id]):
        return content_of(read_records(), "C01")


def test_each_record_in_no_analysis_table_is_counted_once(centre: People) -> None:
    content = _content(centre)
    assert content.left_out.transplants == WHY_TRANSPLANTS
    assert content.left_out.relapses == WHY_RELAPSES
    rows = {one.name: one.n for one in content.tables}
    assert rows["transplants"] == rows[TRANSPLANTS] + sum(WHY_TRANSPLANTS.values()) == 7
    assert rows["relapses"] == rows[RELAPSES] + sum(WHY_RELAPSES.values()) == 8


def test_the_readme_says_how_many_and_why(centre: People) -> None:
    told = " ".join(readme(_content(centre), PROGRAMS["csv"], {}).split())
    assert (
        f"6 transplants are not in {TRANSPLANTS}: 2 of patients whose records have errors, "
        "1 given as a boost or rescue, 1 autologous, 2 whose type is not known." in told
    )
    assert (
        f"7 relapses are not in {RELAPSES}: 1 of patients whose records have errors, 1 of which it "
        "is not known after which transplant, 2 after a transplant that is not in the other table "
        "either, 1 whose kind is not known, 1 cytogenetic, molecular or of minimal residual "
        "disease only, 1 not the first after its transplant." in told
    )


def test_the_manifest_holds_the_same_numbers(centre: People, tmp_path: Path) -> None:
    told = unpacked(exported(centre.own_centre, "csv"), tmp_path)["left_out"]
    assert told["transplants_from_analysis_tables"] == WHY_TRANSPLANTS
    assert told["relapses_from_analysis_tables"] == WHY_RELAPSES | {"first_not_known": 0}
    assert len(table(tmp_path, "csv", TRANSPLANTS).rows) == 1


def test_where_nothing_is_left_out_that_is_said(network: Network) -> None:
    content = _content(network)
    rows = {one.name: one.n for one in content.tables}
    assert rows["transplants"] == rows[TRANSPLANTS] + content.left_out.transplants.total()
    assert rows["relapses"] == rows[RELAPSES] + content.left_out.relapses.total()
    assert f"Every transplant is in {TRANSPLANTS}." in readme(content, PROGRAMS["csv"], {})


def test_one_is_told_as_one() -> None:
    assert sentence({"a": 1}, {"a": "autologous"}, "transplant", "x") == (
        "1 transplant is not in x: 1 autologous."
    )

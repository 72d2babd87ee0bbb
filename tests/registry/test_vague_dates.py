"""Does a vague date hide that the dates around it are the wrong way round?"""

from __future__ import annotations

from typing import Any

import pytest

from registry.models import DICTIONARY
from registry.validation import judge
from tests.registry.made_up import TODAY
from tests.registry.people import read

ONSET, SECOND, THIRD = "date_onset", "date_grade_2", "date_grade_3"


@pytest.mark.parametrize(
    ("onset", "grade_2", "grade_3", "found"),
    [
        ("2012-06-10", "2012-07-01", "2012-08-01", set()),
        ("2012-06-10", "2012-06-10", "2012-06-10", set()),
        ("2012-06-10", "2012-05-01", "2012-08-01", {("error", SECOND)}),
        ("2012-06-10", "2012-05-01", "2012-05-20", {("error", SECOND)}),
        ("2012-06-10", "2012", "2012-08-01", {("warning", SECOND)}),
        ("2012-06-10", "2012", "2012-03-01", {("warning", SECOND), ("error", THIRD)}),
        ("2012", "2012", "2012", set()),
        ("2012-06-10", None, "2012-03", {("error", THIRD)}),
    ],
)
def test_grades_are_reached_in_order(
    onset: str, grade_2: str | None, grade_3: str, found: set[tuple[str, str]]
) -> None:
    gvhd: dict[str, Any] = {
        "key": "A1", "occurred": "YES", ONSET: onset, SECOND: grade_2, THIRD: grade_3,
        "grade_reported": "III", "skin": 3,
    }  # fmt: skip
    transplant = {"key": "T1", "number": 1, "date": "2011-01-01", "acute_gvhds": [gvhd]}
    visit = {"key": "F1", "date_of_contact": "2020-01-01"}
    case = read({"key": "P", "transplants": [transplant], "follow_ups": [visit]})
    says = "he onset, grade II, grade III and the last contact are not dated in this order: "
    said = {
        "error": f"T{says}correct a date",
        "warning": f"Perhaps t{says}give the dates to the day",
    }
    told = {
        (one.severity.value, one.items[0])
        for one in judge(case, DICTIONARY, TODAY)
        if says in one.says and one.says.startswith(said[one.severity.value])
    }
    assert found == told


def test_two_dates_of_other_records_are_a_matter_of_theirs() -> None:
    """The last contact before the transplant is told at the contact, not of a GvHD that was none."""
    none = {"key": "C1", "occurred": "NO", "as_of": "2010-06-01"}
    transplant = {"key": "T1", "number": 1, "date": "2011-01-01", "chronic_gvhds": [none]}
    visit = {"key": "F1", "date_of_contact": "2010-06-01"}
    case = read({"key": "P", "transplants": [transplant], "follow_ups": [visit]})
    told = [
        one for one in judge(case, DICTIONARY, TODAY) if "not dated" in one.says or one.rule == 43
    ]
    assert [one for one in told if "chronic_gvhds" in one.pointer] == []
    assert any(one.severity.value == "error" for one in judge(case, DICTIONARY, TODAY))

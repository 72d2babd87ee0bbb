"""Do year, sex mismatch and prophylaxis say what was recorded? Cases through the registry's door."""

from __future__ import annotations

from typing import Any

import pytest

from reports.columns import Columns
from tests.reports.door import pass_through, texts

Case = dict[str, Any]
UNKNOWN = {"missing": "UNK"}


def column(name: str, **changes: Any) -> list[str]:
    """A column of one patient, a boy, whose only transplant has these records."""
    sex = changes.pop("sex", "M")
    transplant = {"key": "T1", "number": 1, "date": "2010-12-31", "type": "ALLO", **changes}
    transplant |= {"disease_status": "CR1", "post_hsct_cr": "IN_CR"}
    case: Case = {
        "key": "N-1",
        "sex": sex,
        "identity": {"birth_date": "2000-01-05"},
        "diseases": [{"key": "D1", "diagnosis": "AML", "date_diagnosis": "2009-01-03"}],
        "transplants": [transplant],
        "follow_ups": [{"key": "F1", "date_of_contact": "2012-11-02", "status": "ALIVE"}],
    }
    columns: Columns = pass_through({"C01": [case]}).taken.columns
    return texts(columns, name)


def grafts(*sexes: object) -> list[Case]:
    """A graft of each donor, of unrelated cord blood so that there may be several."""
    cord = {"donor_type": "CORD_UNREL", "source": "CB", "match_level": "MATCHED"}
    return [{"key": f"G{n}", **cord, "donor_sex": sex} for n, sex in enumerate(sexes)]


@pytest.mark.parametrize(
    ("sex", "donors", "told"),
    [
        ("M", ["F"], "yes"),
        ("M", ["M"], "no"),
        ("F", ["F", "M"], "yes"),
        ("F", ["F", "F"], "no"),
        ("F", ["F", UNKNOWN], ""),
        ("F", ["M", UNKNOWN], "yes"),
        ("M", [UNKNOWN], ""),
        ("M", [], ""),
        (UNKNOWN, ["M"], ""),
        ("U", ["M"], ""),
    ],
)
def test_sexes_differ_when_both_are_known(
    db: None, sex: object, donors: list[object], told: str
) -> None:
    assert column("sex_mismatch", sex=sex, grafts=grafts(*donors)) == [told]


@pytest.mark.parametrize(
    ("records", "told"),
    [
        ({}, ""),
        ({"prophylaxis": {"drugs": UNKNOWN}}, ""),
        ({"prophylaxis": {"drugs": ["NONE"]}}, "no"),
        ({"prophylaxis": {"drugs": ["CSA", "MTX"]}}, "yes"),
        ({"prophylaxis": {"drugs": ["T_DEPLETION"]}}, "yes"),
    ],
)
def test_none_planned_is_a_no_and_not_recorded_is_not(db: None, records: Case, told: str) -> None:
    assert column("gvhd_prophylaxis", **records) == [told]


def test_the_year_is_that_of_the_transplant(db: None) -> None:
    assert column("transplant_year") == ["2010"]

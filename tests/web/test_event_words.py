"""What is a record called in the list of events, and which number does the next one propose?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry.dictionary.case import Case
from registry.dictionary.reading import read_case
from registry.forms.proposals import proposed
from registry.models import DICTIONARY
from registry.views.words import label_of, main_date

UNKNOWN = {"missing": "UNK"}


def _case(**told: list[dict[str, Any]]) -> Case:
    keyed = {
        name: [{"key": f"{name}{at}", **one} for at, one in enumerate(records)]
        for name, records in told.items()
    }
    reading = read_case(DICTIONARY, {"key": "P1", **keyed})
    assert not reading.problems, reading.problems
    return Case(reading.record, DICTIONARY, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("told", "label", "day"),
    [
        ({"occurred": "NO", "as_of": "2023-06-11"}, "No chronic GvHD", date(2023, 6, 11)),
        ({"occurred": "YES", "date_onset": "2023-06-11"}, "Chronic GvHD", date(2023, 6, 11)),
        ({"occurred": UNKNOWN}, "Chronic GvHD", None),
    ],
)
def test_what_did_not_happen_is_not_told_as_if_it_had(
    told: dict[str, Any], label: str, day: date | None
) -> None:
    episode = {"key": "c", **told}
    node = _case(transplants=[{"number": 1, "chronic_gvhds": [episode]}]).of("chronic_gvhd")[0]
    when = main_date(node)
    assert (label_of(node), when and when.first) == (label, day)


@pytest.mark.parametrize(
    ("numbers", "number"),
    [([], 1), ([1], 2), ([None], 2), ([None, 1], 3), ([3], 4), ([UNKNOWN], 2)],
)
def test_the_next_number_counts_those_without_one(numbers: list[Any], number: int) -> None:
    told = [{} if one is None else {"number": one} for one in numbers]
    assert proposed(_case(relapses=told), (), "relapse")["number"] == number


def test_a_boost_has_no_number() -> None:
    boost = {"boost_or_rescue": "CD34_BOOST"}
    assert proposed(_case(transplants=[{"number": 1}, boost]), (), "transplant")["number"] == 2

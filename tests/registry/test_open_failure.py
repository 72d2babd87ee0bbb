"""Is a transplant after which a relapse of unknown kind came told as neither failed nor free of it?"""

from __future__ import annotations

from typing import Any

import pytest

from registry.dictionary import derived
from tests.registry.test_derived import case_of

UNKNOWN = {"missing": "UNK"}
OPEN = "open"
TRANSPLANTS = [
    {"number": 1, "date": "2010-03-01", "type": "ALLO"},
    {"number": 2, "date": "2012-03-01", "type": "ALLO"},
]


def relapse(number: int | None, after: Any, kind: Any, when: str | None) -> dict[str, Any]:
    told = {"number": number, "after_transplant": after, "kind": kind, "date": when}
    return {name: value for name, value in told.items() if value is not None}


def told(case: Any) -> list[object]:
    """Of each transplant the number of its first failure, None where there is none, or OPEN."""
    found = []
    for one in derived.allogeneic(case):
        failure = derived.first_failure(one)
        doubtful = derived.doubtful_failure(one)
        assert failure is None or doubtful is None
        known = None if failure is None else failure.value("number") or "unnumbered"
        found.append(OPEN if doubtful else known)
    return found


@pytest.mark.parametrize(
    ("relapses", "answer"),
    [
        # Of unknown kind: the only one, answered or not.
        ([relapse(1, 1, UNKNOWN, "2011-01-01")], [OPEN, None]),
        ([relapse(1, 1, None, "2011-01-01")], [OPEN, None]),
        ([relapse(1, 2, UNKNOWN, None)], [None, OPEN]),
        # After the first failure it changes nothing; before it, that may be the second.
        ([relapse(1, 1, "RELAPSE", "2010-06-01"), relapse(2, 1, UNKNOWN, "2011-01-01")], [1, None]),
        ([relapse(1, 1, UNKNOWN, "2010-06-01"), relapse(2, 1, "RELAPSE", "2011-01-01")],
         [OPEN, None]),
        # The numbers tell where no date does; without both nothing shows that it came later.
        ([relapse(1, 1, "RELAPSE", "2010-06-01"), relapse(2, 1, UNKNOWN, None)], [1, None]),
        ([relapse(2, 1, "RELAPSE", "2011-06-01"), relapse(1, 1, UNKNOWN, None)], [OPEN, None]),
        ([relapse(1, 1, "RELAPSE", "2010-06-01"), relapse(None, 1, UNKNOWN, None)], [OPEN, None]),
        ([relapse(None, 1, "RELAPSE", "2010-06"), relapse(None, 1, UNKNOWN, "2010-06-30")],
         ["unnumbered", None]),
        ([relapse(None, 1, "RELAPSE", "2010-06"), relapse(None, 1, UNKNOWN, "2010-06-29")],
         [OPEN, None]),
        # Of two known ones the numbers tell which was first, though a date is missing or vague.
        ([relapse(1, 1, "RELAPSE", UNKNOWN), relapse(2, 1, "PROGRESSION", "2011-06-01")], [1, None]),
        ([relapse(1, 1, "RELAPSE", "2011-03-01"), relapse(2, 1, "PROGRESSION", "2011")], [1, None]),
        ([relapse(1, 1, "RELAPSE", "2011-03-01"), relapse(None, 1, "RELAPSE", None)], [OPEN, None]),
        ([relapse(None, 1, "RELAPSE", "2011-03-01"), relapse(None, 1, "RELAPSE", "2011-04")],
         ["unnumbered", None]),
        # A molecular one is no failure, whatever else is not known of it.
        ([relapse(1, 1, "MOLECULAR", "2011-01-01")], [None, None]),
        ([relapse(1, UNKNOWN, "MRD_RELAPSE", None)], [None, None]),
        # Not linked: by its date it followed the last transplant before it.
        ([relapse(1, UNKNOWN, "RELAPSE", "2011-01-01")], [1, None]),
        ([relapse(1, UNKNOWN, "PROGRESSION", "2013-01-01")], [None, 1]),
        ([relapse(1, None, UNKNOWN, "2013-01-01")], [None, OPEN]),
        ([relapse(1, None, "RELAPSE", "2009")], [None, None]),
        # Where the dates do not tell which that is, it may have followed each that they allow.
        ([relapse(1, None, "RELAPSE", "2012-03-01")], [OPEN, OPEN]),
        ([relapse(1, None, "RELAPSE", "2012")], [OPEN, OPEN]),
        ([relapse(1, None, "RELAPSE", "2010")], [OPEN, None]),
        ([relapse(1, None, "RELAPSE", None)], [OPEN, OPEN]),
        ([relapse(1, 1, "RELAPSE", "2011-01-01"), relapse(2, None, "RELAPSE", None)], [1, OPEN]),
        ([relapse(1, None, "MOLECULAR", None)], [None, None]),
        # It names a transplant that is not recorded here: it followed none of these.
        ([relapse(1, 3, "RELAPSE", "2013-01-01")], [None, None]),
    ],
)  # fmt: skip
def test_what_is_not_known_is_told_as_open(relapses: list[Any], answer: list[object]) -> None:
    assert told(case_of(transplants=TRANSPLANTS, relapses=relapses)) == answer


def test_a_transplant_without_a_number_may_be_the_one_that_is_named() -> None:
    unnumbered = [{**one, "number": UNKNOWN} for one in TRANSPLANTS]
    named = relapse(1, 1, "RELAPSE", "2013-01-01")
    assert told(case_of(transplants=unnumbered, relapses=[named])) == [None, OPEN]
    assert told(case_of(transplants=TRANSPLANTS, relapses=[named])) == [1, None]


def test_a_transplant_without_a_date_may_be_the_one_before_the_relapse() -> None:
    undated = [TRANSPLANTS[0], {**TRANSPLANTS[1], "date": UNKNOWN}]
    unlinked = relapse(1, None, "RELAPSE", "2011-01-01")
    assert told(case_of(transplants=undated, relapses=[unlinked])) == [OPEN, OPEN]


def test_what_is_not_linked_follows_the_only_transplant() -> None:
    one, unlinked = TRANSPLANTS[:1], relapse(1, UNKNOWN, "RELAPSE", "2011-01-01")
    assert told(case_of(transplants=one, relapses=[unlinked])) == [1]
    assert told(case_of(transplants=one, relapses=[relapse(1, None, "RELAPSE", "2011")])) == [1]


def test_remission_is_not_read_off_a_failure_that_may_not_be_the_first() -> None:
    first, second = relapse(1, 1, UNKNOWN, "2010-06-01"), relapse(2, 1, "RELAPSE", "2011-01-01")
    case = case_of(transplants=TRANSPLANTS, relapses=[first, second])
    assert derived.post_transplant_cr(case.of("transplant")[0]) is None


def test_of_a_patient_transplanted_elsewhere_too_the_dates_tell() -> None:
    """One is recorded here; the relapse of that year may have come before it."""
    second = {**TRANSPLANTS[1], "previous_elsewhere": "YES"}
    for when, answer in (("2012", OPEN), (None, OPEN), ("2013", 1), ("2011", None)):
        case = case_of(transplants=[second], relapses=[relapse(1, None, "RELAPSE", when)])
        assert told(case) == [answer], when

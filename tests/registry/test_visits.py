"""When is a patient to be seen again? By hand with a calendar, then laws for any patient."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.dictionary.case import Case
from registry.dictionary.reading import read_case
from registry.dictionary.visits import Visit, next_visit, schedule, standing_of, visit_after
from registry.models import DICTIONARY

DAY_0 = date(2008, 3, 14)


def _case(
    grafted: list[str], contacts: list[tuple[str, str]], *, death: str = "", **more: Any
) -> Case:
    """A patient with transplants on the days `grafted` and contacts of this day and status."""
    raw: dict[str, Any] = {
        "key": "P1",
        "transplants": [
            {"key": f"t{n}", "number": n, "date": day} for n, day in enumerate(grafted, 1)
        ],
        "follow_ups": [
            {"key": f"f{n}", "date_of_contact": day, "status": status}
            for n, (day, status) in enumerate(contacts)
        ],
        **more,
    }
    if death:
        raw["death"] = {"date": death}
    reading = read_case(DICTIONARY, raw)
    assert not reading.problems, reading.problems
    return Case(reading.record, DICTIONARY, date(2026, 1, 1))


def test_the_schedule_by_hand() -> None:
    first = list(islice(schedule(DAY_0), 5))
    assert first == [
        Visit("D100", date(2008, 6, 22), 15),
        Visit("M6", date(2008, 9, 14), 30),
        Visit("Y1", date(2009, 3, 14), 30),
        Visit("Y2", date(2010, 3, 14), 30),
        Visit("Y3", date(2011, 3, 14), 30),
    ]


def test_a_leap_day_has_its_anniversary_at_the_end_of_february() -> None:
    years = [one.due for one in schedule(date(2012, 2, 29)) if one.code.startswith("Y")]
    assert years[:4] == [date(2013, 2, 28), date(2014, 2, 28), date(2015, 2, 28), date(2016, 2, 29)]


@pytest.mark.parametrize(
    "contact, owed",
    [
        (None, "D100"),
        ("2008-03-20", "D100"),
        ("2008-06-06", "D100"),  # the day before the window: 22 June less 15 days is 7 June
        ("2008-06-07", "M6"),
        ("2008-07-07", "M6"),
        ("2008-08-14", "M6"),  # the window of 6 months opens on 15 August
        ("2008-08-15", "Y1"),
        ("2009-02-11", "Y1"),
        ("2009-02-12", "Y2"),
        ("2009-11-02", "Y2"),
    ],
)
def test_a_contact_inside_the_window_is_the_visit(contact: str | None, owed: str) -> None:
    found = visit_after(DAY_0, date.fromisoformat(contact) if contact else None)
    assert found is not None and found.code == owed


@pytest.mark.parametrize(
    "why, case, owed",
    [
        ("no transplant, no schedule", _case([], [("2008-05-01", "ALIVE")]), None),
        ("nobody has said anything", _case(["2008-03-14"], []), "D100"),
        ("seen in year 1", _case(["2008-03-14"], [("2009-03-20", "ALIVE")]), "Y2"),
        ("a new transplant", _case(["2008-03-14", "2009-06-01"], [("2009-05-01", "ALIVE")]), "D100"),
        ("died", _case(["2008-03-14"], [("2008-05-01", "DEAD")], death="2008-05-01"), None),
        ("a death record is enough", _case(["2008-03-14"], [], death="2008-05-01"), None),
        ("a last contact that says dead is enough", _case(["2008-03-14"], [("2008-05", "DEAD")]), None),
        ("lost", _case(["2008-03-14"], [("2008-06-20", "ALIVE"), ("2008-07-01", "LOST")]), None),
        ("lost on the day last seen", _case(["2008-03-14"], [("2008-06-20", "LOST"), ("2008-06-20", "ALIVE")]), None),
        ("found again", _case(["2008-03-14"], [("2008-07-01", "LOST"), ("2009-03-14", "ALIVE")]), "Y2"),
        ("lost, then transplanted", _case(["2008-03-14", "2009-06-01"], [("2008-07-01", "LOST")]), "D100"),
        ("seen in some month of 2009", _case(["2008-03-14"], [("2009", "ALIVE")]), "Y2"),
    ],
)  # fmt: skip
def test_what_restarts_and_what_ends_the_schedule(why: str, case: Case, owed: str | None) -> None:
    found = next_visit(case)
    assert (found.code if found else None) == owed, why


def test_a_boost_does_not_restart_the_schedule() -> None:
    boost = {"key": "b", "date": "2009-01-10", "boost_or_rescue": "CD34_BOOST"}
    first = {"key": "t1", "number": 1, "date": "2008-03-14"}
    case = _case([], [("2009-02-12", "ALIVE")], transplants=[first, boost])
    standing = standing_of(case)
    assert standing.last_transplant == DAY_0
    assert standing.owed is not None and standing.owed.code == "Y2"


def test_how_a_patient_stands() -> None:
    standing = standing_of(_case(["2008-03-14", "2010-01-05"], [("2010-02", "ALIVE")]))
    assert (standing.first_transplant, standing.last_transplant) == (DAY_0, date(2010, 1, 5))
    assert (standing.last_contact, standing.vital) == (date(2010, 2, 28), "ALIVE")


@pytest.mark.parametrize(
    "contact, owed", [("2026", "Y1"), ("2026-02", "Y1"), ("2026-02-02", "Y1"), ("2025-11", "M6")]
)
def test_a_vague_contact_cannot_have_been_after_today(contact: str, owed: str) -> None:
    """Transplanted on 1 July 2025; on 10 February 2026 the visit of a year lies ahead."""
    case = _case(["2025-07-01"], [(contact, "ALIVE")])
    found = next_visit(Case(case.root, DICTIONARY, date(2026, 2, 10)))
    assert found is not None and found.code == owed


DAYS = st.dates(date(1960, 1, 1), date(2060, 12, 31))


@given(DAYS)
def test_visits_rise_and_their_windows_do_not_overlap(since: date) -> None:
    for earlier, later in pairwise(schedule(since)):
        assert earlier.due + timedelta(days=earlier.window) < later.opens


@given(DAYS, st.integers(0, 12_000))
def test_the_visit_owed_is_the_first_that_no_contact_answers(since: date, days: int) -> None:
    contact = since + timedelta(days=days)
    owed = visit_after(since, contact)
    assert owed is not None and contact < owed.opens
    before = [one for one in schedule(since) if one.due < owed.due]
    assert all(one.opens <= contact for one in before)


@given(DAYS, st.integers(0, 12_000), st.integers(0, 400))
def test_a_later_contact_never_moves_the_next_visit_back(since: date, days: int, more: int) -> None:
    early = visit_after(since, since + timedelta(days=days))
    late = visit_after(since, since + timedelta(days=days + more))
    assert early is not None and late is not None and early.due <= late.due


@given(DAYS, st.integers(-400, 12_000))
def test_a_contact_on_the_day_it_is_due_answers_a_visit(since: date, days: int) -> None:
    owed = visit_after(since, since + timedelta(days=days))
    assert owed is not None
    following = visit_after(since, owed.due)
    assert following is not None and following.due > owed.due

"""When is a patient to be seen again? One schedule for rule 7, the timeline and the home page.

Day 100 (± 15 days), 6 months (± 30 days), 12 months, then yearly after the last transplant
(dictionary 2.2, Follow-up). Months and years go by the calendar; for the yearly visits, whose
window the dictionary leaves open, that of 6 months is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from registry.dictionary.case import Case
from registry.dictionary.events import transplants
from registry.dictionary.intervals import add_months
from registry.dictionary.values import LATEST

GRACE = 120
"""Days after which a visit that is owed becomes a question (rule 7)."""


@dataclass(frozen=True)
class Visit:
    """A visit of the schedule: D100, M6, Y1, Y2, …

    `window` : so many days before and after `due` are as good as the day itself.
    """

    code: str
    due: date
    window: int = 30

    @property
    def opens(self) -> date:
        """The first day on which a contact counts as this visit."""
        return self.due - timedelta(days=self.window)


def schedule(since: date) -> Iterator[Visit]:
    """Every visit after a transplant on that day, in order, as long as dates are meant.

    >>> [f"{one.code} {one.due}" for one, _ in zip(schedule(date(2008, 2, 29)), range(4))]
    ['D100 2008-06-08', 'M6 2008-08-29', 'Y1 2009-02-28', 'Y2 2010-02-28']
    """
    yield Visit("D100", since + timedelta(days=100), window=15)
    yield Visit("M6", add_months(since, 6))
    year = 1
    while since.year + year <= LATEST.year:
        yield Visit(f"Y{year}", add_months(since, 12 * year))
        year += 1


def visit_after(since: date, contact: date | None) -> Visit | None:
    """The first visit that the last contact does not answer.

    A contact inside a visit's window, or later, answers it: what was missed before a later
    contact is not asked for again. None once the schedule has ended.
    """
    return next((one for one in schedule(since) if contact is None or one.opens > contact), None)


@dataclass(frozen=True)
class Standing:
    """How a patient stands with the follow-up.

    last_contact : the latest day that a partial date can mean; of transplants it is the earliest,
    from which the schedule runs. vital : ALIVE, DEAD, LOST, or "" when nobody has said.
    """

    first_transplant: date | None
    last_transplant: date | None
    last_contact: date | None
    vital: str
    owed: Visit | None


def standing_of(case: Case) -> Standing:
    """How the patient stands on the day of the case.

    A contact known to the year cannot have been later than that day: "2026", said in February,
    answers no visit that is due in August.
    """
    days = [when.first for one in transplants(case) if (when := one.date("date"))]
    first, last = (days[0], days[-1]) if days else (None, None)
    contact = case.last_contact.last if case.last_contact else None
    vital = "DEAD" if case.of("death") else str(case.derived("status") or "")
    seen = min(contact, case.today) if contact else None
    owed = visit_after(last, seen) if last and not _ended(vital, contact, last) else None
    return Standing(first, last, contact, vital, owed)


def _ended(vital: str, contact: date | None, since: date) -> bool:
    """Death ends the schedule; loss too, unless a transplant since then tells of a return."""
    return vital == "DEAD" or (vital == "LOST" and contact is not None and contact >= since)


def next_visit(case: Case) -> Visit | None:
    """The visit that is owed next, which may lie in the future; None when none is owed any more."""
    return standing_of(case).owed

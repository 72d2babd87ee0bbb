"""What was typed into a line of the list of visits: alive, died or lost, and on which day?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from registry.actions.answer_visit import Owed
from registry.dates import iso_of
from registry.dictionary.values import Answer, BadValue, PartialDate
from registry.models import DICTIONARY

STATUSES = ("ALIVE", "DEAD", "LOST")
OTHERS = ("disease_status", "relapse_since")


@dataclass(frozen=True)
class VisitAnswer:
    """One line as typed. `problems` are sentences; `owed` is what the line showed."""

    typed: Mapping[str, str]
    owed: Owed
    follow_up: dict[str, Answer] = field(default_factory=dict)
    death: dict[str, Answer] | None = None
    accepted: frozenset[int] = frozenset()
    problems: tuple[str, ...] = ()

    @property
    def when(self) -> PartialDate | None:
        """The day of the contact, if it could be read."""
        found = self.follow_up.get("date_of_contact")
        return found if isinstance(found, PartialDate) else None


def read_visit_answer(data: QueryDict) -> VisitAnswer:
    """Read one line. Never raises.

    Names: answer, date, disease_status, relapse_since, cause, accept, visit and due.
    """
    typed = {name: data.get(name, "").strip() for name in ("answer", "date", "cause", *OTHERS)}
    follow_up: dict[str, Answer] = {}
    death: dict[str, Answer] | None = None
    problems: list[str] = []
    try:
        follow_up = dict(_follow_up(typed))
    except BadValue as bad:
        problems.append(str(bad))
    if typed["answer"] == "DEAD" and not problems:
        death, more = _death(typed, follow_up["date_of_contact"])
        problems += more
    accepted = frozenset(int(one) for one in data.getlist("accept") if _small(one))
    return VisitAnswer(typed, _owed(data), follow_up, death, accepted, tuple(problems))


def _follow_up(typed: Mapping[str, str]) -> Iterator[tuple[str, Answer]]:
    items = DICTIONARY["follow_up"].by_name
    if typed["answer"] not in STATUSES:
        raise BadValue(_("Say whether the patient is alive, died or was lost"))
    if not typed["date"]:
        raise BadValue(_("Write the date"))
    yield "status", items["status"].read(typed["answer"])
    yield "date_of_contact", items["date_of_contact"].read(iso_of(typed["date"]))
    for name in OTHERS:
        if typed[name]:
            yield name, items[name].read(typed[name])


def _death(typed: Mapping[str, str], when: Answer) -> tuple[dict[str, Answer], list[str]]:
    """The record of the death; the cause may follow later."""
    said: dict[str, Answer] = {"date": when}
    try:
        cause = DICTIONARY["death"].by_name["primary_cause"].read(typed["cause"])
    except BadValue as bad:
        return said, [str(bad)]
    if cause is not None:
        said["primary_cause"] = cause
    return said, []


def _owed(data: QueryDict) -> Owed:
    """What the line showed; a visit that nobody owes where it cannot be read."""
    try:
        return Owed(data.get("visit", ""), date.fromisoformat(data.get("due", "")))
    except ValueError:
        return Owed("", date.min)


def _small(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5

"""How does the patient's course look as a picture? Four lanes against time, with places in pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from registry.dictionary.case import Case, Node
from registry.dictionary.checks import UpToDate
from registry.dictionary.values import PartialDate
from registry.views.places import Open
from registry.views.words import details_of, label_of, shown

WIDTH, LEFT, RIGHT, TOP, LANE, BAR = 990, 93, 22, 30, 37, 23
HEIGHT = TOP + 4 * LANE + 20
NARROWEST = 10
LETTER = 6.4
"""Pixels that a letter of 12 px takes on average; a little too many rather than too few."""

DISEASE, TREATMENT, GVHD, CONTACT = range(4)

Turn = tuple[date, str, str, Node]
"""From this day the disease is of this kind, called so, told by this record."""


@dataclass(frozen=True)
class Mark:
    """One bar or dot. `kind` is its colour class, `shape` bar, seen, died or due."""

    lane: int
    kind: str
    start: date
    end: date
    label: str
    title: str
    address: str = ""
    shape: str = "bar"
    x: float = 0
    width: float = 0
    label_x: float = 0
    label_inside: bool = False

    @property
    def y(self) -> int:
        return TOP + self.lane * LANE

    @property
    def middle(self) -> float:
        return self.y + BAR / 2

    @property
    def text_y(self) -> float:
        return self.middle + 4


@dataclass(frozen=True)
class Tick:
    """The first of January of a year."""

    year: int
    x: float
    labelled: bool


@dataclass(frozen=True)
class Course:
    """The picture: its marks and years, and the same in one sentence."""

    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    lanes: tuple[tuple[str, float], ...]
    words: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = TOP + 4 * LANE - 8


def course_of(opened: Open, today: date) -> Course | None:
    """The picture of one patient, or None while nothing is dated."""
    case = opened.case
    marks = [*_disease(opened), *_treatment(opened), *_gvhd(opened), *_contacts(opened, today)]
    if not marks:
        return None
    first, last = min(one.start for one in marks), max(one.end for one in marks)
    start = date(first.year, 1, 1) if (first - date(first.year, 1, 1)).days < 200 else first
    days = max((last - start).days, 90) * 1.04

    def x(day: date) -> float:
        return round(LEFT + (day - start).days / days * (WIDTH - LEFT - RIGHT), 1)

    placed = [
        replace(one, x=x(one.start), width=max(x(one.end) - x(one.start), NARROWEST))
        for one in marks
    ]
    return Course(
        marks=tuple(_labelled(placed)),
        ticks=tuple(_ticks(start, last, x)),
        lanes=tuple(
            (label, TOP + lane * LANE + BAR / 2 + 4)
            for lane, label in enumerate((_("Disease"), _("Treatment"), _("GvHD"), _("Contact")))
        ),
        words="; ".join(one.title for one in marks if one.shape != "due" and case),
    )


def _ticks(start: date, last: date, x: object) -> Iterator[Tick]:
    years = [year for year in range(start.year, last.year + 2) if date(year, 1, 1) >= start]
    step = max(1, -(-len(years) // 12))
    for year in years:
        at = x(date(year, 1, 1))  # type: ignore[operator]
        if at <= WIDTH - 10:
            yield Tick(year, at, (year - years[0]) % step == 0 and at <= WIDTH - 34)


def _labelled(marks: list[Mark]) -> Iterator[Mark]:
    """Write a mark's label inside it, or beside it where there is room, or not at all."""
    for mark in marks:
        needs = len(mark.label) * LETTER
        later = [one.x for one in marks if one.lane == mark.lane and one.x > mark.x]
        edge = min([*later, WIDTH])
        if mark.shape == "due":
            yield replace(mark, label_x=min(mark.x, WIDTH - needs / 2))
        elif mark.shape == "bar" and mark.width >= needs + 10:
            yield replace(mark, label_x=mark.x + 5, label_inside=True)
        elif mark.shape == "bar" and mark.x + mark.width + 5 + needs <= edge:
            yield replace(mark, label_x=mark.x + mark.width + 4)
        else:
            yield replace(mark, label="")


def _disease(opened: Open) -> Iterator[Mark]:
    case = opened.case
    turns: list[Turn] = []
    for node in case.of("disease"):
        _turn(turns, node.date("date_diagnosis"), "first", shown(node, "diagnosis"), node)
    for node in case.of("pretransplant_relapse"):
        _turn(turns, node.date("date"), "again", _("Relapse"), node)
    for node in case.of("transplant"):
        never = node.value("post_hsct_cr") == "NEVER"
        label = _("No CR after SCT") if never else _("After SCT")
        _turn(turns, node.date("date"), "active" if never else "remission", label, node)
    for node in case.of("relapse"):
        _turn(turns, node.date("date"), "active", label_of(node), node)
    for node in case.of("follow_up"):
        if node.value("disease_status") == "CR" and turns:
            _turn(turns, node.date("date_of_contact"), "remission", _("CR"), node)
    turns.sort(key=lambda one: one[0])
    turns = _without_repeats(turns)
    contact = case.last_contact
    last = contact.last if contact else turns[-1][0] if turns else date.min
    for index, (when, kind, label, node) in enumerate(turns):
        end = turns[index + 1][0] if index + 1 < len(turns) else max(last, when)
        yield _mark(opened, node, DISEASE, kind, when, end, label)


def _without_repeats(turns: list[Turn]) -> list[Turn]:
    """Drop a turn that says what the one before it said; a remission within a remission too."""
    kept: list[Turn] = []
    for turn in turns:
        same = bool(kept) and turn[1:3] == kept[-1][1:3]
        within = bool(kept) and turn[2] == _("CR") and kept[-1][1] == "remission"
        if not (same or within):
            kept.append(turn)
    return kept


def _turn(
    turns: list[Turn],
    when: PartialDate | None,
    kind: str,
    label: str,
    node: Node,
) -> None:
    if when is not None:
        turns.append((when.first, kind, label, node))


def _treatment(opened: Open) -> Iterator[Mark]:
    case = opened.case
    for name, kind, start, end in (
        ("course", "drugs", "date_start", "date_end"),
        ("transplant", "transplant", "date", "date"),
        ("treatment_line", "drugs", "date_start", "date_end"),
        ("infusion", "cells", "date", "date"),
    ):
        for node in case.of(name):
            since, until = node.date(start), node.date(end)
            if since is not None:
                last = until.last if until else since.first
                yield _mark(opened, node, TREATMENT, kind, since.first, last, _short(node))


def _short(node: Node) -> str:
    """A label short enough for a bar."""
    if node.type.name == "transplant":
        return _("SCT %(number)s") % {"number": node.value("number") or ""}
    first = {"course": "protocol", "infusion": "product", "treatment_line": "regimen"}[
        node.type.name
    ]
    text = (shown(node, first) or shown(node, "components")).split(",")[0]
    return text if len(text) <= 18 else text[:17] + "…"


def _gvhd(opened: Open) -> Iterator[Mark]:
    case = opened.case
    for name, label in (("acute_gvhd", _("aGvHD")), ("chronic_gvhd", _("cGvHD"))):
        for node in case.of(name):
            onset, resolved = node.date("date_onset"), node.date("date_resolved")
            if onset is None or node.value("occurred") == "NO":
                continue
            grade = shown(node, "grade_reported") or shown(node, "severity_reported").lower()
            end = resolved.last if resolved else onset.first + timedelta(days=60)
            contact = case.last_contact
            if resolved is None and name == "chronic_gvhd" and contact:
                end = max(contact.last, onset.first)
            yield _mark(opened, node, GVHD, "gvhd", onset.first, end, f"{label} {grade}".strip())


def _contacts(opened: Open, today: date) -> Iterator[Mark]:
    for node in opened.case.of("follow_up"):
        when = node.date("date_of_contact")
        if when is not None:
            mark = _mark(opened, node, CONTACT, "seen", when.first, when.first, "")
            yield replace(mark, shape="seen")
    for node in opened.case.of("death"):
        when = node.date("date")
        if when is not None:
            yield replace(
                _mark(opened, node, CONTACT, "died", when.first, when.first, ""), shape="died"
            )
    due = _due(opened.case)
    if due is not None and due[0] <= today:
        title = _("%(visit)s due") % {"visit": due[1]}
        yield Mark(CONTACT, "due", due[0], due[0], title, title, shape="due")


def _due(case: Case) -> tuple[date, str] | None:
    """The visit that fell due after the last contact of a living patient."""
    starts = [when.first for one in case.of("transplant") if (when := one.date("date"))]
    contact = case.last_contact
    if not starts or contact is None or case.of("death") or case.derived("status") != "ALIVE":
        return None
    since = max(starts)
    for day in UpToDate().visits:
        if since + timedelta(days=day) > contact.last:
            return since + timedelta(days=day), _("Day %(day)s") % {"day": day}
    year = 2
    while since + timedelta(days=round(year * 365.25)) <= contact.last:
        year += 1
    return since + timedelta(days=round(year * 365.25)), _("Year %(year)s") % {"year": year}


def _mark(
    opened: Open, node: Node, lane: int, kind: str, start: date, end: date, label: str
) -> Mark:
    when = f"{start:%d/%m/%Y}" + (f" – {end:%d/%m/%Y}" if end > start else "")
    title = ", ".join(part for part in (label_of(node), details_of(node), when) if part)
    return Mark(lane, kind, start, max(end, start), label, title, opened.address_of(node))

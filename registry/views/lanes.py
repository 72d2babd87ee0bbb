"""What lies in which lane of the timeline, from when to when? Places in pixels come later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from registry.dictionary.case import Node
from registry.dictionary.values import PartialDate
from registry.dictionary.visits import next_visit
from registry.views.places import Open
from registry.views.words import details_of, label_of, shown, visit_words

TOP, LANE, BAR = 30, 37, 23
"""Pixels: the first lane, the distance of two lanes, the height of a bar."""

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


def marks_of(opened: Open, today: date) -> list[Mark]:
    """Everything dated of one patient, lane by lane, not yet placed."""
    return [*_disease(opened), *_treatment(opened), *_gvhd(opened), *_contacts(opened, today)]


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
    owed = next_visit(opened.case)
    if owed is not None and owed.due <= today:
        title = _("%(visit)s due") % {"visit": visit_words(owed.code)}
        yield Mark(CONTACT, "due", owed.due, owed.due, title, title, shape="due")


def _mark(
    opened: Open, node: Node, lane: int, kind: str, start: date, end: date, label: str
) -> Mark:
    when = f"{start:%d/%m/%Y}" + (f" – {end:%d/%m/%Y}" if end > start else "")
    title = ", ".join(part for part in (label_of(node), details_of(node), when) if part)
    return Mark(lane, kind, start, max(end, start), label, title, opened.address_of(node))

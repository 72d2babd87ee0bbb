"""How does the patient's course look as a picture? Four lanes against time, with places in pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from registry.views.lanes import BAR, LANE, TOP, Mark, marks_of
from registry.views.places import Open

WIDTH, LEFT, RIGHT = 990, 93, 22
HEIGHT = TOP + 4 * LANE + 20
NARROWEST = 10
LETTER = 6.4
"""Pixels that a letter of 12 px takes on average; a little too many rather than too few."""


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
    marks = marks_of(opened, today)
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
        words="; ".join(one.title for one in marks if one.shape != "due"),
    )


def _ticks(start: date, last: date, x: Callable[[date], float]) -> Iterator[Tick]:
    years = [year for year in range(start.year, last.year + 2) if date(year, 1, 1) >= start]
    step = max(1, -(-len(years) // 12))
    for year in years:
        at = x(date(year, 1, 1))
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

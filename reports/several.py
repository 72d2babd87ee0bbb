"""Which words come several at once? What a study asks alike of each group is said once."""

import re
from dataclasses import replace
from typing import TypeVar

from reports import numbers
from reports.criteria import StudyError
from reports.groupings import Category, Grouping, whether
from reports.model_words import MultivariableCox, Switch, UnivariateCox
from reports.text_words import FollowUp, MedianOf, ShareOf, TimeBetween
from reports.words import (
    CumulativeIncidence,
    LogMinusLogFigure,
    SurvivalTable,
    UnivariateLogRank,
)

InSubgroup = (
    MultivariableCox | UnivariateCox | SurvivalTable | UnivariateLogRank | CumulativeIncidence
)
OfTime = TypeVar("OfTime", FollowUp, TimeBetween)

_NUMBERED = re.compile(r"(.*?)(\d+)$")


def in_each(subgroups: tuple[str, ...], *words: InSubgroup) -> tuple[InSubgroup, ...]:
    """The same tables in each of some subgroups, whose name is added to their titles.

    words : with the ids and labels of the first subgroup; the numbers run on with the next.
    """
    return tuple(
        replace(
            word,
            id=_later(word.id, position * len(words)),
            label=_later(word.label, position * len(words)),
            title=f"{word.title}, {name}",
            on=name,
        )
        for position, name in enumerate(subgroups)
        for word in words
    )


def share_of_each(key: str, of: Category, on: str = "") -> tuple[ShareOf, ...]:
    """The percentage of each level among all: at `key.<level>.pct`."""
    return tuple(
        ShareOf(f"{key}.{level}.pct", f"{label}, %", of.at(level), on=on)
        for level, label in of.levels.items()
    )


def median_of_each(
    key: str, label: str, column: str, of: Category, on: str = ""
) -> tuple[MedianOf, ...]:
    """The median of a number in each level, told as `<level>: label`: at `key.<level>`."""
    return tuple(
        MedianOf(f"{key}.{level}", f"{named}: {label}", column, of.at(level), on)
        for level, named in of.levels.items()
    )


def median_and_range(word: OfTime) -> tuple[OfTime, OfTime, OfTime]:
    """The median, the shortest and the longest of a time: at `key.median`, `key.min`, `key.max`."""
    return (
        replace(word, key=f"{word.key}.median", label=f"{word.label}, median {word.unit}"),
        replace(word, key=f"{word.key}.min", label=f"Shortest, {word.unit}", statistic="minimum"),
        replace(word, key=f"{word.key}.max", label=f"Longest, {word.unit}", statistic="maximum"),
    )


def log_minus_log_of(id: str, label: str, *groupings: Grouping) -> tuple[LogMinusLogFigure, ...]:
    """A figure for each grouping, the first with this id and label; the numbers run on."""
    return tuple(
        LogMinusLogFigure(
            _later(id, position),
            _later(label, position),
            f"Check of proportional hazards, {numbers.in_sentence(by.label)}",
            by,
        )
        for position, by in enumerate(groupings)
    )


def happened(name: str, label: str, date: str, column: str, *codes: str) -> Switch:
    """A switch on its date, in those who have one of the codes of a column, and in no others."""
    return Switch(name, label, date, whether(name, label, column, *codes))


def _later(name: str, by: int) -> str:
    """ "Table S6" counted on by 2 is "Table S8"."""
    found = _NUMBERED.fullmatch(name)
    if found is None:
        raise StudyError(f"{name!r} does not end with a number, so it cannot be counted on.")
    return f"{found[1]}{int(found[2]) + by}"

"""What is a line of an uploaded table on a page? Its cells, sentences, and what would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.exchange.choices import Choices
from registry.models import DICTIONARY, ImportRow

READY = (ImportRow.Outcome.NEW, ImportRow.Outcome.CHANGED)
"""The outcomes of lines that the button would store."""


@dataclass(frozen=True)
class Asked:
    """An answer that a line lacks and for which the table has no column.

    `alike` is the number of lines that lack it in the same words; `added` tells that a line before
    brought the column.
    """

    id: str
    target: str
    label: str
    choices: Choices
    alike: int
    added: bool


@dataclass(frozen=True)
class Said:
    """A sentence about a line, with place and header of the cells that it speaks of."""

    severity: str
    columns: Sequence[tuple[int, str]]
    says: str
    values: str
    asked: Asked | None = None


@dataclass(frozen=True)
class Cell:
    """What stands in a cell. `state` is "", or the gravest that is said of it.

    `alike` is the number of lines in which the column holds these words, which cannot be read. `means`
    is what a word is read as that the centre answered before.
    """

    id: str
    place: int
    header: str
    text: str
    state: str
    hidden: bool
    left_out: bool
    choices: Choices
    alike: int
    means: str = ""


@dataclass(frozen=True)
class Column:
    """What stands above a column, and what it was taken for; "" where it is left out."""

    header: str
    meaning: str


@dataclass(frozen=True)
class Change:
    """An answer that would change."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Shown:
    """One line of the table. may_answer : what it lacks can be answered below it, though it is good."""

    row: ImportRow
    pseudonym: str
    cells: Sequence[Cell]
    said: Sequence[Said]
    may_correct: bool
    may_answer: bool
    changes: Sequence[Change] = ()

    @property
    def told_kinds(self) -> bool:
        """Is it to be said which kinds of records the line would add or change?"""
        return self.row.submission_id is None and self.row.outcome in READY

    @property
    def adds_kinds(self) -> list[str]:
        """The kinds of records that would be added with the line."""
        return _labels(self.row.adds)

    @property
    def changes_kinds(self) -> list[str]:
        """The kinds of records that would be changed by it."""
        return _labels(self.row.changes)


def _labels(types: Sequence[str]) -> list[str]:
    return [one.label for one in DICTIONARY.types if one.name in types]

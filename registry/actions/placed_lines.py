"""What does a line say of which record, once every record it names has its place?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from registry.actions.plan import walk
from registry.dictionary.case import Record
from registry.dictionary.values import Answer
from registry.exchange.lines import Line
from registry.models import DICTIONARY
from registry.records import Path


@dataclass(frozen=True)
class Placed:
    """A line whose every record has its place. root : the line as a case."""

    line: Line
    root: Record

    @cached_property
    def claims(self) -> dict[tuple[Path, str], Answer]:
        """What it claims, by path and item."""
        return {
            (path, item): answer
            for path, record in walk(self.root)
            for item, answer in record.answers.items()
        }

    @property
    def given(self) -> set[str]:
        """What it answers, as targets of columns."""
        return {f"{path[-1][0] if path else 'patient'}.{item}" for path, item in self.claims}


def path_of(root: Record, pointer: str) -> Path:
    """The path of the record that a JSON pointer leads to, or into."""
    path: Path = ()
    type_, record = DICTIONARY[root.type], root
    steps = iter(pointer.split("/")[1:])
    for step in steps:
        child = next((one for one in DICTIONARY.children(type_.name) if one.json_key == step), None)
        if child is None:
            break
        below = record.of(child.name)
        place = 0 if child.single else int(next(steps, len(below)))
        if place >= len(below):
            break
        type_, record = child, below[place]
        path = (*path, (type_.name, record.key))
    return path

"""Which cases do the tables that were read hold? What the computed columns are computed from."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from django.utils import timezone

from registry.dictionary import derived
from registry.dictionary.case import Case, Node, Record
from registry.dictionary.language import Dictionary, Item
from registry.dictionary.values import Answer, Kind, Missing, PartialDate, Quantity
from registry.models import DICTIONARY
from reports.extract.records import AGE, ERRORS, PARTIAL, Records, Table
from reports.extract.rows import Row

NOTHING_COMPUTED_FROM = ("consent", "engraftment", "complication")
READ = Dictionary(tuple(one for one in DICTIONARY.types if one.name not in NOTHING_COMPUTED_FROM))
"""What is in these cases. Whoever asks them for another record type gets a KeyError."""

BLOCK = 250
"""Patients that are made cases together."""
_MISSING = {one.value: one for one in Missing}
_Nested = dict[str, dict[int, tuple[Record, ...]]]
"""Records by type and by the primary key of what they are nested in."""


@dataclass(frozen=True)
class Held:
    """One patient as a case, of the record types of READ.

    place : of each record, by its id(): its row in the table of its type. transplants : that of the
    transplants. rows : of reports.extract, by the id() of the record of the transplant; whoever
    makes them puts them here.
    """

    pseudonym: str
    case: Case
    sound: bool
    place: dict[int, int]
    transplants: Table
    rows: dict[int, Row] = field(default_factory=dict)

    @cached_property
    def _first_allo(self) -> Node | None:
        return next(iter(derived.allogeneic(self.case)), None)

    @property
    def first_allo(self) -> PartialDate | None:
        """The date of the first allogeneic transplant."""
        return self._first_allo.date("date") if self._first_allo else None

    def is_first(self, transplant: Node) -> bool:
        """Is it the first allogeneic transplant? Without one: is it the first transplant?"""
        first = self._first_allo or next(iter(derived.transplants(self.case)), None)
        return first is not None and first.record is transplant.record

    def age(self, transplant: Node) -> Decimal | None:
        """Years at a transplant, to three places."""
        age: Decimal | None = self._told(transplant, AGE)
        return age

    def partial(self, transplant: Node) -> bool:
        """Whether that age is of a birth date that is not known to the day."""
        return bool(self._told(transplant, PARTIAL))

    def _told(self, transplant: Node, column: str) -> Any:
        return self.transplants.columns[column][self.place[id(transplant.record)]]


def held(records: Records) -> Iterator[Held]:
    """Each patient as a case, by pseudonym: what the computed columns are computed from.

    A case is there until the next is asked for.
    """
    patients, blocks = records.tables["patient"], _Blocks(records)
    for start in range(0, patients.n, BLOCK):
        yield from blocks.held(start, min(start + BLOCK, patients.n))


class _Blocks:
    """Makes cases of rows, some patients at a time: a whole column of them at once is quicker than
    row by row, and the cases of a whole registry are never in memory together.
    """

    def __init__(self, records: Records) -> None:
        self._tables = {
            one.name: records.tables[one.name] for one in READ.types if one.name in records.tables
        }
        self._today = timezone.localdate()
        self._dated = cache(PartialDate)
        first = {pk: place for place, pk in enumerate(records.tables["patient"].columns["pk"])}
        self._whose = {
            name: [first[pk] for pk in table.columns["patient"]]
            for name, table in self._tables.items()
        }
        # Most items of most centres are answered nowhere: they are not looked at row by row.
        self._asked = {
            name: [item for item in table.type.items if _answered(item, table)]
            for name, table in self._tables.items()
        }

    def held(self, start: int, end: int) -> Iterator[Held]:
        """The patients from place `start` to before `end`."""
        nested: _Nested = {}
        places: dict[int, int] = {}
        for name in reversed([*self._tables]):
            rows = slice(*(bisect_left(self._whose[name], one) for one in (start, end)))
            nested[name] = self._records(name, rows, nested, places)
        columns, transplants = self._tables["patient"].columns, self._tables["transplant"]
        for place in range(start, end):
            (root,) = nested["patient"][columns["pk"][place]]
            case = Case(root, READ, self._today)
            sound = columns[ERRORS][place] == 0
            yield Held(columns["pseudonym"][place], case, sound, places, transplants)
            case.let_go()

    def _records(
        self, name: str, rows: slice, nested: _Nested, places: dict[int, int]
    ) -> dict[int, tuple[Record, ...]]:
        """Some records of a type by what they are nested in, in the order of entry.

        nested : those of the types below it. places : is told the row of each, by its id().
        """
        table = self._tables[name]
        keys, parents = (table.columns[one][rows] for one in ("pk", "parent"))
        types = (one.name for one in READ.children(name) if one.name in self._tables)
        below = [(one, nested[one]) for one in types if nested[one]]
        answers, found = self._answers(name, rows), defaultdict[int, list[Record]](list)
        # By the order of entry, as registry.records gives a case.
        for at in sorted(range(len(keys)), key=keys.__getitem__):
            children = {one: some[keys[at]] for one, some in below if keys[at] in some}
            record = Record(name, "", answers[at], children)
            places[id(record)] = rows.start + at
            found[parents[at]].append(record)
        return {parent: tuple(several) for parent, several in found.items()}

    def _answers(self, name: str, rows: slice) -> list[dict[str, Answer]]:
        """Of each row what registry.records.answers_of gives of a model."""
        table = self._tables[name]
        told: list[dict[str, Answer]] = [{} for _ in range(rows.start, rows.stop)]
        for item in self._asked[name]:
            reasons = table.columns[f"{item.name}_missing"][rows]
            values = self._wrapped(item, table.columns, rows)
            for answers, value, reason in zip(told, values, reasons, strict=True):
                if reason:
                    answers[item.name] = _MISSING[reason]
                elif value is not None:
                    answers[item.name] = value
        return told

    def _wrapped(
        self, item: Item, columns: Mapping[str, tuple[Any, ...]], rows: slice
    ) -> Iterable[Answer]:
        """The values of an item as answers; None where there is none."""
        values = columns[item.name][rows]
        if item.kind is Kind.DATE:
            told = zip(values, columns[f"{item.name}_precision"][rows], strict=True)
            return (None if day is None else self._dated(day, sure) for day, sure in told)
        if item.kind is Kind.CODES:
            return (None if codes is None else frozenset(codes) for codes in values)
        if item.units:
            entered, unit = (columns[f"{item.name}_{one}"][rows] for one in ("entered", "unit"))
            several = zip(entered, unit, values, strict=True)
            return (None if one[-1] is None else Quantity(*one) for one in several)
        return values


def _answered(item: Item, table: Table) -> bool:
    columns = table.columns
    told = any(one is not None for one in columns[item.name])
    return told or any(columns[f"{item.name}_missing"])

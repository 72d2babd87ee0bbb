"""Which records may leave as tables? Every record of the present scope but the identities, as read.

The own numbers (`key`) and the identity records are not read at all. Left out are patients who were
merged into another one, and those without consent to the use of their records: both are counted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.db.models import Model
from django.utils import timezone

from registry.dictionary.case import Case, Node, Record
from registry.dictionary.language import DICTIONARY_VERSION, Item, RecordType
from registry.dictionary.values import Answer, Kind, Missing, PartialDate, Quantity
from registry.models import DICTIONARY, RECORD_MODELS, Centre, Consent, Patient, Transplant
from registry.records import IDENTITY, load_cases
from reports.extract.consent import may_be_used

AGE = "age_at_transplant"
PARTIAL = "age_from_partial_date"
ERRORS = "error_count"
_MORE = {Patient: ("pseudonym", ERRORS), Transplant: (AGE, PARTIAL)}
BLOCK = 250
"""Patients that are made cases together."""
_Nested = dict[str, dict[int, tuple[Record, ...]]]
"""Records by type and by the primary key of what they are nested in."""
_NOT_CONSENT = tuple(one.record_type.name for one in RECORD_MODELS[1:] if one is not Consent)


@dataclass(frozen=True)
class Table:
    """The rows of one record type, by pseudonym, then date or number, then the order of entry.

    columns : each column of the model that an item fills, and `pk`, `parent`, `patient` (primary
    keys) and what _MORE names; all of length n. number : of each record within its patient, from 1.
    """

    type: RecordType
    columns: Mapping[str, tuple[Any, ...]]
    number: tuple[int, ...]

    @property
    def n(self) -> int:
        return len(self.number)


@dataclass(frozen=True)
class Records:
    """What was read at one moment.

    tables : by record type. withheld : patients without consent to the use. merged : patients that
    are now told under another pseudonym. synthetic : whether any patient is invented.
    """

    tables: Mapping[str, Table]
    withheld: int
    merged: int
    synthetic: bool
    dictionary_version: str = DICTIONARY_VERSION


@dataclass(frozen=True)
class Held:
    """One patient as a case. place : of each record, by its id(): its row in the table of its type."""

    pseudonym: str
    case: Case
    sound: bool
    place: dict[int, int] = field(default_factory=dict)
    ages: dict[int, tuple[Decimal | None, bool]] = field(default_factory=dict)

    def age(self, transplant: Node) -> Decimal | None:
        """Years at a transplant, to three places."""
        return self.ages[id(transplant.record)][0]

    def partial(self, transplant: Node) -> bool:
        """Whether that age is of a birth date that is not known to the day."""
        return self.ages[id(transplant.record)][1]


def read_records() -> Records:
    """Everything of the present scope that may leave: one query per record type."""
    withheld = set(_withheld())
    tables: dict[str, Table] = {}
    whose: dict[int, int] = {}
    for model in RECORD_MODELS:
        if model.record_type.name not in IDENTITY:
            tables[model.record_type.name] = _read(model, withheld, whose)
    shown = Patient.objects.values("centre")
    return Records(
        tables,
        withheld=len(withheld),
        merged=Patient.objects.exclude(merged_into=None).count(),
        synthetic=Centre.objects.filter(pk__in=shown, synthetic=True).exists(),
    )


def _withheld() -> Iterator[int]:
    """Patients whose latest word is a no: only those who ever said one are looked at."""
    said = Consent.objects.filter(status__in=("REFUSED", "WITHDRAWN")).values("patient")
    doubtful = Patient.objects.filter(pk__in=said, merged_into=None)
    for key, stored in load_cases(doubtful, without=_NOT_CONSENT).items():
        if not may_be_used(Case(stored.root, DICTIONARY, timezone.localdate())):
            yield key


def _read(model: type[Model], withheld: set[int], whose: dict[int, int]) -> Table:
    """One table, read and sorted; the first, of the patients, says in `whose` which of them stay."""
    type_: RecordType = model.record_type
    columns = [
        *_MORE.get(model, ()),
        *(name for item in type_.items for name in _columns_of(model, item)),
    ]
    parent = f"{type_.parent}_id" if type_.parent else "pk"
    keys = ["pk", parent, "patient_id" if type_.parent else "pk"]
    rows = model._default_manager.values_list(*keys, *columns)
    if type_.parent is None:
        found = rows.filter(merged_into=None).exclude(pk__in=withheld)
        kept = sorted(found, key=lambda row: row[3])
        whose.update({row[0]: place for place, row in enumerate(kept)})
    else:
        kept = sorted((row for row in rows if row[2] in whose), key=_order(type_, columns, whose))
    names = ("pk", "parent", "patient", *columns)
    told = zip(*kept, strict=True) if kept else ((),) * len(names)
    return Table(type_, dict(zip(names, told, strict=True)), _numbered(kept))


def _columns_of(model: type[Model], item: Item) -> Iterator[str]:
    there = {one.name for one in model._meta.local_fields}
    for suffix in ("", "_missing", "_precision", "_entered", "_unit"):
        if item.name + suffix in there:
            yield item.name + suffix


def _order(
    type_: RecordType, columns: list[str], whose: dict[int, int]
) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    at = 3 + columns.index(type_.order_by) if type_.order_by else None

    def key(row: tuple[Any, ...]) -> tuple[Any, ...]:
        told = None if at is None else row[at]
        return (whose[row[2]], told is None, row[0] if told is None else told, row[0])

    return key


def _numbered(rows: list[tuple[Any, ...]]) -> tuple[int, ...]:
    seen: dict[int, int] = defaultdict(int)
    numbers = []
    for row in rows:
        seen[row[2]] += 1
        numbers.append(seen[row[2]])
    return tuple(numbers)


def held(records: Records) -> Iterator[Held]:
    """Each patient as a case, by pseudonym: what the computed columns are computed from."""
    patients, blocks = records.tables["patient"], _Blocks(records)
    for start in range(0, patients.n, BLOCK):
        yield from blocks.held(start, min(start + BLOCK, patients.n))


class _Blocks:
    """Makes cases of rows, some patients at a time: a whole column of them at once is quicker than
    row by row, and the cases of a whole registry are never in memory together.
    """

    def __init__(self, records: Records) -> None:
        self._tables = records.tables
        self._today = timezone.localdate()
        first = {pk: place for place, pk in enumerate(records.tables["patient"].columns["pk"])}
        self._whose = {
            name: [first[pk] for pk in table.columns["patient"]]
            for name, table in records.tables.items()
        }
        # Most items of most centres are answered nowhere: they are not looked at row by row.
        self._asked = {
            name: [item for item in table.type.items if _answered(item, table)]
            for name, table in records.tables.items()
        }

    def held(self, start: int, end: int) -> Iterator[Held]:
        """The patients from place `start` to before `end`."""
        nested: _Nested = {}
        places: dict[int, int] = {}
        for name in reversed(self._tables):
            rows = slice(*(bisect_left(self._whose[name], one) for one in (start, end)))
            nested[name] = self._records(name, rows, nested, places)
        columns, told = self._tables["patient"].columns, self._tables["transplant"].columns
        for place in range(start, end):
            (root,) = nested["patient"][columns["pk"][place]]
            one = Held(
                pseudonym=columns["pseudonym"][place],
                case=Case(root, DICTIONARY, self._today),
                sound=columns[ERRORS][place] == 0,
                place=places,
            )
            for node in one.case.of("transplant"):
                at = places[id(node.record)]
                one.ages[id(node.record)] = (told[AGE][at], told[PARTIAL][at])
            yield one

    def _records(
        self, name: str, rows: slice, nested: _Nested, places: dict[int, int]
    ) -> dict[int, tuple[Record, ...]]:
        """Some records of a type by what they are nested in, in the order of entry.

        nested : those of the types below it. places : is told the row of each, by its id().
        """
        table = self._tables[name]
        keys, parents = (table.columns[one][rows] for one in ("pk", "parent"))
        below = [
            (one.name, found)
            for one in DICTIONARY.children(name)
            if (found := nested.get(one.name))
        ]
        made = []
        for at, answers in enumerate(self._answers(name, rows)):
            children = {one: found[keys[at]] for one, found in below if keys[at] in found}
            record = Record(name, "", answers, children)
            places[id(record)] = rows.start + at
            made.append((keys[at], parents[at], record))
        # By the order of entry, as registry.records gives a case.
        made.sort(key=itemgetter(0))
        found: dict[int, list[Record]] = defaultdict(list)
        for _, parent, record in made:
            found[parent].append(record)
        return {parent: tuple(several) for parent, several in found.items()}

    def _answers(self, name: str, rows: slice) -> list[dict[str, Answer]]:
        """Of each row what registry.records.answers_of gives of a model."""
        table = self._tables[name]
        told: list[dict[str, Answer]] = [{} for _ in range(rows.start, rows.stop)]
        for item in self._asked[name]:
            reasons = table.columns[f"{item.name}_missing"][rows]
            values = _wrapped(item, table.columns, rows)
            for answers, value, reason in zip(told, values, reasons, strict=True):
                if reason:
                    answers[item.name] = Missing(reason)
                elif value is not None:
                    answers[item.name] = value
        return told


def _answered(item: Item, table: Table) -> bool:
    columns = table.columns
    told = any(one is not None for one in columns[item.name])
    return told or any(columns[f"{item.name}_missing"])


def _wrapped(item: Item, columns: Mapping[str, tuple[Any, ...]], rows: slice) -> Iterable[Answer]:
    """The values of an item as answers; None where there is none."""
    values = columns[item.name][rows]
    if item.kind is Kind.DATE:
        told = zip(values, columns[f"{item.name}_precision"][rows], strict=True)
        return (None if day is None else PartialDate(day, sure) for day, sure in told)
    if item.kind is Kind.CODES:
        return (None if codes is None else frozenset(codes) for codes in values)
    if item.units:
        entered, unit = (columns[f"{item.name}_{one}"][rows] for one in ("entered", "unit"))
        several = zip(entered, unit, values, strict=True)
        return (None if one[-1] is None else Quantity(*one) for one in several)
    return values

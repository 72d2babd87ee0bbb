"""Which records may leave as tables? Every record of the present scope but the identities, as read.

The own numbers (`key`) and the identity records are not read at all. Left out are patients who were
merged into another one, and those without consent to the use of their records: both are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from registry.dictionary.language import DICTIONARY_VERSION, Item, RecordType
from registry.models import RECORD_MODELS, Centre, Patient, Transplant
from registry.records import IDENTITY
from reports.extract.consent import withheld_patients

AGE = "age_at_transplant"
PARTIAL = "age_from_partial_date"
ERRORS = "error_count"
_MORE = {Patient: ("pseudonym", ERRORS), Transplant: (AGE, PARTIAL)}


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


def read_records() -> Records:
    """Everything of the present scope that may leave: one query per record type."""
    withheld = set(withheld_patients())
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

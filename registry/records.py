"""How do rows become one patient's plain record, and a plain record rows?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from registry.dictionary import values
from registry.dictionary.case import Record
from registry.dictionary.language import Item, Kind
from registry.dictionary.values import Missing, Quantity, Value
from registry.models import DICTIONARY, RECORD_MODELS, ClinicalRecord, Patient
from registry.models.fields import SealedDate, SealedText

MODEL_OF = {model.record_type.name: model for model in RECORD_MODELS}

Path = tuple[tuple[str, str], ...]
"""The way to a record from the patient: (type, key) of each step. The patient's own is ()."""


@dataclass
class StoredCase:
    """One patient's record with the row behind each part of it."""

    root: Record
    rows: dict[Path, ClinicalRecord] = field(default_factory=dict)

    @property
    def patient(self) -> Patient | None:
        row = self.rows.get(())
        return row if isinstance(row, Patient) else None


def answer_of(row: ClinicalRecord, item: Item) -> Value | Missing | None:
    """The answer that a row holds for an item."""
    missing = getattr(row, f"{item.name}_missing")
    if missing:
        return Missing(missing)
    raw = getattr(row, item.name)
    if raw is None:
        return None
    if isinstance(row._meta.get_field(item.name), (SealedDate, SealedText)):
        return item.read(raw)  # type: ignore[return-value]
    if item.kind is Kind.DATE:
        return values.PartialDate(raw, getattr(row, f"{item.name}_precision"))
    if item.kind is Kind.CODES:
        return frozenset(raw)
    if item.units:
        return Quantity(getattr(row, f"{item.name}_entered"), getattr(row, f"{item.name}_unit"), raw)
    return raw  # type: ignore[no-any-return]


def set_answer(row: ClinicalRecord, item: Item, answer: Value | Missing | None) -> None:
    """Put an answer into the columns of its item."""
    columns = {item.name: None, f"{item.name}_missing": None}
    if item.kind is Kind.DATE and hasattr(row, f"{item.name}_precision"):
        columns[f"{item.name}_precision"] = None
    if item.units:
        columns |= {f"{item.name}_entered": None, f"{item.name}_unit": None}
    columns |= _columns(row, item, answer)
    for name, value in columns.items():
        setattr(row, name, value)


def _columns(row: ClinicalRecord, item: Item, answer: Value | Missing | None) -> dict[str, object]:
    name = item.name
    if answer is None:
        return {}
    if isinstance(answer, Missing):
        return {f"{name}_missing": answer.value}
    if isinstance(answer, values.PartialDate):
        if hasattr(row, f"{name}_precision"):
            return {name: answer.first, f"{name}_precision": answer.precision}
        return {name: str(answer)}
    if isinstance(answer, frozenset):
        return {name: [code for code in item.code_values if code in answer]}
    if isinstance(answer, Quantity):
        return {
            name: answer.normalised,
            f"{name}_entered": answer.entered.quantize(Decimal("0.000001")),
            f"{name}_unit": answer.unit,
        }
    return {name: answer}


def record_of(row: ClinicalRecord) -> Record:
    """One row as a plain record, without what is nested in it."""
    answers = {}
    for item in row.record_type.items:
        answer = answer_of(row, item)
        if answer is not None:
            answers[item.name] = answer
    kept = {int(rule): reason for rule, reason in row.kept.items()}
    return Record(row.record_type.name, row.key, answers, {}, kept)


def load_cases(patients: Iterable[Patient]) -> dict[int, StoredCase]:
    """The whole record of each patient, by primary key: one query per record type."""
    patients = list(patients)
    below: dict[tuple[str, int], list[ClinicalRecord]] = defaultdict(list)
    for model in RECORD_MODELS[1:]:
        parent = model.record_type.parent
        rows = model._default_manager.filter(patient__in=patients).order_by("pk")
        for row in rows:
            below[model.record_type.name, getattr(row, f"{parent}_id")].append(row)
    return {patient.pk: _assemble(patient, below) for patient in patients}


def _assemble(
    patient: Patient, below: dict[tuple[str, int], list[ClinicalRecord]]
) -> StoredCase:
    stored = StoredCase(Record("patient"))

    def build(row: ClinicalRecord, path: Path) -> Record:
        stored.rows[path] = row
        bare = record_of(row)
        children = {}
        for type_ in DICTIONARY.children(bare.type):
            rows = below.get((type_.name, row.pk), ())
            if rows:
                children[type_.name] = tuple(
                    build(one, (*path, (type_.name, one.key))) for one in rows
                )
        return Record(bare.type, bare.key, bare.answers, children, bare.kept)

    stored.root = build(patient, ())
    return stored


def load_case(patient: Patient) -> StoredCase:
    """The whole record of one patient."""
    return load_cases([patient])[patient.pk]

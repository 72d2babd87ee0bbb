"""How do rows become one patient's plain record, and a plain record rows?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Model

from registry.dictionary import values
from registry.dictionary.case import Record
from registry.dictionary.language import Item, RecordType
from registry.dictionary.values import Answer, Kind, Missing, Quantity
from registry.models import DICTIONARY, RECORD_MODELS, ClinicalRecord, Patient, SignOff
from registry.models.sealed import unseal

MODEL_OF = {model.record_type.name: model for model in RECORD_MODELS}

IDENTITY = ("identity",)
"""Record types that tell who the patient is: left out for readers who may not know."""

Path = tuple[tuple[str, str], ...]
"""The way to a record from the patient: (type, key) of each step. The patient's own is ()."""


@dataclass
class StoredCase:
    """One patient's record with the row behind each part of it, and those parts that are signed."""

    root: Record
    rows: dict[Path, ClinicalRecord] = field(default_factory=dict)
    signed: dict[Path, SignOff] = field(default_factory=dict)

    @property
    def patient(self) -> Patient | None:
        row = self.rows.get(())
        return row if isinstance(row, Patient) else None


def answer_of(row: Model, item: Item) -> Answer:
    """The answer that a row holds for an item, or an event of its trail."""
    missing = getattr(row, f"{item.name}_missing")
    if missing:
        return Missing(missing)
    raw = getattr(row, item.name)
    if raw is None:
        return None
    if item.identifying:
        return item.read(raw if isinstance(row, ClinicalRecord) else unseal(raw))
    if item.kind is Kind.DATE:
        return values.PartialDate(raw, getattr(row, f"{item.name}_precision"))
    if item.kind is Kind.CODES:
        return frozenset(raw)
    if item.units:
        return Quantity(
            getattr(row, f"{item.name}_entered"), getattr(row, f"{item.name}_unit"), raw
        )
    return raw  # type: ignore[no-any-return]


def set_answer(row: ClinicalRecord, item: Item, answer: Answer) -> None:
    """Put an answer into the columns of its item."""
    columns = {item.name: None, f"{item.name}_missing": None}
    if item.kind is Kind.DATE and hasattr(row, f"{item.name}_precision"):
        columns[f"{item.name}_precision"] = None
    if item.units:
        columns |= {f"{item.name}_entered": None, f"{item.name}_unit": None}
    columns |= _columns(row, item, answer)
    for name, value in columns.items():
        setattr(row, name, value)


def _columns(row: ClinicalRecord, item: Item, answer: Answer) -> dict[str, object]:
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
            f"{name}_entered": answer.entered,
            f"{name}_unit": answer.unit,
        }
    return {name: answer}


def record_of(row: ClinicalRecord) -> Record:
    """One row as a plain record, without what is nested in it."""
    kept = {int(rule): reason for rule, reason in row.kept.items()}
    return Record(row.record_type.name, row.key, answers_of(row, row.record_type), {}, kept)


def answers_of(row: Model, type_: RecordType) -> dict[str, Answer]:
    """The answers that a row holds, or an event of its trail, by item name."""
    found = {item.name: answer_of(row, item) for item in type_.items}
    return {name: answer for name, answer in found.items() if answer is not None}


def load_cases(patients: Iterable[Patient], without: Collection[str] = ()) -> dict[int, StoredCase]:
    """The whole record of each patient, by primary key: one query per record type, one for signatures.

    `without` names record types that are not even read, such as the identity.
    """
    patients = list(patients)
    if not patients:
        return {}
    below: dict[tuple[str, int], list[ClinicalRecord]] = defaultdict(list)
    for model in RECORD_MODELS[1:]:
        if model.record_type.name in without:
            continue
        parent = model.record_type.parent
        rows = model._default_manager.filter(patient__in=patients).order_by("pk")
        for row in rows:
            below[model.record_type.name, getattr(row, f"{parent}_id")].append(row)
    signed = {
        (one.record_type, one.record_pk): one
        for one in SignOff.objects.filter(patient__in=patients, opened_at=None).select_related(
            "signed_by"
        )
    }
    return {patient.pk: _assemble(patient, below, signed) for patient in patients}


def _assemble(
    patient: Patient,
    below: dict[tuple[str, int], list[ClinicalRecord]],
    signed: dict[tuple[str, int], SignOff],
) -> StoredCase:
    stored = StoredCase(Record("patient"))

    def build(row: ClinicalRecord, path: Path) -> Record:
        stored.rows[path] = row
        bare = record_of(row)
        if (bare.type, row.pk) in signed:
            stored.signed[path] = signed[bare.type, row.pk]
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


def load_case(patient: Patient, without: Collection[str] = ()) -> StoredCase:
    """The whole record of one patient, but for the types in `without`."""
    return load_cases([patient], without)[patient.pk]

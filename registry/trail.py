"""What happened to a patient's records, as one stream? Every change of each, deleted ones too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Model, Q
from django.utils import timezone

from registry.audit import Change, changes_of, user_names
from registry.dictionary.case import Record
from registry.models import RECORD_MODELS, ClinicalRecord, Patient, SignOff
from registry.records import IDENTITY, answers_of

Events = dict[tuple[type[ClinicalRecord], int], list[Any]]


@dataclass(frozen=True)
class Deed:
    """One change of one record. `record` is the record as it was then, for its name on a page;
    `gone` tells that it was deleted since."""

    change: Change
    pk: int
    record: Record
    version: int
    gone: bool = False

    @property
    def type_name(self) -> str:
        return self.record.type


@dataclass(frozen=True)
class Wanted:
    """Which deeds are asked for; empty means all. Days are those of the registry's clock."""

    who: str = ""
    type_name: str = ""
    pk: int | None = None
    since: date | None = None
    until: date | None = None

    def fits(self, deed: Deed) -> bool:
        """Is this one of them?"""
        day = timezone.localtime(deed.change.at).date()
        return (
            self.who in ("", deed.change.who)
            and self.type_name in ("", deed.type_name)
            and self.pk in (None, deed.pk)
            and (self.since is None or self.since <= day)
            and (self.until is None or day <= self.until)
        )


def stream_of(patient: Patient, *, identities: bool, only: str = "") -> list[Deed]:
    """Every change of every record of a patient, newest first, as far as the scope shows it.

    `only` names the one record type that is asked for.

    Records that were deleted are told too, and those that came over with a merge, with all that
    happened to them before; not those that went back. Signatures stand among the changes. Without
    `identities` it is told that identifying answers changed, but not what they were.
    """
    models = [one for one in RECORD_MODELS if only in ("", one.record_type.name)]
    events = _events(patient, models)
    names = user_names(chain.from_iterable(events.values()))
    found = [
        Deed(
            change,
            pk,
            _record(model, event, identities),
            event.version,
            gone=one[-1].pgh_label == "delete",
        )
        for (model, pk), one in events.items()
        for event, change in reversed(
            changes_of(model.record_type, one, names, identities=identities)
        )
    ]
    latest = {(model.record_type.name, pk): one[-1] for (model, pk), one in events.items()}
    found += _signatures(patient, latest)
    # Of one moment, as of one file, the order of the dictionary holds: the sort is stable.
    return sorted(found, key=lambda one: one.change.at, reverse=True)


def _events(patient: Patient, models: Iterable[type[ClinicalRecord]]) -> Events:
    """The events of each record that belongs to the patient, or did when it was deleted."""
    found: Events = {}
    for model in models:
        events = model.pgh_event_model.objects
        of_patient = events.filter(_belongs(model, patient)).values("pgh_obj_id")
        of_row: dict[int, list[Any]] = defaultdict(list)
        rows = events.filter(pgh_obj_id__in=of_patient).select_related("pgh_context")
        for event in rows.order_by("pgh_id"):
            of_row[event.pgh_obj_id].append(event)
        owner: Callable[[Any], int] = _owner(model)
        found |= {(model, pk): one for pk, one in of_row.items() if owner(one[-1]) == patient.pk}
    return found


def _belongs(model: type[ClinicalRecord], patient: Patient) -> Q:
    return Q(pgh_obj_id=patient.pk) if model is Patient else Q(patient_id=patient.pk)


def _owner(model: type[ClinicalRecord]) -> Callable[[Any], int]:
    name = "pgh_obj_id" if model is Patient else "patient_id"
    return lambda event: int(getattr(event, name))


def _record(model: type[ClinicalRecord], event: Model, identities: bool) -> Record:
    type_ = model.record_type
    hidden = type_.name in IDENTITY and not identities
    return Record(type_.name, event.key, {} if hidden else answers_of(event, type_))  # type: ignore[attr-defined]


def _signatures(patient: Patient, latest: dict[tuple[str, int], Any]) -> Iterator[Deed]:
    """Who signed, and who opened again and why."""
    models = {model.record_type.name: model for model in RECORD_MODELS}
    rows = SignOff.objects.filter(patient=patient).select_related("signed_by", "opened_by")
    for one in rows:
        last = latest.get((one.record_type, one.record_pk))
        if last is None:
            continue
        record = _record(models[one.record_type], last, False)
        for at, by, what, reason in (
            (one.signed_at, one.signed_by, "sign", ""),
            (one.opened_at, one.opened_by, "open", one.reason),
        ):
            if at and by:
                change = Change(at, what, by.get_username(), by.role, "form", reason, ())
                gone = last.pgh_label == "delete"
                yield Deed(change, one.record_pk, record, one.version, gone=gone)

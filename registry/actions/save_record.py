"""A data manager saves one record of one patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from registry.actions.lock import SomebodyElseSaved, lock_patient
from registry.actions.newcomers import one_at_a_time
from registry.actions.plan import Plan, plan_case
from registry.actions.reasons import Unexplained, Why
from registry.actions.same_person import PERSON
from registry.actions.store import write_plans
from registry.audit import writing
from registry.dictionary.case import Record
from registry.models import Patient, User
from registry.permissions import may_edit, require
from registry.records import Path, load_case

__all__ = ("Saved", "SomebodyElseSaved", "Unexplained", "first_in_line", "nested", "save_record")


@dataclass(frozen=True)
class Saved:
    """What was stored and what the judge says of the patient's whole record now."""

    patient: Patient
    plan: Plan


def save_record(
    *,
    by: User,
    patient: Patient,
    path: Path,
    record: Record,
    version: int | None,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
) -> Saved:
    """Store one record at `path` of a patient; a draft may break rules, the findings say which.

    `version` is the one the form was opened with, None for a new record. `reason` tells why all of
    it changes, `reasons` why single items do, by name; both stand in the trail. Raises Unexplained
    when a stored answer changes without either, SomebodyElseSaved when the version is no longer
    current, what it hangs on is gone or the patient was merged, CannotBeStored for what the tables
    cannot hold, BadValue for a reason that is no text, PermissionDenied for other centres' records.
    """
    require(may_edit(by, patient.centre_id), "change this patient's records")
    with writing(
        by=by, centres=[patient.centre_id], channel="form", reason=reason, reasons=reasons
    ):
        first_in_line(patient, path)
        locked = lock_patient(patient)
        stored = load_case(locked)
        row = stored.rows.get(path)
        if (row.version if row else None) != version or path[:-1] not in stored.rows:
            raise SomebodyElseSaved
        plan = plan_case(stored, nested(stored.root, path, record), timezone.localdate())
        write_plans([plan], centre=locked.centre, why=Why(reason, reasons or {}))
        return Saved(locked, plan)


def first_in_line(patient: Patient, path: Path) -> None:
    """Before the patient is locked: two who say at once who a patient of the centre is, see each other."""
    if path in PERSON:
        one_at_a_time(patient.centre_id)


def nested(root: Record, path: Path, record: Record) -> Record:
    """The case that says nothing but `record` at `path`."""
    for type_name, key in reversed(path[:-1]):
        record = Record(type_name, key, {}, {record.type: (record,)})
    return Record("patient", root.key, {}, {record.type: (record,)}) if path else record

"""A data manager takes back one record that should not be there."""

from __future__ import annotations

from django.utils import timezone

from registry.actions.lock import SomebodyElseSaved, lock_patient
from registry.actions.plan import plan_case
from registry.actions.questions import close_with_records
from registry.actions.same_person import keep_tokens_of, tokens_in
from registry.actions.save_draft import forget_drafts
from registry.actions.save_record import Saved
from registry.actions.store import write_plans
from registry.audit import writing
from registry.dictionary.case import Record
from registry.models import Patient, User
from registry.permissions import may_edit, require
from registry.records import Path, load_case


class RecordSigned(SomebodyElseSaved):
    """The record, or one inside it, is signed: nobody deletes it before the office opened it again."""


def delete_record(*, by: User, patient: Patient, path: Path, version: int, reason: str) -> Saved:
    """Delete the record at `path` with all that is nested in it; the trail keeps every value.

    Raises RecordSigned, SomebodyElseSaved when the record changed meanwhile, PermissionDenied for other
    centres' records, ValueError without a reason and BadValue for one that is no text.
    """
    require(may_edit(by, patient.centre_id), "delete this patient's records")
    if not reason.strip() or not path:
        raise ValueError("A deletion needs a reason, and a record below the patient")
    with writing(by=by, centres=[patient.centre_id], channel="form", reason=reason):
        locked = lock_patient(patient)
        stored = load_case(locked)
        rows = stored.rows
        row = rows.get(path)
        if row is None or row.version != version:
            raise SomebodyElseSaved
        if any(at[: len(path)] == path for at in stored.signed):
            raise RecordSigned
        gone = [one for at, one in rows.items() if at[: len(path)] == path]
        forget_drafts(locked, gone)
        close_with_records(by=by, patient=locked, gone=gone, now=timezone.now())
        row.delete()
        left = load_case(locked)
        keep_tokens_of({locked: tokens_in(left.root)})
        plan = plan_case(left, Record("patient", left.root.key), timezone.localdate())
        write_plans([plan], centre=locked.centre)
        return Saved(locked, plan)

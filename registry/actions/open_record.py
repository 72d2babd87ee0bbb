"""The registry office lets a signed record be changed again, for a reason that is kept."""

from __future__ import annotations

from django.utils import timezone

from registry.actions.lock import MergedMeanwhile, lock_patient
from registry.audit import writing
from registry.dictionary.answers import read_reason
from registry.models import Patient, SignOff, User
from registry.permissions import may_open_again, require
from registry.records import Path, load_case


class NotSigned(Exception):
    """The record is not signed (any more): somebody opened it, or merged its patient."""


def open_record(*, by: User, patient: Patient, path: Path, reason: str) -> SignOff:
    """Open the record at `path` again; the signature stays as the trace, with who opened it and why.

    Raises NotSigned, ValueError without a reason, BadValue for one that is no text, PermissionDenied
    for those who are not the registry office.
    """
    require(may_open_again(by), "open signed records")
    why = read_reason(reason)
    if not why:
        raise ValueError("A signed record is opened for a reason")
    with writing(by=by, centres=[patient.centre_id], channel="form", reason=why):
        try:
            signed = load_case(lock_patient(patient)).signed.get(path)
        except MergedMeanwhile as merged:
            raise NotSigned from merged
        if signed is None:
            raise NotSigned
        signed.opened_at, signed.opened_by, signed.reason = timezone.now(), by, why
        signed.save(update_fields=["opened_at", "opened_by", "reason"])
        return signed

"""What somebody types is kept before it is saved, and dropped when it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone

from registry.models import ClinicalRecord, Draft, Patient, User
from registry.permissions import may_edit, may_submit, require
from registry.scope import scope


def save_draft(
    *,
    by: User,
    patient: Patient | None,
    place: str,
    version: int | None,
    fields: Iterable[tuple[str, str]],
) -> datetime:
    """Keep the controls of the form at `place` for its writer, encrypted; the moment it was kept.

    A draft is nobody's data yet: it has no trail, and a later one of the same form replaces it.
    `patient` is None on the page of a registration. Raises PermissionDenied for those who could
    not save the form either.
    """
    if patient:
        require(may_edit(by, patient.centre_id), "change this patient's records")
    else:
        require(may_submit(by), "register patients")
    centre = patient.centre_id if patient else by.centre_id
    assert centre is not None, "who enters data belongs to a centre"
    now = timezone.now()
    draft = Draft(
        centre_id=centre,
        by=by,
        patient=patient,
        place=place,
        version=version,
        body=urlencode(list(fields)).encode(),
        saved_at=now,
    )
    with scope([centre]):
        # One statement: of two windows that save at once neither fails.
        Draft.objects.bulk_create(
            [draft],
            update_conflicts=True,
            unique_fields=["by", "place"],
            update_fields=["centre", "patient", "version", "body", "saved_at"],
        )
    return now


def drop_draft(*, by: User, place: str) -> None:
    """Forget what this person typed into the form at `place`."""
    Draft.objects.filter(by=by, place=place).delete()


def forget_drafts(patient: Patient, rows: Collection[ClinicalRecord]) -> None:
    """Forget everybody's drafts of records that are gone, and of new ones inside them."""
    places = Q(pk__in=[])
    for row in rows:
        places |= Q(place__contains=f"/{row.record_type.name}/{row.pk}/")
    Draft.objects.filter(places, patient=patient).delete()

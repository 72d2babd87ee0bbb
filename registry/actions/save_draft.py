"""What somebody types is kept before it is saved, and dropped when it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone

from registry.models import ClinicalRecord, Draft, Patient, User
from registry.permissions import may_edit, may_submit, require
from registry.scope import scope


@dataclass(frozen=True)
class Turn:
    """Which opened page sends a draft, and as which of its drafts; a page without a name is alone."""

    page: str = ""
    number: int = 0


ALONE = Turn()


def save_draft(
    *,
    by: User,
    patient: Patient | None,
    place: str,
    version: int | None,
    fields: Iterable[tuple[str, str]],
    turn: Turn = ALONE,
) -> datetime:
    """Keep the controls of the form at `place` for its writer, encrypted; the moment it was kept.

    A draft is nobody's data yet: it has no trail, and a later one of the same form replaces it;
    what one page sent earlier and arrives later does not. `patient` is None on the page of a
    registration. Raises PermissionDenied for those who could not save the form either.
    """
    if patient:
        require(may_edit(by, patient.centre_id), "change this patient's records")
    else:
        require(may_submit(by), "register patients")
    centre = patient.centre_id if patient else by.centre_id
    assert centre is not None, "who enters data belongs to a centre"
    body = urlencode(list(fields)).encode()
    draft = Draft(
        centre_id=centre, by=by, patient=patient, place=place, version=version, body=body,
        page=turn.page, turn=turn.number, saved_at=timezone.now(),
    )  # fmt: skip
    with scope([centre]):
        _keep(draft)
    return draft.saved_at


def _keep(draft: Draft) -> None:
    """Make the row, or change the one that is there. Of two windows that save at once neither fails."""
    Draft.objects.bulk_create([draft], ignore_conflicts=True)
    same = Draft.objects.filter(by=draft.by, centre=draft.centre_id, place=draft.place)
    if draft.page:
        same = same.exclude(page=draft.page, turn__gt=draft.turn)
    names = ("patient", "version", "body", "page", "turn", "saved_at")
    same.update(**{name: getattr(draft, name) for name in names})


def drop_draft(*, by: User, places: Collection[str]) -> None:
    """Forget what this person typed into the form at these places."""
    Draft.objects.filter(by=by, place__in=places).delete()


def forget_drafts(patient: Patient, rows: Collection[ClinicalRecord]) -> None:
    """Forget everybody's drafts of records that are gone, and of new ones inside them."""
    places = Q(pk__in=[])
    for row in rows:
        places |= Q(place__startswith=f"{row.record_type.name}/{row.pk}/")
    # Not by patient: a draft may be older than a merge.
    Draft.objects.filter(places, centre=patient.centre_id).delete()

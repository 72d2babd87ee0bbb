"""Which forms did the reader begin to fill in and not save? Where each is and what it is of; no answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from registry.actions.name_columns import NAMED_IN
from registry.models import DICTIONARY, Draft, User
from registry.permissions import may_edit
from registry.queries import drafts_of, files_for


@dataclass(frozen=True)
class Begun:
    """A draft as My work tells of it: the kind of record, whose it is, and where it is taken up."""

    label: str
    pseudonym: str
    address: str
    saved_at: datetime


def begun_by(user: User) -> list[Begun]:
    """The reader's drafts that can be taken up, the latest first.

    A registration that was left for a patient who is there already is none: the page on which
    patients are registered offers it for an hour.
    """
    return [told for one in drafts_of(user) if (told := _begun(user, one))]


def _begun(user: User, draft: Draft) -> Begun | None:
    if not may_edit(user, draft.centre_id):
        return None
    if draft.patient is None:
        label = _of_no_patient(user, draft.place)
        return Begun(label, "", draft.place, draft.saved_at) if label else None
    patient = draft.patient.merged_into or draft.patient
    type_name, pk, *new = draft.place.strip("/").split("/")
    names = [patient.pseudonym, type_name, pk, *new[1:]]
    label = DICTIONARY[new[-1] if new else type_name].label
    address = reverse("new_record" if new else "record", args=names)
    return Begun(label, patient.pseudonym, address, draft.saved_at)


def _of_no_patient(user: User, place: str) -> str:
    """What is begun at this address; "" where it cannot be taken up any more."""
    if place == reverse("register"):
        return _("Registration")
    try:
        found = resolve(place)
    except Resolver404:
        return ""
    if found.url_name != "import_columns":
        return ""
    waits = files_for(user).filter(pk=found.kwargs["pk"], state__in=NAMED_IN)
    # Once something of a table is stored its columns stay as they are.
    file = waits.exclude(lines__submission__isnull=False).first()
    return _("Columns of %s") % file.name if file else ""

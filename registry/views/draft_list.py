"""Which forms did the reader begin to fill in and not save? Where each is and what it is of; no answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

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
    drafts = list(drafts_of(user))
    tables = _tables(user, [one.place for one in drafts if one.patient is None])
    return [told for one in drafts if (told := _begun(user, one, tables))]


def _begun(user: User, draft: Draft, tables: Mapping[str, str]) -> Begun | None:
    if not may_edit(user, draft.centre_id):
        return None
    if draft.patient is None:
        label = _of_no_patient(draft.place, tables)
        return Begun(label, "", draft.place, draft.saved_at) if label else None
    patient = draft.patient.merged_into or draft.patient
    type_name, pk, *new = draft.place.strip("/").split("/")
    names = [patient.pseudonym, type_name, pk, *new[1:]]
    label = DICTIONARY[new[-1] if new else type_name].label
    address = reverse("new_record" if new else "record", args=names)
    return Begun(label, patient.pseudonym, address, draft.saved_at)


def _of_no_patient(place: str, tables: Mapping[str, str]) -> str:
    """What is begun at this address; "" where it cannot be taken up any more."""
    if place == reverse("register"):
        return _("Registration")
    return _("Columns of %s") % tables[place] if place in tables else ""


def _tables(user: User, places: Iterable[str]) -> dict[str, str]:
    """The names of the tables whose columns are named at these addresses, and still can be."""
    asked = {pk: place for place in places if (pk := _table_at(place))}
    if not asked:
        return {}
    waits = files_for(user).filter(pk__in=asked, state__in=NAMED_IN)
    # Once something of a table is stored its columns stay as they are.
    still = waits.exclude(lines__submission__isnull=False)
    return {asked[pk]: name for pk, name in still.values_list("pk", "name")}


def _table_at(place: str) -> UUID | None:
    try:
        found = resolve(place)
    except Resolver404:
        return None
    return found.kwargs["pk"] if found.url_name == "import_columns" else None

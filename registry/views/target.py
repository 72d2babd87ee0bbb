"""Which record is a request about: one that is stored, or one that is to be made?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.audit import version_of
from registry.dictionary.case import Record
from registry.dictionary.values import Answers
from registry.forms.places import new_key
from registry.forms.proposals import proposed
from registry.forms.saved import Saved, saved_of
from registry.models import DICTIONARY, ClinicalRecord, Patient, SignOff
from registry.permissions import require
from registry.records import Path
from registry.views.header import header_of
from registry.views.places import Open, open_patient

_MADE_HERE = re.compile(r"form-[0-9a-f]{8}", re.ASCII)


@dataclass(frozen=True)
class Target:
    """The record that a request is about: stored already (`version`), or to be made (None)."""

    opened: Open
    path: Path
    version: int | None
    address: str
    place: str
    """How a draft of it is found: the address without the patient, who may be merged meanwhile."""

    @property
    def type_name(self) -> str:
        return self.path[-1][0] if self.path else "patient"

    @property
    def key(self) -> str:
        return self.path[-1][1] if self.path else self.opened.stored.root.key

    @property
    def blank(self) -> Record:
        """What the form of a new record opens with."""
        answers = proposed(self.opened.case, self.path[:-1], self.type_name)
        return Record(self.type_name, self.key, answers)

    @cached_property
    def row(self) -> ClinicalRecord | None:
        return self.opened.stored.rows.get(self.path)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Where drafts of it may be: a new one hangs on the patient, or on one who came to be it."""
        if self.version is not None or len(self.path) != 1:
            return (self.place,)
        merged = Patient.objects.filter(merged_into=self.opened.patient.pk)
        pks = merged.values_list("pk", flat=True)
        return (self.place, *(new_place("patient", pk, self.type_name) for pk in pks))

    @property
    def signature(self) -> SignOff | None:
        """Who signed the record, while it stays signed."""
        return self.opened.stored.signed.get(self.path)

    @property
    def editable(self) -> bool:
        return self.opened.editable and self.signature is None

    @cached_property
    def saved(self) -> Saved:
        """What is stored, and who entered it; of a new record nothing."""
        knows_who = self.opened.knows_who
        return saved_of(self.row, identities=knows_who) if self.row else Saved()

    def is_stale(self, version: int | None) -> bool:
        """Was the record saved, or made, since a form was opened with this version?"""
        return (self.row.version if self.row else None) != version

    def base(self, version: int | None) -> Answers | None:
        """The answers of that version; None when the trail does not know it."""
        if version is None:
            return {}
        found = version_of(self.row, version) if self.row else None
        return found.answers if found else None

    def with_key(self, key: str) -> Target:
        """A record to be made, under the key that its form had before; else as it is."""
        fits = self.version is None and _MADE_HERE.fullmatch(key)
        same = not fits or DICTIONARY[self.type_name].single
        return self if same else replace(self, path=(*self.path[:-1], (self.type_name, key)))


@dataclass(frozen=True)
class Named:
    """What an address names, whether or not it is there: a stored record, or a new one inside it.

    at : type and key of the stored record. new : type of the record to be made, or empty.
    """

    pseudonym: str
    at: tuple[str, int]
    new: str = ""

    @property
    def type_name(self) -> str:
        return self.new or self.at[0]

    def target(self, request: HttpRequest) -> Target:
        """The record as it is now. Raises Http404, PermissionDenied."""
        if self.new:
            return fresh_target(request, self.pseudonym, *self.at, self.new)
        return stored_target(request, self.pseudonym, *self.at)


def stored_place(type_name: str, pk: int) -> str:
    """How drafts of a stored record are found."""
    return f"{type_name}/{pk}/"


def new_place(parent_type: str, parent_pk: int, type_name: str) -> str:
    """How drafts of a new record inside a stored one are found."""
    return f"{stored_place(parent_type, parent_pk)}new/{type_name}/"


def stored_target(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> Target:
    """A stored record. Raises Http404 when the reader's centres have none such."""
    opened = open_patient(request, pseudonym)
    path = opened.path(type_name, pk)
    row = opened.stored.rows[path]
    return Target(opened, path, row.version, opened.address(path), stored_place(type_name, pk))


def fresh_target(
    request: HttpRequest, pseudonym: str, parent_type: str, parent_pk: int, type_name: str
) -> Target:
    """A record to be made inside a stored one, of a merged patient inside the one who was kept.

    Raises Http404, PermissionDenied.
    """
    opened = open_patient(request, pseudonym)
    if parent_type == "patient" and was_merged(opened, parent_pk):
        parent_pk = opened.patient.pk
    parent = opened.path(parent_type, parent_pk)
    if type_name not in DICTIONARY.by_name or DICTIONARY[type_name].parent != parent_type:
        raise Http404
    require(opened.editable, _("add records to this patient"))
    names = [opened.patient.pseudonym, parent_type, parent_pk, type_name]
    path = (*parent, (type_name, new_key(type_name)))
    place = new_place(parent_type, parent_pk, type_name)
    target = Target(opened, path, None, reverse("new_record", args=names), place)
    return target.with_key(request.POST.get("key", ""))


def was_merged(opened: Open, pk: int) -> bool:
    """Whether the patient with this key was merged into the opened one."""
    return Patient.objects.filter(pk=pk, merged_into=opened.patient.pk).exists()


def number(text: str | None) -> int | None:
    """A version as a form sends it, or None."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def page_of(target: Target) -> dict[str, object]:
    """What every page about one record shows around it."""
    opened = target.opened
    return {
        "target": target,
        "patient": opened.patient,
        "header": header_of(opened.stored, opened.case),
        "editable": target.editable,
        "signature": target.signature,
    }

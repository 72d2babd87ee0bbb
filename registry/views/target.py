"""Which record is a request about: one that is stored, or one that is to be made?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.dictionary.case import Record
from registry.forms.places import new_key
from registry.models import DICTIONARY
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

    @property
    def type_name(self) -> str:
        return self.path[-1][0] if self.path else "patient"

    @property
    def key(self) -> str:
        return self.path[-1][1] if self.path else self.opened.stored.root.key

    @property
    def blank(self) -> Record:
        return Record(self.type_name, self.key)


def stored_target(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> Target:
    """A stored record. Raises Http404 when the reader's centres have none such."""
    opened = open_patient(request, pseudonym)
    path = opened.path(type_name, pk)
    row = opened.stored.rows[path]
    return Target(opened, path, row.version, opened.address(path))


def fresh_target(
    request: HttpRequest, pseudonym: str, parent_type: str, parent_pk: int, type_name: str
) -> Target:
    """A record to be made inside a stored one. Raises Http404, PermissionDenied."""
    opened = open_patient(request, pseudonym)
    parent = opened.path(parent_type, parent_pk)
    if type_name not in DICTIONARY.by_name or DICTIONARY[type_name].parent != parent_type:
        raise Http404
    require(opened.editable, _("add records to this patient"))
    sent = request.POST.get("key", "")
    single = DICTIONARY[type_name].single
    key = sent if _MADE_HERE.fullmatch(sent) and not single else new_key(type_name)
    names = [pseudonym, parent_type, parent_pk, type_name]
    return Target(opened, (*parent, (type_name, key)), None, reverse("new_record", args=names))


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
        "editable": opened.editable,
    }

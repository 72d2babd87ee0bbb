"""How is what somebody types kept each second, shown again on any computer, and dropped?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.actions.save_draft import drop_draft, save_draft
from registry.dictionary.values import Answers
from registry.forms.entry import read_entry
from registry.forms.saved import says_more
from registry.models import DICTIONARY, Patient
from registry.permissions import may_edit, may_submit, require
from registry.queries import draft_of, patients_named
from registry.records import MODEL_OF, record_of
from registry.views.target import fresh_target, number

NOT_TYPED = ("csrfmiddlewaretoken", "next", "save", "clear")
"""Controls that are no part of what somebody typed."""


@dataclass(frozen=True)
class Shown:
    """A draft as its form shows it again."""

    fields: QueryDict
    version: int | None
    saved_at: datetime
    address: str


def draft_at(request: HttpRequest, place: str) -> Shown | None:
    """What the reader typed into the form at `place` and did not save; nobody else's."""
    found = draft_of(request.user, place)
    if found is None:
        return None
    fields = QueryDict(bytes(found.body).decode())
    return Shown(fields, found.version, found.saved_at, f"{place}draft/")


def typed_pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form sends that somebody typed or chose, in order."""
    return [
        (name, value)
        for name in request.POST
        for value in request.POST.getlist(name)
        if name not in NOT_TYPED
    ]


@require_POST
@login_required
def draft(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> HttpResponse:
    """Keep what stands in the form of a stored record, or drop it with `discard`."""
    patient = get_object_or_404(patients_named(request.user, pseudonym))
    require(may_edit(request.user, patient.centre_id), _("change this patient's records"))
    model = MODEL_OF.get(type_name)
    if model is None:
        raise Http404
    of_patient = {"pk": patient.pk} if model is Patient else {"patient": patient}
    row = get_object_or_404(model._default_manager.filter(**of_patient), pk=pk)
    stored = record_of(row)
    place = reverse("record", args=[patient.pseudonym, type_name, pk])
    return _kept(request, patient, place, type_name, stored.answers, stored.kept)


@require_POST
@login_required
def new_draft(
    request: HttpRequest, pseudonym: str, parent_type: str, parent_pk: int, type_name: str
) -> HttpResponse:
    """The same for a record that is not stored yet."""
    target = fresh_target(request, pseudonym, parent_type, parent_pk, type_name)
    if target.row:
        # It was saved while this was under way.
        return _said(None)
    patient, answers = target.opened.patient, target.blank.answers
    return _kept(request, patient, target.address, type_name, answers, {})


@require_POST
@login_required
def registration_draft(request: HttpRequest) -> HttpResponse:
    """The same for the page on which patients are registered."""
    require(may_submit(request.user), _("register patients"))
    place = reverse("register")
    if "discard" in request.POST:
        return _discarded(request, place)
    pairs = typed_pairs(request)
    if not any(value.strip() for name, value in pairs if name != "item"):
        drop_draft(by=request.user, place=place)
        return _said(None)
    return _said(save_draft(by=request.user, patient=None, place=place, version=None, fields=pairs))


def _kept(
    request: HttpRequest,
    patient: Patient,
    place: str,
    type_name: str,
    answers: Answers,
    kept: Mapping[int, str],
) -> HttpResponse:
    if "discard" in request.POST:
        return _discarded(request, place)
    if not says_more(read_entry(DICTIONARY[type_name], "", request.POST), answers, kept):
        drop_draft(by=request.user, place=place)
        return _said(None)
    version = number(request.POST.get("version"))
    pairs = typed_pairs(request)
    return _said(
        save_draft(by=request.user, patient=patient, place=place, version=version, fields=pairs)
    )


def _discarded(request: HttpRequest, place: str) -> HttpResponse:
    drop_draft(by=request.user, place=place)
    return redirect(place)


def _said(kept_at: datetime | None) -> HttpResponse:
    """What the head of the form shows; nothing while nothing differs from what is stored."""
    words = ""
    if kept_at:
        words = _("Draft saved %s") % f"{timezone.localtime(kept_at):%H:%M:%S}"
    return JsonResponse({"says": words})

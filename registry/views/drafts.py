"""How is what somebody types kept each second, shown again on any computer, and dropped?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.actions.save_draft import ALONE, Turn, drop_draft, save_draft
from registry.dictionary.case import Record
from registry.forms.entry import read_entry
from registry.forms.saved import says_more
from registry.models import DICTIONARY, Patient
from registry.models.draft import PAGE_LENGTH
from registry.permissions import may_edit, may_submit, require
from registry.queries import draft_of, patients_named
from registry.records import MODEL_OF, record_of
from registry.views.target import fresh_target, number, stored_place

PAGE, TURN = "draft-page", "draft-turn"
"""Which opened page sends a draft, and as which of its drafts (static/registry/entry.js)."""

REFUSED = "refused"
"""The form was sent, and refused for want of reasons: they stay marked while it is filled in."""

SAME = "same"
"""The button of a registered patient who is the one that somebody began to register."""

LEFT = "left"
"""What is in hand is the registration that was left for a patient who is there already."""

NOT_TYPED = ("csrfmiddlewaretoken", "next", "save", "clear", REFUSED, SAME, LEFT, PAGE, TURN)
"""Controls that are no part of what somebody typed."""


@dataclass(frozen=True)
class Shown:
    """A draft as its form shows it again."""

    fields: QueryDict
    version: int | None
    saved_at: datetime
    address: str


def draft_at(request: HttpRequest, places: Collection[str], address: str) -> Shown | None:
    """What the reader typed into the form at `address` and did not save; nobody else's."""
    found = draft_of(request.user, places)
    if found is None:
        return None
    fields = QueryDict(bytes(found.body).decode())
    return Shown(fields, found.version, found.saved_at, f"{address}draft/")


def busy(request: HttpRequest, patient: Patient | None, place: str) -> None:
    """Somebody else writes here for long: what was typed waits as a draft, and the page says so."""
    keep_typed(request, patient, place)
    words = _(
        "Not saved yet: an import of your centre is being stored, or a colleague saves the same "
        "patient. Try again in a minute. What you typed stands here and is kept as a draft."
    )
    messages.warning(request, words)


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
    place = stored_place(type_name, pk)
    if "discard" in request.POST:
        address = reverse("record", args=[patient.pseudonym, type_name, pk])
        return discarded(request, (place,), address)
    return _kept(request, patient, (place,), stored)


@require_POST
@login_required
def new_draft(
    request: HttpRequest, pseudonym: str, parent_type: str, parent_pk: int, type_name: str
) -> HttpResponse:
    """The same for a record that is not stored yet."""
    target = fresh_target(request, pseudonym, parent_type, parent_pk, type_name)
    if "discard" in request.POST:
        # Somebody else may have made the only record of this type meanwhile.
        address = target.opened.address(target.path) if target.row else target.address
        return discarded(request, target.places, address)
    if target.row:
        # It was saved while this was under way.
        return told_of_draft(None)
    return _kept(request, target.opened.patient, target.places, target.blank)


@require_POST
@login_required
def registration_draft(request: HttpRequest) -> HttpResponse:
    """The same for the page on which patients are registered."""
    require(may_submit(request.user), _("register patients"))
    place = reverse("register")
    if "discard" in request.POST:
        return discarded(request, registrations_in_hand(request, place), place)
    if SAME in request.POST:
        return _registered_already(request, place)
    pairs = typed_pairs(request)
    if not any(value.strip() for name, value in pairs if name != "item"):
        drop_draft(by=request.user, places=(place,))
        return told_of_draft(None)
    return told_of_draft(keep_typed(request, None, place))


def left_at(place: str) -> str:
    """Where a registration waits that somebody left because the patient is registered already."""
    return f"{place}left/"


def registrations_in_hand(request: HttpRequest, place: str) -> tuple[str, ...]:
    """The places of what this form was opened with; another registration that was left stays."""
    return (place, left_at(place)) if LEFT in request.POST else (place,)


def _registered_already(request: HttpRequest, place: str) -> HttpResponse:
    """Go to the patient. What was typed is not offered again, and not lost at once either."""
    patient = get_object_or_404(patients_named(request.user, request.POST[SAME]))
    pairs = typed_pairs(request)
    save_draft(by=request.user, patient=None, place=left_at(place), version=None, fields=pairs)
    drop_draft(by=request.user, places=(place,))
    words = _("Not registered again. Another person after all? Then go on where you register.")
    messages.success(request, words)
    return redirect("patient", patient.pseudonym)


def keep_typed(request: HttpRequest, patient: Patient | None, place: str) -> datetime:
    """Keep what a form sent as its writer's draft; the moment it was kept."""
    return save_draft(
        by=request.user,
        patient=patient,
        place=place,
        version=number(request.POST.get("version")),
        fields=typed_pairs(request),
        turn=_turn(request),
    )


def _turn(request: HttpRequest) -> Turn:
    page = request.POST.get(PAGE, "")
    fits = page.isascii() and page.isalnum() and len(page) <= PAGE_LENGTH
    return Turn(page, number(request.POST.get(TURN)) or 0) if fits else ALONE


def _kept(
    request: HttpRequest, patient: Patient, places: Sequence[str], stored: Record
) -> HttpResponse:
    """places : the one where it is kept, and others where it was before."""
    entry = read_entry(DICTIONARY[stored.type], "", request.POST)
    if not says_more(entry, stored.answers, stored.kept):
        drop_draft(by=request.user, places=places)
        return told_of_draft(None)
    return told_of_draft(keep_typed(request, patient, places[0]))


def discarded(request: HttpRequest, places: Collection[str], address: str) -> HttpResponse:
    """Forget what was typed at these places, and show the form as it is stored."""
    drop_draft(by=request.user, places=places)
    return redirect(address)


def told_of_draft(kept_at: datetime | None) -> HttpResponse:
    """What the head of the form shows; nothing while nothing differs from what is stored."""
    words = ""
    if kept_at:
        words = _("Draft saved %s") % f"{timezone.localtime(kept_at):%H:%M:%S}"
    return JsonResponse({"says": words})

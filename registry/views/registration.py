"""How is a patient registered, and who may she be already?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registry.actions.look_elsewhere import may_look_elsewhere
from registry.actions.register_patient import (
    MOST,
    AlreadyRegistered,
    MaybeRegistered,
    register_patient,
)
from registry.actions.same_person import suspects, tokens_in
from registry.actions.save_draft import drop_draft
from registry.actions.store import CannotBeStored
from registry.dictionary.values import KEY_LENGTH
from registry.forms.places import case_of
from registry.forms.registration import Registration, read_registration, registration_sheets
from registry.forms.side_by_side import Line, side_by_side
from registry.models import Patient
from registry.permissions import may_merge, may_submit, require
from registry.queries import patients_for
from registry.records import load_cases
from registry.scope import Busy
from registry.views.drafts import LEFT, busy, draft_at, left_at, registrations_in_hand
from registry.views.header import header_of
from registry.views.words import errors_left

HOW_LONG = timedelta(hours=1)
"""A registration that was left for a patient who is there already can be taken up again so long."""


@dataclass(frozen=True)
class Candidate:
    """A patient of the own centre beside what was typed."""

    patient: Patient
    disease: str
    lines: list[Line]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register(request: HttpRequest) -> HttpResponse:
    """A new patient: the own number, and what is known of the person."""
    require(may_submit(request.user), _("register patients"))
    place = reverse("register")
    if request.method == "POST":
        return _register(request, read_registration(request.POST), place)
    draft, left = (draft_at(request, (at,), place) for at in (place, left_at(place)))
    if LEFT in request.GET:
        # What was typed there since is the later one.
        draft, left = draft_at(request, (place, left_at(place)), place), None
    offered = left if left and timezone.now() - left.saved_at < HOW_LONG else None
    more = {"draft": draft, "left": offered}
    return _page(request, read_registration(draft.fields) if draft else None, more)


def _register(request: HttpRequest, entry: Registration, place: str) -> HttpResponse:
    """Store the patient, or show the page again with what stands against it."""
    against: dict[str, object] = {}
    if entry.readable:
        try:
            saved = register_patient(
                by=request.user, case=entry.record, apart=entry.apart, ask=entry.asks
            )
        except Busy:
            busy(request, None, place)
            return _page(request, entry, {}, status=409)
        except AlreadyRegistered as refusal:
            against["taken"] = refusal.patient
        except MaybeRegistered:
            against["asked"] = True
        except CannotBeStored as refusal:
            against["refused"] = str(refusal)
        else:
            drop_draft(by=request.user, places=registrations_in_hand(request, place))
            wrong = errors_left(saved.patient)
            tell = messages.warning if wrong else messages.success
            tell(request, f"{_('Registered as %s.') % saved.patient.pseudonym} {wrong}".strip())
            return redirect("patient", saved.patient.pseudonym)
    return _page(request, entry, against, status=422)


def _page(
    request: HttpRequest,
    entry: Registration | None,
    more: dict[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "sheets": registration_sheets(entry),
        "entry": entry,
        "key_length": KEY_LENGTH,
        "taken_up": LEFT in (request.POST or request.GET),
        **more,
        **_found(request, entry),
    }
    return render(request, "registry/register.html", context, status=status)


@require_POST
@login_required
def candidates(request: HttpRequest) -> HttpResponse:
    """Who of the own centre may be the person that is being typed, and whether another centre has one."""
    require(may_submit(request.user), _("register patients"))
    entry = read_registration(request.POST)
    context = {"entry": entry} | _found(request, entry)
    return render(request, "registry/_candidates_answer.html", context)


def _found(request: HttpRequest, entry: Registration | None) -> dict[str, object]:
    """What stands beside the form: alike patients, and whether another centre has one."""
    tokens = tokens_in(entry.record) if entry else frozenset()
    if entry is None or not tokens:
        return {"candidates": [], "elsewhere": False}
    centre_id = request.user.centre_id
    may_look = may_look_elsewhere(by=request.user, tokens=tokens, now=timezone.now())
    found = suspects(tokens, centre_id)
    here = [one.patient_id for one in found if one.centre_id == centre_id]
    shown = _candidates(request, entry, here[:MOST])
    return {
        "candidates": shown,
        "more": len(here) - len(shown),
        # The tick was given for those who were shown beside it, and for nobody who came since.
        "told_apart": entry.different
        and {one.patient.pseudonym for one in shown} <= set(entry.seen),
        "elsewhere": may_look and len(found) > len(here),
        "may_look": may_look,
        "may_ask": may_merge(request.user, centre_id),
    }


def _candidates(request: HttpRequest, entry: Registration, pks: list[int]) -> list[Candidate]:
    patients = patients_for(request.user).in_bulk(pks)
    cases = load_cases(patients.values())
    shown = []
    for pk in pks:
        stored = cases[pk]
        header = header_of(stored, case_of(stored.root))
        lines = side_by_side(entry.record, stored.root)
        shown.append(Candidate(patients[pk], header.disease, lines))
    return shown

"""How is a patient registered, and who may she be already?"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registry.actions.register_patient import (
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
from registry.views.drafts import draft_at
from registry.views.header import header_of

MOST = 5
"""Candidates shown: a search that finds more needs another detail."""


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
    draft = draft_at(request, place) if request.method != "POST" else None
    fields = draft.fields if draft else request.POST
    sent = request.method == "POST"
    entry = read_registration(fields) if sent or draft else None
    context = {"taken": None, "refused": "", "asked": False}
    if sent and entry and entry.readable:
        try:
            saved = register_patient(
                by=request.user, case=entry.record, apart=entry.apart, ask=entry.asks
            )
        except AlreadyRegistered as refusal:
            context["taken"] = refusal.patient
        except MaybeRegistered:
            context["asked"] = True
        except CannotBeStored as refusal:
            context["refused"] = str(refusal)
        else:
            drop_draft(by=request.user, place=place)
            messages.success(request, _("Registered as %s.") % saved.patient.pseudonym)
            return redirect("patient", saved.patient.pseudonym)
    context |= {
        "sheets": registration_sheets(entry),
        "entry": entry,
        "draft": draft,
        "key_length": KEY_LENGTH,
        **_found(request, entry),
    }
    return render(request, "registry/register.html", context, status=422 if sent else 200)


@require_POST
@login_required
def candidates(request: HttpRequest) -> HttpResponse:
    """Who of the own centre may be the person that is being typed, and whether another centre has one."""
    require(may_submit(request.user), _("register patients"))
    entry = read_registration(request.POST)
    context = {"entry": entry} | _found(request, entry)
    return render(request, "registry/_candidates_answer.html", context)


def _found(request: HttpRequest, entry: Registration | None) -> dict[str, object]:
    if entry is None:
        return {"candidates": [], "elsewhere": False}
    centre_id = request.user.centre_id
    found = suspects(tokens_in(entry.record), centre_id)
    here = [one.patient_id for one in found if one.centre_id == centre_id][:MOST]
    patients = patients_for(request.user).in_bulk(here)
    cases = load_cases(patients.values())
    shown = []
    for pk in here:
        stored = cases[pk]
        header = header_of(stored, case_of(stored.root))
        lines = side_by_side(entry.record, stored.root)
        shown.append(Candidate(patients[pk], header.disease, lines))
    return {
        "candidates": shown,
        "elsewhere": any(one.centre_id != centre_id for one in found),
        "may_ask": may_merge(request.user, centre_id),
    }

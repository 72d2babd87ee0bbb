"""Which patients may be this person, what was merged into her, and how are two made one or told apart?"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registry.actions.links import ask_for_link, keep_apart
from registry.actions.merge_patients import (
    CannotMerge,
    MergePlan,
    merge_patients,
    merge_plan,
    undo_merge,
)
from registry.actions.same_person import undecided
from registry.actions.store import CannotBeStored
from registry.forms.entry import problem_of_reason
from registry.forms.side_by_side import side_by_side, words_of
from registry.models import DICTIONARY, LinkRequest, Patient, PatientMerge
from registry.permissions import may_merge, require
from registry.queries import merges_for, patients_for, requests_for, search_words
from registry.records import Path, StoredCase
from registry.views.header import header_of
from registry.views.places import Open, open_patient


@dataclass(frozen=True)
class Persons:
    """The card on a patient's page: who may be the same person, and what was done about it."""

    here: list[Patient]
    elsewhere: bool
    requests: list[LinkRequest]
    merges: list[PatientMerge]
    may_merge: bool


def persons_of(request: HttpRequest, opened: Open) -> Persons:
    """What is known of other records of this person. Of another centre's: that there is one."""
    patient = opened.patient
    acts = may_merge(request.user, patient.centre_id)
    others = undecided(patient) if acts else []
    own = patients_for(request.user).in_bulk([one.patient_id for one in others])
    requests = list(requests_for(request.user, patient))
    waiting = any(one.state == LinkRequest.State.OPEN for one in requests)
    return Persons(
        here=list(own.values()),
        elsewhere=any(one.centre_id != patient.centre_id for one in others) and not waiting,
        requests=requests,
        merges=list(merges_for(request.user, patient)),
        may_merge=acts,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def find_other(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Whom is this patient to be compared with? Named by pseudonym or own number."""
    opened = _mine(request, pseudonym)
    words = search_words(request.POST.get("other", ""))
    if words:
        exact = Q(pseudonym=words.upper()) | Q(key=words)
        other = patients_for(request.user).filter(exact).exclude(pk=opened.patient.pk).first()
        if other:
            return redirect("same_person", opened.patient.pseudonym, other.pseudonym)
    context = _page(opened) | {"words": words, "asked": request.method == "POST"}
    return render(request, "registry/find_other.html", context, status=422 if words else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def same_person(request: HttpRequest, pseudonym: str, other: str) -> HttpResponse:
    """Two patients of the centre side by side: one person, or two? The first is the one to be kept."""
    kept, merged = _mine(request, pseudonym), _mine(request, other)
    if kept.patient == merged.patient:
        return redirect("patient", kept.patient.pseudonym)
    said = {"merge": "", "apart": ""}
    if request.method == "POST":
        deed = "apart" if "apart" in request.POST else "merge"
        reason = request.POST.get("reason", "").strip()
        said[deed] = problem_of_reason(reason) or ("" if reason else _("Say why."))
        if not said[deed]:
            said[deed] = _done(request, deed, kept.patient, merged.patient, reason)
        if not said[deed]:
            return redirect("patient", kept.patient.pseudonym)
    plan = merge_plan(kept.stored, merged.stored)
    context = _page(kept) | {
        "other": merged.patient,
        "other_header": header_of(merged.stored, merged.case),
        "lines": side_by_side(kept.stored.root, merged.stored.root),
        "moving": _counted(plan.moving),
        "staying": _answers_behind(plan, merged.stored),
        "renamed": [(path[0][1], name) for path, name in plan.names.items()],
        "said": said,
        "reason": request.POST.get("reason", ""),
    }
    status = 422 if any(said.values()) else 200
    return render(request, "registry/same_person.html", context, status=status)


def _done(request: HttpRequest, deed: str, kept: Patient, other: Patient, reason: str) -> str:
    """Do it; answers what stood against it."""
    if deed == "apart":
        keep_apart(by=request.user, patient=kept, others=[other], reason=reason)
        messages.success(request, _("Kept apart. Nobody is asked about these two again."))
        return ""
    try:
        merge_patients(by=request.user, kept=kept, merged=other, reason=reason)
    except (CannotMerge, CannotBeStored) as refusal:
        return str(refusal)
    told = {"other": other.pseudonym, "kept": kept.pseudonym}
    messages.success(request, _("%(other)s leads to %(kept)s from now on.") % told)
    return ""


def _counted(rows: dict[Path, object]) -> list[tuple[str, int]]:
    """Labels of record types with how many there are, in the dictionary's order."""
    counts: dict[str, int] = {}
    for path in rows:
        counts[path[-1][0]] = counts.get(path[-1][0], 0) + 1
    return [(one.label, counts[one.name]) for one in DICTIONARY.types if one.name in counts]


def _answers_behind(plan: MergePlan, merged: StoredCase) -> list[tuple[str, list[tuple[str, str]]]]:
    """What stays with the merged patient: record by record, each answer with its label."""
    behind = []
    for path in [(), *plan.staying]:
        type_ = merged.rows[path].record_type
        record = merged.root
        for step in path:
            record = next(one for one in record.of(step[0]) if one.key == step[1])
        answers = [
            (item.label, words)
            for item in type_.items
            if (words := words_of(item, record.answers.get(item.name)))
        ]
        if answers:
            behind.append((type_.label, answers))
    return behind


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def undo(request: HttpRequest, pseudonym: str, pk: int) -> HttpResponse:
    """Take a merge back, after asking why."""
    opened = _mine(request, pseudonym)
    merge = get_object_or_404(merges_for(request.user, opened.patient), pk=pk, undone_at=None)
    reason = request.POST.get("reason", "").strip()
    problem = problem_of_reason(reason)
    if request.method == "POST" and reason and not problem:
        try:
            undo_merge(by=request.user, merge=merge, reason=reason)
        except CannotMerge as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("They are two patients again."))
            return redirect("patient", merge.merged.pseudonym)
    asked = request.method == "POST"
    context = _page(opened) | {"merge": merge, "asked": asked, "problem": problem}
    return render(request, "registry/undo_merge.html", context, status=422 if asked else 200)


@require_POST
@login_required
def ask(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Ask the registry office for the link to another centre's patient."""
    opened = _mine(request, pseudonym)
    if ask_for_link(by=request.user, patient=opened.patient):
        messages.success(request, _("Asked. The registry office's answer will stand on this page."))
    return redirect("patient", opened.patient.pseudonym)


def _mine(request: HttpRequest, pseudonym: str) -> Open:
    """A patient whose person the reader may judge. Raises Http404, PermissionDenied."""
    opened = open_patient(request, pseudonym)
    require(may_merge(request.user, opened.patient.centre_id), _("say who this patient is"))
    if not opened.knows_who:
        raise Http404
    return opened


def _page(opened: Open) -> dict[str, object]:
    return {
        "opened": opened,
        "patient": opened.patient,
        "header": header_of(opened.stored, opened.case),
    }

"""How is a visit answered in its line: alive, died or lost, without leaving the list?"""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from registry.actions.answer_visit import Answered, FoundWrong, answer_visit, undo_answer
from registry.actions.save_record import SomebodyElseSaved
from registry.actions.store import CannotBeStored
from registry.forms.dates import typed_form
from registry.forms.visit_answer import VisitAnswer, read_visit_answer
from registry.models import DICTIONARY, Patient
from registry.permissions import may_edit, may_submit, require
from registry.queries import patients_for
from registry.validation import Finding
from registry.views.due_rows import DueRow, causes, due_rows
from registry.views.home import questions_on_card, show_of, tiles_of
from registry.views.words import visit_words
from registry.work import Show, owed_by, today_of

IN_A_LIST = 50


@require_POST
@login_required
def answer(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Store the answer typed into a line of My work; the line goes, stays or says what is wrong."""
    patient = _patient(request, pseudonym)
    typed = read_visit_answer(request.POST)
    outcome = _stored(request, patient, typed)
    if isinstance(outcome, Answered):
        return _answered(request, outcome, typed)
    return render(request, "registry/_due_answered.html", {"row": outcome, "causes": causes()})


@require_POST
@login_required
def undo(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Take back what was answered a moment ago, unless somebody went on with it."""
    patient = _patient(request, pseudonym)
    told = {"patient": patient.pseudonym}
    try:
        undo_answer(by=request.user, patient=patient, key=request.POST.get("key", ""))
        messages.success(request, _("%(patient)s: taken back.") % told)
    except SomebodyElseSaved:
        said = _("%(patient)s: the record was changed since; open it to correct it.") % told
        messages.warning(request, said)
    return redirect("due_list" if request.POST.get("back") == "list" else "home")


@require_safe
@login_required
def as_list(request: HttpRequest) -> HttpResponse:
    """The overdue visits as lines of a grid that is filled by keyboard."""
    require(may_submit(request.user), _("enter follow-ups"))
    today = today_of(request.user)
    owed = owed_by(request.user, Show.OVERDUE, today)
    page = Paginator(owed, IN_A_LIST).get_page(request.GET.get("page"))
    context = {"page": page, "rows": due_rows(page.object_list, request.user, today), **_grid()}
    return render(request, "registry/due_list.html", context)


@require_POST
@login_required
def list_row(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Store one line of the grid; it says that it is stored, or what is wrong with it."""
    patient = _patient(request, pseudonym)
    typed = read_visit_answer(request.POST)
    outcome = _stored(request, patient, typed)
    if isinstance(outcome, Answered):
        context = {"patient": outcome.patient, "said": _said(outcome, typed), "made": outcome.key}
        if typed.typed["relapse_since"] == "YES":
            names = [outcome.patient.pseudonym, "patient", outcome.patient.pk, "relapse"]
            context["relapse"] = reverse("new_record", args=names)
        return render(request, "registry/_due_list_done.html", context)
    return render(request, "registry/_due_list_row.html", {"row": outcome, **_grid()})


def _patient(request: HttpRequest, pseudonym: str) -> Patient:
    patient = get_object_or_404(patients_for(request.user), pseudonym=pseudonym)
    require(may_edit(request.user, patient.centre_id), _("change this patient's records"))
    return patient


def _stored(request: HttpRequest, patient: Patient, typed: VisitAnswer) -> Answered | DueRow:
    """What was stored, or the line again with what stands against it."""
    problems, findings = typed.problems, ()
    if not problems:
        try:
            return answer_visit(
                by=request.user,
                patient=patient,
                owed=typed.owed,
                follow_up=typed.follow_up,
                death=typed.death,
                accepted=typed.accepted,
            )
        except FoundWrong as wrong:
            findings = wrong.findings
        except CannotBeStored as refusal:
            findings = refusal.plan.refused
        except SomebodyElseSaved:
            patient.refresh_from_db()
            problems = (_("Somebody else has answered meanwhile: this is how it stands now."),)
    return _again(request, patient, typed, problems, findings)


def _again(
    request: HttpRequest,
    patient: Patient,
    typed: VisitAnswer,
    problems: tuple[str, ...],
    findings: tuple[Finding, ...],
) -> DueRow:
    (row,) = due_rows([patient], request.user, today_of(request.user))
    return replace(row, answer=typed, problems=problems, findings=findings)


def _answered(request: HttpRequest, outcome: Answered, typed: VisitAnswer) -> HttpResponse:
    today = today_of(request.user)
    still = owed_by(request.user, show_of(request), today).filter(pk=outcome.patient.pk)
    context = tiles_of(request.user, today) | {
        "said": _said(outcome, typed),
        "made": outcome.key,
        "patient": outcome.patient,
        "row": next(iter(due_rows(still, request.user, today)), None),
        "gone": not still.exists(),
        "causes": causes(),
        "questions": questions_on_card(request.user),
    }
    return render(request, "registry/_due_answered.html", context)


def _said(outcome: Answered, typed: VisitAnswer) -> str:
    """What was stored, in a sentence, and which visit comes next."""
    words = {
        "ALIVE": _("%(patient)s: alive on %(day)s."),
        "DEAD": _("%(patient)s: died on %(day)s."),
        "LOST": _("%(patient)s: lost, last known on %(day)s."),
    }[typed.typed["answer"]]
    day = typed_form(typed.when) if typed.when else ""
    said = words % {"patient": outcome.patient.pseudonym, "day": day}
    if outcome.patient.due_on is None:
        return said
    following = visit_words(outcome.patient.due_visit)
    until = f"{outcome.patient.due_on:%d/%m/%Y}"
    return f"{said} " + _("Next: %(visit)s, due %(day)s.") % {"visit": following, "day": until}


def _grid() -> dict[str, object]:
    """What can be chosen in the grid, in words short enough for its columns."""
    items = DICTIONARY["follow_up"].by_name
    disease, relapse = items["disease_status"].labels, items["relapse_since"].labels
    short = {
        "CR": _("CR"),
        "MRD": _("MRD"),
        "RELAPSE": _("Relapse"),
        "PERSISTENT": _("Never CR"),
        "NE": _("NE"),
    }
    return {
        "statuses": [("ALIVE", _("Alive")), ("DEAD", _("Died")), ("LOST", _("Lost"))],
        "diseases": [(code, short[code], label) for code, label in disease.items()],
        "relapses": list(relapse.items()),
    }

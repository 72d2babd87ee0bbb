"""Where does the registry office decide whether patients of two centres are one person?"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registry.actions.links import decide_link
from registry.actions.same_person import IN_ANOTHER_CENTRE, agreement_of, undecided
from registry.forms.entry import problem_of_reason
from registry.models import LinkRequest, Patient
from registry.permissions import may_decide_links, require
from registry.queries import open_questions_for, open_requests_for, patients_for, patients_named
from registry.records import IDENTITY
from registry.views.header import Header, facts_of, header_of
from registry.views.places import Open, open_patient

LONGEST_LIST = 50


@dataclass(frozen=True)
class Found:
    """A pair that the registry itself found: whose record asks, since when, and who it may be."""

    patient: Patient
    other: Patient
    since: object


@require_safe
@login_required
def links(request: HttpRequest) -> HttpResponse:
    """What centres ask, and what the registry found itself; oldest first."""
    require(may_decide_links(request.user), _("decide about links"))
    requests = open_requests_for(request.user).select_related(
        "centre", "patient", "other", "other__centre"
    )
    context = {
        "requests": requests,
        "found": _found(request),
        "today": timezone.localdate(),
    }
    return render(request, "registry/links.html", context)


def _found(request: HttpRequest) -> list[Found]:
    questions = open_questions_for(request.user).filter(rule=IN_ANOTHER_CENTRE)
    found = []
    for question in questions.order_by("opened_at")[:LONGEST_LIST]:
        others = [
            one.patient_id
            for one in undecided(question.patient)
            if one.centre_id != question.centre_id
        ]
        rows = patients_for(request.user).in_bulk(others[:1])
        found += [Found(question.patient, other, question.opened_at) for other in rows.values()]
    return found


@dataclass(frozen=True)
class Side:
    """One of the two: what the office may know of a patient, and that is not who it is."""

    patient: Patient
    header: Header
    facts: list[tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def link(request: HttpRequest, pseudonym: str, other: str) -> HttpResponse:
    """Both patients side by side, how their details agree, and the decision."""
    require(may_decide_links(request.user), _("decide about links"))
    both = [_opened(request, one) for one in (pseudonym, other)]
    one, two = (opened.patient for opened in both)
    if one.centre_id == two.centre_id:
        raise Http404
    note, problem = request.POST.get("note", "").strip(), ""
    if request.method == "POST":
        same = request.POST.get("same")
        problem = problem_of_reason(note) if note else ""
        problem = problem or (
            "" if same in ("yes", "no") else _("Say whether they are one person.")
        )
        if not problem:
            decide_link(by=request.user, patient=one, other=two, same=same == "yes", note=note)
            messages.success(request, _("Decided. Both centres see it on their patient's page."))
            return redirect("links")
    context = {
        "sides": [
            Side(opened.patient, header_of(opened.stored, opened.case), facts_of(opened.case))
            for opened in both
        ],
        "agreement": _in_words(one, two),
        "asked": LinkRequest.objects.filter(patient=one, other=two)
        .select_related("asked_by")
        .first(),
        "note": note,
        "problem": problem,
    }
    return render(request, "registry/link.html", context, status=422 if problem else 200)


def _opened(request: HttpRequest, pseudonym: str) -> Open:
    get_object_or_404(patients_named(request.user, pseudonym))
    opened = open_patient(request, pseudonym)
    if IDENTITY[0] in opened.stored.root.children:
        raise Http404
    return opened


def _in_words(one: Patient, other: Patient) -> list[tuple[str, str, str]]:
    """Each detail with how the two agree in it, in words, and whether that speaks for one person."""
    labels = {
        "birth_date": _("Birth date"),
        "names": _("Names"),
        "sex": _("Sex"),
        "national_number": _("National number"),
    }
    words = {
        "same": _("equal"),
        "swapped": _("day and month exchanged"),
        "exchanged": _("two digits exchanged"),
        "one digit": _("equal but for one digit"),
        "same month": _("same month, the day is not known of both"),
        "same year": _("same year, the month is not known of both"),
        "two parts": _("two of day, month and year equal"),
        "similar": _("equal but for a few letters"),
        "in part": _("equal in part"),
        "same initials": _("same initials, the names are not known of both"),
        "one initial": _("one initial equal, the names are not known of both"),
        "other initials": _("other initials"),
        "different": _("different"),
        "unknown": _("not known of both"),
    }
    agreed = agreement_of(one, other).details
    return [(labels[name], words[word], _speaks(word)) for name, word in agreed.items()]


def _speaks(word: str) -> str:
    if word == "unknown":
        return "unknown"
    return "against" if word in ("different", "other initials") else "for"

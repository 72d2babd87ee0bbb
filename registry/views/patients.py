"""Who are the reader's patients, what happened to one of them, and how is a new one registered?"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.forms.places import case_of
from registry.permissions import may_submit
from registry.pseudonym import mistyped
from registry.queries import patients_for, search_words, with_something_open
from registry.records import IDENTITY, load_cases
from registry.views.course import course_of
from registry.views.events import events_of
from registry.views.header import facts_of, header_of
from registry.views.menu import additions, menu_of
from registry.views.places import open_patient
from registry.views.questions import card_of
from registry.views.same_person import persons_of
from registry.views.signing import to_sign

ON_A_PAGE = 50


@require_safe
@login_required
def patients(request: HttpRequest) -> HttpResponse:
    """List and search. A search that finds one patient opens it."""
    search = search_words(request.GET.get("q", ""))
    found = patients_for(request.user, search)
    only_open = "open" in request.GET
    if only_open:
        found = with_something_open(found)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    if search and page.paginator.count == 1:
        return redirect("patient", page.object_list[0].pseudonym)
    cases = load_cases(page.object_list, without=IDENTITY)
    rows = [
        (one, header_of(cases[one.pk], case_of(cases[one.pk].root))) for one in page.object_list
    ]
    context = {
        "page": page,
        "rows": rows,
        "search": search,
        "only_open": only_open,
        "mistyped": not rows and mistyped(search),
        "may_register": may_submit(request.user),
    }
    return render(request, "registry/patients.html", context)


@require_safe
@login_required
def patient(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """The course of one patient as a picture and as a table."""
    opened = open_patient(request, pseudonym)
    if opened.patient.pseudonym != pseudonym.upper():
        # The name of a patient who was merged into this one.
        return redirect("patient", opened.patient.pseudonym)
    _, adding = additions(opened, ())
    context = {
        "opened": opened,
        "patient": opened.patient,
        "header": header_of(opened.stored, opened.case),
        "course": course_of(opened, timezone.localdate()),
        "events": events_of(opened),
        "facts": facts_of(opened.case),
        "questions": card_of(request.user, opened),
        "menu": menu_of(opened, None),
        "adding": adding,
        "persons": persons_of(request, opened),
        "today": timezone.localdate(),
        "to_sign": to_sign(request.user, opened),
    }
    return render(request, "registry/patient.html", context)

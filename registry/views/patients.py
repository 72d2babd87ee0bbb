"""Who are the reader's patients, what happened to one of them, and how is a new one registered?"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registry.actions.register_patient import AlreadyRegistered, register_patient
from registry.actions.store import CannotBeStored
from registry.dictionary.values import KEY_LENGTH
from registry.forms.places import case_of
from registry.forms.registration import read_registration, registration_sheets
from registry.permissions import may_submit, require
from registry.pseudonym import mistyped
from registry.queries import open_questions_for, patients_for, search_words, with_something_open
from registry.records import IDENTITY, load_cases
from registry.views.course import course_of
from registry.views.events import events_of
from registry.views.header import facts_of, header_of
from registry.views.menu import additions, menu_of
from registry.views.places import open_patient

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
    _, adding = additions(opened, ())
    context = {
        "opened": opened,
        "patient": opened.patient,
        "header": header_of(opened.stored, opened.case),
        "course": course_of(opened, timezone.localdate()),
        "events": events_of(opened),
        "facts": facts_of(opened.case),
        "questions": open_questions_for(request.user).filter(patient=opened.patient),
        "menu": menu_of(opened, None),
        "adding": adding,
        "today": timezone.localdate(),
    }
    return render(request, "registry/patient.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register(request: HttpRequest) -> HttpResponse:
    """A new patient: the own number, and what is known of the person."""
    require(may_submit(request.user), _("register patients"))
    entry = read_registration(request.POST) if request.method == "POST" else None
    taken, refused = None, ""
    if entry and entry.readable:
        try:
            saved = register_patient(by=request.user, case=entry.record)
        except AlreadyRegistered as refusal:
            taken = refusal.patient
        except CannotBeStored as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("Registered as %s.") % saved.patient.pseudonym)
            return redirect("patient", saved.patient.pseudonym)
    context = {
        "sheets": registration_sheets(entry),
        "entry": entry,
        "taken": taken,
        "refused": refused,
        "key_length": KEY_LENGTH,
    }
    return render(request, "registry/register.html", context, status=422 if entry else 200)

"""How is a form printed: one record, all of a patient, or an empty one?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.models import DICTIONARY
from registry.paper.blank import blank_form, printable
from registry.paper.filled import Page, Printed, filled_form
from registry.paper.pdf import pdf
from registry.records import IDENTITY, Path
from registry.views.menu import menu_of
from registry.views.places import Open, open_patient
from registry.views.target import stored_target
from registry.views.words import label_of


@require_safe
@login_required
def record_pdf(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> HttpResponse:
    """One record with its answers. Of who the patient is nothing is printed."""
    target = stored_target(request, pseudonym, type_name, pk)
    if target.type_name in IDENTITY:
        raise Http404
    return _filled(request, target.opened, [target.path], target.type_name)


@require_safe
@login_required
def patient_pdf(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Every record of a patient, in the order of the menu."""
    opened = open_patient(request, pseudonym)
    paths = [
        one.path for one in menu_of(opened, None) if not one.path or one.path[-1][0] not in IDENTITY
    ]
    return _filled(request, opened, paths, "all")


@require_safe
@login_required
def blank_pdf(request: HttpRequest, type_name: str) -> HttpResponse:
    """The empty form of a record type."""
    if type_name not in [one.name for one in printable()]:
        raise Http404
    return _answer(blank_form(DICTIONARY[type_name]), f"{type_name}-empty.pdf")


@require_safe
@login_required
def blank_forms(request: HttpRequest) -> HttpResponse:
    """The empty forms that can be printed."""
    forms = [(one, one.parent not in (None, "patient")) for one in printable()]
    return render(request, "registry/blank_forms.html", {"forms": forms})


def _filled(request: HttpRequest, opened: Open, paths: list[Path], name: str) -> HttpResponse:
    at = timezone.now()
    pages = [_page(opened, path) for path in paths]
    printed = Printed(at, request.user.get_username())
    texts = filled_form(opened.patient, opened.case, pages, opened.findings, printed)
    return _answer(texts, f"{opened.patient.pseudonym}-{name}.pdf", at)


def _page(opened: Open, path: Path) -> Page:
    node, row = opened.node(path), opened.stored.rows[path]
    return Page(node, label_of(node), row.version, opened.stored.signed.get(path))


def _answer(texts: dict[str, Any], name: str, at: datetime | None = None) -> HttpResponse:
    answer = HttpResponse(pdf(texts, at), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer

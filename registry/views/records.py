"""How is one record of any type shown, filled in and saved? One form for all of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registry.actions.save_record import SomebodyElseSaved, save_record
from registry.actions.store import CannotBeStored
from registry.forms.entry import Entry, read_entry
from registry.forms.places import node_at, settled
from registry.forms.sheet import Sheet, sheet_of
from registry.models import DICTIONARY
from registry.permissions import require
from registry.queries import open_questions_for
from registry.views.conflict import differences
from registry.views.header import facts_of
from registry.views.menu import additions, menu_of, next_after
from registry.views.places import open_patient
from registry.views.target import Target, fresh_target, number, page_of, stored_target
from registry.views.words import label_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def record(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> HttpResponse:
    """The form of a stored record; POST saves it."""
    target = stored_target(request, pseudonym, type_name, pk)
    return _save(request, target) if request.method == "POST" else _show(request, target)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_record(
    request: HttpRequest, pseudonym: str, parent_type: str, parent_pk: int, type_name: str
) -> HttpResponse:
    """The form of a record that is not stored yet; POST saves it."""
    target = fresh_target(request, pseudonym, parent_type, parent_pk, type_name)
    if target.path in target.opened.stored.rows and request.method != "POST":
        return redirect(target.opened.address(target.path))
    return _save(request, target) if request.method == "POST" else _show(request, target)


@require_POST
@login_required
def fields(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> HttpResponse:
    """The form again, with branches and findings as they follow from what was typed. Saves nothing."""
    return _again(request, stored_target(request, pseudonym, type_name, pk))


@require_POST
@login_required
def new_fields(
    request: HttpRequest, pseudonym: str, parent_type: str, parent_pk: int, type_name: str
) -> HttpResponse:
    """The same for a record that is not stored yet."""
    return _again(request, fresh_target(request, pseudonym, parent_type, parent_pk, type_name))


def _entry(request: HttpRequest, target: Target) -> Entry:
    return read_entry(DICTIONARY[target.type_name], target.key, request.POST)


def _sheet(target: Target, entry: Entry | None) -> Sheet:
    """The form with what was typed, judged as if it were saved."""
    case = target.opened.case
    if entry or target.version is None:
        typed = entry.record if entry else target.blank
        case, _ready = settled(target.opened.stored.root, target.path, typed)
    node = node_at(case, target.path)
    assert node is not None, "the record stands in its case"
    # What is stored was judged for the menu already.
    findings = target.opened.findings if case is target.opened.case else None
    return sheet_of(case, node, entry, identities=target.opened.knows_who, findings=findings)


def _show(request: HttpRequest, target: Target) -> HttpResponse:
    return _form(request, target, _sheet(target, None), None)


def _again(request: HttpRequest, target: Target) -> HttpResponse:
    require(target.opened.editable, _("change this patient's records"))
    entry = _entry(request, target)
    sheet = _sheet(target, entry)
    if request.htmx:
        context = {
            "sheet": sheet,
            "target": target,
            "patient": target.opened.patient,
            "editable": True,
        }
        return render(request, "registry/again.html", context)
    return _form(request, target, sheet, entry)


def _save(request: HttpRequest, target: Target) -> HttpResponse:
    require(target.opened.editable, _("change this patient's records"))
    entry = _entry(request, target)
    if not entry.readable:
        return _form(request, target, _sheet(target, entry), entry, status=422)
    _case, ready = settled(target.opened.stored.root, target.path, entry.record)
    version = number(request.POST.get("version"))
    save = partial(save_record, by=request.user, patient=target.opened.patient, path=target.path)
    try:
        saved = save(record=ready, version=version, reason=request.POST.get("reason", ""))
    except SomebodyElseSaved:
        return _conflict(request, target, entry)
    except CannotBeStored:
        # What the tables refuse, such as a "no" without its day; the sheet says which.
        return _form(request, target, _sheet(target, entry), entry, status=422, refused=True)
    opened = open_patient(request, saved.patient.pseudonym)
    return _after(request, replace(target, opened=opened))


def _after(request: HttpRequest, target: Target) -> HttpResponse:
    now = timezone.localtime()
    messages.success(request, _("Saved at %s.") % f"{now:%H:%M:%S}")
    if "next" in request.POST:
        following = next_after(target.opened, target.path)
        return redirect(
            following.address
            if following
            else reverse("patient", args=[target.opened.patient.pseudonym])
        )
    return redirect(target.opened.address(target.path))


def _conflict(request: HttpRequest, before: Target, entry: Entry) -> HttpResponse:
    """Somebody else saved first: theirs beside yours, and nothing overwritten."""
    target = replace(before, opened=open_patient(request, before.opened.patient.pseudonym))
    stored = target.opened.stored.rows.get(target.path)
    if stored is None:
        messages.error(request, _("Somebody else has deleted this record meanwhile."))
        return redirect("patient", target.opened.patient.pseudonym)
    sent = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    context = page_of(target) | {
        "rows": differences(target.opened.record(target.path), entry),
        "sent": [
            pair for pair in sent if pair[0] not in ("csrfmiddlewaretoken", "version", "next")
        ],
        "version": stored.version,
        "address": target.opened.address(target.path),
        "label": DICTIONARY[target.type_name].label,
    }
    return render(request, "registry/conflict.html", context, status=409)


def _form(
    request: HttpRequest,
    target: Target,
    sheet: Sheet,
    entry: Entry | None,
    *,
    status: int = 200,
    refused: bool = False,
) -> HttpResponse:
    opened = target.opened
    is_new = target.version is None
    around = target.path[:-1] if is_new else target.path
    within, adding = additions(opened, around)
    label = DICTIONARY[target.type_name].label if is_new else label_of(opened.node(target.path))
    version = number(request.POST.get("version")) if entry else target.version
    context = page_of(target) | {
        "sheet": sheet,
        "label": label,
        "is_new": is_new,
        "version": "" if version is None else version,
        "menu": menu_of(opened, None if is_new else target.path),
        "within": within,
        "adding": adding,
        "following": None if is_new else next_after(opened, target.path),
        "facts": facts_of(opened.case),
        "questions": open_questions_for(request.user).filter(patient=opened.patient),
        "today": timezone.localdate(),
        "refused": refused,
        "reason_problems": entry.reason_problems if entry else (),
    }
    return render(request, "registry/form.html", context, status=status)

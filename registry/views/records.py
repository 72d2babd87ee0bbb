"""How is one record of any type shown, filled in and saved? One form for all of them."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registry.actions.ask_question import ask_question
from registry.actions.correct_and_answer import Corrected, correct_and_answer
from registry.actions.plan import SIGNED
from registry.actions.save_draft import drop_draft
from registry.actions.save_record import Saved, SomebodyElseSaved, Unexplained
from registry.actions.store import CannotBeStored
from registry.forms.entry import Entry, read_entry
from registry.forms.places import closed_branches, settled
from registry.forms.saved import reasons_of, rebased
from registry.models import DICTIONARY
from registry.permissions import require
from registry.scope import Busy
from registry.views.answering import Answering, answered_with_save, too_late, words_after
from registry.views.conflict import gone_page, merge_page, needs_the_merge_page
from registry.views.drafts import REFUSED, busy, draft_at, keep_typed
from registry.views.form_page import Form, form_page, may_question, sheet_at
from registry.views.menu import next_after
from registry.views.places import open_patient
from registry.views.signing import signed_meanwhile
from registry.views.target import (
    Named,
    Target,
    fresh_target,
    new_place,
    number,
    stored_target,
)
from registry.views.words import errors_left


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def record(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> HttpResponse:
    """The form of a stored record; POST saves it."""
    return _page(request, Named(pseudonym, (type_name, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_record(
    request: HttpRequest, pseudonym: str, parent_type: str, parent_pk: int, type_name: str
) -> HttpResponse:
    """The form of a record that is not stored yet; POST saves it."""
    return _page(request, Named(pseudonym, (parent_type, parent_pk), type_name))


def _page(request: HttpRequest, named: Named) -> HttpResponse:
    if request.method != "POST":
        return _open(request, named)
    try:
        target = named.target(request)
    except Http404:
        return gone_page(request, named)
    if target.row is None and target.place != new_place(*named.at, target.type_name):
        return _carried_over(request, target)
    return _save(request, named, target)


def _carried_over(request: HttpRequest, target: Target) -> HttpResponse:
    """A new record of a patient who is another one by now: what was typed waits there as a draft."""
    keep_typed(request, target.opened.patient, target.place)
    words = _(
        "Not saved yet: the patient was merged into %s while you had the form open. What you typed "
        "stands here; look at it, then save."
    )
    messages.warning(request, words % target.opened.patient.pseudonym)
    return redirect(target.address)


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


def _open(request: HttpRequest, named: Named) -> HttpResponse:
    """The form as it is stored, or with the reader's draft laid over."""
    target = named.target(request)
    if named.new and target.row:
        return redirect(target.opened.address(target.path))
    if named.new and target.place != new_place(*named.at, named.new):
        # The patient was merged: her records are made in the one who was kept.
        return redirect(target.address)
    draft = draft_at(request, target.places, target.address) if target.editable else None
    if draft is None:
        return form_page(request, Form(target))
    target = target.with_key(draft.fields.get("key", ""))
    if target.version is None and target.row:
        # It was saved from another window.
        drop_draft(by=request.user, places=target.places)
        return redirect(target.opened.address(target.path))
    entry = read_entry(DICTIONARY[target.type_name], target.key, draft.fields)
    return form_page(request, Form(target, _theirs(target, draft.version, entry), draft))


def _theirs(target: Target, version: int | None, entry: Entry) -> Entry:
    """What was typed; over an older version only what was changed, so that the rest shows theirs."""
    base = target.base(version) if target.is_stale(version) else None
    return entry if base is None else rebased(entry, base)


def _heard(target: Target, entry: Entry) -> Entry:
    """What was typed, without what nobody can read in branches that are closed: it goes with them."""
    if not entry.problems:
        return entry
    closed = closed_branches(target.opened.stored.root, target.path, entry.record)
    return entry.without(closed & set(entry.problems))


def _again(request: HttpRequest, target: Target) -> HttpResponse:
    require(target.opened.editable, _("change this patient's records"))
    entry = read_entry(DICTIONARY[target.type_name], target.key, request.POST)
    version = number(request.POST.get("version"))
    entry = _theirs(target, version, entry)
    refuse = REFUSED in request.POST
    if not request.htmx:
        return form_page(request, Form(target, entry, refuse=refuse))
    context = {
        "sheet": sheet_at(target, entry, refuse=refuse),
        "reason_problems": entry.reason_problems,
        "target": target,
        "patient": target.opened.patient,
        "editable": True,
        "signature": target.signature,
        "stale": target.saved.last if target.is_stale(version) else None,
        "may_question": may_question(request, target),
    }
    return render(request, "registry/again.html", context)


def _save(request: HttpRequest, named: Named, target: Target) -> HttpResponse:
    require(target.opened.editable, _("change this patient's records"))
    entry = read_entry(DICTIONARY[target.type_name], target.key, request.POST)
    if target.signature:
        return signed_meanwhile(request, target)
    entry = _heard(target, entry)
    if not entry.readable:
        return form_page(request, Form(target, entry), status=422)
    answering = answered_with_save(request, target, entry)
    entry = answering.explain(entry)
    stale = target.is_stale(number(request.POST.get("version")))
    if stale or needs_the_merge_page(request, target, entry):
        return merge_page(request, target, entry)
    if answering.problems:
        return form_page(request, Form(target, entry, answering=answering), status=422)
    try:
        done = _stored(request, target, entry, answering)
    except SomebodyElseSaved:
        return _overtaken(request, named, entry)
    except Busy:
        busy(request, target.opened.patient, target.place)
        return form_page(request, Form(target, entry), status=409)
    except Unexplained:
        return form_page(request, Form(target, entry, refuse=True), status=422)
    except CannotBeStored as refusal:
        if any(one.rule == SIGNED for one in refusal.plan.refused):
            return signed_meanwhile(request, target)
        # What the tables refuse, such as a "no" without its day; the sheet says which.
        return form_page(request, Form(target, entry, refused=True), status=422)
    opened = open_patient(request, done.saved.patient.pseudonym)
    return _after(request, replace(target, opened=opened), done)


@transaction.atomic
def _stored(request: HttpRequest, target: Target, entry: Entry, answering: Answering) -> Corrected:
    """Save it, ask what was to be asked, and forget the draft."""
    _case, ready = settled(target.opened.stored.root, target.path, entry.record)
    done = correct_and_answer(
        by=request.user,
        patient=target.opened.patient,
        path=target.path,
        record=ready,
        version=number(request.POST.get("version")),
        answers=answering.answers,
        reason=entry.reason,
        reasons=reasons_of(target.saved, entry, ready),
    )
    _ask(request, target, entry, done.saved)
    drop_draft(by=request.user, places=target.places)
    return done


def _overtaken(request: HttpRequest, named: Named, entry: Entry) -> HttpResponse:
    """Somebody was quicker between reading and locking: it was changed, deleted or merged away."""
    try:
        target = named.target(request)
    except Http404:
        return gone_page(request, named)
    if target.row is None:
        return _carried_over(request, target)
    return merge_page(request, target, entry)


def _ask(request: HttpRequest, target: Target, entry: Entry, saved: Saved) -> None:
    """Send the words to the registry office that were typed beside warnings."""
    for rule, words in entry.asks.items():
        here = (
            one.items[0]
            for one in saved.plan.findings
            if one.rule == rule
            and (one.record_type, one.record_key) == (target.type_name, target.key)
            and one.items
        )
        ask_question(
            by=request.user,
            patient=target.opened.patient,
            path=target.path,
            item=next(here, ""),
            text=words,
        )


def _after(request: HttpRequest, target: Target, done: Corrected) -> HttpResponse:
    now = timezone.localtime()
    wrong = errors_left(target.opened.patient)
    told = [_("Saved at %s.") % f"{now:%H:%M:%S}", words_after(done), wrong]
    tell = messages.warning if wrong else messages.success
    tell(request, " ".join(one for one in told if one))
    if done.too_late:
        messages.warning(request, too_late(done))
    if "next" in request.POST:
        following = next_after(target.opened, target.path)
        return redirect(
            following.address
            if following
            else reverse("patient", args=[target.opened.patient.pseudonym])
        )
    return redirect(target.opened.address(target.path))

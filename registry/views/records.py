"""How is one record of any type shown, filled in and saved? One form for all of them."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
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
from registry.actions.save_record import Saved, SomebodyElseSaved
from registry.actions.store import CannotBeStored
from registry.forms.entry import Entry, read_entry
from registry.forms.places import node_at, settled
from registry.forms.saved import reasons_of, rebased
from registry.forms.sheet import Around, Sheet, sheet_of
from registry.models import DICTIONARY
from registry.permissions import may_ask, require
from registry.views.answering import Answering, answered_with_save, too_late, words_after
from registry.views.conflict import gone_page, merge_page, needs_the_merge_page
from registry.views.drafts import Shown, draft_at
from registry.views.header import facts_of
from registry.views.menu import additions, menu_of, next_after
from registry.views.places import open_patient
from registry.views.questions import card_of
from registry.views.signing import signed_meanwhile, signing_of
from registry.views.target import Target, fresh_target, number, page_of, stored_target
from registry.views.words import label_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def record(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> HttpResponse:
    """The form of a stored record; POST saves it."""
    try:
        target = stored_target(request, pseudonym, type_name, pk)
    except Http404:
        if request.method != "POST":
            raise
        return gone_page(request, pseudonym, (type_name, pk), type_name)
    return _save(request, target) if request.method == "POST" else _open(request, target)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_record(
    request: HttpRequest, pseudonym: str, parent_type: str, parent_pk: int, type_name: str
) -> HttpResponse:
    """The form of a record that is not stored yet; POST saves it."""
    try:
        target = fresh_target(request, pseudonym, parent_type, parent_pk, type_name)
    except Http404:
        if request.method != "POST":
            raise
        return gone_page(request, pseudonym, (parent_type, parent_pk), type_name)
    if request.method == "POST":
        return _save(request, target)
    return redirect(target.opened.address(target.path)) if target.row else _open(request, target)


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


def _sheet(target: Target, entry: Entry | None, *, refuse: bool = False) -> Sheet:
    """The form with what was typed, judged as if it were saved."""
    case = target.opened.case
    if entry or target.row is None:
        typed = entry.record if entry else target.blank
        case, _ready = settled(target.opened.stored.root, target.path, typed)
    node = node_at(case, target.path)
    assert node is not None, "the record stands in its case"
    # What is stored was judged for the menu already.
    findings = target.opened.findings if case is target.opened.case else None
    pk = target.row.pk if target.row else 0
    asked = target.opened.asked.get((target.type_name, pk), ())
    around = Around(target.saved if target.opened.editable else Around().saved, asked, refuse)
    knows_who = target.opened.knows_who
    return sheet_of(case, node, entry, identities=knows_who, findings=findings, around=around)


def _open(request: HttpRequest, target: Target) -> HttpResponse:
    """The form as it is stored, or with the reader's draft laid over."""
    draft = draft_at(request, target.address) if target.editable else None
    if draft is None:
        return _form(request, target, None)
    target = target.with_key(draft.fields.get("key", ""))
    if target.version is None and target.row:
        # It was saved from another window.
        drop_draft(by=request.user, place=target.address)
        return redirect(target.opened.address(target.path))
    entry = read_entry(DICTIONARY[target.type_name], target.key, draft.fields)
    return _form(request, target, _theirs(target, draft.version, entry), draft=draft)


def _theirs(target: Target, version: int | None, entry: Entry) -> Entry:
    """What was typed; over an older version only what was changed, so that the rest shows theirs."""
    base = target.base(version) if target.is_stale(version) else None
    return entry if base is None else rebased(entry, base)


def _again(request: HttpRequest, target: Target) -> HttpResponse:
    require(target.opened.editable, _("change this patient's records"))
    entry = read_entry(DICTIONARY[target.type_name], target.key, request.POST)
    version = number(request.POST.get("version"))
    entry = _theirs(target, version, entry)
    if not request.htmx:
        return _form(request, target, entry)
    context = {
        "sheet": _sheet(target, entry),
        "target": target,
        "patient": target.opened.patient,
        "editable": True,
        "signature": target.signature,
        "stale": target.saved.last if target.is_stale(version) else None,
        "may_question": _may_question(request, target),
    }
    return render(request, "registry/again.html", context)


def _may_question(request: HttpRequest, target: Target) -> bool:
    """At each field; of a record that is stored."""
    return target.row is not None and may_ask(request.user, target.opened.patient.centre_id)


def _save(request: HttpRequest, target: Target) -> HttpResponse:
    require(target.opened.editable, _("change this patient's records"))
    entry = read_entry(DICTIONARY[target.type_name], target.key, request.POST)
    version = number(request.POST.get("version"))
    if target.signature:
        return signed_meanwhile(request, target)
    if not entry.readable:
        return _form(request, target, entry, status=422)
    answering = answered_with_save(request, target, entry)
    entry = answering.explain(entry)
    if target.is_stale(version) or needs_the_merge_page(request, target, entry):
        return merge_page(request, target, entry)
    if answering.problems:
        return _form(request, target, entry, status=422, answering=answering)
    if target.saved.unexplained(entry):
        return _form(request, target, entry, status=422, refuse=True)
    _case, ready = settled(target.opened.stored.root, target.path, entry.record)
    try:
        done = correct_and_answer(
            by=request.user,
            patient=target.opened.patient,
            path=target.path,
            record=ready,
            version=version,
            answers=answering.answers,
            reason=entry.reason,
            reasons=reasons_of(target.saved, entry, ready),
        )
    except SomebodyElseSaved:
        return merge_page(request, target, entry)
    except CannotBeStored as refusal:
        if any(one.rule == SIGNED for one in refusal.plan.refused):
            return signed_meanwhile(request, target)
        # What the tables refuse, such as a "no" without its day; the sheet says which.
        return _form(request, target, entry, status=422, refused=True)
    saved = done.saved
    _ask(request, target, entry, saved)
    drop_draft(by=request.user, place=target.address)
    opened = open_patient(request, saved.patient.pseudonym)
    return _after(request, replace(target, opened=opened), done)


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
    messages.success(
        request, f"{_('Saved at %s.') % f'{now:%H:%M:%S}'} {words_after(done)}".strip()
    )
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


def _form(
    request: HttpRequest,
    target: Target,
    entry: Entry | None,
    *,
    status: int = 200,
    refused: bool = False,
    refuse: bool = False,
    draft: Shown | None = None,
    answering: Answering | None = None,
) -> HttpResponse:
    opened = target.opened
    is_new = target.version is None
    around = target.path[:-1] if is_new else target.path
    within, adding = additions(opened, around)
    label = DICTIONARY[target.type_name].label if is_new else label_of(opened.node(target.path))
    version = target.version
    if draft:
        version = draft.version
    elif entry:
        version = number(request.POST.get("version"))
    context = (
        page_of(target)
        | signing_of(request.user, target)
        | {
            "sheet": _sheet(target, entry, refuse=refuse),
            "label": label,
            "is_new": is_new,
            "version": "" if version is None else version,
            "menu": menu_of(opened, None if is_new else target.path),
            "within": within,
            "adding": adding,
            "following": None if is_new else next_after(opened, target.path),
            "facts": facts_of(opened.case),
            "questions": card_of(
                request.user,
                opened,
                target,
                typed=draft.fields if draft else request.POST,
                problems=answering.problems if answering else None,
            ),
            "may_question": _may_question(request, target),
            "today": timezone.localdate(),
            "refused": refused,
            "reason_problems": entry.reason_problems if entry else (),
            "draft": draft,
            "stale": target.saved.last if target.is_stale(version) else None,
        }
    )
    return render(request, "registry/form.html", context, status=status)

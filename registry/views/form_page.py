"""What does the page with the form of one record show: the fields, the menu, the questions beside it?"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from registry.forms.entry import Entry
from registry.forms.places import node_at, settled
from registry.forms.sheet import Around, Sheet, sheet_of
from registry.models import DICTIONARY
from registry.permissions import may_ask
from registry.views.answering import Answering
from registry.views.drafts import Shown
from registry.views.header import facts_of
from registry.views.menu import additions, menu_of, next_after
from registry.views.questions import card_of
from registry.views.signing import signing_of
from registry.views.target import Target, number, page_of
from registry.views.words import label_of


@dataclass(frozen=True)
class Form:
    """A form as it is to be shown.

    entry : what was typed, or None for what is stored. draft : where that comes from, if it was
    kept. refuse : mark what lacks a reason. refused : the tables cannot hold it.
    """

    target: Target
    entry: Entry | None = None
    draft: Shown | None = None
    answering: Answering | None = None
    refuse: bool = False
    refused: bool = False

    @property
    def is_new(self) -> bool:
        return self.target.version is None

    def version(self, request: HttpRequest) -> int | None:
        """The one that the form was opened with."""
        if self.draft:
            return self.draft.version
        return number(request.POST.get("version")) if self.entry else self.target.version


def form_page(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    """The page of the form."""
    target, version = form.target, form.version(request)
    context = (
        page_of(target)
        | signing_of(request.user, target)
        | _around(form)
        | {
            "sheet": sheet_at(target, form.entry, refuse=form.refuse),
            "version": "" if version is None else version,
            "questions": card_of(
                request.user,
                target.opened,
                target,
                typed=form.draft.fields if form.draft else request.POST,
                problems=form.answering.problems if form.answering else None,
            ),
            "may_question": may_question(request, target),
            "refused": form.refused,
            "reason_problems": form.entry.reason_problems if form.entry else (),
            "draft": form.draft,
            "stale": target.saved.last if target.is_stale(version) else None,
        }
    )
    return render(request, "registry/form.html", context, status=status)


def _around(form: Form) -> dict[str, object]:
    """What stands beside the fields: the other records, and what we know."""
    target, opened, is_new = form.target, form.target.opened, form.is_new
    within, adding = additions(opened, target.path[:-1] if is_new else target.path)
    type_ = DICTIONARY[target.type_name]
    return {
        "label": type_.label if is_new else label_of(opened.node(target.path)),
        "is_new": is_new,
        "menu": menu_of(opened, None if is_new else target.path),
        "within": within,
        "adding": adding,
        "following": None if is_new else next_after(opened, target.path),
        "facts": facts_of(opened.case),
        "today": timezone.localdate(),
    }


def sheet_at(target: Target, entry: Entry | None, *, refuse: bool = False) -> Sheet:
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


def may_question(request: HttpRequest, target: Target) -> bool:
    """At each field; of a record that is stored."""
    return target.row is not None and may_ask(request.user, target.opened.patient.centre_id)

"""Which questions wait, who asks and answers them, and where does one land from a link?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from registry.actions.answer_question import QuestionClosed, answer_question
from registry.actions.ask_question import NoSuchRecord, ask_question
from registry.actions.close_question import close_question
from registry.actions.same_person import FOR_THE_OFFICE
from registry.dictionary.values import BadValue
from registry.forms.asked import Asked, asked
from registry.forms.places import path_of
from registry.models import Question, User
from registry.permissions import may_ask, may_decide_links, require, side_of
from registry.queries import patients_named, questions_for
from registry.views.answering import ANSWER
from registry.views.places import Open, open_patient
from registry.views.target import Target, stored_target

CLOSED_SHOWN = 10


@dataclass(frozen=True)
class Card:
    """The questions beside a form or on a patient's page. `ask_at` is empty where none can be asked."""

    here: list[Asked] = field(default_factory=list)
    elsewhere: list[Asked] = field(default_factory=list)
    closed: list[Asked] = field(default_factory=list)
    ask_at: str = ""
    of_office: bool = True
    in_form: bool = False

    def add(self, shown: Asked, *, here: bool) -> None:
        """Put a question in its place; a closed one about another record has none."""
        if not shown.question.closed_at:
            (self.here if here else self.elsewhere).append(shown)
        elif here:
            self.closed.append(shown)

    def in_order(self) -> Card:
        """What waits for the reader first, a person's before a rule's; of the closed ones the last."""
        return replace(
            self,
            here=sorted(self.here, key=_turn),
            elsewhere=sorted(self.elsewhere, key=_turn),
            closed=self.closed[-CLOSED_SHOWN:][::-1],
        )


def _turn(shown: Asked) -> tuple[bool, bool, bool]:
    one = shown.question
    return (one.answered_at is not None, not shown.mine, one.rule is not None)


def with_messages(user: User) -> QuerySet[Question]:
    """The reader's questions, each with what was said about it and by whom."""
    return questions_for(user).prefetch_related("messages__by")


def _shown(one: Question, user: User, typed: str, problem: str, *, in_form: bool) -> Asked:
    """A question with what was said about it and what stands in its box."""
    return asked(
        one,
        user,
        timezone.localdate(),
        messages=one.messages.all(),
        typed=typed,
        problem=problem,
        in_form=in_form,
    )


def card_of(
    user: User,
    opened: Open,
    target: Target | None = None,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[int, str] | None = None,
) -> Card:
    """The patient's questions; those about the record of `target` first, with what was said.

    typed : what stood in the boxes, by their names. problems : what is wrong there, by question.
    """
    in_form = target is not None and target.editable
    card = Card(
        ask_at=_ask_at(user, opened, target),
        of_office=side_of(user) == Question.Side.CENTRE,
        in_form=in_form,
    )
    for one in with_messages(user).filter(patient=opened.patient):
        here = target is None or _is_about(one, opened, target)
        words = (typed or {}).get(f"{ANSWER}{one.pk}", "")
        problem = (problems or {}).get(one.pk, "")
        card.add(_shown(one, user, words, problem, in_form=in_form and here), here=here)
    return card.in_order()


def _ask_at(user: User, opened: Open, target: Target | None) -> str:
    if not may_ask(user, opened.patient.centre_id) or (target and not target.row):
        return ""
    return opened.address(target.path if target else ()) + "ask/"


def _is_about(question: Question, opened: Open, target: Target) -> bool:
    if target.row is None or question.record_type != target.type_name:
        return False
    if not target.path:
        return True
    if question.record_pk is not None:
        return question.record_pk == target.row.pk
    at = opened.case and _path(question, opened)
    return at == target.path


def _path(question: Question, opened: Open) -> tuple[tuple[str, str], ...] | None:
    """The way to the record that a question is about; None when it is not there for this reader."""
    rows = opened.stored.rows.items()
    if question.record_type == "patient":
        return ()
    if question.record_pk is not None:
        name, pk = question.record_type, question.record_pk
        return next((p for p, row in rows if (row.record_type.name, row.pk) == (name, pk)), None)
    # A rule names the record by its key, which may stand below two parents: where it is broken now.
    about = (question.rule, question.record_type, question.record_key)
    for node in opened.case.of(question.record_type):
        findings = opened.findings.get(node.pointer, ())
        if any((one.rule, one.record_type, one.record_key) == about for one in findings):
            return path_of(node)
    return next((p for p, _ in rows if p and p[-1] == about[1:]), None)


@require_safe
@login_required
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the field that a question is about; the address that lists and mails name."""
    one = get_object_or_404(questions_for(request.user), pk=pk)
    if one.rule in FOR_THE_OFFICE and may_decide_links(request.user):
        return redirect("links")
    opened = open_patient(request, one.patient.pseudonym)
    path = _path(one, opened)
    if path is None or one.closed_at:
        return redirect(reverse("patient", args=[one.patient.pseudonym]) + f"#question-{pk}")
    return redirect(f"{opened.address(path)}#{one.item or f'question-{pk}'}")


@require_POST
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something about a question; beside a form nothing else of the page changes."""
    return _told(request, pk, answer_question)


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The side that asked is content; what stands in the box is its last word."""
    return _told(request, pk, close_question)


def _told(request: HttpRequest, pk: int, tell: Callable[..., object]) -> HttpResponse:
    """Do with the question and the words in its box what was asked; what is wrong stands beside them."""
    one = get_object_or_404(questions_for(request.user), pk=pk)
    text = request.POST.get(f"{ANSWER}{pk}", "")
    try:
        tell(by=request.user, question=one, text=text)
    except BadValue as bad:
        return _one(request, pk, text, _("The answer %(problem)s") % {"problem": bad})
    except QuestionClosed:
        return _one(request, pk, text, _("The question was closed meanwhile. Nothing was sent."))
    return _one(request, pk)


def _one(request: HttpRequest, pk: int, typed: str = "", problem: str = "") -> HttpResponse:
    """The question as it is now, for htmx; without it, its page again."""
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect("question", pk)
    one = get_object_or_404(with_messages(request.user), pk=pk)
    shown = _shown(one, request.user, typed, problem, in_form="in_form" in request.POST)
    context = {
        "one": shown,
        "patient": patients_named(request.user, one.patient.pseudonym).get(),
        "in_form": shown.in_form,
        "counts": True,
    }
    return render(request, "registry/_question.html", context)


@require_POST
@login_required
def ask(request: HttpRequest, pseudonym: str, type_name: str, pk: int) -> HttpResponse:
    """Ask the other side about a record or about one of its answers."""
    target = stored_target(request, pseudonym, type_name, pk)
    patient = target.opened.patient
    require(may_ask(request.user, patient.centre_id), _("ask questions about this patient"))
    try:
        made = ask_question(
            by=request.user,
            patient=patient,
            path=target.path,
            item=request.POST.get("item", ""),
            text=request.POST.get("text", ""),
        )
    except BadValue as bad:
        problem = _("The question %(problem)s") % {"problem": bad}
        return render(request, "registry/_asked.html", {"problem": problem})
    except NoSuchRecord:
        return render(
            request, "registry/_asked.html", {"problem": _("There is no such field here.")}
        )
    if not request.htmx:
        return redirect("question", made.pk)
    context = {
        "one": asked(made, request.user, timezone.localdate()),
        "patient": patients_named(request.user, pseudonym).get(),
    }
    return render(request, "registry/_asked.html", context)

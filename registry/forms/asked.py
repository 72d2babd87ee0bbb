"""How is a question told: about which answer, how long it waits, who asked, and what was said?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.forms.dates import in_words
from registry.models import DICTIONARY, Question, QuestionMessage, User
from registry.permissions import may_ask, may_close, side_of

FRESH, PATIENT_DAYS = 2, 7
"""A question is marked when it waits for more than so many days, and again when for more than these."""


@dataclass(frozen=True)
class Age:
    """How long it waits or what became of it, in words; `state` names the colour and the shape."""

    words: str
    state: str
    sign: str


@dataclass(frozen=True)
class Line:
    """One thing said: by whom, when and what."""

    who: str
    on: date
    text: str


@dataclass(frozen=True)
class Asked:
    """A question as one reader sees it.

    `mine` : asked of the reader's side. `typed` and `problem` : what stands in the box below it, and
    what is wrong with that. `in_form` : beside the form of its record, which can be corrected.
    """

    question: Question
    age: Age
    mine: bool
    may_answer: bool
    may_close: bool
    thread: tuple[Line, ...] = ()
    typed: str = ""
    problem: str = ""
    in_form: bool = False

    @property
    def record(self) -> str:
        return record_words(self.question)

    @property
    def item(self) -> str:
        return item_words(self.question)

    @property
    def on(self) -> date:
        """The day on which it was asked."""
        return timezone.localdate(self.question.opened_at)

    @property
    def to_answer(self) -> bool:
        """True while the reader's side is to say something."""
        return self.mine and self.question.state == "open"

    @property
    def asker(self) -> str:
        return asker_words(self.question)


def asked(
    question: Question,
    user: User,
    today: date,
    *,
    messages: Sequence[QuestionMessage] = (),
    typed: str = "",
    problem: str = "",
    in_form: bool = False,
) -> Asked:
    """One question for one reader, with what was said about it."""
    waits = not question.closed_at
    return Asked(
        question,
        age_of(question, today),
        mine=side_of(user) == question.asked_of,
        may_answer=waits and may_ask(user, question.centre_id),
        may_close=waits and may_close(user, question),
        thread=tuple(
            Line(_who(one.side, one.by), timezone.localdate(one.at), one.text) for one in messages
        ),
        typed=typed,
        problem=problem,
        in_form=in_form,
    )


def age_of(question: Question, today: date) -> Age:
    """Open for so many days, or answered or closed on a day."""
    if question.closed_at:
        told = {"on": in_words(timezone.localdate(question.closed_at))}
        return Age(_("Closed %(on)s") % told, "none", "–")
    if question.answered_at:
        told = {"on": in_words(timezone.localdate(question.answered_at))}
        return Age(_("Answered %(on)s") % told, "ok", "✓")
    days = (today - timezone.localdate(question.opened_at)).days
    state, sign = "none", "○"
    if days > PATIENT_DAYS:
        state, sign = "error", "■"
    elif days > FRESH:
        state, sign = "warning", "▲"
    if days < 1:
        return Age(_("New today"), state, sign)
    words = ngettext("Open %(days)s day", "Open %(days)s days", days) % {"days": days}
    return Age(words, state, sign)


def record_words(question: Question) -> str:
    """The kind of record."""
    known = DICTIONARY.by_name.get(question.record_type)
    return known.label if known else question.record_type


def item_words(question: Question) -> str:
    """The label of the answer; empty for a question about the record as a whole."""
    known = DICTIONARY.by_name.get(question.record_type)
    item = known.by_name.get(question.item) if known else None
    return item.label if item else ""


def about_words(question: Question) -> str:
    """Both: "Relapse or progression: Date"."""
    item = item_words(question)
    return f"{record_words(question)}: {item}" if item else record_words(question)


def asker_words(question: Question) -> str:
    """Who asked: a rule by its number, the registry office, or somebody of the centre."""
    if question.rule is not None or question.opened_by is None:
        return _("automatic, rule %(rule)s") % {"rule": question.rule}
    other = {Question.Side.CENTRE: Question.Side.OFFICE, Question.Side.OFFICE: Question.Side.CENTRE}
    return _who(other[Question.Side(question.asked_of)], question.opened_by)


def _who(side: str, by: User) -> str:
    """The office speaks with one voice; people of the centre by their name."""
    return _("registry office") if side == Question.Side.OFFICE else by.get_username()

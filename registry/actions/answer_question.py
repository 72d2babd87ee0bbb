"""Somebody says something about a question; when the side that was asked speaks, it is answered."""

from __future__ import annotations

from django.utils import timezone

from registry.audit import writing
from registry.dictionary.answers import read_message
from registry.models import Question, QuestionMessage, User
from registry.permissions import may_ask, require, side_of


class QuestionClosed(Exception):
    """Nothing more can be said about the question: it is closed."""


def answer_question(*, by: User, question: Question, text: str) -> Question:
    """Add what is said to the thread. The asking side's words open an answered question again.

    Raises QuestionClosed, BadValue for words that cannot be kept, PermissionDenied.
    """
    require(may_ask(by, question.centre_id), "answer this question")
    words = read_message(text)
    with writing(by=by, centres=[question.centre_id], channel="form"):
        now = timezone.now()
        held = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
        if held.closed_at:
            raise QuestionClosed
        side = side_of(by)
        QuestionMessage.objects.create(
            question=held, centre_id=held.centre_id, by=by, side=side, at=now, text=words
        )
        held.answered_at = now if side == held.asked_of else None
        held.save(update_fields=["answered_at"])
        return held

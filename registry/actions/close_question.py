"""The side that asked is content: the question is closed."""

from __future__ import annotations

from django.utils import timezone

from registry.actions.answer_question import QuestionClosed
from registry.audit import writing
from registry.dictionary.answers import read_message
from registry.models import Question, QuestionMessage, User
from registry.permissions import may_close, require, side_of


def close_question(*, by: User, question: Question, text: str = "") -> Question:
    """Close a person's question, with a last word where there is one.

    A rule's question closes itself when the rule holds again. Raises QuestionClosed when it is
    closed already, BadValue for words that cannot be kept, PermissionDenied for the side that was
    asked.
    """
    require(may_close(by, question), "close this question: the side that asked does that")
    words = read_message(text) if text.strip() else ""
    with writing(by=by, centres=[question.centre_id], channel="form"):
        held = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
        if held.closed_at:
            raise QuestionClosed
        held.closed_at, held.closed_by = timezone.now(), by
        held.save(update_fields=["closed_at", "closed_by"])
        if words:
            QuestionMessage.objects.create(
                question=held,
                centre_id=held.centre_id,
                by=by,
                side=side_of(by),
                at=held.closed_at,
                text=words,
            )
        return held

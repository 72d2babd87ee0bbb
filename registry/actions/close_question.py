"""The side that asked is content: the question is closed."""

from __future__ import annotations

from django.utils import timezone

from registry.actions.answer_question import QuestionClosed
from registry.audit import writing
from registry.models import Question, User
from registry.permissions import may_ask, require, side_of


def close_question(*, by: User, question: Question) -> Question:
    """Close a person's question. A rule's question closes itself when the rule holds again.

    Raises QuestionClosed when it is closed already, PermissionDenied for the side that was asked.
    """
    asked_by_mine = question.rule is None and side_of(by) != question.asked_of
    allowed = may_ask(by, question.centre_id) and asked_by_mine
    require(allowed, "close this question: the side that asked does that")
    with writing(by=by, centres=[question.centre_id], channel="form"):
        held = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
        if held.closed_at:
            raise QuestionClosed
        held.closed_at, held.closed_by = timezone.now(), by
        held.save(update_fields=["closed_at", "closed_by"])
        return held

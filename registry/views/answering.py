"""What is said about questions in the same click that saves a form?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.translation import gettext as _

from registry.actions.correct_and_answer import Corrected, Said
from registry.dictionary.answers import read_message
from registry.dictionary.values import LONGEST_REASON, BadValue
from registry.forms.entry import Entry
from registry.permissions import may_ask
from registry.queries import questions_for
from registry.views.target import Target, number

ANSWER, PRESSED = "answer-", "question"
"""The box below a question is named so, with its number; the button "Correct and answer" is PRESSED."""


@dataclass(frozen=True)
class Answering:
    """What was typed below questions: words to send, why the form changes, and what is wrong."""

    answers: tuple[Said, ...] = ()
    reason: str = ""
    problems: Mapping[int, str] | None = None

    def explain(self, entry: Entry) -> Entry:
        """The entry; what it changes without a reason of its own, it changes because of a question."""
        return entry if entry.reason or not self.reason else replace(entry, reason=self.reason)


def answered_with_save(request: HttpRequest, target: Target, entry: Entry) -> Answering:
    """Read the boxes that a form sent along. An empty box counts where its button was pressed:
    then the corrections are the answer, told by the labels of what changes."""
    wanted = _sent(request)
    patient = target.opened.patient
    if not wanted or not may_ask(request.user, patient.centre_id):
        return Answering()
    answers, problems, reason = [], {}, ""
    for one in questions_for(request.user).filter(patient=patient, pk__in=wanted):
        typed = wanted[one.pk]
        try:
            said = read_message(typed or _corrected(target, entry))
        except BadValue as bad:
            problems[one.pk] = _("The answer %(problem)s") % {"problem": bad}
            if not typed:
                problems[one.pk] = _("Nothing was corrected: change the form, or write an answer")
            continue
        answers.append(Said(one, said))
        reason = reason or (typed or _("Question: %s") % one.text)[:LONGEST_REASON]
    return Answering(tuple(answers), reason, problems)


def _sent(request: HttpRequest) -> dict[int, str]:
    texts = {
        number(name.removeprefix(ANSWER)): text.strip()
        for name, text in request.POST.items()
        if name.startswith(ANSWER) and isinstance(text, str)
    }
    pressed = number(request.POST.get(PRESSED))
    return {
        pk: text for pk, text in texts.items() if pk is not None and (text or pk == pressed)
    } | ({pressed: ""} if pressed is not None and pressed not in texts else {})


def _corrected(target: Target, entry: Entry) -> str:
    """Corrected: Date, Sites. Empty when nothing differs from what is stored."""
    stored = target.saved.answers
    labels = [
        item.label
        for item in target.row.record_type.items
        if item.name in entry.record.answers
        and entry.record.answers[item.name] != stored.get(item.name)
    ] if target.row else []  # fmt: skip
    return _("Corrected: %s") % ", ".join(labels) if labels else ""


def sent_pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """The boxes and the button as controls, for a page that asks something before it saves."""
    return [
        (name, text)
        for name, text in request.POST.items()
        if (name.startswith(ANSWER) or name == PRESSED) and isinstance(text, str) and text
    ]


def words_after(done: Corrected) -> str:
    """What is told after the save."""
    return " ".join(_("“%s” is answered.") % one.question.text for one in done.told)


def too_late(done: Corrected) -> str:
    """What could not be said any more, so that nobody has to type it again."""
    return " ".join(
        _("A question was closed meanwhile; not sent: “%s”") % one.text for one in done.too_late
    )

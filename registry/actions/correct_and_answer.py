"""Somebody corrects a record because of questions, and says so in their threads: both or neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from registry.actions.answer_question import QuestionClosed, answer_question
from registry.actions.lock import lock_patient
from registry.actions.save_record import Saved, first_in_line, save_record
from registry.audit import writing
from registry.dictionary.case import Record
from registry.models import Patient, Question, User
from registry.permissions import may_edit, require
from registry.records import Path


@dataclass(frozen=True)
class Said:
    """What is to be said about one question."""

    question: Question
    text: str


@dataclass(frozen=True)
class Corrected:
    """What was stored, what was said, and what could not be: its question was closed meanwhile."""

    saved: Saved
    told: list[Said] = field(default_factory=list)
    too_late: list[Said] = field(default_factory=list)


def correct_and_answer(
    *,
    by: User,
    patient: Patient,
    path: Path,
    record: Record,
    version: int | None,
    answers: Sequence[Said],
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
) -> Corrected:
    """Save one record as `save_record` does, and add `answers` to the threads of their questions.

    Said before the record is stored: the question of a rule closes itself by the correction. Raises
    what `save_record` raises, and BadValue for words that cannot be kept; then nothing is written.
    """
    require(may_edit(by, patient.centre_id), "change this patient's records")
    # The trail keeps the context of the first write: it must know the reasons already.
    with writing(
        by=by, centres=[patient.centre_id], channel="form", reason=reason, reasons=reasons
    ):
        # Every save locks its patient before its questions; in another order two would wait for each other.
        first_in_line(patient, path)
        lock_patient(patient)
        told, too_late = _say(by, answers)
        saved = save_record(
            by=by,
            patient=patient,
            path=path,
            record=record,
            version=version,
            reason=reason,
            reasons=reasons,
        )
    return Corrected(saved, told, too_late)


def _say(by: User, answers: Sequence[Said]) -> tuple[list[Said], list[Said]]:
    """Add the words to the threads; those that were said, and those whose question is closed."""
    told: list[Said] = []
    too_late: list[Said] = []
    for one in answers:
        try:
            answer_question(by=by, question=one.question, text=one.text)
            told.append(one)
        except QuestionClosed:
            too_late.append(one)
    return told, too_late

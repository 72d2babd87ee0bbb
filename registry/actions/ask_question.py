"""Somebody asks about an answer, a record or a patient: the office its centre, or a centre the office."""

from __future__ import annotations

from django.utils import timezone

from registry.actions.lock import MergedMeanwhile, lock_patient
from registry.audit import writing
from registry.dictionary.answers import read_message
from registry.models import Patient, Question, User
from registry.permissions import may_ask, require, side_of
from registry.records import Path, load_case


class NoSuchRecord(Exception):
    """The record that somebody asks about is not there, or not any more, or is another patient's by now."""


def ask_question(*, by: User, patient: Patient, path: Path, item: str, text: str) -> Question:
    """Open a question about the record at `path`, and about its `item` where one is named.

    The registry office asks the centre, a centre asks the office. Raises BadValue for words that
    cannot be kept or are none, NoSuchRecord, PermissionDenied for those who may not ask.
    """
    require(may_ask(by, patient.centre_id), "ask questions about this patient")
    words = read_message(text)
    side = side_of(by)
    record_type, record_key = path[-1] if path else ("patient", patient.key)
    with writing(by=by, centres=[patient.centre_id], channel="form"):
        try:
            row = load_case(lock_patient(patient)).rows.get(path)
        except MergedMeanwhile as merged:
            raise NoSuchRecord from merged
        if row is None or (item and item not in row.record_type.by_name):
            raise NoSuchRecord
        return Question.objects.create(
            centre_id=patient.centre_id,
            patient=patient,
            asked_of=Question.Side.CENTRE if side == Question.Side.OFFICE else Question.Side.OFFICE,
            record_type=record_type,
            record_key=record_key,
            record_pk=row.pk,
            item=item,
            text=words,
            opened_at=timezone.now(),
            opened_by=by,
        )

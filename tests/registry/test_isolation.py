"""Can any table of any type be seen or written from another centre, or from none?"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from registry import protect
from registry.actions.delete_record import delete_record
from registry.models import (
    RECORD_MODELS,
    Draft,
    LinkRequest,
    MatchToken,
    Patient,
    PatientMerge,
    PretransplantRelapse,
    Question,
    SignOff,
)
from registry.models.base import PatientRecord
from registry.permissions import may_edit, may_submit
from registry.queries import centre_ids_for, open_questions_for, patients_for, submissions_for
from registry.records import load_case
from registry.scope import every_centre, scope
from tests.registry.made_up import made_up_case
from tests.registry.people import People

CLINICAL = [one for one in RECORD_MODELS if issubclass(one, PatientRecord)]
GUARDED = [one for one in protect.stored_models() if protect.visible(one)]


@pytest.fixture
def full(people: People) -> Patient:
    """A patient with a record of every type, sent as a batch and stored."""
    people.send({"key": "SENT", "sex": "F"})
    return people.store(made_up_case(0, complete=True))


def test_without_a_scope_no_guarded_table_shows_a_row(people: People, full: Patient) -> None:
    with every_centre():
        filled = {one for one in GUARDED if one._base_manager.exists()}
    assert filled >= set(RECORD_MODELS) | {one.pgh_event_model for one in RECORD_MODELS}
    assert {one.__name__ for one in filled} >= {"Submission", "CaseReceipt"}
    assert [one for one in GUARDED if one._base_manager.exists()] == []
    with scope([people.other_centre.centre_id]):
        assert [one for one in GUARDED if one._base_manager.exists()] == []


def test_raw_sql_sees_no_more(people: People, full: Patient) -> None:
    with scope([people.other_centre.centre_id]), connection.cursor() as cursor:
        for model in GUARDED:
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
            assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("model", CLINICAL, ids=lambda one: one.__name__)
def test_a_row_for_another_centre_is_refused(people: People, full: Patient, model: Any) -> None:
    with scope([people.other_centre.centre_id]), transaction.atomic():
        row = _copy(model, full)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.parametrize("model", [*CLINICAL, Question], ids=lambda one: one.__name__)
def test_a_row_cannot_stand_in_one_centre_and_its_patient_in_another(
    people: People, full: Patient, model: Any
) -> None:
    both = [people.centre.pk, people.other_centre.centre_id]
    with pytest.raises(IntegrityError, match="same_centre"), scope(both):
        if model is Question:
            _ask(full)
        model.objects.filter(patient=full).update(centre=people.other_centre.centre)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_every_table_with_a_patient_is_held_to_the_patients_centre(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text FROM pg_constraint WHERE conname LIKE '%same_centre'"
        )
        held = {row[0] for row in cursor.fetchall()}
    beside = (Question, Draft, MatchToken, SignOff, LinkRequest, PatientMerge, Patient)
    assert held == {one._meta.db_table for one in [*CLINICAL, *beside]}


@pytest.mark.parametrize(
    ("person", "sees", "edits"),
    [
        ("own_centre", True, True),
        ("colleague_read_only", True, False),
        ("other_centre", False, False),
    ],
)
def test_three_people(people: People, full: Patient, person: str, sees: bool, edits: bool) -> None:
    by = people.person(person)
    with every_centre():
        assert patients_for(by).filter(pk=full.pk).exists() is sees
        assert submissions_for(by).exists() is sees
        _ask(full)
        assert open_questions_for(by).filter(patient=full).exists() is sees
    assert may_edit(by, full.centre_id) is edits
    assert may_submit(by) is (person != "colleague_read_only")
    with scope(centre_ids_for(by)):
        assert Patient.objects.filter(pk=full.pk).exists() is sees
        assert (len(load_case(full).rows) > 1) is sees


def test_somebody_who_has_left_may_nothing(people: People, full: Patient) -> None:
    by = people.own_centre
    by.is_active = False
    assert not may_edit(by, full.centre_id)
    assert not may_submit(by)
    with pytest.raises(Exception, match="may not"):
        delete_record(by=by, patient=full, path=(("death", "death"),), version=1, reason="x")


def _ask(patient: Patient) -> None:
    Question.objects.create(
        centre_id=patient.centre_id, patient=patient, rule=7, record_type="follow_up",
        record_key="F1", text="Is she alive?", opened_at="2020-01-01T00:00:00Z",
    )  # fmt: skip


def _copy(model: Any, patient: Patient) -> Any:
    """A new row like one that the patient has; its parents are named by their keys alone."""
    links = [one for one in model._meta.concrete_fields if one.is_relation]
    row = model(key="copied", **{one.attname: 1 for one in links})
    row.centre_id = patient.centre_id
    row.patient_id = patient.pk
    if model is PretransplantRelapse:
        row.number = 1
    return row

"""What happens when a visit is answered in its line? Stored through the judge, once, and undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from registry.actions.answer_visit import (
    DEATH,
    Answered,
    FoundWrong,
    Owed,
    answer_visit,
    undo_answer,
)
from registry.actions.save_record import SomebodyElseSaved
from registry.actions.sign_record import sign_record
from registry.dictionary.values import Missing, PartialDate
from registry.models import Death, FollowUp, Patient, User
from registry.records import Path
from registry.scope import every_centre
from tests.registry.cohort import kept, transplanted
from tests.registry.people import People, number_of_patients


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def patient(people: People, today: date) -> Patient:
    """Transplanted 400 days ago and seen after 100 days: the first year is owed."""
    (found,) = kept(people.own_centre, transplanted("P1", 400, today=today, seen=200), today=today)
    return found


def _answer(patient: Patient, by: User, status: str, day: date, **more: Any) -> Answered:
    said = {"status": status, "date_of_contact": PartialDate(day)}
    death = {"date": PartialDate(day)} if status == "DEAD" else None
    assert patient.due_on is not None
    owed = Owed(patient.due_visit, patient.due_on)
    with every_centre():
        return answer_visit(by=by, patient=patient, owed=owed, follow_up=said, death=death, **more)


def _rows() -> tuple[list[str], list[str | None]]:
    with every_centre():
        statuses = [one.status for one in FollowUp.objects.order_by("date_of_contact", "pk")]
        return statuses, [one.primary_cause_missing for one in Death.objects.all()]


def test_alive_moves_the_next_visit(people: People, patient: Patient, today: date) -> None:
    assert (patient.due_visit, patient.due_on) == ("Y1", patient.due_on)
    stored = _answer(patient, people.own_centre, "ALIVE", today).patient
    assert (stored.due_visit, stored.vital, stored.last_contact_on) == ("Y2", "ALIVE", today)
    assert _rows() == (["ALIVE", "ALIVE"], [])


def test_died_is_a_last_contact_and_a_death_whose_cause_may_follow(
    people: People, patient: Patient, today: date
) -> None:
    stored = _answer(patient, people.own_centre, "DEAD", today - timedelta(days=3)).patient
    assert (stored.due_on, stored.due_visit, stored.vital) == (None, "", "DEAD")
    assert stored.error_count == 0
    assert _rows() == (["ALIVE", "DEAD"], [Missing.NOT_YET_AVAILABLE.value])


def test_lost_ends_the_schedule_even_on_the_day_last_seen(people: People, patient: Patient) -> None:
    assert patient.last_contact_on is not None
    stored = _answer(patient, people.own_centre, "LOST", patient.last_contact_on).patient
    assert (stored.due_on, stored.vital) == (None, "LOST")


def test_what_the_judge_finds_is_told_and_nothing_stored(
    people: People, patient: Patient, today: date
) -> None:
    with pytest.raises(FoundWrong) as wrong:
        _answer(patient, people.own_centre, "ALIVE", today + timedelta(days=1))
    assert [one.rule for one in wrong.value.findings] == [1]
    assert _rows() == (["ALIVE"], [])


def test_a_contact_before_the_window_is_stored_and_leaves_the_visit_owed(
    people: People, patient: Patient, today: date
) -> None:
    assert patient.due_on is not None
    stored = _answer(patient, people.own_centre, "ALIVE", patient.due_on - timedelta(days=31))
    assert stored.patient.due_visit == "Y1"


def test_two_people_answer_once(people: People, patient: Patient, today: date) -> None:
    _answer(patient, people.own_centre, "ALIVE", today)
    with pytest.raises(SomebodyElseSaved):
        _answer(patient, people.own_centre, "DEAD", today)
    assert _rows() == (["ALIVE", "ALIVE"], [])


@pytest.mark.parametrize("person", ["colleague_read_only", "other_centre"])
def test_only_the_own_data_manager_may_answer(
    person: str, people: People, patient: Patient, today: date
) -> None:
    with pytest.raises(PermissionDenied):
        _answer(patient, getattr(people, person), "ALIVE", today)
    assert _rows() == (["ALIVE"], []) and number_of_patients() == 1


@pytest.mark.parametrize("status", ["ALIVE", "DEAD", "LOST"])
def test_an_answer_is_taken_back(
    status: str, people: People, patient: Patient, today: date
) -> None:
    answered = _answer(patient, people.own_centre, status, today)
    with every_centre():
        undo_answer(by=people.own_centre, patient=answered.patient, key=answered.key)
        again = Patient.objects.get(pk=patient.pk)
    assert (again.due_visit, again.due_on, again.vital) == ("Y1", patient.due_on, "ALIVE")
    assert _rows() == (["ALIVE"], [])


def test_what_was_changed_since_is_not_taken_back(
    people: People, patient: Patient, today: date
) -> None:
    answered = _answer(patient, people.own_centre, "ALIVE", today)
    people.save(answered.patient, (("follow_up", answered.key),), 1, disease_status="CR")
    with every_centre(), pytest.raises(SomebodyElseSaved):
        undo_answer(by=people.own_centre, patient=answered.patient, key=answered.key)


@pytest.mark.parametrize("changed", ["follow_up", "death", "signature"])
def test_a_death_is_taken_back_with_its_contact_or_not_at_all(
    changed: str, people: People, patient: Patient, today: date
) -> None:
    answered = _answer(patient, people.own_centre, "DEAD", today)
    paths: dict[str, Path] = {"follow_up": (("follow_up", answered.key),), "death": DEATH}
    if changed == "follow_up":
        people.save(answered.patient, paths[changed], 1, disease_status="CR")
    elif changed == "death":
        people.save(answered.patient, paths[changed], 1, primary_cause="OTHER")
    else:
        with every_centre():
            sign_record(
                by=people.own_centre, patient=answered.patient, path=paths["follow_up"], version=1
            )
    with every_centre():
        # As in a request, which goes on after the refusal.
        with transaction.atomic(), pytest.raises(SomebodyElseSaved):
            undo_answer(by=people.own_centre, patient=answered.patient, key=answered.key)
        again = Patient.objects.get(pk=patient.pk)
    assert _rows()[0] == ["ALIVE", "DEAD"] and len(_rows()[1]) == 1
    assert again.vital == "DEAD"

"""Do questions open and close as days pass, without anybody saving?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from registry.actions import clock_round as again
from registry.actions.plan import Plan
from registry.audit import history_of
from registry.models import ClockRound, Patient, Question
from registry.records import StoredCase
from registry.scope import every_centre, scope
from tests.registry.cohort import kept, transplanted
from tests.registry.people import People, new_people, questions


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def _patient(key: str) -> Patient:
    with every_centre():
        return Patient.objects.get(key=key)


def test_a_question_opens_when_its_day_has_come(people: People, today: date) -> None:
    long_ago = today - timedelta(days=450)
    kept(people.own_centre, transplanted("P1", 700, today=today, seen=560), today=long_ago)
    assert questions("P1") == []
    assert again.judge_centre(people.own_centre.centre_id) == 1
    assert questions("P1") == [(7, "f")]
    patient = _patient("P1")
    assert patient.query_count == 1
    with every_centre():
        event = Patient.pgh_event_model.objects.filter(pgh_obj_id=patient.pk).latest("pgh_id")
        assert event.pgh_context.metadata == {"channel": "clock"}
        assert len(history_of(patient)) == 1  # counts are nobody's change


def test_a_question_closes_when_its_reason_has_gone(people: People, today: date) -> None:
    kept(
        people.own_centre,
        transplanted("P1", 150, today=today, seen=140),
        today=today + timedelta(days=700),
    )
    assert questions("P1") == [(7, "f")]
    again.judge_centre(people.own_centre.centre_id)
    assert questions("P1") == [] and questions("P1", closed=True) == [(7, "f")]


def test_a_round_is_made_once_a_day_in_chunks(
    people: People, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "CHUNK", 3)
    centre = people.own_centre.centre_id
    cases = [transplanted(f"P{n}", 700, today=today, seen=560) for n in range(7)]
    kept(people.own_centre, *cases, today=today - timedelta(days=450))
    assert set(again.centres_to_judge()) == {centre, people.other_centre.centre_id}
    assert again._next_chunk(centre, today) == 3
    assert again.centres_to_judge() == [people.other_centre.centre_id]  # somebody is at it
    with scope([centre]):
        silent = timezone.now() - 2 * again.SILENT
        ClockRound.objects.update(at=silent)
    assert centre in again.centres_to_judge()  # who fell silent is rung for
    assert again.judge_centre(centre) == 4
    assert again.judge_centre(centre) == 0
    with every_centre():
        assert Question.objects.filter(rule=7).count() == 7
    with scope([centre]):
        ClockRound.objects.update(day=today - timedelta(days=1))
    assert again.judge_centre(centre) == 7  # the next day


def test_a_day_on_which_nothing_changes_leaves_no_trace(people: People, today: date) -> None:
    kept(people.own_centre, transplanted("P1", 150, today=today, seen=40), today=today)
    with every_centre():
        before = Patient.pgh_event_model.objects.count()
    again.judge_centre(people.own_centre.centre_id)
    with every_centre():
        assert Patient.pgh_event_model.objects.count() == before


def test_a_patient_who_cannot_be_judged_holds_up_no_other(
    people: People, today: date, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cases = [transplanted(f"P{n}", 700, today=today, seen=560) for n in range(3)]
    kept(people.own_centre, *cases, today=today - timedelta(days=450))
    real, secret = again.plan_case, "2001-05-04"

    def plan(stored: StoredCase, *rest: Any) -> Plan:
        if stored.root.key == "P1":
            raise ZeroDivisionError(secret)
        return real(stored, *rest)

    monkeypatch.setattr(again, "plan_case", plan)
    assert again.judge_centre(people.own_centre.centre_id) == 3
    assert questions("P0") == questions("P2") == [(7, "f")] and questions("P1") == []
    (told,) = [one for one in caplog.records if one.name == again.__name__]
    assert told.levelname == "CRITICAL"
    said = told.getMessage()
    assert f"patient {_patient('P1').pk}: ZeroDivisionError" in said and secret not in said
    assert again.judge_centre(people.own_centre.centre_id) == 0  # the round is made


def test_a_merged_patient_is_judged_no_more(people: People, today: date) -> None:
    first, second = kept(
        people.own_centre,
        transplanted("P1", 700, today=today, seen=560),
        transplanted("P2", 700, today=today, seen=560),
        today=today - timedelta(days=450),
    )
    with every_centre():
        Patient.objects.filter(pk=second.pk).update(merged_into=first)
    assert again.judge_centre(people.own_centre.centre_id) == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_walks_away_while_the_first_is_at_it(today: date) -> None:
    from_people = new_people()
    centre = from_people.own_centre.centre_id
    kept(from_people.own_centre, transplanted("P1", 700, today=today, seen=560), today=today)
    again.judge_centre(centre)
    with scope([centre]):
        ClockRound.objects.update(day=today - timedelta(days=1))
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            other.set_autocommit(False)
            cursor.execute("SELECT set_config('app.centres', %s, true)", [str(centre)])
            cursor.execute("SELECT 1 FROM registry_clockround FOR UPDATE")
        assert again.judge_centre(centre) == 0
    finally:
        other.rollback()
        other.close()
    assert again.judge_centre(centre) == 1


def test_the_command_judges_every_centre_at_once(people: People, today: date) -> None:
    kept(
        people.own_centre,
        transplanted("P1", 700, today=today, seen=560),
        today=today - timedelta(days=450),
    )
    with every_centre():
        Patient.objects.update(due_on=None, due_visit="")  # as before an upgrade
    again.judge_centre(people.own_centre.centre_id)
    call_command("judge_again", "--centre", "C01")
    assert _patient("P1").due_visit == "M6"

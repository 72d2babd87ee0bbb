"""Who may ask, answer and close a question, and what becomes of it when its data or its record change?"""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from registry.actions.answer_question import QuestionClosed, answer_question
from registry.actions.ask_question import NoSuchRecord, ask_question
from registry.actions.close_question import close_question
from registry.actions.correct_and_answer import Said, correct_and_answer
from registry.actions.delete_record import delete_record
from registry.actions.judge_again import judge_again
from registry.actions.merge_patients import merge_patients, undo_merge
from registry.actions.save_record import SomebodyElseSaved
from registry.audit import history_of, writing
from registry.dictionary.values import BadValue
from registry.models import Patient, Question, Role, User
from registry.queries import (
    answered_for,
    asked_by_people,
    open_questions_for,
    patients_for,
    questions_for,
)
from registry.records import Path, load_case
from registry.scope import every_centre
from tests.registry.people import People, new_people, part

R1: Path = (("relapse", "r1"),)
F1: Path = (("follow_up", "f1"),)
CASE = {
    "key": "P1",
    "sex": "F",
    "diseases": [{"key": "d1", "diagnosis": "AML", "date_diagnosis": "2007-01-03"}],
    "transplants": [
        {
            "key": f"t{n}",
            "number": n,
            "date": day,
            "type": "ALLO",
            "conditioning": {"intensity": "MAC"},
        }
        for n, day in ((1, "2008-03-14"), (2, "2010-03-14"))
    ],
    "relapses": [
        {"key": "r1", "number": 1, "after_transplant": 1, "kind": "RELAPSE", "date": "2009-02-26"}
    ],
    "follow_ups": [{"key": "f1", "date_of_contact": "2011-06-20", "status": "ALIVE"}],
}


@pytest.fixture
def patient(people: People) -> Patient:
    return people.store(CASE)


@pytest.fixture
def office(people: People) -> User:
    return User.objects.create(username="office", role=Role.OFFICE)


def ask(by: User, patient: Patient, path: Path = R1, item: str = "date") -> Question:
    with every_centre():
        return ask_question(by=by, patient=patient, path=path, item=item, text="Is it so?")


def say(by: User, question: Question, text: str = "It is so") -> Question:
    with every_centre():
        return answer_question(by=by, question=question, text=text)


def now(question: Question) -> Question:
    with every_centre():
        return Question.objects.get(pk=question.pk)


def thread(question: Question) -> list[str]:
    with every_centre():
        return [one.text for one in question.messages.all()]


def of_rules(patient: Patient, rule: int) -> list[Question]:
    with every_centre():
        return list(Question.objects.filter(patient=patient, rule=rule).order_by("pk"))


# --- who may ---------------------------------------------------------------------------------------


def test_the_office_asks_the_centre_and_the_centre_the_office(
    people: People, office: User, patient: Patient
) -> None:
    assert ask(office, patient).asked_of == Question.Side.CENTRE
    assert ask(people.own_centre, patient).asked_of == Question.Side.OFFICE


@pytest.mark.parametrize("person", ["colleague_read_only", "other_centre"])
def test_readers_and_strangers_neither_ask_nor_answer_nor_close(
    people: People, office: User, patient: Patient, person: str
) -> None:
    by, question = people.person(person), ask(office, patient)
    for deed in (
        lambda: ask(by, patient),
        lambda: say(by, question),
        lambda: close_question(by=by, question=question),
    ):
        with pytest.raises(PermissionDenied):
            deed()
    assert now(question).state == "open" and thread(question) == []


@pytest.mark.parametrize(
    "person, seen",
    [("own_centre", 1), ("colleague_read_only", 1), ("other_centre", 0)],
)
def test_the_own_centre_sees_its_questions(
    people: People, office: User, patient: Patient, person: str, seen: int
) -> None:
    question = ask(office, patient)
    by = people.person(person)
    with every_centre():
        assert questions_for(by).filter(pk=question.pk).count() == seen


def test_only_the_side_that_asked_closes(people: People, office: User, patient: Patient) -> None:
    question = ask(office, patient)
    with pytest.raises(PermissionDenied):
        close_question(by=people.own_centre, question=question)
    with every_centre():
        closed = close_question(by=office, question=question, text="Thank you")
    assert closed.state == "closed" and closed.closed_by == office
    assert thread(question) == ["Thank you"]


def test_nobody_closes_the_question_of_a_rule(people: People, office: User) -> None:
    patient = people.store(CASE)
    (question,) = of_rules(patient, 7)
    for person in (people.own_centre, office):
        with pytest.raises(PermissionDenied):
            close_question(by=person, question=question)


# --- open, answered, closed -----------------------------------------------------------------------


def test_from_open_to_answered_to_asked_again_to_closed(
    people: People, office: User, patient: Patient
) -> None:
    question = ask(office, patient)
    assert question.state == "open"
    assert say(people.own_centre, question).state == "answered"
    with every_centre():
        assert list(answered_for(office)) == [question]
        assert list(answered_for(people.own_centre)) == []
    assert say(office, question, "And the day?").state == "open"
    assert say(people.own_centre, question, "The 26th").state == "answered"
    with every_centre():
        close_question(by=office, question=question)
    with pytest.raises(QuestionClosed):
        say(people.own_centre, question)
    with pytest.raises(QuestionClosed), every_centre():
        close_question(by=office, question=question)
    assert thread(question) == ["It is so", "And the day?", "The 26th"]


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "a\u202eb", None])
def test_words_that_cannot_be_kept_are_refused(
    people: People, office: User, patient: Patient, text: str
) -> None:
    question = ask(office, patient)
    with pytest.raises(BadValue):
        say(people.own_centre, question, text)
    with pytest.raises(BadValue), every_centre():
        ask_question(by=office, patient=patient, path=R1, item="", text=text)
    assert now(question).state == "open"


@pytest.mark.parametrize(
    "path, item", [((("relapse", "r9"),), ""), (R1, "no_such"), ((("no_such", "x"),), "")]
)
def test_what_is_not_there_cannot_be_asked_about(
    office: User, patient: Patient, path: Path, item: str
) -> None:
    with pytest.raises(NoSuchRecord):
        ask(office, patient, path, item)


def test_a_key_below_two_parents_names_one_record(
    people: People, office: User, patient: Patient
) -> None:
    second = (("transplant", "t2"), ("conditioning", "conditioning"))
    ask(office, patient, second, "tbi")
    with every_centre():
        rows = load_case(patient).rows
        assert asked_by_people(patient) == [("conditioning", rows[second].pk, "tbi")]


def test_the_count_of_a_patient_holds_what_people_ask(
    people: People, office: User, patient: Patient
) -> None:
    def counted() -> int:
        with every_centre():
            return patients_for(people.own_centre).get(pk=patient.pk).asked_count

    assert counted() == 0
    question = ask(office, patient)
    ask(people.own_centre, patient)
    assert counted() == 2
    say(people.own_centre, question)
    assert counted() == 1


# --- what the data do -----------------------------------------------------------------------------


def test_a_rules_question_closes_itself_and_opens_again_as_a_new_one(people: People) -> None:
    patient = people.store(CASE)
    (first,) = of_rules(patient, 7)
    assert first.state == "open"
    today = timezone.localdate().isoformat()
    people.save(patient, F1, 1, date_of_contact=today)
    (first,) = of_rules(patient, 7)
    assert first.state == "closed" and first.closed_by is None
    people.save(patient, F1, 2, date_of_contact="2011-06-20")
    first, second = of_rules(patient, 7)
    assert (first.state, second.state) == ("closed", "open")


def test_an_answered_question_of_a_rule_stays_until_the_data_change(people: People) -> None:
    patient = people.store(CASE)
    (question,) = of_rules(patient, 7)
    say(people.own_centre, question, "She moved abroad")
    people.save(patient, R1, 1, kind="PROGRESSION")
    assert [one.state for one in of_rules(patient, 7)] == ["answered"]
    people.save(patient, F1, 1, date_of_contact=timezone.localdate().isoformat())
    assert [one.state for one in of_rules(patient, 7)] == ["closed"]


def test_judging_never_closes_a_persons_question(
    people: People, office: User, patient: Patient
) -> None:
    question = ask(office, patient)
    people.save(patient, R1, 1, date="2009-02-27")
    with writing(by=None, centres=[patient.centre_id], channel="clock"):
        judge_again(Patient.objects.get(pk=patient.pk))
    assert now(question).state == "open"


def test_a_deleted_record_closes_its_questions_with_a_word(
    people: People, office: User, patient: Patient
) -> None:
    about, other = ask(office, patient), ask(office, patient, F1, "status")
    delete_record(by=people.own_centre, patient=patient, path=R1, version=1, reason="wrong child")
    assert now(about).state == "closed" and now(about).closed_by == people.own_centre
    assert thread(about) == ["Closed: the record was deleted."]
    assert now(other).state == "open"


def test_what_is_nested_in_a_deleted_record_goes_with_it_and_its_namesake_stays(
    people: People, office: User, patient: Patient
) -> None:
    first, second = (
        ask(office, patient, (("transplant", key), ("conditioning", "conditioning")), "tbi")
        for key in ("t1", "t2")
    )
    t2 = (("transplant", "t2"),)
    delete_record(by=people.own_centre, patient=patient, path=t2, version=1, reason="twice")
    assert (now(first).state, now(second).state) == ("open", "closed")


def test_questions_go_along_with_a_merge_and_back(people: People, office: User) -> None:
    kept, merged = people.store(CASE), people.store(CASE | {"key": "P2"})
    question = ask(office, merged)
    merge = merge_patients(by=people.own_centre, kept=kept, merged=merged, reason="one child")
    with every_centre():
        there = open_questions_for(people.own_centre).get(pk=question.pk)
        assert there.patient == kept
        about = {(name, pk) for name, pk, _ in asked_by_people(kept)}
        rows = load_case(kept).rows.values()
        assert about <= {(row.record_type.name, row.pk) for row in rows}
    undo_merge(by=people.own_centre, merge=merge, reason="two children")
    assert now(question).patient_id == merged.pk


# --- correct and answer ---------------------------------------------------------------------------


def correct(people: People, patient: Patient, question: Question, version: int = 1) -> list[str]:
    done = correct_and_answer(
        by=people.own_centre,
        patient=patient,
        path=R1,
        record=part(R1, {"date": "2009-03-01"}),
        version=version,
        answers=[Said(question, "Corrected: Date")],
        reason="asked by the office",
    )
    return [one.text for one in done.too_late]


def test_the_record_is_saved_and_the_question_answered(
    people: People, office: User, patient: Patient
) -> None:
    question = ask(office, patient)
    assert correct(people, patient, question) == []
    assert now(question).state == "answered" and thread(question) == ["Corrected: Date"]
    with every_centre():
        row = load_case(patient).rows[R1]
        assert row.date == date(2009, 3, 1)
        assert history_of(row)[-1].reason == "asked by the office"


def test_neither_is_done_when_somebody_else_saved(
    people: People, office: User, patient: Patient
) -> None:
    question = ask(office, patient)
    with pytest.raises(SomebodyElseSaved):
        correct(people, patient, question, version=7)
    assert now(question).state == "open" and thread(question) == []


def test_a_question_closed_meanwhile_does_not_stop_the_correction(
    people: People, office: User, patient: Patient
) -> None:
    question = ask(office, patient)
    with every_centre():
        close_question(by=office, question=question)
    assert correct(people, patient, question) == ["Corrected: Date"]
    assert thread(question) == []
    with every_centre():
        assert load_case(patient).rows[R1].version == 2


def test_the_question_of_a_rule_is_answered_before_it_closes_itself(people: People) -> None:
    patient = people.store(CASE)
    (question,) = of_rules(patient, 7)
    correct_and_answer(
        by=people.own_centre,
        patient=patient,
        path=F1,
        record=part(F1, {"date_of_contact": timezone.localdate().isoformat()}),
        version=1,
        answers=[Said(question, "Seen today")],
        reason="seen today",
    )
    assert now(question).state == "closed" and thread(question) == ["Seen today"]


# --- two at once ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_an_answer_and_a_closing_at_once_no_word_is_lost() -> None:
    people = new_people()
    office = User.objects.create(username="office", role=Role.OFFICE)
    patient = people.store(CASE)
    for _ in range(5):
        question = ask(office, patient)
        ready, refused = threading.Barrier(3), []

        def run(deed: object, ready: threading.Barrier = ready, refused: list = refused) -> None:
            ready.wait()
            try:
                deed()  # type: ignore[operator]
            except QuestionClosed:
                refused.append("closed")
            finally:
                connection.close()

        def closing(question: Question = question) -> None:
            with every_centre():
                close_question(by=office, question=question)

        def first(question: Question = question) -> None:
            say(people.own_centre, question, "one")

        def second(question: Question = question) -> None:
            say(people.own_centre, question, "two")

        threads = [threading.Thread(target=run, args=[one]) for one in (closing, first, second)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        # Each word is kept, or its writer is told.
        assert len(thread(question)) + len(refused) == 2
        assert now(question).state == "closed"

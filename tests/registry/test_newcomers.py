"""A table is stored for minutes: can others register patients meanwhile, and is nobody overlooked by it?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from registry.actions import newcomers, receive_submission
from registry.actions.correct_and_answer import correct_and_answer
from registry.actions.register_patient import AlreadyRegistered, MaybeRegistered, register_patient
from registry.models import MatchToken, Patient, Question
from registry.records import Path
from registry.scope import Busy, every_centre, scope, wait_at_most
from tests.registry.people import (
    People,
    new_people,
    part,
    process,
    questions,
    read,
    state_of,
    stored,
)
from tests.registry.test_same_person import ANOTHER, ILKER, alike
from tests.somebody_else import beside, ended, holding

pytestmark = pytest.mark.django_db(transaction=True)

IN_TABLE = {"key": "T1", "sex": "F", "identity": {"birth_date": "2001-02-03", "initials": "TT"}}


@pytest.fixture
def people() -> People:
    return new_people()


@contextmanager
def stopped_before(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Whoever stores a batch stops at this step of it until the block ends; `reached` by then."""
    step, reached, on = getattr(receive_submission, name), threading.Event(), threading.Event()

    def waiting(*args: Any, **named: Any) -> Any:
        reached.set()
        assert on.wait(20)
        return step(*args, **named)

    monkeypatch.setattr(receive_submission, name, waiting)
    try:
        yield reached
    finally:
        on.set()
        monkeypatch.setattr(receive_submission, name, step)


def storing(
    people: People,
    *cases: dict[str, Any],
    before: str,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[], object],
) -> str:
    """Store these cases, all or none; at the step `before` somebody else does a deed. The state then."""  # fmt: skip
    submission = people.accept(*cases, atomic=True)

    with stopped_before(before, monkeypatch) as reached:
        worker = beside(lambda: process(submission))
        assert reached.wait(10)
        meanwhile()
    ended(worker)
    return str(state_of(submission).state)


@pytest.fixture
def store(people: People, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    def stored(*cases: dict[str, Any], before: str, meanwhile: Callable[[], object]) -> str:
        return storing(people, *cases, before=before, monkeypatch=monkeypatch, meanwhile=meanwhile)

    return stored


@contextmanager
def registering(people: People, case: dict[str, Any]) -> Iterator[None]:
    """A registration that is not over before the block is."""
    with scope([people.centre.pk]):
        people.register(case)
        yield


def keys() -> set[str]:
    with every_centre():
        return set(Patient.objects.values_list("key", flat=True))


@pytest.mark.parametrize("step", ["_write", "ask_about_newcomers"])
def test_a_patient_is_registered_while_a_table_is_stored(
    people: People, store: Callable[..., str], step: str
) -> None:
    state = store(IN_TABLE, before=step, meanwhile=lambda: people.register(ILKER))
    assert (state, keys()) == ("done", {"P1", "T1"})
    assert questions("P1") == questions("T1") == []


def test_the_same_person_under_another_number_is_asked_about(
    people: People, store: Callable[..., str]
) -> None:
    case = alike("P1")
    state = store(
        alike("T1"), before="ask_about_newcomers", meanwhile=lambda: people.register(case)
    )
    assert state == "done"
    assert questions("T1") == [] and questions("P1") == [(78, "identity")]
    with every_centre():
        told = Question.objects.get(closed_at=None).text
        assert Patient.objects.get(key="T1").pseudonym in told
        assert MatchToken.objects.count() == 2


def test_whom_the_table_found_itself_is_not_asked_about_twice(
    people: People, store: Callable[..., str]
) -> None:
    store(alike("T1"), before="_write", meanwhile=lambda: people.register(alike("P1")))
    assert questions("T1") == [(78, "identity")] and questions("P1") == []


def test_a_number_that_stands_in_the_table_waits(people: People, store: Callable[..., str]) -> None:
    def same_number() -> None:
        with pytest.raises(Busy), scope([people.centre.pk]):
            wait_at_most(0.3)
            people.register(ANOTHER | {"key": "T1"})

    assert store(IN_TABLE, before="ask_about_newcomers", meanwhile=same_number) == "done"
    with pytest.raises(AlreadyRegistered):
        people.register(ANOTHER | {"key": "T1"})


def test_a_number_that_is_registered_before_the_table_writes_it_is_not_doubled(
    people: People, store: Callable[..., str]
) -> None:
    submission_state = store(
        IN_TABLE, before="_write", meanwhile=lambda: people.register(ANOTHER | {"key": "T1"})
    )
    assert submission_state == "queued", "taken back, to be tried again"
    with every_centre():
        assert Patient.objects.get().sex == "M"


def test_a_table_waits_for_a_registration_and_gives_up_after_a_while(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "PATIENCE", 0.1)
    submission = people.accept(IN_TABLE, atomic=True)
    with holding(registering(people, ILKER)):
        process(submission)
        assert (state_of(submission).state, keys()) == ("queued", set())
    process(submission)
    assert (state_of(submission).state, keys()) == ("done", {"P1", "T1"})


def test_the_second_of_two_registrations_at_once_sees_the_first(people: People) -> None:
    refused: list[type[Exception]] = []

    def second() -> None:
        try:
            register_patient(by=people.own_centre, case=read(alike("P2")))
        except MaybeRegistered as refusal:
            refused.append(type(refusal))

    with holding(registering(people, ILKER)):
        other = beside(second)
        other.join(0.5)
        assert other.is_alive(), "it waits"
    ended(other)
    assert (refused, keys()) == ([MaybeRegistered], {"P1"})


IDENTITY: Path = (("identity", "identity"),)
BORN, LETTERS = {"birth_date": "2008-03-14"}, {"initials": "İK"}


@pytest.mark.parametrize("step", ["_write", "ask_about_newcomers"])
@pytest.mark.parametrize(
    ("case", "before", "path", "then"),
    [
        (alike("T1"), {"key": "P1", "sex": "M"}, IDENTITY, ILKER["identity"]),
        (
            alike("T1"),
            alike("P1", birth_date="1999-11-27"),
            IDENTITY,
            {"birth_date": "2008-03-14"},
        ),
        (alike("T1"), {"key": "P1", "identity": BORN}, IDENTITY, {"initials": "İK"}),
        (
            {"key": "T1", "sex": "M", "identity": LETTERS | {"birth_date": "2008-03-15"}},
            {"key": "P1", "sex": "F", "identity": LETTERS | BORN},
            (),
            {"sex": "M"},
        ),
    ],
    ids=["identity", "birth date", "initials", "sex"],
)
def test_who_somebody_is_may_be_said_while_a_table_is_stored(
    people: People,
    store: Callable[..., str],
    step: str,
    case: dict[str, Any],
    before: dict[str, Any],
    path: Path,
    then: dict[str, Any],
) -> None:
    people.register(before)
    was = stored("P1")
    patient, row = was.patient, was.rows.get(path)
    assert patient is not None
    state = store(
        case,
        before=step,
        meanwhile=lambda: people.save(patient, path, row.version if row else None, **then),
    )
    assert (state, questions("T1") + questions("P1")) == ("done", [(78, "identity")])


@pytest.mark.parametrize("step", ["_write", "ask_about_newcomers"])
def test_the_office_is_asked_about_another_centres_patient_of_that_time(
    people: People, store: Callable[..., str], step: str
) -> None:
    state = store(
        alike("T1"),
        before=step,
        meanwhile=lambda: register_patient(by=people.other_centre, case=read(alike("X1"))),
    )
    assert (state, questions("T1"), questions("X1")) == ("done", [(68, "identity")], [])


def test_the_office_is_not_asked_twice_of_a_pair_that_the_other_door_could_see(
    people: People, store: Callable[..., str]
) -> None:
    people.register(alike("T1"))
    state = store(
        {"key": "T1", "country": "FR"},
        before="ask_about_newcomers",
        meanwhile=lambda: register_patient(by=people.other_centre, case=read(alike("X1"))),
    )
    assert (state, questions("T1") + questions("X1")) == ("done", [(68, "identity")])


def test_nobody_is_looked_for_when_nothing_is_stored(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(receive_submission, "ask_about_newcomers", lambda *told: asked.append(told))
    people.send(IN_TABLE, {"key": "T2", "sex": "Q"}, atomic=True)
    assert (asked, keys()) == ([], set())
    people.send(IN_TABLE, atomic=True)
    assert len(asked) == 1


@pytest.mark.parametrize("with_an_answer", [False, True])
def test_who_says_who_somebody_is_waits_in_the_line_of_newcomers(
    people: People, with_an_answer: bool
) -> None:
    patient = people.register({"key": "P1", "sex": "M"}).patient

    def identify() -> None:
        if not with_an_answer:
            people.save(patient, IDENTITY, None, **ILKER["identity"])
            return
        record = part(IDENTITY, ILKER["identity"])
        correct_and_answer(
            by=people.own_centre,
            patient=patient,
            path=IDENTITY,
            record=record,
            version=None,
            answers=[],
        )

    with holding(registering(people, alike("P2"))):
        second = beside(identify)
        second.join(0.5)
        assert second.is_alive(), "it waits"
        with scope([people.centre.pk]):
            wait_at_most(0.3)
            people.save(patient, (("disease", "1"),), None, diagnosis="AML")
    ended(second)
    assert (questions("P1"), questions("P2")) == ([(78, "identity")], [])

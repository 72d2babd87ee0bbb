"""Is a reader told of what the other side has answered and decided, and of nothing that is not its word?"""

from __future__ import annotations

import pytest

from registry.actions.answer_question import answer_question
from registry.actions.ask_question import ask_question
from registry.actions.links import ask_for_link, decide_link, keep_apart
from registry.models import LinkRequest, Patient, Role, User
from registry.queries import answered_for, requests_for
from registry.scope import every_centre, scope
from tests.registry.people import People
from tests.registry.test_same_person import ILKER, alike


@pytest.fixture
def office(people: People) -> User:
    return User.objects.create(username="office", role=Role.OFFICE)


def patient(key: str) -> Patient:
    with every_centre():
        return Patient.objects.select_related("centre").get(key=key)


def test_only_what_was_answered_is_counted_as_answered(people: People, office: User) -> None:
    one = people.store(ILKER)
    with every_centre():
        asked = [
            ask_question(by=by, patient=one, path=(), item="sex", text="Is it so?")
            for by in (office, people.own_centre)
        ]
        assert not answered_for(office).exists() and not answered_for(people.own_centre).exists()
        answer_question(by=people.own_centre, question=asked[0], text="It is so")
        assert list(answered_for(office)) == [asked[0]]
        assert not answered_for(people.own_centre).exists(), "the office has not said a word"


def told(people: People, key: str) -> list[str]:
    """What the own centre is told of requests to the office about this patient."""
    with scope([people.centre.pk]):
        return [one.state for one in requests_for(people.own_centre, patient(key))]


def test_what_the_centre_itself_told_apart_is_no_refusal_of_the_office(
    people: People, office: User
) -> None:
    people.send(ILKER, alike("P2"))
    others = [patient("P2")]
    keep_apart(by=people.own_centre, patient=patient("P1"), others=others, reason="Twins")
    with every_centre():
        assert LinkRequest.objects.get().state == "declined"
    assert told(people, "P1") == told(people, "P2") == []


@pytest.mark.parametrize(("same", "word"), [(True, "linked"), (False, "declined")])
def test_what_it_asked_the_office_it_is_told(
    people: People, office: User, same: bool, word: str
) -> None:
    people.send(ILKER)
    people.send(alike("X1"), by=people.other_centre)
    assert ask_for_link(by=people.own_centre, patient=patient("P1"))
    assert told(people, "P1") == ["open"]
    with every_centre():
        pair = {"patient": patient("P1"), "other": patient("X1")}
        decide_link(by=office, **pair, same=same, note="seen")
    assert told(people, "P1") == [word]


def test_a_refusal_that_another_centre_asked_for_is_told_to_that_one_only(
    people: People, office: User
) -> None:
    people.send(ILKER)
    people.send(alike("X1"), by=people.other_centre)
    assert ask_for_link(by=people.other_centre, patient=patient("X1"))
    with every_centre():
        pair = {"patient": patient("X1"), "other": patient("P1")}
        decide_link(by=office, **pair, same=False, note="two girls")
    assert told(people, "P1") == []
    with scope([people.other_centre.centre_id or 0]):
        (its,) = requests_for(people.other_centre, patient("X1"))
    assert (its.state, its.note) == ("declined", "two girls")

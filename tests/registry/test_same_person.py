"""Is one person in two records asked about, through every door, and never told to the wrong centre?"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from registry.actions.links import ask_for_link, decide_link, keep_apart
from registry.actions.register_patient import (
    AlreadyRegistered,
    Apart,
    MaybeRegistered,
    register_patient,
)
from registry.actions.same_person import undecided
from registry.models import LinkRequest, MatchToken, Patient, Question, Role, User
from registry.scope import every_centre, scope
from tests.registry.people import People, questions, read

ILKER = {
    "key": "P1",
    "sex": "M",
    "identity": {
        "birth_date": "2008-03-14",
        "initials": "İK",
        "given_name": "İlker",
        "family_name": "Kaya",
    },
}


def alike(key: str = "P2", **identity: str) -> dict[str, Any]:
    return ILKER | {"key": key, "identity": ILKER["identity"] | identity}


SAME = [
    {},
    {"given_name": "Ilker", "initials": "IK"},
    {"given_name": "ILKER", "family_name": "KAYA"},
    {"family_name": "Kaja"},
    {"given_name": "Kaya", "family_name": "İlker", "initials": "Kİ"},
    {"birth_date": "2008-03-15"},
    {"birth_date": "2018-03-14"},
    {"birth_date": "2008-03"},
]
ANOTHER: dict[str, Any] = ILKER | {
    "key": "P2",
    "identity": {
        "birth_date": "2011-11-27",
        "initials": "EM",
        "given_name": "Emma",
        "family_name": "Martin",
    },
}


@pytest.fixture
def office(people: People) -> User:
    """The registry office."""
    return User.objects.create(username="office", role=Role.OFFICE)


def question_of(key: str) -> Question:
    with every_centre():
        return Question.objects.get(patient__key=key, closed_at=None)


def patient(key: str) -> Patient:
    with every_centre():
        return Patient.objects.select_related("centre").get(key=key)


@pytest.mark.parametrize("details", SAME, ids=str)
def test_the_form_refuses_until_somebody_says_they_are_two(
    people: People, details: dict[str, str]
) -> None:
    first = people.register(ILKER).patient
    again = read(alike(**details))
    with pytest.raises(MaybeRegistered) as refusal:
        register_patient(by=people.own_centre, case=again)
    assert refusal.value.patients == [first]
    apart = Apart([first.pseudonym], "his cousin")
    second = register_patient(by=people.own_centre, case=again, apart=apart).patient
    assert questions("P2") == [] and second.query_count == 0
    with every_centre():
        word = LinkRequest.objects.get()
    assert (word.note, word.state) == ("his cousin", LinkRequest.State.DECLINED)


def test_day_and_month_exchanged(people: People) -> None:
    people.register(alike("P1", birth_date="2008-03-04"))
    with pytest.raises(MaybeRegistered):
        people.register(alike("P2", birth_date="2008-04-03"))


def test_an_unrelated_child_is_registered_without_a_word(people: People) -> None:
    people.register(ILKER)
    people.register(ANOTHER)
    assert questions("P2") == []


def test_being_told_apart_from_one_says_nothing_of_another(people: People) -> None:
    first = people.register(ILKER).patient
    apart = Apart([first.pseudonym], "his cousin")
    register_patient(by=people.own_centre, case=read(alike("P2")), apart=apart)
    with pytest.raises(MaybeRegistered):
        register_patient(by=people.own_centre, case=read(alike("P3")), apart=apart)


@pytest.mark.parametrize("details", SAME, ids=str)
def test_a_batch_opens_a_question_and_stores(people: People, details: dict[str, str]) -> None:
    first = people.register(ILKER).patient
    (receipt,) = people.send(alike(**details))
    assert receipt.outcome == "new"
    (finding,) = receipt.findings
    assert (finding["rule"], finding["severity"]) == (78, "query")
    assert first.pseudonym in finding["detail"]
    assert questions("P2") == [(78, "identity")]
    assert patient("P2").query_count == 1


def test_twins_of_one_batch_are_asked_about_too(people: People) -> None:
    receipts = people.send(ILKER, alike())
    assert [len(one.findings) for one in receipts] == [0, 1]
    assert "number P1" in receipts[1].findings[0]["detail"]
    assert questions("P2") == [(78, "identity")]


def test_a_question_stays_while_it_is_true_and_closes_itself(people: People) -> None:
    people.register(ILKER)
    people.send(alike())
    people.send(alike() | {"country": "FR"})
    assert questions("P2") == [(78, "identity")]
    people.send(ANOTHER)
    assert questions("P2") == [] and questions("P2", closed=True) == [(78, "identity")]


def test_saying_that_they_are_two_closes_the_question(people: People) -> None:
    first = people.register(ILKER).patient
    people.send(alike())
    keep_apart(by=people.own_centre, patient=patient("P2"), others=[first], reason="his cousin")
    assert questions("P2") == [] and patient("P2").query_count == 0
    people.send(alike(family_name="Kayaa"))
    assert questions("P2") == []


def test_a_changed_identity_is_compared_again(people: People) -> None:
    people.register(ILKER)
    made = people.register(ANOTHER).patient
    people.save(made, (("identity", "identity"),), 1, **ILKER["identity"])
    assert questions("P2") == [(78, "identity")]


def test_another_centre_learns_one_sentence_and_the_office_is_asked(people: People) -> None:
    first = people.register(ILKER).patient
    made = register_patient(by=people.other_centre, case=read(alike("X1"))).patient
    asked = question_of("X1")
    assert asked.text == "A patient with these details exists in another centre"
    assert (asked.rule, asked.asked_of) == (68, Question.Side.OFFICE)
    assert first.pseudonym not in asked.text and made.centre_id == people.other_centre.centre_id
    assert questions("P1") == []


def test_weak_likeness_is_not_told_across_centres(people: People) -> None:
    bare = {"birth_date": "2008-03-14", "initials": "İK"}
    people.register(ILKER | {"identity": bare})
    (receipt,) = people.send(
        ILKER | {"identity": bare | {"birth_date": "2008-03-15"}}, by=people.other_centre
    )
    assert receipt.findings == []
    with pytest.raises(MaybeRegistered):
        people.register(ILKER | {"key": "P2", "identity": bare | {"birth_date": "2008-03-15"}})


def test_asking_for_the_link_with_the_registration(people: People, office: User) -> None:
    first = people.register(ILKER).patient
    made = register_patient(by=people.other_centre, case=read(alike("X1")), ask=True).patient
    assert questions("X1") == []
    with every_centre():
        request = LinkRequest.objects.get()
    assert (request.patient_id, request.other_id) == (made.pk, first.pk)
    assert request.state == LinkRequest.State.OPEN
    with scope([people.centre.pk]):
        assert not LinkRequest.objects.exists()


@pytest.mark.parametrize("same", [True, False])
def test_the_office_decides_and_nobody_is_asked_again(
    people: People, office: User, same: bool
) -> None:
    first = people.register(ILKER).patient
    register_patient(by=people.other_centre, case=read(alike("X1")))
    assert ask_for_link(by=people.other_centre, patient=patient("X1")) is not None
    assert questions("X1") == []
    assert ask_for_link(by=people.other_centre, patient=patient("X1")) is None
    decide_link(by=office, patient=patient("X1"), other=first, same=same, note="both files seen")
    with every_centre():
        states = set(LinkRequest.objects.values_list("centre_id", "state"))
    word = LinkRequest.State.LINKED if same else LinkRequest.State.DECLINED
    centres = {people.centre.pk, people.other_centre.centre_id}
    assert states == {(one, word) for one in centres}
    people.send(alike("X1", initials="IK"), by=people.other_centre)
    people.send(alike("P1", initials="IK"))
    assert questions("X1") == questions("P1") == []


def test_a_linked_person_with_another_birth_date_is_asked_about(
    people: People, office: User
) -> None:
    first = people.register(ILKER).patient
    case = read(alike("X1", birth_date="2008-03-15"))
    made = register_patient(by=people.other_centre, case=case).patient
    decide_link(by=office, patient=made, other=first, same=True, note="")
    people.send(alike("X1", birth_date="2008-03-16"), by=people.other_centre)
    assert questions("X1") == [(69, "identity")]


@pytest.mark.parametrize("who", ["own_centre", "colleague_read_only", "other_centre"])
def test_only_the_office_decides(people: People, who: str) -> None:
    first = people.register(ILKER).patient
    made = register_patient(by=people.other_centre, case=read(alike("X1"))).patient
    with pytest.raises(Exception, match="may not"):
        decide_link(by=people.person(who), patient=made, other=first, same=True, note="")
    with pytest.raises(Exception, match="may not"):
        who_else = people.own_centre if who == "other_centre" else people.person(who)
        ask_for_link(by=who_else, patient=made)


def test_the_tokens_are_read_by_all_and_written_by_their_centre(people: People) -> None:
    made = people.register(ILKER).patient
    with scope([people.other_centre.centre_id]):
        row = MatchToken.objects.get()
        assert row.patient_id == made.pk
        assert MatchToken.objects.update(tokens=[]) == 0
        assert MatchToken.objects.all().delete()[0] == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            MatchToken.objects.create(patient_id=made.pk, centre_id=made.centre_id, tokens=["e1"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM registry_identity")
            assert cursor.fetchone() == (0,)


def test_the_tokens_go_with_the_identity(people: People) -> None:
    made = people.register(ILKER).patient
    with every_centre():
        before = set(MatchToken.objects.get().tokens)
    people.save(made, (("identity", "identity"),), 1, **ANOTHER["identity"])
    with every_centre():
        assert not {one for one in before if one[0] == "e"} & set(MatchToken.objects.get().tokens)


def test_all_tokens_can_be_made_anew(people: People) -> None:
    people.register(ILKER)
    with every_centre():
        before = MatchToken.objects.get().tokens
        MatchToken.objects.update(tokens=["e0"])
    call_command("remake_match_tokens", verbosity=0)
    with every_centre():
        assert MatchToken.objects.get().tokens == before


def test_a_number_twice_leads_to_the_patient(people: People) -> None:
    first = people.register(ILKER).patient
    with pytest.raises(AlreadyRegistered) as refusal:
        people.register(alike("P1"))
    assert refusal.value.patient == first


def test_undecided_tells_the_office_who_and_the_centre_that(people: People, office: User) -> None:
    first = people.register(ILKER).patient
    made = register_patient(by=people.other_centre, case=read(alike("X1"))).patient
    with every_centre():
        (suspect,) = undecided(made)
    assert suspect.patient_id == first.pk
    assert suspect.agreement.details == {
        "birth_date": "same", "names": "same", "sex": "same", "national_number": "unknown",
    }  # fmt: skip

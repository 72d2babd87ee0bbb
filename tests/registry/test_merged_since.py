"""What becomes of deeds, batches and links that still mean a patient who was merged into another?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from registry.actions import receive_submission
from registry.actions.answer_visit import Owed, answer_visit, undo_answer
from registry.actions.ask_question import NoSuchRecord, ask_question
from registry.actions.correct_and_answer import correct_and_answer
from registry.actions.delete_record import delete_record
from registry.actions.links import ask_for_link, decide_link, keep_apart
from registry.actions.merge_patients import undo_merge
from registry.actions.open_record import NotSigned, open_record
from registry.actions.save_record import SomebodyElseSaved
from registry.actions.sign_record import sign_complete, sign_record
from registry.models import LinkRequest, Patient, PatientMerge, Question, Role, User
from registry.queries import open_requests_for, requests_for
from registry.scope import every_centre, scope
from tests.registry.people import People, part, questions, stored
from tests.registry.test_merge import DISEASE, FIRST, SECOND, contents, merged

LATE = {"key": "F2", "date_of_contact": "2017-05-01", "status": "ALIVE"}
PLAIN = SECOND | {"sex": "M", "transplants": []}
"""The second record of the person: another birth date, a follow-up, nothing that clashes."""
TWIN: dict[str, Any] = {
    "sex": "M",
    "identity": {
        "birth_date": "2001-05-04", "initials": "IK", "given_name": "Ilker", "family_name": "Kaya",
    },
}  # fmt: skip
F1 = (("follow_up", "F1"),)


def patient(key: str) -> Patient:
    with every_centre():
        return Patient.objects.select_related("centre").get(key=key)


@pytest.fixture
def office() -> User:
    return User.objects.create(username="office", role=Role.OFFICE)


@pytest.fixture
def merge(people: People) -> PatientMerge:
    """P2 was merged into P1."""
    people.send(FIRST, PLAIN)
    return merged(people, patient("P1"), patient("P2"))


def follow_ups(key: str) -> list[str]:
    return sorted(one.key for one in stored(key).root.of("follow_up"))


def birth_date(key: str) -> str:
    return str(stored(key).root.of("identity")[0].answers["birth_date"])


# --- batches under the old number ----------------------------------------------------------------


def test_what_the_old_number_says_again_changes_nothing(
    people: People, merge: PatientMerge
) -> None:
    before = contents()
    (receipt,) = people.send(PLAIN)
    assert receipt.outcome == "same"
    assert contents() == before and birth_date("P1") == "2001-05-04"


def test_what_a_patient_has_once_is_not_changed_under_the_old_number(
    people: People, merge: PatientMerge
) -> None:
    before = contents()
    other = PLAIN | {"country": "FR", "identity": PLAIN["identity"] | {"birth_date": "2001-06-07"}}
    (receipt,) = people.send(other)
    assert receipt.outcome == "rejected"
    told = [(one["pointer"], one["detail"]) for one in receipt.findings]
    assert [pointer for pointer, _ in told] == ["/cases/0/country", "/cases/0/identity/birth_date"]
    assert all("same patient as 'P1'" in says and "send it under" in says for _, says in told)
    assert contents() == before


def test_a_death_may_come_under_the_old_number_and_goes_back(
    people: People, merge: PatientMerge
) -> None:
    last = {"key": "F9", "date_of_contact": "2018-01-02", "status": "DEAD"}
    dead = {
        "key": "P2",
        "death": {"date": "2018-01-02", "primary_cause": "UNKNOWN"},
        "follow_ups": [last],
    }
    first, again = people.send(dead)[0], people.send(dead)[0]
    assert (first.outcome, again.outcome) == ("changed", "same"), first.findings
    undo_merge(by=people.own_centre, merge=merge, reason="two cousins")
    assert stored("P2").root.of("death") and not stored("P1").root.of("death")


def test_what_came_under_the_old_number_goes_back_under_its_own_key(
    people: People, merge: PatientMerge
) -> None:
    batch = {"key": "P2", "follow_ups": [LATE], "diseases": [DISEASE | {"number": 2}]}
    (first,), (again,) = people.send(batch), people.send(batch)
    assert (first.outcome, again.outcome) == ("changed", "same")
    assert follow_ups("P1") == ["F1", "F2~P2"]
    undo_merge(by=people.own_centre, merge=merge, reason="two cousins")
    assert follow_ups("P1") == [] and follow_ups("P2") == ["F1", "F2"]
    assert [one.key for one in stored("P1").root.of("disease")] == ["D1"]
    (receipt,) = people.send(batch)
    assert receipt.outcome == "same" and follow_ups("P2") == ["F1", "F2"]


def test_over_two_merges_it_goes_back_step_by_step(people: People) -> None:
    people.send(FIRST, PLAIN, {"key": "P3", "sex": "M"})
    inner = merged(people, patient("P2"), patient("P3"))
    outer = merged(people, patient("P1"), patient("P2"))
    assert people.send({"key": "P3", "follow_ups": [LATE]})[0].outcome == "changed"
    assert people.send({"key": "P3", "follow_ups": [LATE]})[0].outcome == "same"
    undo_merge(by=people.own_centre, merge=outer, reason="wrong")
    assert follow_ups("P1") == [] and follow_ups("P2") == ["F1", "F2~P3"]
    assert people.send({"key": "P3", "follow_ups": [LATE]})[0].outcome == "same"
    undo_merge(by=people.own_centre, merge=inner, reason="wrong")
    assert follow_ups("P2") == ["F1"] and follow_ups("P3") == ["F2"]


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("between", [0, 5])
def test_both_numbers_far_apart_in_one_batch(
    people: People,
    merge: PatientMerge,
    monkeypatch: pytest.MonkeyPatch,
    atomic: bool,
    between: int,
) -> None:
    monkeypatch.setattr(receive_submission, "CHUNK", 2)
    others = [{"key": f"X{n}", "sex": "M"} for n in range(between)]
    first, *_, last = people.send(
        {"key": "P1", "country": "FR"}, *others, {"key": "P2", "follow_ups": [LATE]}, atomic=atomic
    )
    assert last.outcome == "rejected"
    assert any("same patient as 'P1'" in str(one["detail"]) for one in last.findings)
    assert first.outcome == ("rejected" if atomic else "changed")
    assert stored("P1").root.answers.get("country") == (None if atomic else "FR")
    assert follow_ups("P1") == ["F1"]


# --- deeds that waited for the merge -------------------------------------------------------------


def _save(people: People, gone: Patient) -> object:
    return people.save(gone, (("relapse", "R9"),), None, number=1, kind="RELAPSE")


def _correct(people: People, gone: Patient) -> object:
    return correct_and_answer(
        by=people.own_centre, patient=gone, path=(("relapse", "R9"),), version=None, answers=(),
        record=part((("relapse", "R9"),), {"number": 1}),
    )  # fmt: skip


def _delete(people: People, gone: Patient) -> object:
    path = (("identity", "identity"),)
    return delete_record(by=people.own_centre, patient=gone, path=path, version=1, reason="x")


def _answer(people: People, gone: Patient) -> object:
    owed = Owed("", date.today())
    return answer_visit(by=people.own_centre, patient=gone, owed=owed, follow_up={})


def _undo(people: People, gone: Patient) -> object:
    return undo_answer(by=people.own_centre, patient=gone, key="F1")


def _sign(people: People, gone: Patient) -> object:
    path = (("identity", "identity"),)
    return sign_record(by=people.own_centre, patient=gone, path=path, version=1)


def _sign_all(people: People, gone: Patient) -> object:
    return sign_complete(by=people.own_centre, patient=gone, versions={})


@pytest.mark.parametrize("deed", [_save, _correct, _delete, _answer, _undo, _sign, _sign_all])
def test_nothing_is_written_to_a_patient_who_was_merged(
    people: People, merge: PatientMerge, deed: Callable[[People, Patient], object]
) -> None:
    before = contents()
    with every_centre(), pytest.raises(SomebodyElseSaved):
        deed(people, patient("P2"))
    assert contents() == before


def test_nobody_asks_about_a_record_of_a_merged_patient(
    people: People, merge: PatientMerge, office: User
) -> None:
    gone = patient("P2")
    with pytest.raises(NoSuchRecord):
        ask_question(by=people.own_centre, patient=gone, path=(), item="", text="Is it so?")
    with every_centre(), pytest.raises(NotSigned):
        open_record(by=office, patient=gone, path=(), reason="x")
    with every_centre():
        assert not Question.objects.filter(patient=gone, rule=None).exists()


def test_being_told_apart_from_a_merged_patient_is_from_the_kept_one(
    people: People, merge: PatientMerge
) -> None:
    people.send({"key": "P3", "sex": "M"})
    keep_apart(
        by=people.own_centre, patient=patient("P3"), others=[patient("P2")], reason="cousins"
    )
    with every_centre():
        row = LinkRequest.objects.get()
    assert {row.patient_id, row.other_id} == {patient("P3").pk, patient("P1").pk}


# --- links with another centre -------------------------------------------------------------------


@pytest.fixture
def persons(people: People) -> None:
    """One person: twice in the own centre, and in another one."""
    people.send(TWIN | {"key": "Z"}, by=people.other_centre)
    people.send(TWIN | {"key": "P1"}, TWIN | {"key": "P2"})


def rows() -> set[tuple[str, str, str]]:
    with every_centre():
        names = ("patient__key", "other__key", "state")
        return set(LinkRequest.objects.values_list(*names))


def test_an_open_request_goes_along_and_back(people: People, persons: None, office: User) -> None:
    assert ask_for_link(by=people.own_centre, patient=patient("P2"))
    row = merged(people, patient("P1"), patient("P2"))
    assert rows() == {("P1", "Z", "open")}
    undo_merge(by=people.own_centre, merge=row, reason="two cousins")
    assert rows() == {("P2", "Z", "open")}


def test_asking_for_a_merged_patient_is_asking_for_the_kept_one(
    people: People, persons: None
) -> None:
    gone = patient("P2")
    merged(people, patient("P1"), gone)
    assert ask_for_link(by=people.own_centre, patient=gone)
    assert rows() == {("P1", "Z", "open")}


def test_of_two_requests_the_kept_patients_is_the_offices(
    people: People, persons: None, office: User
) -> None:
    for key in ("P1", "P2"):
        ask_for_link(by=people.own_centre, patient=patient(key))
    row = merged(people, patient("P1"), patient("P2"))
    with every_centre():
        assert [one.patient.key for one in open_requests_for(office)] == ["P1"]
        decide_link(by=office, patient=patient("P2"), other=patient("Z"), same=True, note="")
        assert not open_requests_for(office).exists()
    undo_merge(by=people.own_centre, merge=row, reason="two cousins")
    assert {("P1", "Z", "linked"), ("P2", "Z", "linked"), ("Z", "P1", "linked")} == rows()


@pytest.mark.parametrize("same", [True, False])
def test_the_offices_word_goes_along_for_both_centres(
    people: People, persons: None, office: User, same: bool
) -> None:
    people.send(TWIN | {"key": "P2"})
    with every_centre():
        for key in ("P1", "P2"):
            decide_link(by=office, patient=patient(key), other=patient("Z"), same=same, note="seen")
            if key == "P1":
                # As if only the other one had been decided about.
                LinkRequest.objects.all().delete()
    row = merged(people, patient("P1"), patient("P2"))
    word = "linked" if same else "declined"
    assert rows() == {("P1", "Z", word), ("Z", "P2", word)}
    people.send(TWIN | {"key": "Z", "country": "FR"}, by=people.other_centre)
    people.send(TWIN | {"key": "Z", "identity": {"initials": "KI"}}, by=people.other_centre)
    people.send(TWIN | {"key": "P1", "country": "FR"})
    assert questions("P1") == questions("Z") == []
    with scope([people.centre.pk]):
        assert requests_for(people.own_centre, patient("P1")).exists() == same
    undo_merge(by=people.own_centre, merge=row, reason="two cousins")
    assert rows() == {("P2", "Z", word), ("Z", "P2", word)}
    assert questions("P1") == [(68, "identity")] and questions("P2") == [(78, "identity")]


def test_another_centres_request_about_a_merged_patient_is_answered_with_the_kept_one(
    people: People, persons: None, office: User
) -> None:
    assert ask_for_link(by=people.other_centre, patient=patient("Z"))
    with every_centre():
        asked = LinkRequest.objects.select_related("other").get().other
    kept = patient("P2" if asked.key == "P1" else "P1")
    merged(people, kept, asked)
    with every_centre():
        assert open_requests_for(office).count() == 1
        decide_link(by=office, patient=patient("Z"), other=asked, same=True, note="seen")
        assert not open_requests_for(office).exists()
    word = ("Z", kept.key, "linked")
    assert {word, (kept.key, "Z", "linked"), ("Z", asked.key, "linked")} == rows()

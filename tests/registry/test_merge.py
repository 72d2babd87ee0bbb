"""Do two records of one person become one, with nothing lost, and two again when it was wrong?"""

from __future__ import annotations

from typing import Any

import pytest

from registry import audit
from registry.actions.merge_patients import CannotMerge, merge_patients, undo_merge
from registry.actions.register_patient import AlreadyRegistered
from registry.models import (
    RECORD_MODELS,
    MatchToken,
    Patient,
    PatientMerge,
    Question,
    Relapse,
    Transplant,
)
from registry.queries import patients_for, patients_named
from registry.scope import every_centre
from reports.extract import take_columns
from tests.registry.made_up import made_up_case
from tests.registry.people import People, stored

DISEASE = {"key": "D1", "number": 1, "diagnosis": "AML", "date_diagnosis": "2011-02-01"}
T1 = {"key": "T1", "number": 1, "date": "2012-03-01", "type": "ALLO", "disease_number": 1}
T2 = {"key": "T1", "number": 1, "date": "2014-03-01", "type": "ALLO", "disease_number": 1}
FIRST: dict[str, Any] = {
    "key": "P1", "sex": "M", "identity": {"birth_date": "2001-05-04", "initials": "IK"},
    "diseases": [DISEASE], "transplants": [T1 | {"grafts": [{"key": "G1", "source": "BM"}]}],
}  # fmt: skip
SECOND: dict[str, Any] = {
    "key": "P2", "sex": "F", "identity": {"birth_date": "2001-04-05", "initials": "IK"},
    "transplants": [T2 | {"grafts": [{"key": "G1", "source": "PB"}]}],
    "follow_ups": [{"key": "F1", "date_of_contact": "2015-05-01", "status": "ALIVE"}],
}  # fmt: skip

Contents = dict[tuple[str, int], tuple[int, str, str]]


def contents() -> Contents:
    """Every record: whose it is, its name, and its answers."""
    with every_centre():
        return {
            (model.__name__, row.pk): (
                getattr(row, "patient_id", row.pk), row.key, str(audit.answers_of(row, model.record_type)),
            )
            for model in RECORD_MODELS
            for row in model._default_manager.all()
        }  # fmt: skip


@pytest.fixture
def two(people: People) -> tuple[Patient, Patient]:
    """One person in two records: other birth dates, transplants of one number and name."""
    people.store(FIRST)
    people.store(SECOND)
    with every_centre():
        found = {one.key: one for one in Patient.objects.select_related("centre")}
    return found["P1"], found["P2"]


def merged(people: People, kept: Patient, other: Patient) -> PatientMerge:
    return merge_patients(
        by=people.own_centre, kept=kept, merged=other, reason="one file number, two entries"
    )


def test_everything_comes_over_and_nothing_is_lost(
    people: People, two: tuple[Patient, Patient]
) -> None:
    before = contents()
    merged(people, *two)
    after = contents()
    assert {key: one[2] for key, one in after.items()} == {k: one[2] for k, one in before.items()}
    case = stored("P1")
    assert sorted(one.key for one in case.root.of("transplant")) == ["T1", "T1~P2"]
    assert [one.key for one in case.root.of("follow_up")] == ["F1"]
    sources = [one.of("graft")[0].answers["source"] for one in case.root.of("transplant")]
    assert sorted(map(str, sources)) == ["BM", "PB"]
    assert str(case.root.of("identity")[0].answers["birth_date"]) == "2001-05-04"
    left = stored("P2")
    assert [one.type for group in left.root.children.values() for one in group] == ["identity"]


def test_the_judge_says_what_clashes(people: People, two: tuple[Patient, Patient]) -> None:
    merged(people, *two)
    with every_centre():
        assert Patient.objects.get(pk=two[0].pk).error_count > 0
        ages = dict(Transplant.objects.values_list("key", "age_at_transplant"))
    # Of the birth date that was kept: 4 May 2001.
    assert float(ages["T1~P2"]) == pytest.approx(12.824, abs=0.002)


def test_both_names_lead_to_the_kept_patient(people: People, two: tuple[Patient, Patient]) -> None:
    kept, other = two
    merged(people, kept, other)
    with every_centre():
        for by in (people.own_centre, people.colleague_read_only):
            assert patients_named(by, other.pseudonym).get() == kept
            assert list(patients_for(by)) == [kept]
            assert list(patients_for(by, other.pseudonym)) == [kept]
            assert list(patients_for(by, "P2")) == [kept]
        assert not patients_named(people.other_centre, other.pseudonym).exists()
    with pytest.raises(AlreadyRegistered) as refusal:
        people.register(SECOND)
    assert refusal.value.patient == kept


def test_merged_patients_are_in_no_extract(people: People, two: tuple[Patient, Patient]) -> None:
    with every_centre():
        Patient.objects.update(error_count=0)
        before = take_columns()
    merged(people, *two)
    with every_centre():
        after = take_columns()
    assert before.left_out == 0 and after.left_out == 1


def test_a_batch_that_names_the_old_number(people: People) -> None:
    """It finds the records that came over by their old names, and falls upon none of the others."""
    people.send(FIRST)
    people.send(SECOND | {"sex": "M", "transplants": [], "diseases": []})
    with every_centre():
        kept, other = Patient.objects.select_related("centre").order_by("key")
    merged(people, kept, other)
    late = {"key": "F1", "date_of_contact": "2016-05-01", "status": "ALIVE"}
    other_disease = DISEASE | {"number": 2, "date_diagnosis": "2015-02-01"}
    batch = {"key": "P2", "follow_ups": [late], "diseases": [other_disease]}
    for outcome in ("changed", "same"):
        (receipt,) = people.send(batch)
        assert receipt.outcome == outcome and receipt.patient_id == kept.pk, receipt.findings
    case = stored("P1")
    assert [str(one.answers["date_of_contact"]) for one in case.root.of("follow_up")] == [
        "2016-05-01"
    ]
    assert {one.key: str(one.answers["date_diagnosis"]) for one in case.root.of("disease")} == {
        "D1": "2011-02-01", "D1~P2": "2015-02-01",
    }  # fmt: skip


def test_both_numbers_in_one_batch(people: People) -> None:
    people.send(FIRST)
    people.send({"key": "P2", "sex": "M"})
    with every_centre():
        kept, other = Patient.objects.select_related("centre").order_by("key")
    merged(people, kept, other)
    first, second = people.send({"key": "P1", "country": "FR"}, {"key": "P2", "country": "DE"})
    assert (first.outcome, second.outcome) == ("changed", "rejected")
    assert "same patient as 'P1'" in second.findings[0]["detail"]


def test_undoing_puts_everything_back(people: People, two: tuple[Patient, Patient]) -> None:
    before = contents()
    row = merged(people, *two)
    undo_merge(by=people.own_centre, merge=row, reason="two cousins")
    assert contents() == before
    with every_centre():
        assert list(patients_for(people.own_centre)) == list(two)
        assert patients_named(people.own_centre, two[1].pseudonym).get() == two[1]
        assert {one.patient_id for one in MatchToken.objects.all()} == {one.pk for one in two}
        fresh = {one.key: one for one in Patient.objects.all()}
    assert fresh["P2"].last_contact_on is not None
    assert fresh["P1"].error_count == two[0].error_count
    with pytest.raises(CannotMerge):
        undo_merge(by=people.own_centre, merge=row, reason="again")


def test_what_was_added_below_a_moved_record_goes_back_with_it(
    people: People, two: tuple[Patient, Patient]
) -> None:
    row = merged(people, *two)
    with every_centre():
        kept = Patient.objects.select_related("centre").get(pk=two[0].pk)
    people.save(kept, (("transplant", "T1~P2"), ("graft", "G2")), None, source="CB")
    people.save(kept, (("relapse", "R1"),), None, number=1, kind="RELAPSE")
    undo_merge(by=people.own_centre, merge=row, reason="two cousins")
    with every_centre():
        grafts = [one.key for one in stored("P2").root.of("transplant")[0].of("graft")]
        assert sorted(grafts) == ["G1", "G2"]
        assert Relapse.objects.get().patient_id == kept.pk


def test_three_records_of_one_person(people: People, two: tuple[Patient, Patient]) -> None:
    third = people.store(FIRST | {"key": "P3"})
    before = contents()
    one = merged(people, two[1], third)
    with every_centre():
        second = Patient.objects.select_related("centre").get(pk=two[1].pk)
    other = merged(people, two[0], second)
    with every_centre():
        assert patients_named(people.own_centre, third.pseudonym).get() == two[0]
    with pytest.raises(CannotMerge, match="another one stands upon it"):
        undo_merge(by=people.own_centre, merge=one, reason="wrong")
    undo_merge(by=people.own_centre, merge=other, reason="wrong")
    with every_centre():
        assert patients_named(people.own_centre, third.pseudonym).get() == two[1]
    undo_merge(by=people.own_centre, merge=one, reason="wrong")
    assert contents() == before


def test_questions_of_people_move_and_come_back(
    people: People, two: tuple[Patient, Patient]
) -> None:
    with every_centre():
        asked = Question.objects.create(
            centre=people.centre, patient=two[1], record_type="transplant", record_key="T1",
            text="Is the date right?", opened_at="2020-01-01T00:00:00Z", opened_by=people.own_centre,
        )  # fmt: skip
    row = merged(people, *two)
    with every_centre():
        asked.refresh_from_db()
        assert (asked.patient_id, asked.record_key) == (two[0].pk, "T1~P2")
    undo_merge(by=people.own_centre, merge=row, reason="two cousins")
    with every_centre():
        asked.refresh_from_db()
        assert (asked.patient_id, asked.record_key) == (two[1].pk, "T1")


def test_a_case_with_every_type_of_record_moves_and_returns(people: People) -> None:
    one = people.store(made_up_case(0, complete=True))
    other = people.store(made_up_case(1, complete=True))
    before = contents()
    row = merged(people, one, other)
    undo_merge(by=people.own_centre, merge=row, reason="wrong")
    assert contents() == before


@pytest.mark.parametrize("who", ["colleague_read_only", "other_centre"])
def test_only_the_own_data_manager_merges(
    people: People, two: tuple[Patient, Patient], who: str
) -> None:
    by = people.person(who)
    with pytest.raises(Exception, match="may not"):
        merge_patients(by=by, kept=two[0], merged=two[1], reason="x")
    row = merged(people, *two)
    with pytest.raises(Exception, match="may not"):
        undo_merge(by=by, merge=row, reason="x")


def test_no_merge_without_a_reason_with_oneself_or_twice(
    people: People, two: tuple[Patient, Patient]
) -> None:
    with pytest.raises(ValueError, match="reason"):
        merge_patients(by=people.own_centre, kept=two[0], merged=two[1], reason=" ")
    with pytest.raises(CannotMerge):
        merged(people, two[0], two[0])
    merged(people, *two)
    with pytest.raises(CannotMerge):
        merged(people, *two)


def test_the_trail_tells_of_both(people: People, two: tuple[Patient, Patient]) -> None:
    row = merged(people, *two)
    undo_merge(by=people.own_centre, merge=row, reason="two cousins")
    with every_centre():
        events = Patient.pgh_event_model.objects.filter(pgh_obj_id=two[1].pk).order_by("pgh_id")
        told = [(one.merged_into_id, one.pgh_context.metadata.get("reason")) for one in events]
    assert (two[0].pk, "one file number, two entries") in told
    assert told[-1] == (None, "two cousins")

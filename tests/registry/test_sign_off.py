"""Is a signed record what its signer saw, through every door, until the registry office opens it?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from registry.actions.answer_visit import FoundWrong, Owed, answer_visit
from registry.actions.delete_record import RecordSigned, delete_record
from registry.actions.merge_patients import merge_patients, undo_merge
from registry.actions.open_record import NotSigned, open_record
from registry.actions.plan import SIGNED, SIGNED_SAYS
from registry.actions.save_record import SomebodyElseSaved
from registry.actions.sign_record import NotFinished, complete, sign_complete, sign_record
from registry.actions.store import CannotBeStored
from registry.dictionary.values import BadValue, PartialDate
from registry.models import Patient, Role, SignOff, User
from registry.records import Path, StoredCase, load_case
from registry.scope import every_centre
from registry.trail import stream_of
from tests.exchange.desk import csv, lines, uploaded
from tests.registry.people import READ_AGAIN, People, new_people, stored

T1: Path = (("transplant", "T1"),)
R1: Path = (("relapse", "R1"),)
CASE: dict[str, Any] = {
    "key": "P1",
    "sex": "F",
    "identity": {"birth_date": "2001-05-04", "initials": "AB"},
    "transplants": [{"key": "T1", "number": 1, "date": "2012-03-01", "type": "ALLO"}],
    "relapses": [
        {
            "key": "R1",
            "number": 1,
            "after_transplant": 1,
            "kind": "RELAPSE",
            "date": "2013-02-03",
            "sites": ["BM"],
        }
    ],
}


def office() -> User:
    return User.objects.get_or_create(username="office", role=Role.OFFICE)[0]


def sign(people: People, patient: Patient, path: Path = R1) -> SignOff:
    return sign_record(
        by=people.own_centre, patient=patient, path=path, version=version(patient, path)
    )


def version(patient: Patient, path: Path) -> int:
    with every_centre():
        return load_case(patient).rows[path].version


def signatures() -> list[SignOff]:
    with every_centre():
        return list(SignOff.objects.select_related("signed_by", "opened_by"))


@pytest.fixture
def patient(people: People) -> Patient:
    return people.register(CASE).patient


def relapse(**answers: Any) -> dict[str, Any]:
    return {**CASE, "relapses": [{**CASE["relapses"][0], **answers}]}


# --- who signs what ---


@pytest.mark.parametrize("person", ["colleague_read_only", "other_centre"])
def test_only_the_own_data_manager_signs(people: People, patient: Patient, person: str) -> None:
    with pytest.raises(PermissionDenied):
        sign_record(by=people.person(person), patient=patient, path=R1, version=1)
    with pytest.raises(PermissionDenied):
        sign_complete(by=people.person(person), patient=patient, versions={R1: 1})
    assert signatures() == []


def test_a_signature_names_the_version_that_was_seen(people: People, patient: Patient) -> None:
    people.save(patient, R1, 1, bm_blasts=30)
    with pytest.raises(SomebodyElseSaved):
        sign_record(by=people.own_centre, patient=patient, path=R1, version=1)
    one = sign_record(by=people.own_centre, patient=patient, path=R1, version=2)
    assert (one.version, one.signed_by.username, one.opened_at) == (2, "manager", None)


def test_signing_twice_is_signing_once(people: People, patient: Patient) -> None:
    assert sign(people, patient).pk == sign(people, patient).pk
    assert len(signatures()) == 1


def test_a_record_with_an_error_is_not_signed(people: People) -> None:
    patient = people.store(relapse(date="2012-02-01"))
    with pytest.raises(NotFinished) as refusal:
        sign(people, patient)
    assert all(one.blocks for one in refusal.value.findings)
    # The error is the relapse's: the transplant can be signed.
    sign(people, patient, T1)


def test_all_complete_records_are_signed_at_once_and_no_other(
    people: People, patient: Patient
) -> None:
    with every_centre():
        case = load_case(patient)
        ready = complete(case)
        seen = {path: row.version for path, row in case.rows.items()}
    assert ready and len(ready) < len(seen)
    moved = ready[0]
    seen[moved] -= 1
    signed = sign_complete(by=people.own_centre, patient=patient, versions=seen)
    assert len(signed) == len(ready) - 1
    with every_centre():
        assert set(load_case(patient).signed) == set(ready) - {moved}


# --- every door ---


def by_form(people: People, patient: Patient) -> str:
    with pytest.raises(CannotBeStored) as refusal:
        people.save(patient, R1, 1, date="2013-02-04", bm_blasts=12)
    (found,) = refusal.value.plan.refused
    assert found.rule == SIGNED
    return found.pointer


def by_api(people: People, patient: Patient) -> str:
    (receipt,) = people.send(relapse(date="2013-02-04"))
    assert receipt.outcome == "rejected"
    (found,) = [one for one in receipt.findings if one["rule"] == SIGNED]
    assert found["severity"] == "error"
    assert SIGNED_SAYS in found["detail"] and "Signed by manager on 20" in found["detail"]
    return found["pointer"].removeprefix("/cases/0")


def by_all_or_nothing(people: People, patient: Patient) -> str:
    other = {"key": "P2", "sex": "M"}
    first, second = people.send(other, relapse(date="2013-02-04"), atomic=True)
    assert (first.outcome, second.outcome) == ("rejected", "rejected")
    (found,) = [one for one in second.findings if one["rule"] == SIGNED]
    return found["pointer"].removeprefix("/cases/1")


@pytest.mark.parametrize("door", [by_form, by_api, by_all_or_nothing])
def test_no_door_changes_a_signed_record(
    people: People, patient: Patient, door: Callable[[People, Patient], str]
) -> None:
    sign(people, patient)
    assert door(people, patient) == "/relapses/0/date"
    row = stored("P1").rows[R1]
    assert (str(row.date), row.version) == ("2013-02-03", 1)


def test_a_table_says_it_in_the_cell(people: People, patient: Patient) -> None:
    sign(people, patient)
    table = csv("UPN;Relapse: Number;Relapse: Date", "P1;1;04/02/2013")
    (changed,) = lines(uploaded(people.own_centre, table, "relapses.csv")).values()
    assert changed.outcome == "rejected"
    told = [one for one in changed.findings if one["rule"] == SIGNED]
    assert [one["column"] for one in told] == [2]


def test_the_same_again_is_no_change(people: People, patient: Patient) -> None:
    sign(people, patient)
    (receipt,) = people.send(CASE)
    assert receipt.outcome == "same"
    people.save(patient, R1, 1, date="2013-02-03")
    assert version(patient, R1) == 1


def test_a_reason_against_a_warning_is_a_change_too(people: People, patient: Patient) -> None:
    sign(people, patient, T1)
    case = {**CASE, "transplants": [{**CASE["transplants"][0], "keep": {"22": "two bags"}}]}
    (receipt,) = people.send(case)
    assert [one["pointer"] for one in receipt.findings if one["rule"] == SIGNED] == [
        "/cases/0/transplants/0"
    ]


def test_what_stands_beside_or_below_a_signed_record_stays_open(
    people: People, patient: Patient
) -> None:
    sign(people, patient, T1)
    sign(people, patient, ())
    people.save(patient, (*T1, ("conditioning", "conditioning")), None, intensity="MAC")
    people.save(patient, R1, 1, bm_blasts=30)
    people.save(patient, (("follow_up", "F1"),), None, date_of_contact="2014-01-01", status="ALIVE")
    # The registry's own summary of a signed patient, and the age, are settled all the same.
    people.save(patient, (("identity", "identity"),), 1, birth_date="2002-05-04")
    case = stored("P1")
    assert case.patient is not None and str(case.patient.last_contact_on) == "2014-01-01"
    assert case.rows[T1].age_at_transplant < 10
    assert (case.rows[T1].version, case.patient.version) == (1, 1)


@pytest.mark.parametrize("path", [R1, (*R1, ("treatment_line", "L1"))])
def test_nobody_deletes_a_signed_record_nor_what_it_is_in(people: People, path: Path) -> None:
    case = relapse(treatment_lines=[{"key": "L1", "number": 1, "date_start": "2013-03-01"}])
    patient = people.register(case).patient
    sign(people, patient, path)
    with pytest.raises(RecordSigned):
        delete_record(by=people.own_centre, patient=patient, path=R1, version=1, reason="double")
    assert R1 in stored("P1").rows


def test_an_answer_in_the_row_changes_no_signed_death(people: People) -> None:
    death = {"date": "2013-05-01", "primary_cause": "RELAPSE"}
    patient = people.register({**CASE, "death": death}).patient
    sign(people, patient, (("death", "death"),))
    with every_centre():
        Patient.objects.filter(pk=patient.pk).update(due_visit="Y1", due_on=date(2014, 3, 1))
    day = PartialDate(date(2014, 3, 1))
    with pytest.raises(FoundWrong) as refusal:
        answer_visit(
            by=people.own_centre,
            patient=patient,
            owed=Owed("Y1", date(2014, 3, 1)),
            follow_up={"date_of_contact": day, "status": "DEAD"},
            death={"date": day},
        )
    assert SIGNED in {one.rule for one in refusal.value.findings}


def test_a_reason_that_lapses_is_no_change_of_what_was_signed(people: People) -> None:
    graft = {"key": "G1", "donor_type": "URD_MATCHED", "source": "BM", "cd34_dose": 40}
    transplant = {**CASE["transplants"][0], "grafts": [graft | {"keep": {"22": "two bags"}}]}
    patient = people.register({**CASE, "transplants": [transplant]}).patient
    path = (*T1, ("graft", "G1"))
    sign(people, patient, path)
    people.save(patient, R1, 1, bm_blasts=30)
    assert stored("P1").root.of("transplant")[0].of("graft")[0].kept == {22: "two bags"}


# --- opening again ---


def test_the_office_opens_with_a_reason_and_the_trace_stays(
    people: People, patient: Patient
) -> None:
    sign(people, patient)
    opened = open_record(by=office(), patient=patient, path=R1, reason=" wrong patient ")
    assert (opened.reason, opened.opened_by, opened.version) == ("wrong patient", office(), 1)
    people.save(patient, R1, 1, date="2013-02-04")
    sign(people, patient)
    first, second = signatures()
    assert (first.version, second.version, second.opened_at) == (1, 2, None)
    with every_centre():
        deeds = stream_of(patient, identities=False, only="relapse")
    told = [(one.change.what, one.change.who, one.change.reason, one.version) for one in deeds]
    # The events of the trail bear the time at which the transaction of this test began.
    assert told == [
        ("sign", "manager", "", 2),
        ("open", "office", "wrong patient", 1),
        ("sign", "manager", "", 1),
        ("update", "manager", READ_AGAIN, 2),
        ("insert", "manager", "", 1),
    ]


def test_only_the_office_opens_and_only_what_is_signed(people: People, patient: Patient) -> None:
    sign(people, patient)
    for person in (people.own_centre, people.colleague_read_only, people.other_centre):
        with pytest.raises(PermissionDenied):
            open_record(by=person, patient=patient, path=R1, reason="because")
    with pytest.raises(ValueError):
        open_record(by=office(), patient=patient, path=R1, reason="  ")
    with pytest.raises(BadValue):
        open_record(by=office(), patient=patient, path=R1, reason="a\u202eb")
    with pytest.raises(NotSigned):
        open_record(by=office(), patient=patient, path=T1, reason="because")
    assert signatures()[0].opened_at is None


def test_a_merge_keeps_the_signatures_and_undoing_it_too(people: People, patient: Patient) -> None:
    other = people.register({**CASE, "key": "P2", "identity": {"birth_date": "2001-05-04"}}).patient
    sign(people, other)
    merge = merge_patients(by=people.own_centre, kept=patient, merged=other, reason="one girl")
    held = stored("P1")
    assert len(held.signed) == 1
    ((path, one),) = held.signed.items()
    assert one.patient_id == patient.pk and path[0][0] == "relapse"
    with pytest.raises(CannotBeStored):
        people.save(patient, path, held.rows[path].version, bm_blasts=5)
    undo_merge(by=people.own_centre, merge=merge, reason="two girls")
    assert set(stored("P2").signed) == {R1} and not stored("P1").signed


# --- two at a time ---


@pytest.mark.django_db(transaction=True)
def test_of_signing_and_saving_at_once_one_is_told_of_the_other() -> None:
    people = new_people()
    for turn in range(5):
        key = f"P{turn}"
        person = {"birth_date": f"2001-05-{turn + 4:02}", "initials": "AEIOU"[turn] * 2}
        patient = people.register({**CASE, "key": key, "identity": person}).patient
        told: list[str] = []
        ready = threading.Barrier(2)

        def deed(work: Callable[[], object], name: str, *, told: list[str] = told,
                 ready: threading.Barrier = ready) -> None:  # fmt: skip
            try:
                ready.wait(timeout=20)
                work()
                told.append(name)
            except (SomebodyElseSaved, CannotBeStored):
                told.append(f"not {name}")
            finally:
                connections.close_all()

        both = [
            (lambda one=patient: people.save(one, R1, 1, bm_blasts=30), "saved"),
            (lambda one=patient: sign_record(
                by=people.own_centre, patient=one, path=R1, version=1), "signed"),
        ]  # fmt: skip
        threads = [threading.Thread(target=deed, args=one) for one in both]
        for one in threads:
            one.start()
        for one in threads:
            one.join(timeout=60)
        assert sorted(told) in (["not saved", "signed"], ["not signed", "saved"])
        case: StoredCase = stored(key)
        signed = case.signed.get(R1)
        assert signed is None or (signed.version, case.rows[R1].version) == (1, 1)

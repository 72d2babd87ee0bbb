"""Does what is saved stand in the tables, once, with its version, its questions and nothing lost?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from registry.actions import store
from registry.actions.delete_record import delete_record
from registry.actions.plan import plan_case
from registry.actions.register_patient import AlreadyRegistered, register_patient
from registry.actions.save_record import SomebodyElseSaved, save_record
from registry.actions.store import CannotBeStored
from registry.dictionary.case import Record
from registry.models import DICTIONARY, RECORD_MODELS, Patient, Relapse, Transplant
from registry.models.happened import NO_IS_DATED
from registry.records import load_case
from registry.scope import every_centre
from tests.registry.made_up import made_up_case
from tests.registry.people import People, new_people, part, questions, read, stored

CASE: dict[str, Any] = {
    "key": "P1",
    "sex": "F",
    "blood_group": "A",
    "identity": {"birth_date": "2001-05-04"},
    "diseases": [
        {"key": "D1", "number": 1, "diagnosis": "AML", "date_diagnosis": "2011-02"},
    ],
    "transplants": [{"key": "T1", "number": 1, "date": "2012-03-01", "type": "ALLO"}],
}
RELAPSE = {
    "key": "R1",
    "number": 1,
    "after_transplant": 1,
    "kind": "PROGRESSION",
    "date": "2012-09-01",
    "sites": ["BM"],
}
SITES = (("relapse", "R1"),)
T1 = (("transplant", "T1"),)
G1 = (*T1, ("graft", "G1"))
A1 = (*T1, ("acute_gvhd", "A1"))


def versions(key: str = "P1") -> dict[str, int]:
    return {row.key: row.version for row in stored(key).rows.values()}


# --- what is stored is what was meant -----------------------------------------------------------


@pytest.mark.parametrize("number", range(12))
def test_every_record_of_every_type_comes_back_as_it_was_read(people: People, number: int) -> None:
    case = made_up_case(number, complete=number == 0)
    people.store(case)
    again = stored(case["key"])
    today = timezone.localdate()
    plan = plan_case(again, read(case), today)
    assert plan.outcome == "same"
    assert plan_case(again, Record("patient"), today).merged == again.root


def test_new_then_the_same_then_changed(people: People) -> None:
    assert [one.outcome for one in people.send(CASE)] == ["new"]
    before = versions()
    assert [one.outcome for one in people.send(CASE)] == ["same"]
    assert versions() == before
    assert [one.outcome for one in people.send(CASE | {"sex": "M"})] == ["changed"]
    assert versions() == before | {"P1": 2}


def test_lists_in_another_order_are_the_same(people: People) -> None:
    second = {
        "key": "T2",
        "number": 2,
        "date": "2014-03-01",
        "type": "ALLO",
        "indication": "PLANNED",
    }
    both = [*CASE["transplants"], second]
    people.store(CASE | {"transplants": both})
    plan = plan_case(stored("P1"), read(CASE | {"transplants": both[::-1]}), timezone.localdate())
    assert plan.outcome == "same"


def test_what_is_not_mentioned_stays_and_null_clears(people: People) -> None:
    people.send(CASE)
    people.send({"key": "P1", "blood_group": None, "country": "FR"})
    answers = stored("P1").root.answers
    assert answers == {"sex": "F", "country": "FR"}
    assert stored("P1").root.of("transplant")[0].answers["type"] == "ALLO"


def test_a_new_record_in_a_stored_one(people: People) -> None:
    people.send(CASE)
    graft = {"key": "G1", "donor_type": "URD_NOS", "source": "BM"}
    (receipt,) = people.send({"key": "P1", "transplants": [{"key": "T1", "grafts": [graft]}]})
    assert receipt.outcome == "changed"
    assert versions()["T1"] == 1
    assert stored("P1").root.of("transplant")[0].of("graft")[0].answers["source"] == "BM"


def test_the_age_follows_the_birth_date(people: People) -> None:
    people.send(CASE)
    assert str(stored("P1").rows[T1].age_at_transplant) == "10.827"  # type: ignore[attr-defined]
    people.send({"key": "P1", "identity": {"birth_date": "2002-03-01"}})
    row = stored("P1").rows[T1]
    assert str(row.age_at_transplant) == "10.000"  # type: ignore[attr-defined]
    assert row.version == 1


def test_a_year_of_birth_alone_gives_an_age_that_is_marked(people: People) -> None:
    people.send(CASE)
    for born, age, partial in (("2002", "9.665", True), ("2002-07-02", "9.665", False)):
        people.send({"key": "P1", "identity": {"birth_date": born}})
        row = stored("P1").rows[T1]
        assert str(row.age_at_transplant) == age  # type: ignore[attr-defined]
        assert row.age_from_partial_date is partial  # type: ignore[attr-defined]


# --- findings: kept warnings, questions that close themselves ----------------------------------


def test_a_warning_is_kept_with_its_reason_and_counted_no_more(people: People) -> None:
    graft = {"key": "G1", "donor_type": "URD_NOS", "source": "BM", "cd34_dose": 40}
    case = CASE | {"transplants": [{**CASE["transplants"][0], "grafts": [graft]}]}
    (receipt,) = people.send(case)
    assert receipt.outcome == "new"
    rules = {one["rule"]: one["kept"] for one in receipt.findings}
    assert rules == {22: ""}
    assert stored("P1").patient.warning_count == 1  # type: ignore[union-attr]
    kept = {"key": "T1", "grafts": [{"key": "G1", "keep": {"22": "two bags"}}]}
    (receipt,) = people.send({"key": "P1", "transplants": [kept]})
    assert [one["kept"] for one in receipt.findings] == ["two bags"]
    assert receipt.outcome == "changed"
    assert stored("P1").patient.warning_count == 0  # type: ignore[union-attr]
    assert people.send(case)[0].outcome == "same"


def test_a_question_opens_once_and_closes_itself(people: People) -> None:
    relapsed = CASE | {"relapses": [RELAPSE]}
    relapsed["transplants"] = [CASE["transplants"][0] | {"post_hsct_cr": "NEVER"}]
    people.send(relapsed)
    assert (53, "R1") in questions("P1")
    people.send(relapsed)
    assert questions("P1").count((53, "R1")) == 1
    line = {"key": "L1", "number": 1, "date_start": "2012-09-10", "components": ["CHEMO"]}
    people.send({"key": "P1", "relapses": [{"key": "R1", "treatment_lines": [line]}]})
    assert (53, "R1") not in questions("P1")
    assert (53, "R1") in questions("P1", closed=True)
    assert stored("P1").patient.query_count == len(questions("P1"))  # type: ignore[union-attr]


def test_a_question_closes_when_its_record_is_deleted(people: People) -> None:
    relapsed = CASE | {"relapses": [RELAPSE]}
    relapsed["transplants"] = [CASE["transplants"][0] | {"post_hsct_cr": "NEVER"}]
    people.send(relapsed)
    with every_centre():
        patient, version = Patient.objects.get(), Relapse.objects.get().version
    delete_record(
        by=people.own_centre, patient=patient, path=SITES, version=version, reason="not hers"
    )
    assert (53, "R1") not in questions("P1")
    assert SITES not in stored("P1").rows


# --- a person saves ------------------------------------------------------------------------------


def test_a_draft_that_breaks_rules_is_stored_with_its_findings(people: People) -> None:
    patient = people.register(CASE).patient
    saved = people.save(patient, T1, 1, date="2010-01-01")
    assert any(one.blocks for one in saved.plan.findings)
    assert saved.patient.error_count > 0
    assert str(stored("P1").root.of("transplant")[0].answers["date"]) == "2010-01-01"


def test_a_version_that_is_no_longer_current_is_refused(people: People) -> None:
    patient = people.register(CASE).patient
    people.save(patient, T1, 1, type="AUTO")
    with pytest.raises(SomebodyElseSaved):
        people.save(patient, T1, 1, type="ALLO")
    with pytest.raises(SomebodyElseSaved):
        people.save(patient, T1, None, type="ALLO")
    with pytest.raises(SomebodyElseSaved):
        people.save(patient, (("transplant", "T9"),), 1, type="ALLO")
    assert versions()["T1"] == 2


def test_saving_without_a_change_keeps_the_version(people: People) -> None:
    patient = people.register(CASE).patient
    people.save(patient, T1, 1, type="ALLO")
    assert versions()["T1"] == 1


def test_a_record_whose_parent_is_gone_is_refused(people: People) -> None:
    patient = people.register(CASE).patient
    delete_record(by=people.own_centre, patient=patient, path=T1, version=1, reason="twice")
    with pytest.raises(SomebodyElseSaved):
        people.save(patient, G1, None, source="BM")
    assert T1 not in stored("P1").rows


def test_a_record_is_deleted_with_what_hangs_on_it_and_only_with_a_reason(people: People) -> None:
    patient = people.register(CASE).patient
    people.save(patient, G1, None, source="BM")
    remove: Callable[..., Any] = delete_record
    told = {"by": people.own_centre, "patient": patient, "path": T1}
    with pytest.raises(ValueError, match="reason"):
        remove(**told, version=1, reason=" ")
    with pytest.raises(SomebodyElseSaved):
        remove(**told, version=2, reason="twice")
    remove(**told, version=1, reason="twice")
    assert set(stored("P1").rows) == {(), (("disease", "D1"),), (("identity", "identity"),)}


def test_a_number_is_registered_once(people: People) -> None:
    people.register(CASE)
    with pytest.raises(AlreadyRegistered):
        people.register({"key": "P1", "sex": "M"})
    assert stored("P1").root.answers["sex"] == "F"


@pytest.mark.parametrize("person", ["colleague_read_only", "other_centre"])
def test_only_the_own_data_manager_writes(people: People, person: str) -> None:
    by, patient = people.person(person), people.register(CASE).patient
    with pytest.raises(PermissionDenied):
        save_record(by=by, patient=patient, path=T1, record=part(T1, {}), version=1)
    with pytest.raises(PermissionDenied):
        delete_record(by=by, patient=patient, path=T1, version=1, reason="x")
    if person == "colleague_read_only":
        with pytest.raises(PermissionDenied):
            register_patient(by=by, case=read({"key": "P2"}))
        with pytest.raises(PermissionDenied):
            people.accept(CASE, by=by)


# --- what the tables refuse is said before they do ----------------------------------------------


def test_a_no_without_its_day_is_refused_in_words(people: People) -> None:
    patient = people.register(CASE).patient
    with pytest.raises(CannotBeStored, match="no day until which it was still no") as refusal:
        people.save(patient, A1, None, occurred="NO")
    (finding,) = refusal.value.plan.refused
    assert (finding.rule, finding.pointer) == (
        NO_IS_DATED,
        "/transplants/0/acute_gvhds/0/as_of",
    )
    assert A1 not in stored("P1").rows
    people.save(patient, A1, None, occurred="NO", as_of="2012-06")


def test_each_constraint_on_a_no_has_the_rule_that_says_it_first() -> None:
    held = {
        (model.record_type.name, constraint.name.split("_", 1)[1].removesuffix("_no_is_dated"))
        for model in RECORD_MODELS
        for constraint in model._meta.constraints
        if constraint.name.endswith("_no_is_dated")
    }
    said = {
        (type_.name, ref)
        for type_, rule in DICTIONARY.rules
        if rule.refused
        for ref in rule.check.when.refs  # type: ignore[attr-defined]
    }
    assert held == said
    assert held


def test_the_table_itself_refuses_it_too(people: People) -> None:
    patient = people.register(CASE).patient
    people.save(patient, A1, None, occurred="NO", as_of="2012-06")
    with every_centre():
        row = load_case(patient).rows[A1]
        row.as_of = row.as_of_precision = None  # type: ignore[attr-defined]
        with pytest.raises(IntegrityError, match="no_is_dated"), transaction.atomic():
            row.save()


# --- two people at once --------------------------------------------------------------------------


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Run each in a thread of its own, begun together; the name of what each ended with."""
    ready = threading.Barrier(len(deeds))
    ends: list[str] = []

    def run(deed: Callable[[], object]) -> None:
        try:
            ready.wait()
            deed()
            ends.append("done")
        except Exception as refusal:  # noqa: BLE001 - the test asks which one it was
            ends.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told() -> None:
    people = new_people()
    patient = people.register(CASE).patient
    for version in range(1, 6):
        number = version + 1

        def save(version: int = version, number: int = number) -> None:
            people.save(patient, T1, version, number=number)

        assert at_once(save, save) == ["SomebodyElseSaved", "done"]
        assert versions()["T1"] == version + 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_register_a_number_at_once_one_is_told() -> None:
    people = new_people()
    for number in range(5):
        case = CASE | {"key": f"P{number}"}

        def register(case: dict[str, Any] = case) -> None:
            people.register(case)

        assert at_once(register, register) == ["AlreadyRegistered", "done"]


@pytest.mark.django_db(transaction=True)
def test_two_batches_with_the_same_new_patients_at_once() -> None:
    people = new_people()
    cases = [CASE | {"key": f"P{number}"} for number in range(20)]
    assert at_once(*[lambda: people.send(*cases)] * 2) == ["done", "done"]
    with every_centre():
        assert Patient.objects.count() == 20
        assert Transplant.objects.count() == 20


def graft_of(**answers: Any) -> dict[str, Any]:
    return {"key": "P1", "transplants": [{"key": "T1", "grafts": [{"key": "G1", **answers}]}]}


def test_a_reason_lapses_when_the_value_changes_that_it_was_given_for(people: People) -> None:
    keep = {"22": "two bags"}

    def kept_after(**answers: Any) -> dict[str, str]:
        people.send(graft_of(**answers))
        return stored("P1").rows[G1].kept

    people.send(CASE)
    assert kept_after(source="BM", donor_type="URD_NOS", cd34_dose=40, keep=keep) == keep
    assert kept_after(donor_age=30) == keep
    assert kept_after(cd34_dose=40) == keep
    assert kept_after(cd34_dose=55) == {}
    assert stored("P1").patient.warning_count == 1  # type: ignore[union-attr]
    assert kept_after(keep=keep) == keep
    assert kept_after(cd34_dose=60, keep=keep) == keep


# --- the name that a patient gets ----------------------------------------------------------------


def test_a_pseudonym_that_another_centres_patient_has_is_drawn_again(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = people.send(CASE)
    taken = first.patient.pseudonym
    drawn = iter([taken, "23456789A", "23456789B", "23456789C"])
    monkeypatch.setattr(store, "new_pseudonym", lambda: next(drawn))
    second, third = people.send({"key": "P1"}, {"key": "P2"}, by=people.other_centre)
    assert (second.outcome, third.outcome) == ("new", "new")
    names = {second.patient.pseudonym, third.patient.pseudonym}
    assert names == {"23456789B", "23456789C"}


def test_a_generator_that_only_repeats_itself_ends_in_an_error(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = people.send(CASE)
    monkeypatch.setattr(store, "new_pseudonym", lambda: first.patient.pseudonym)
    with pytest.raises(IntegrityError, match="pseudonym"):
        register_patient(by=people.other_centre, case=Record("patient", "P9"))

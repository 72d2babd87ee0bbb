"""Who learns who a patient is? The entry role of the own centre; nobody else, no receipt, no job."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.test import Client

from registry.dictionary.reading import read_case
from registry.models import DICTIONARY, Patient
from registry.permissions import may_see_identity
from registry.records import IDENTITY, load_case, load_cases
from registry.scope import every_centre, scope
from reports.extract import take_columns
from tests.registry.people import People, receipts

BORN, FAMILY = "2001-02-29", "Quillfeather" * 9
CASE = {
    "key": "P1",
    "sex": "F",
    "identity": {"birth_date": "2001-02-28", "family_name": "Quillfeather"},
    "diseases": [{"key": "D1", "diagnosis": "AML", "date_diagnosis": "2009-05-01"}],
    "transplants": [{"key": "T1", "number": 1, "date": "2009-11-02", "type": "ALLO"}],
}
PEOPLE = [("own_centre", True), ("colleague_read_only", False), ("other_centre", False)]


def no_unsealing(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on whoever decrypts an answer fails."""

    def refuse(_token: str) -> str:
        raise AssertionError("an identifying answer was decrypted")

    for module in ("registry.models.fields", "registry.records", "registry.audit"):
        monkeypatch.setattr(import_module(module), "unseal", refuse)


@pytest.mark.parametrize(
    "identity",
    [
        {"birth_date": BORN},
        {"birth_date": "1850-07-31"},
        {"birth_date": {"missing": "31/07/2001"}},
        {"birth_date": ["2001-02-29"]},
        {"family_name": FAMILY},
        {"family_name": {"missing": "Quillfeather"}},
        {"family_name": "Quillfeather\u202e"},
    ],
)
def test_what_cannot_be_read_of_an_identity_is_not_quoted(
    people: People, identity: dict[str, object]
) -> None:
    (receipt,) = people.send({**CASE, "identity": identity})
    (finding,) = receipt.findings
    assert receipt.outcome == "rejected"
    assert finding["pointer"] == f"/cases/0/identity/{next(iter(identity))}"
    for secret in ("2001", "1850", "31/07", "Quill"):
        assert secret not in str(finding)


def test_other_items_are_still_quoted() -> None:
    (problem,) = read_case(DICTIONARY, {"key": "P1", "sex": "W"}).problems
    assert "'W'" in problem.detail


def test_the_body_of_a_submission_is_encrypted_and_its_hash_is_of_what_came_in(
    people: People,
) -> None:
    submission = people.accept(CASE)
    with every_centre(), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM registry_submission")
        kept = bytes(cursor.fetchone()[0])
        submission.refresh_from_db()
    assert b"Quillfeather" not in kept and b"2001" not in kept
    assert b"Quillfeather" in bytes(submission.body)
    assert import_module("hashlib").sha256(bytes(submission.body)).hexdigest() == submission.sha256


@pytest.mark.parametrize("person, sees", PEOPLE)
def test_only_the_entry_role_of_the_own_centre_may_see_an_identity(
    people: People, person: str, sees: bool
) -> None:
    assert may_see_identity(people.person(person), people.centre.pk) is sees


def test_jobs_and_lists_never_decrypt(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    people.register(CASE)
    no_unsealing(monkeypatch)
    with every_centre():
        (age,) = take_columns().columns["age_at_transplant"]
        patients = list(Patient.objects.all())
        (case,) = load_cases(patients, without=IDENTITY).values()
        assert (("identity", "identity"),) not in case.rows
        with pytest.raises(AssertionError, match="decrypted"):
            load_case(patients[0])
    assert 8 < age < 9


@pytest.mark.parametrize("person", ["own_centre", "colleague_read_only"])
def test_the_list_and_a_reader_s_pages_never_decrypt(
    people: People, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = people.register(CASE).patient
    with scope([people.centre.pk]):
        transplant = load_case(patient).rows[(("transplant", "T1"),)]
    no_unsealing(monkeypatch)
    client = Client()
    client.force_login(people.person(person), "allauth.account.auth_backends.AuthenticationBackend")
    assert patient.pseudonym in client.get("/patients/").content.decode()
    if person == "colleague_read_only":
        page = f"/patients/{patient.pseudonym}/"
        assert client.get(page).status_code == 200
        assert client.get(f"{page}transplant/{transplant.pk}/").status_code == 200


# --- another hospital's patient ------------------------------------------------------------------


def test_a_case_cannot_name_another_centre(people: People) -> None:
    (receipt,) = people.send({**CASE, "centre": "C02"})
    assert (receipt.outcome, receipt.patient) == ("rejected", None)
    assert receipt.findings[0]["pointer"] == "/cases/0/centre"
    assert "no item 'centre'" in receipt.findings[0]["detail"]


def test_another_centre_s_number_and_pseudonym_lead_to_an_own_patient(people: People) -> None:
    theirs = people.register(CASE).patient
    for key in (CASE["key"], theirs.pseudonym):
        (receipt,) = people.send({"key": key, "sex": "M"}, by=people.other_centre)
        assert receipt.outcome == "new"
        assert receipt.patient.pk != theirs.pk
        assert receipt.patient.centre_id == people.other_centre.centre_id
    with every_centre():
        kept = load_case(Patient.objects.get(pk=theirs.pk)).root
    assert kept.answers["sex"] == "F" and kept.of("transplant")


@pytest.mark.parametrize("name", ["pseudonym", "patient", "id", "centre_id"])
def test_a_case_cannot_name_a_patient_otherwise_than_by_its_number(
    people: People, name: str
) -> None:
    theirs = people.register(CASE).patient
    submission = people.accept({**CASE, name: theirs.pseudonym}, by=people.other_centre)
    import_module("tests.registry.people").process(submission)
    (receipt,) = receipts(submission)
    assert (receipt.outcome, receipt.patient) == ("rejected", None)
    assert receipt.findings[0]["pointer"] == f"/cases/0/{name}"

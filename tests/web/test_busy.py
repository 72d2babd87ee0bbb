"""An import holds the rows for minutes: does who saves meanwhile learn it soon, and lose nothing?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from registry import middleware
from registry.actions.lock import lock_patient
from registry.actions.merged_cases import stored_by_key
from registry.actions.store import _update
from registry.models import Centre, Draft, Patient, Relapse
from registry.pseudonym import new_pseudonym
from registry.scope import Busy, every_centre, scope
from registry.views import records
from tests.somebody_else import holding
from tests.web.hospital import Hospital, filled, new_hospital

pytestmark = pytest.mark.django_db(transaction=True)

WAIT = 0.3
REGISTER = "/patients/new/"
BROUGHT = "NEW-1"
WHY = {"why-bm_blasts": ["typing error"]}


@pytest.fixture
def hospital(monkeypatch: pytest.MonkeyPatch) -> Hospital:
    monkeypatch.setattr(middleware, "PATIENCE", WAIT)
    return new_hospital()


@contextmanager
def _stored_and_taken_back(hospital: Hospital) -> Iterator[None]:
    centre = hospital.own_centre.centre_id
    with transaction.atomic():
        with scope([centre]):
            Centre.objects.select_for_update(no_key=True).get(pk=centre)
            stored_by_key(centre, [hospital.patient.key])
            Patient.objects.create(centre_id=centre, key=BROUGHT, pseudonym=new_pseudonym())
            yield
        transaction.set_rollback(True)


def being_stored(hospital: Hospital) -> AbstractContextManager[None]:
    """A worker holds what a table holds: the centre's row, those of the patients in it, and new ones.

    In the end all of it is taken back.
    """
    return holding(_stored_and_taken_back(hospital))


@contextmanager
def _rewritten(hospital: Hospital) -> Iterator[None]:
    with scope([hospital.own_centre.centre_id]):
        _update(Patient, [lock_patient(hospital.patient)])
        yield


def typed(hospital: Hospital, client: Client) -> tuple[str, dict[str, list[str]]]:
    address = hospital.page_of("relapse")
    return address, filled(client.get(address).content.decode()) | {"bm_blasts": ["41"]} | WHY


def timed(deed: Callable[[], HttpResponse]) -> HttpResponse:
    began = time.monotonic()
    answer = deed()
    assert WAIT <= time.monotonic() - began < WAIT + 4
    return answer


def drafts() -> list[bytes]:
    with every_centre():
        return [bytes(one.body) for one in Draft.objects.all()]


def test_what_was_typed_stands_on_the_page_and_is_kept(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address, fields = typed(hospital, client)
    with being_stored(hospital):
        answer = timed(lambda: client.post(address, fields))
        page = answer.content.decode()
        assert answer.status_code == 409 and "an import of your centre is being stored" in page
        assert 'value="41"' in page and 'value="typing error"' in page
        assert filled(page)["version"] == ["1"]
        (body,) = drafts()
        assert b"bm_blasts=41" in body and b"typing+error" in body
    assert hospital.row("relapse").version == 1
    assert client.post(address, filled(page)).status_code == 302
    assert (hospital.row("relapse").bm_blasts, drafts()) == (41, [])


def test_a_registration_waits_for_a_number_that_is_being_stored(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    fields = filled(client.get(REGISTER).content.decode()) | {"number": [BROUGHT]}
    with being_stored(hospital):
        answer = timed(lambda: client.post(REGISTER, fields))
        assert answer.status_code == 409 and 'value="NEW-1"' in answer.content.decode()
        (body,) = drafts()
        assert b"number=NEW-1" in body
    assert client.post(REGISTER, fields).status_code == 302
    assert drafts() == []


def test_another_registration_does_not_wait(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    fields = filled(client.get(REGISTER).content.decode()) | {"number": ["NEW-2"]}
    with being_stored(hospital):
        assert client.post(REGISTER, fields).status_code == 302
    with every_centre():
        assert Patient.objects.filter(key="NEW-2").exists()


def test_other_deeds_say_so_on_a_page_of_their_own(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address, _fields = typed(hospital, client)
    with being_stored(hospital):
        answer = timed(lambda: client.post(f"{address}sign/", {"version": "1"}))
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        assert "try again in a minute" in answer.content.decode()


def test_drafts_and_other_patients_do_not_wait(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address, fields = typed(hospital, client)
    assert client.post(REGISTER, {"number": "NEW-3", "item": "sex", "sex": "F"}).status_code == 302
    with every_centre():
        other = Patient.objects.get(key="NEW-3")
    with being_stored(hospital):
        began = time.monotonic()
        assert "Draft saved" in client.post(f"{address}draft/", fields).json()["says"]
        new = f"/patients/{other.pseudonym}/patient/{other.pk}/new/follow_up/"
        page = filled(client.get(new).content.decode())
        fresh = {"date_of_contact": ["03/03/2013"], "status": ["ALIVE"]}
        assert client.post(new, page | fresh).status_code == 302
        assert client.get(address).status_code == 200
        assert time.monotonic() - began < 10


def test_a_patient_who_is_rewritten_can_still_be_drafted_for(hospital: Hospital) -> None:
    """The upsert of a batch does not lock the patient against rows that name it."""
    client = hospital.client("own_centre")
    address, fields = typed(hospital, client)
    with holding(_rewritten(hospital)):
        says = client.post(f"{address}draft/", fields).json()["says"]
    assert "Draft saved" in says


def test_a_question_that_waits_too_long_takes_the_save_back(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*args: object) -> None:
        raise Busy

    monkeypatch.setattr(records, "_ask", busy)
    client = hospital.client("own_centre")
    address, sent = typed(hospital, client)
    assert client.post(address, sent).status_code == 409
    with every_centre():
        (stored,) = Relapse.objects.filter(patient=hospital.patient)
    assert stored.bm_blasts != 41 and any(b"bm_blasts=41" in one for one in drafts())

"""Who sees which page, and who may change something through it?"""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from registry.middleware import ScopeMiddleware
from registry.models import DICTIONARY, Patient
from registry.scope import every_centre
from tests.web.hospital import Hospital, filled

NESTED = [one.name for one in DICTIONARY.types if one.name != "patient"]


@pytest.mark.parametrize("address", ["/", "/patients/", "/patients/new/", "/submissions/"])
def test_nobody_sees_a_page_without_logging_in(address: str, client: Client, db: None) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "person, status",
    [
        ("own_centre", 200),
        ("colleague_read_only", 200),
        ("statistician", 200),
        ("other_centre", 404),
    ],
)
def test_only_the_own_centre_and_the_registry_see_a_patient(
    person: str, status: int, hospital: Hospital
) -> None:
    client = hospital.client(person)
    for address in (f"/patients/{hospital.patient.pseudonym}/", hospital.page_of("relapse")):
        assert client.get(address).status_code == status


def test_the_list_and_the_search_show_no_other_centres_patient(hospital: Hospital) -> None:
    pseudonym, number = hospital.patient.pseudonym, hospital.patient.key
    assert pseudonym in hospital.client("own_centre").get("/patients/").content.decode()
    stranger = hospital.client("other_centre")
    for address in ("/", "/patients/", f"/patients/?q={pseudonym}", f"/patients/?q={number}"):
        assert pseudonym not in stranger.get(address).content.decode().replace(f"“{pseudonym}”", "") \
            .replace(f'value="{pseudonym}"', "")  # fmt: skip


@pytest.mark.parametrize(
    "person, status",
    [
        ("own_centre", 302),
        ("colleague_read_only", 403),
        ("statistician", 403),
        ("other_centre", 404),
    ],
)
def test_only_the_own_data_manager_may_save(person: str, status: int, hospital: Hospital) -> None:
    address = hospital.page_of("relapse")
    sent = filled(hospital.client("own_centre").get(address).content.decode())
    sent |= {"bm_blasts": ["55"], "why-bm_blasts": ["typing error"]}
    assert hospital.client(person).post(address, sent).status_code == status
    assert hospital.row("relapse").bm_blasts == (55 if status == 302 else 34)


@pytest.mark.parametrize(
    "person, status",
    [
        ("own_centre", 302),
        ("colleague_read_only", 403),
        ("statistician", 403),
        ("other_centre", 404),
    ],
)
def test_only_the_own_data_manager_may_delete(person: str, status: int, hospital: Hospital) -> None:
    address = f"{hospital.page_of('follow_up')}delete/"
    sent = {"version": "1", "reason": "entered for the wrong patient"}
    before = len(hospital.pages_of("follow_up"))
    assert hospital.client(person).post(address, sent).status_code == status
    assert len(hospital.pages_of("follow_up")) == before - (status == 302)


@pytest.mark.parametrize("person", ["colleague_read_only", "statistician"])
def test_those_who_only_read_get_no_control_to_change_with(person: str, hospital: Hospital) -> None:
    client = hospital.client(person)
    for type_name in ("patient", "transplant", "relapse", "treatment_line"):
        page = client.get(hospital.page_of(type_name)).content.decode()
        assert 'id="entry"' not in page and "/new/" not in page
        assert "Read only" in page


@pytest.mark.parametrize(
    "person, status", [("own_centre", 200), ("colleague_read_only", 404), ("statistician", 404)]
)
def test_the_identity_is_read_by_the_entry_role_only(
    person: str, status: int, hospital: Hospital
) -> None:
    client = hospital.client(person)
    assert client.get(hospital.page_of("identity")).status_code == status
    page = client.get(f"/patients/{hospital.patient.pseudonym}/").content.decode()
    assert "05/01/2000" not in page and "2000-01-05" not in page and "05 Jan 2000" not in page


@pytest.mark.parametrize("person", ["colleague_read_only", "statistician"])
def test_only_data_managers_register_patients(person: str, hospital: Hospital) -> None:
    client = hospital.client(person)
    assert client.get("/patients/new/").status_code == 403
    assert client.post("/patients/new/", {"number": "N-1"}).status_code == 403
    with every_centre():
        assert Patient.objects.count() == 1


@pytest.mark.parametrize("type_name", NESTED)
def test_a_form_can_be_opened_for_every_type_of_record(type_name: str, hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    parent = DICTIONARY[type_name].parent
    assert client.get(f"{hospital.page_of(str(parent))}new/{type_name}/").status_code in (200, 302)


def test_a_record_is_not_found_below_another_patient(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    client.post("/patients/new/", {"number": "N-2"})
    with every_centre():
        other = Patient.objects.get(key="N-2").pseudonym
    address = hospital.page_of("relapse").replace(hospital.patient.pseudonym, other)
    assert client.get(address).status_code == 404


def test_a_request_that_fails_takes_back_what_it_wrote(hospital: Hospital) -> None:
    request = RequestFactory().get("/")
    request.user = hospital.own_centre

    def writes_and_answers(status: int) -> HttpResponse:
        Patient.objects.update(error_count=status)
        return HttpResponse(status=status)

    for status, kept in ((200, 200), (500, 200)):
        answer = ScopeMiddleware(lambda _request, status=status: writes_and_answers(status))(
            request
        )
        assert answer.status_code == status
        with every_centre():
            assert Patient.objects.get(pk=hospital.patient.pk).error_count == kept

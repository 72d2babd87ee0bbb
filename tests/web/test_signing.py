"""Do the pages sign, refuse and open again as they say?"""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from registry.actions.sign_record import sign_record
from registry.models import Draft, Role, User
from registry.queries import draft_of
from registry.records import load_case
from registry.scope import every_centre
from tests.web.hospital import Hospital, filled

R1 = (("relapse", "r1"),)


def office() -> Client:
    person = User.objects.create(username="office", role=Role.OFFICE)
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def signed(hospital: Hospital) -> dict[tuple[tuple[str, str], ...], int]:
    """The versions that are signed, by path."""
    with every_centre():
        return {path: one.version for path, one in load_case(hospital.patient).signed.items()}


def signs(hospital: Hospital) -> None:
    sign_record(by=hospital.own_centre, patient=hospital.patient, path=R1, version=1)


def words(response: object) -> str:
    return " ".join(str(one) for one in get_messages(response.wsgi_request))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "person, status", [("own_centre", 302), ("colleague_read_only", 403), ("other_centre", 404)]
)
def test_only_the_own_data_manager_signs(hospital: Hospital, person: str, status: int) -> None:
    client, address = hospital.client(person), hospital.page_of("relapse")
    assert client.post(f"{address}sign/", {"version": "1"}).status_code == status
    everything = f"/patients/{hospital.patient.pseudonym}/sign/"
    assert client.post(everything, {"record": []}).status_code == status
    assert signed(hospital) == ({R1: 1} if person == "own_centre" else {})


@pytest.mark.parametrize("version", ["", "2", "x", "9" * 30])
def test_another_version_than_the_page_showed_is_not_signed(
    hospital: Hospital, version: str
) -> None:
    address = hospital.page_of("relapse") + "sign/"
    answer = hospital.client("own_centre").post(address, {"version": version})
    assert "Not signed" in words(answer) and signed(hospital) == {}


def test_what_is_typed_and_not_saved_is_not_signed(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    typed = filled(client.get(address).content.decode()) | {"bm_blasts": ["50"]}
    client.post(f"{address}draft/", typed)
    answer = client.post(f"{address}sign/", {"version": "1"})
    assert "not saved yet" in words(answer) and signed(hospital) == {}


def test_a_record_with_an_error_offers_no_signature(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    wrong, right = hospital.page_of("acute_gvhd"), hospital.page_of("relapse")
    assert "Sign version" not in client.get(wrong).content.decode()
    assert "Sign version 1" in client.get(right).content.decode()
    assert "error to correct" in words(client.post(f"{wrong}sign/", {"version": "1"}))
    assert signed(hospital) == {}


def test_the_question_before_a_signature_tells_what_is_signed(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), hospital.page_of("follow_up")
    contact = hospital.pages_of("follow_up")[1]
    page = " ".join(client.get(contact).content.decode().split())
    box = page[page.index('<details class="sign">') :].split("</details>")[0]
    assert "Sign version 1…" in box.split("</summary>")[0]
    asked = box.split("</summary>")[1]
    assert "only the registry office can open it again" in asked
    assert "3 of 6 answered" in asked and "1 open question" in asked
    assert 'form="signing">Sign</button>' in asked and f'href="{contact}"' in asked
    assert "open question" not in client.get(address).content.decode().split("asks-to-sign")[1]


def test_the_complete_records_at_once(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), f"/patients/{hospital.patient.pseudonym}/"
    page = client.get(address).content.decode()
    told = [part.split('"')[0] for part in page.split('name="record" value="')[1:]]
    assert told and all(one.count(".") == 2 for one in told)
    answer = client.post(f"{address}sign/", {"record": [*told, "relapse", "x.1.1", "relapse.1.x"]})
    assert f"{len(told)} records signed." in words(answer)
    assert len(signed(hospital)) == len(told)
    assert "complete records" not in client.get(address).content.decode()


def test_a_signed_form_is_read_only_and_loses_no_word(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    typed = filled(client.get(address).content.decode()) | {"bm_blasts": ["50"]}
    signs(hospital)
    again = client.post(f"{address}fields/", typed, headers={"HX-Request": "true"})
    assert "signed this record on" in again.content.decode()
    answer = client.post(address, typed | {"reason": ["read again"]})
    assert answer.status_code == 302 and "kept as your draft" in words(answer)
    page = client.get(address).content.decode()
    assert "Signed by <b>manager</b>" in page and 'id="entry"' not in page
    assert hospital.row("relapse").bm_blasts == 34
    with every_centre():
        assert Draft.objects.count() == 1
        assert draft_of(hospital.own_centre, [f"relapse/{hospital.row('relapse').pk}/"])
    office().post(f"{address}open/", {"reason": "read again"})
    assert 'value="50"' in client.get(address).content.decode()


def test_a_signed_record_is_not_deleted(hospital: Hospital) -> None:
    signs(hospital)
    address = hospital.page_of("relapse") + "delete/"
    answer = hospital.client("own_centre").post(address, {"version": "1", "reason": "double"})
    assert "Signed records are not deleted" in words(answer)
    assert hospital.row("relapse").version == 1


def test_the_office_opens_with_a_reason(hospital: Hospital) -> None:
    signs(hospital)
    client, address = office(), hospital.page_of("relapse")
    assert "Open again" in client.get(address).content.decode()
    for reason in ("", "  ", "a\u202eb", "x" * 1001):
        assert client.post(f"{address}open/", {"reason": reason}).status_code == 422
    assert signed(hospital) == {R1: 1}
    assert "Opened again" in words(client.post(f"{address}open/", {"reason": "a letter"}))
    assert "open already" in words(client.post(f"{address}open/", {"reason": "a letter"}))
    assert signed(hospital) == {}


@pytest.mark.parametrize(
    "person, status",
    [
        ("own_centre", 403),
        ("colleague_read_only", 403),
        ("statistician", 403),
        ("other_centre", 404),
    ],
)
def test_nobody_else_opens(hospital: Hospital, person: str, status: int) -> None:
    signs(hospital)
    address = hospital.page_of("relapse") + "open/"
    answer = hospital.client(person).post(address, {"reason": "because"})
    assert answer.status_code == status and signed(hospital) == {R1: 1}

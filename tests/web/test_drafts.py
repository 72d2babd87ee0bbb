"""Whose draft is kept, where is it read, and what does the database hold of it?"""

import pytest
from django.db import connection

from registry.models import Draft
from registry.scope import every_centre
from tests.web.hospital import Hospital, filled

SECRET = "a word that only its writer knows"


def _typed(hospital: Hospital, type_name: str = "relapse", **changes: list[str]) -> dict:
    page = hospital.client("own_centre").get(hospital.page_of(type_name)).content.decode()
    return filled(page) | changes


def _kept() -> list[Draft]:
    with every_centre():
        return list(Draft.objects.all())


def test_a_draft_is_encrypted_and_not_in_the_trail(hospital: Hospital) -> None:
    sent = _typed(hospital, bm_blasts=["35"], **{"why-bm_blasts": [SECRET]})
    response = hospital.client("own_centre").post(f"{hospital.page_of('relapse')}draft/", sent)
    assert response.json()["says"].startswith("Draft saved ")
    (draft,) = _kept()
    assert SECRET.replace(" ", "+").encode() in bytes(draft.body)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.centres', %s, true)", [str(draft.centre_id)])
        cursor.execute("SELECT body FROM registry_draft")
        (body,) = cursor.fetchone()
    assert b"word" not in bytes(body) and b"csrf" not in bytes(draft.body)
    assert hospital.row("relapse").version == 1, "nothing was saved"


@pytest.mark.parametrize(
    "person, status",
    [
        ("own_centre", 200),
        ("colleague_read_only", 403),
        ("statistician", 403),
        ("other_centre", 404),
    ],
)
def test_only_who_may_save_may_keep_a_draft(person: str, status: int, hospital: Hospital) -> None:
    client, sent = hospital.client(person), _typed(hospital, bm_blasts=["35"])
    assert client.post(f"{hospital.page_of('relapse')}draft/", sent).status_code == status
    new = f"{hospital.page_of('patient')}new/follow_up/draft/"
    assert client.post(new, {"item": "status", "status": "ALIVE"}).status_code == status
    registration = client.post("/patients/new/draft/", {"number": "X-1"})
    assert registration.status_code in ((200,) if status in (200, 404) else (403,))


def test_what_is_stored_already_is_no_draft(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), f"{hospital.page_of('relapse')}draft/"
    assert client.post(address, _typed(hospital)).json() == {"says": ""}
    client.post(address, _typed(hospital, bm_blasts=["35"]))
    assert len(_kept()) == 1
    assert client.post(address, _typed(hospital, bm_blasts=["34.0"])).json() == {"says": ""}
    assert _kept() == []


def test_a_draft_that_arrives_after_the_save_comes_to_nothing(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    sent = _typed(hospital, pb_blasts=["12"])
    client.post(f"{address}draft/", sent)
    assert client.post(address, sent).status_code == 302
    assert _kept() == []
    client.post(f"{address}draft/", sent)
    assert _kept() == []
    new = f"{hospital.page_of('patient')}new/follow_up/"
    sent = filled(client.get(new).content.decode()) | {"date_of_contact": ["01/12/2009"]}
    assert client.post(new, sent).status_code == 302
    assert client.post(f"{new}draft/", sent).json() == {"says": ""}
    assert _kept() == []


def test_an_unreadable_answer_is_kept_as_typed(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    client.post(f"{address}draft/", _typed(hospital, date=["26/02/0"]))
    page = client.get(address).content.decode()
    assert 'value="26/02/0"' in page and "is not a date" in page


def test_a_registration_has_its_draft_too(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    sent = {"number": "N-99", "item": "patient-sex", "patient-sex": "M"}
    assert client.post("/patients/new/draft/", sent).json()["says"]
    page = client.get("/patients/new/").content.decode()
    assert 'value="N-99"' in page and "Your draft of" in page
    client.post("/patients/new/draft/", {"discard": "1"})
    assert _kept() == []
    client.post("/patients/new/draft/", sent)
    assert client.post("/patients/new/draft/", {"number": " ", "item": "patient-sex"}).json() == {
        "says": ""
    }
    assert _kept() == []


def test_a_registration_of_somebody_who_is_there_is_not_offered_again(hospital: Hospital) -> None:
    client, pseudonym = hospital.client("own_centre"), hospital.patient.pseudonym
    sent = {"number": "N-99", "item": "patient-sex", "patient-sex": "M"}
    client.post("/patients/new/draft/", sent)
    opened = client.post("/patients/new/draft/", sent | {"same": pseudonym})
    assert opened["Location"] == f"/patients/{pseudonym}/"
    page = client.get("/patients/new/").content.decode()
    assert "N-99" not in page and "Your draft of" not in page
    # Another person after all: nothing is lost.
    assert "Go on with what you left" in page
    again = client.get("/patients/new/?left").content.decode()
    assert 'value="N-99"' in again and "Your draft of" in again
    assert again.count('name="left" value="1"') == 2, "to be sent by the form and by Discard"
    client.post("/patients/new/draft/", {"discard": "1", "left": "1"})
    assert _kept() == []


def test_a_registration_is_left_for_an_own_patient_only(hospital: Hospital) -> None:
    sent = {"number": "N-99", "same": hospital.patient.pseudonym}
    answer = hospital.client("other_centre").post("/patients/new/draft/", sent)
    assert answer.status_code == 404 and _kept() == []


def test_what_was_left_is_forgotten_when_it_is_registered_itself(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    sent = {"number": "N-99", "item": "patient-sex", "patient-sex": "M"}
    client.post("/patients/new/draft/", sent | {"same": hospital.patient.pseudonym})
    assert client.post("/patients/new/", sent | {"number": "N-100"}).status_code == 302
    client.post("/patients/new/draft/", {"discard": "1"})
    assert len(_kept()) == 1, "somebody else was registered, and another draft was discarded"
    assert client.post("/patients/new/", sent | {"left": "1"}).status_code == 302
    assert _kept() == []


def test_a_draft_of_what_is_not_there_is_not_kept(hospital: Hospital) -> None:
    client, patient = hospital.client("own_centre"), f"/patients/{hospital.patient.pseudonym}/"
    for address in ("relapse/999999/draft/", "nothing/1/draft/", "relapse/1/new/nothing/draft/"):
        assert client.post(patient + address, {"item": "date"}).status_code == 404
    assert client.get(f"{hospital.page_of('relapse')}draft/").status_code == 405


def test_of_one_page_the_later_draft_stays_whichever_arrives_last(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")

    def arrives(page: str, turn: int, blasts: str) -> str:
        sent = _typed(hospital, bm_blasts=[blasts])
        client.post(f"{address}draft/", sent | {"draft-page": page, "draft-turn": str(turn)})
        (draft,) = _kept()
        assert b"draft-" not in bytes(draft.body)
        return bytes(draft.body).decode()

    assert "bm_blasts=40" in arrives("p1", 2, "40")
    assert "bm_blasts=40" in arrives("p1", 1, "4"), "sent before, arrived after"
    assert "bm_blasts=41" in arrives("p1", 3, "41")
    assert "bm_blasts=50" in arrives("p2", 1, "50"), "another computer counts for itself"
    assert "bm_blasts=60" in arrives("p2 ?", 0, "60"), "what names no page is the later one"


def test_who_moved_to_another_centre_keeps_drafts_again(hospital: Hospital) -> None:
    person, foreigner = hospital.own_centre, hospital.other_centre
    client = hospital.client("own_centre")
    assert client.post("/patients/new/draft/", {"number": "OLD-1"}).json()["says"]
    person.centre = foreigner.centre
    person.save()
    client = hospital.client("own_centre")
    assert "OLD-1" not in client.get("/patients/new/").content.decode()
    answer = client.post("/patients/new/draft/", {"number": "NEW-1"})
    assert answer.status_code == 200 and answer.json()["says"]
    assert 'value="NEW-1"' in client.get("/patients/new/").content.decode()

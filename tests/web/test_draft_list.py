"""Does My work tell the reader, and nobody else, which forms were begun and not saved?"""

from __future__ import annotations

import re

from tests.web.hospital import Hospital, filled


def _card(page: str) -> str:
    found = re.search(r'<section class="card" id="drafts">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def _begin(hospital: Hospital, address: str, **typed: str) -> None:
    client = hospital.client("own_centre")
    sent = filled(client.get(address).content.decode())
    sent |= {name: [value] for name, value in typed.items()}
    assert client.post(f"{address}draft/", sent).json()["says"]


def test_each_draft_leads_to_its_form_and_tells_no_value(hospital: Hospital) -> None:
    patient = hospital.patient.pseudonym
    stored, new = hospital.page_of("relapse"), f"{hospital.page_of('patient')}new/follow_up/"
    _begin(hospital, stored, bm_blasts="35")
    _begin(hospital, new, date_of_contact="01/12/2009")
    _begin(hospital, "/patients/new/", number="N-4711")
    client = hospital.client("own_centre")
    card = _card(client.get("/").content.decode())
    assert "3 drafts not saved" in card
    assert re.findall(r'<a href="([^"]*)">([^<]*)</a>', card) == [
        ("/patients/new/", "Registration"),
        (new, f"Follow-up, {patient}"),
        (stored, f"Relapse or progression, {patient}"),
    ]
    assert "N-4711" not in card and "2009" not in card
    assert 'value="01/12/2009"' in client.get(new).content.decode()


def test_nobody_else_is_told(hospital: Hospital) -> None:
    _begin(hospital, hospital.page_of("relapse"), bm_blasts="35")
    for person in ("colleague_read_only", "other_centre", "statistician"):
        assert _card(hospital.client(person).get("/").content.decode()) == ""


def test_no_card_when_nothing_waits(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    _begin(hospital, address, bm_blasts="35")
    client.post(f"{address}draft/", {"discard": "1"})
    assert _card(client.get("/").content.decode()) == ""


def test_a_registration_left_for_a_known_patient_is_not_told(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    sent = {"number": "N-99", "item": "patient-sex", "patient-sex": "M"}
    client.post("/patients/new/draft/", sent | {"same": hospital.patient.pseudonym})
    assert _card(client.get("/").content.decode()) == ""

"""How is a patient found again by what somebody typed?"""

from __future__ import annotations

from registry.pseudonym import ALPHABET, mistyped
from registry.views import places
from tests.web.hospital import Hospital


def test_a_pseudonym_may_be_typed_in_small_letters(hospital: Hospital) -> None:
    client, pseudonym = hospital.client("own_centre"), hospital.patient.pseudonym
    assert client.get(f"/patients/{pseudonym.lower()}/").status_code == 200
    found = client.get("/patients/", {"q": f" {pseudonym.lower()}\0"})
    assert found.status_code == 302 and found["Location"].endswith(f"/{pseudonym}/")


def test_a_pseudonym_with_a_typing_error_is_called_one(hospital: Hospital) -> None:
    right = hospital.patient.pseudonym
    wrong = right[:-1] + ALPHABET[(ALPHABET.index(right[-1]) + 1) % len(ALPHABET)]
    assert mistyped(wrong.lower()) and not mistyped(right) and not mistyped("N-0032")
    client = hospital.client("own_centre")
    assert "typing error" in client.get("/patients/", {"q": wrong}).content.decode()
    assert "typing error" not in client.get("/patients/", {"q": "N-9999"}).content.decode()


def test_the_whole_record_is_judged_once_for_a_page(hospital: Hospital, monkeypatch) -> None:
    real, calls = places.findings_by_pointer, []
    monkeypatch.setattr(
        places, "findings_by_pointer", lambda case: calls.append(case) or real(case)
    )
    client = hospital.client("own_centre")
    for address in (f"/patients/{hospital.patient.pseudonym}/", hospital.page_of("relapse")):
        assert client.get(address).status_code == 200
        assert len(calls) == 1, address
        calls.clear()

"""Does a form tell what its answer breaks at other records, and count all that it tells?"""

import re
from html import unescape

from tests.web.hospital import Hospital, filled


def drawn(hospital: Hospital, record: str, **fields: str) -> str:
    """The page of a record with these answers typed and not saved, without tags."""
    client, patient = hospital.client("own_centre"), hospital.patient
    address = hospital.page_of(record) if record == "identity" else ""
    address = address or f"/patients/{patient.pseudonym}/patient/{patient.pk}/new/{record}/"
    sent = filled(client.get(address).content.decode())
    sent |= {name: [value] for name, value in fields.items()}
    answer = client.post(f"{address}fields/", sent)
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_a_death_before_the_transplant_is_told_at_its_date(hospital: Hospital) -> None:
    early = drawn(hospital, "death", date="01/01/2008", primary_cause="RELAPSE")
    assert "Transplant: A date lies after death: correct it, or the date of death." in early
    assert "Relapse or progression" in early.split("is dated after death")[0]
    late = drawn(hospital, "death", date="01/01/2012", primary_cause="RELAPSE")
    assert "after death" not in late


def test_a_birth_after_the_diagnosis_is_told_at_its_date(hospital: Hospital) -> None:
    told = drawn(hospital, "identity", birth_date="05/01/2008")
    assert "Disease: The diagnosis is dated before birth: correct one of the dates." in told


def test_the_form_counts_the_notes_at_its_head_too(hospital: Hospital) -> None:
    """The last contact says alive, which no field of the death can mend, and the cause lacks."""
    told = drawn(hospital, "death", date="01/01/2012")
    assert "2 to correct" in told

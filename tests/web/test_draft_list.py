"""Does My work tell the reader, and nobody else, which forms were begun and not saved?"""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.actions.drop_file import drop_file
from registry.models import ImportFile
from registry.scope import every_centre
from registry.views.draft_list import begun_by
from tests.exchange.desk import csv, imported, uploaded
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


def _columns_begun(hospital: Hospital, name: str) -> str:
    """A table of a good and a bad line with a draft of its columns; the address of its page."""
    table = csv("UPN;Sex", f"{name}-1;F", f"{name}-2;Q")
    file = uploaded(hospital.own_centre, table, f"{name}.csv")
    address = f"/imports/{file.pk}/columns/"
    typed = {"columns": "2", "column-0": "Own number", "column-1": ""}
    assert hospital.client("own_centre").post(f"{address}draft/", typed).json()["says"]
    return address


def _asked_for(hospital: Hospital) -> tuple[list[tuple[str, str]], int]:
    """The drafts of the data manager by label and address, and how many questions were asked."""
    with every_centre(), CaptureQueriesContext(connection) as asked:
        told = begun_by(hospital.own_centre)
    return [(one.label, one.address) for one in told], len(asked)


def test_of_many_tables_one_question_is_asked(hospital: Hospital) -> None:
    first = _columns_begun(hospital, "a")
    told, asked = _asked_for(hospital)
    assert told == [("Columns of a.csv", first)]
    others = [_columns_begun(hospital, name) for name in "bcd"]
    told, again = _asked_for(hospital)
    assert told == [
        (f"Columns of {name}.csv", address)
        for name, address in zip("dcba", [*reversed(others), first], strict=True)
    ]
    assert again == asked


def test_of_a_table_that_is_given_up_or_stored_in_part_no_draft_is_told(
    hospital: Hospital,
) -> None:
    stays, _stored, _dropped = (_columns_begun(hospital, name) for name in "abc")
    with every_centre():
        stored, dropped = (ImportFile.objects.get(name=f"{name}.csv") for name in "bc")
    assert imported(hospital.own_centre, stored).state == "ready", "its bad line waits"
    drop_file(by=hospital.own_centre, file=dropped)
    assert _asked_for(hospital)[0] == [("Columns of a.csv", stays)]

"""Is a file that is uploaded twice opened again, and an old Excel file refused with a way out?"""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from registry.models import ImportFile
from registry.scope import every_centre
from tests.web.hospital import Hospital

TABLE = b"UPN;Sex;Date of birth\r\nA-1;Q;05/01/2001\r\n"


def _upload(client: Client, body: bytes = TABLE, name: str = "ours.csv") -> HttpResponse:
    return client.post("/imports/", {"file": SimpleUploadedFile(name, body)}, follow=True)


def _files() -> int:
    with every_centre():
        return ImportFile.objects.count()


def test_the_very_same_file_is_opened_again_with_what_was_corrected(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    first = _upload(client)
    address = first.redirect_chain[-1][0]
    client.post(f"{address}lines/2/1/", {"text": "F"})
    again = _upload(client, name="copy.csv")
    page = again.content.decode()
    assert again.redirect_chain[-1][0] == address and _files() == 1
    assert "This very file was uploaded on" in page and "as ours.csv" in page
    assert "Import 1 row" in page
    assert "very file" not in _upload(hospital.client("other_centre")).content.decode()
    assert _files() == 2


def test_a_file_that_was_given_up_is_a_new_one(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = _upload(client).redirect_chain[-1][0]
    client.post(f"{address}drop/")
    again = _upload(client)
    assert again.redirect_chain[-1][0] != address and _files() == 2
    assert "very file" not in again.content.decode()


def test_old_excel_files_are_not_offered_and_are_refused_with_a_way_out(
    hospital: Hospital,
) -> None:
    client = hospital.client("own_centre")
    page = client.get("/imports/").content.decode()
    assert 'accept=".xlsx,.ods,.csv,.txt,.tsv"' in page
    old = _upload(client, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "ours.xls")
    assert old.status_code == 422 and "save it" in old.content.decode()
    assert ".xlsx" in old.content.decode() and _files() == 0

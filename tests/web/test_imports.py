"""Who may import a table through the pages, what do they show, and is nothing stored before the button?"""

from __future__ import annotations

import html
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook

from registry.actions.check_file import check_file
from registry.actions.receive_submission import process_submission
from registry.exchange.columns import NOTES
from registry.models import ImportFile, ImportMapping, ImportRow, Patient, Submission
from registry.scope import every_centre
from tests.exchange import planted
from tests.web.hospital import Hospital

SMALL = (
    "Hospital number;Sex;Date of birth;Transplant number;Transplant date;Transplant type\r\n"
    "A-1;F;05/01/2001;1;14/03/2008;Allogeneic\r\n"
    "A-2;Q;06/02/2002;1;15/04/2009;Allogeneic\r\n"
)


def _upload(client: Client, body: bytes | str, name: str = "ours.csv") -> HttpResponse:
    body = body.encode() if isinstance(body, str) else body
    return client.post("/imports/", {"file": SimpleUploadedFile(name, body)})


def _file() -> ImportFile:
    with every_centre():
        return ImportFile.objects.latest("uploaded_at")


def _store() -> None:
    """What a worker does when it is rung for."""
    with every_centre():
        waiting = list(Submission.objects.filter(state="queued").values_list("pk", "centre_id"))
    for pk, centre_id in waiting:
        process_submission(submission_id=pk, centre_id=centre_id)


def _patients() -> int:
    with every_centre():
        return Patient.objects.count()


def _tabs(page: str) -> dict[str, int]:
    found = re.findall(r'show=(\w+)" class="\1".*?<b>(\d+)</b>', page)
    return {name: int(count) for name, count in found}


def test_a_table_goes_in_by_upload_correction_and_button(hospital: Hospital) -> None:
    client, before = hospital.client("own_centre"), _patients()
    address = _upload(client, SMALL)["Location"]
    page = client.get(address).content.decode()
    assert _tabs(page) == {"new": 1, "changed": 0, "same": 0, "rejected": 1}
    assert "Import 1 row" in page and _patients() == before
    answer = client.post(
        f"{address}lines/3/1/", {"text": "M", "show": "rejected"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "Line 3 is now under “New”" in answer
    assert _tabs(answer) == {"new": 2, "changed": 0, "same": 0, "rejected": 0}
    assert _patients() == before
    for _twice in range(2):
        assert client.post(f"{address}send/").status_code == 302
    with every_centre():
        assert Submission.objects.filter(channel="import").count() == 1
    assert "judged once more" in client.get(address).content.decode()
    _store()
    page = client.get(address).content.decode()
    assert "2 rows imported" in page and "Receipt" in page and _patients() == before + 2
    with every_centre():
        pseudonyms = Patient.objects.filter(key__in=("A-1", "A-2")).values_list("pseudonym")
        assert all(f"/patients/{one}/" in page for (one,) in pseudonyms)
    again = _upload(client, SMALL.replace(";Q;", ";M;"))["Location"]
    page = client.get(again).content.decode()
    assert _tabs(page)["same"] == 2 and "stored already" in page and "Import" in page
    listed = client.get("/imports/").content.decode()
    assert listed.count("ours.csv") == 2


def test_what_would_change_is_shown_old_and_new(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = _upload(client, SMALL.replace(";Q;", ";M;"))["Location"]
    client.post(f"{address}send/")
    _store()
    other = SMALL.replace(";Q;", ";M;").replace("05/01/2001", "06/01/2001")
    page = client.get(_upload(client, other)["Location"]).content.decode()
    assert _tabs(page)["changed"] == 1
    assert "<del>05/01/2001</del>" in page and "<ins>06/01/2001</ins>" in page


@pytest.mark.parametrize(
    "person, sees, uploads, corrects",
    [
        ("own_centre", 200, 302, 200),
        ("colleague_read_only", 200, 403, 403),
        ("statistician", 200, 403, 403),
        ("other_centre", 404, 302, 404),
    ],
)
def test_only_the_own_data_manager_imports(
    person: str, sees: int, uploads: int, corrects: int, hospital: Hospital
) -> None:
    address = _upload(hospital.client("own_centre"), SMALL)["Location"]
    client = hospital.client(person)
    assert client.get(address).status_code == sees
    cell = client.post(f"{address}lines/3/1/", {"text": "M"}, headers={"HX-Request": "true"})
    assert cell.status_code == corrects
    excel = client.get(f"{address}with-errors/").status_code
    assert excel == (200 if person == "own_centre" else sees if sees == 404 else 403)
    drop = {200: 302}.get(corrects, corrects)
    assert client.post(f"{address}send/").status_code == drop
    assert client.post(f"{address}drop/").status_code == drop
    assert client.get(f"{address}columns/").status_code in (302, 403, 404)
    assert client.get(f"{address}progress/").status_code == sees
    assert _upload(client, SMALL).status_code == uploads
    assert (address in client.get("/imports/").content.decode()) == (sees == 200)


@pytest.mark.parametrize("person", ["colleague_read_only", "statistician"])
def test_those_who_may_not_know_who_it_is_see_no_identity(person: str, hospital: Hospital) -> None:
    table = SMALL.replace("Hospital number", "Nickname;Hospital number").replace("\nA-", "\nZoe;A-")
    client = hospital.client("own_centre")
    address = _upload(client, table)["Location"]
    means = ["", "key", "patient.sex", "identity.birth_date", "transplant.number"]
    means += ["transplant.date", "transplant.type"]
    sent = {f"column-{place}": words for place, words in enumerate(means)}
    sent["columns"] = str(len(means))
    assert client.post(f"{address}columns/", sent).status_code == 302
    own = client.get(f"{address}?show=new").content.decode()
    assert "Zoe" in own and "05/01/2001" in own
    for show in ("new", "rejected"):
        page = hospital.client(person).get(f"{address}?show={show}").content.decode()
        assert "A-" in page
        for secret in ("Zoe", "05/01/2001", "06/02/2002", "2001-01-05"):
            assert secret not in page


def test_columns_are_named_once_for_the_centre(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    table = SMALL.replace("Sex", "Cinsiyet")
    address = _upload(client, table)["Location"]
    asked = client.get(address)
    assert asked.status_code == 302 and asked["Location"] == f"{address}columns/"
    page = client.get(asked["Location"]).content.decode()
    assert "1 column is not understood" in page and "F · Q" in page
    typed = re.findall(r'name="(columns|column-\d+)" value="([^"]*)"', page)
    wrong = client.post(asked["Location"], dict(typed) | {"column-1": "nonsense"})
    assert wrong.status_code == 422 and "nonsense" in wrong.content.decode()
    twice = client.post(asked["Location"], dict(typed) | {"column-1": dict(typed)["column-0"]})
    assert twice.status_code == 422 and "leave out all but one" in twice.content.decode()
    good = client.post(asked["Location"], dict(typed) | {"column-1": "patient: sex"})
    assert good["Location"] == address and _file().state == "ready"
    assert client.get(_upload(client, table)["Location"]).status_code == 200
    with every_centre():
        assert ImportMapping.objects.get(header="cinsiyet").target == "patient.sex"


@pytest.mark.parametrize(
    "body, says",
    [(b"", "empty"), (b"\x89PNG\r\n\x1a\n\0\0\0\0", "neither Excel"), (b"PK\x03\x04no", "damaged")],
)
def test_what_is_no_table_is_refused_with_a_sentence(
    body: bytes, says: str, hospital: Hospital
) -> None:
    answer = _upload(hospital.client("own_centre"), body)
    assert answer.status_code == 422 and says in answer.content.decode()
    assert hospital.client("own_centre").post("/imports/", {}).status_code == 422
    with every_centre():
        assert not ImportFile.objects.exists()


def test_a_large_table_is_left_to_a_worker(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.views.import_upload.CHECKED_AT_ONCE", 1)
    client = hospital.client("own_centre")
    address = _upload(client, SMALL)["Location"]
    assert 'id="progress"' in client.get(address).content.decode()
    assert "Waiting for a worker" in client.get(f"{address}progress/").content.decode()
    file = _file()
    check_file(file_id=file.pk, centre_id=file.centre_id)
    assert client.get(f"{address}progress/")["HX-Refresh"] == "true"


def test_a_table_is_given_up(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = _upload(client, SMALL)["Location"]
    client.post(f"{address}drop/")
    assert "was given up" in client.get(address).content.decode()
    assert client.get(f"{address}with-errors/").status_code == 404
    assert client.post(f"{address}send/", follow=True).status_code == 200
    with every_centre():
        assert not ImportRow.objects.exists() and bytes(_file().body) == b""


def test_the_coloured_file_has_their_lines_and_is_read_again(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    table = "a title\r\n\r\n" + SMALL.replace("A-1", "=1+1")
    address = _upload(client, table)["Location"]
    body = client.get(f"{address}with-errors/").content
    sheet = load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    assert [one.value for one in sheet[3]][-1] == NOTES
    assert (sheet["A4"].value, sheet["A4"].data_type) == ("=1+1", "s")
    assert sheet["C4"].is_date and sheet["D4"].value == 1
    assert sheet["B5"].fill.fgColor.rgb.endswith("F6B9B9") and sheet["B5"].comment is not None
    assert sheet["B4"].comment is None and sheet["G4"].value is None
    assert str(sheet["G5"].value).startswith("Sex: ")
    sheet["B5"] = "M"
    out = io.BytesIO()
    assert sheet.parent is not None
    sheet.parent.save(out)
    page = client.get(_upload(client, out.getvalue(), "to-correct.xlsx")["Location"])
    assert _tabs(page.content.decode()) == {"new": 2, "changed": 0, "same": 0, "rejected": 0}


def test_all_planted_errors_stand_red_at_their_line(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = _upload(client, planted.as_xlsx(), "five-hundred.xlsx")["Location"]
    page = client.get(address).content.decode()
    assert _tabs(page) == {"new": planted.GOOD, "changed": 0, "same": 0, "rejected": 12}
    assert f"Import {planted.GOOD} rows" in page
    for line, column in planted.PLACES:
        assert f'id="cell-{line}-{column}"' in page


def test_the_page_names_the_columns_that_nothing_is_read_from(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    table = SMALL.replace("Transplant type", "Weather").replace("Allogeneic", "sunny")
    _upload(client, table)
    address = f"/imports/{_file().pk}/columns/"
    asked = client.get(address).content.decode()
    client.post(
        address, dict(re.findall(r'name="(columns|column-\d+)"[^>]*value="([^"]*)"', asked))
    )
    with every_centre():
        check_file(file_id=_file().pk, centre_id=_file().centre_id)
    page = client.get(f"/imports/{_file().pk}/").content.decode()
    assert "it is not known what they mean: Weather" in page
    assert f'href="/imports/{_file().pk}/columns/"' in page


MANY = (
    "Hospital number;Date of birth;Diagnosis;Date of diagnosis;Transplant number;Transplant date;Type of donor\r\n"
    + "".join(
        f"M-{n};05/01/2001;{'ALL' if n > 2 else 'AML'};14/03/2007;1;14/03/2008;sibling\r\n"
        for n in range(1, 6)
    )
)


def _post(client: Client, address: str, **sent: str) -> HttpResponse:
    return client.post(address, {"show": "rejected", **sent}, headers={"HX-Request": "true"})


def test_an_unknown_word_is_replaced_in_all_rows_from_the_list_of_the_form(
    hospital: Hospital,
) -> None:
    client = hospital.client("own_centre")
    address = _upload(client, MANY)["Location"]
    page = html.unescape(client.get(address).content.decode())
    assert _tabs(page)["rejected"] == 5
    assert "'sibling' is not one of: Matched sibling, " in page and " and 4 more." in page
    control = page[page.index('id="form-2-6"') :].partition("</form>")[0]
    assert '<option value="Matched sibling">Matched sibling</option>' in control
    assert '<option value="sibling" selected>' in control and "Not done" in control
    assert "Use in all 5 rows" in control
    page = _post(client, f"{address}lines/4/6/", text="Matched sibling", alike="1").content.decode()
    assert "5 lines are corrected; 3 have more to correct." in page
    assert _tabs(page) == {"new": 2, "changed": 0, "same": 0, "rejected": 3}


def test_what_has_no_column_is_answered_on_the_page(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = _upload(client, MANY.replace("sibling", "URD_NOS"))["Location"]
    page = client.get(address).content.decode()
    assert page.count("Use in all 3 rows") == 3 and "one is added" in page
    assert '<option value="B lineage">B lineage</option>' in page
    # Nothing is wrong with the diagnosis itself.
    assert 'id="form-4-2"' not in page
    answer = f"{address}lines/4/disease.all_phenotype/"
    assert _post(client, f"{address}lines/4/disease.nothing/", text="B").status_code == 404
    assert _post(client, answer.replace("/4/", "/2/"), text="B").status_code == 404
    assert "nothing is changed" in _post(client, answer, text="").content.decode()
    for person, status in (("colleague_read_only", 403), ("other_centre", 404)):
        assert _post(hospital.client(person), answer, text="B").status_code == status
    page = _post(client, answer, text="B lineage").content.decode()
    assert "Line 4 is now under “New”" in page and "Disease: Phenotype" in page
    assert _tabs(page)["rejected"] == 2
    # The file itself has no cell for the added column.
    assert "Disease: Phenotype" in client.get(f"{address}columns/").content.decode()
    page = _post(client, f"{address}lines/5/7/", text="T lineage", alike="1").content.decode()
    assert _tabs(page) == {"new": 4, "changed": 0, "same": 0, "rejected": 1}
    body = client.get(f"{address}with-errors/").content
    sheet = load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    assert [one.value for one in sheet[1]][-2:] == ["Disease: Phenotype", NOTES]
    assert (sheet["H4"].value, sheet["H5"].value) == ("B lineage", "T lineage")
    again = client.get(_upload(client, body, "to-correct.xlsx")["Location"]).content.decode()
    assert _tabs(again) == {"new": 4, "changed": 0, "same": 0, "rejected": 1}


def test_a_line_that_is_gone_is_said_and_not_an_error(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = _upload(client, SMALL)["Location"]
    with every_centre():
        ImportRow.objects.filter(line=3).delete()
    for answer in ("lines/3/1/", "lines/3/patient.sex/"):
        page = _post(client, f"{address}{answer}", text="M", columns="6")
        assert page.status_code == 200 and "not kept any more" in page.content.decode()
    for columns in ("5", "six", "²"):
        page = _post(client, f"{address}lines/2/5/", text="Allogeneic", columns=columns)
        assert page.status_code == 200
        assert ("another column" in page.content.decode()) == (columns == "5")


def test_the_preview_says_what_kinds_of_records_come_in(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = _upload(client, SMALL.replace(";Q;", ";M;"))["Location"]
    page = " ".join(client.get(address).content.decode().split())
    assert page.count("+ adds: Patient, Identity, Transplant") == 2
    assert 'Would add: <span class="kind">Patient <b>2</b></span>' in page
    client.post(f"{address}send/")
    _store()
    other = SMALL.replace(";Q;", ";M;").replace("05/01/2001", "06/01/2001")
    page = client.get(_upload(client, other)["Location"]).content.decode()
    assert "≠ changes: Identity" in page and "adds:" not in page
    assert 'Would change: <span class="kind">Identity <b>1</b></span>' in page


def test_the_coloured_file_says_the_same_words(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = _upload(client, MANY)["Location"]
    sheet = load_workbook(io.BytesIO(client.get(f"{address}with-errors/").content)).active
    assert sheet is not None and sheet["G4"].comment is not None
    assert sheet["G4"].comment.text.startswith("'sibling' is not one of: Matched sibling, ")
    told = str(sheet["H4"].value)
    assert told.startswith("Type of donor: 'sibling' is not one of: Matched sibling, ")
    assert told.endswith("add a column “Disease: Phenotype” and answer it")

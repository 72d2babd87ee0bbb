"""Does the page that names the columns say what is guessed, what is asked, and why a unit is not understood?"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from registry.actions.name_columns import name_columns
from registry.models import ImportFile, Role, User
from registry.scope import every_centre
from registry.views import import_columns
from tests.web.hospital import Hospital

TABLE = (
    "UPN;HSCT date;Transplant number;Blasts in marrow (%);CD34 dose (mg);Remarks;White cells (mg)\r\n"
    "A-1;14/03/2008;1;34;5;none;7\r\n"
)


def _uploaded(hospital: Hospital, table: str = TABLE) -> str:
    sent = {"file": SimpleUploadedFile("ours.csv", table.encode())}
    address = hospital.client("own_centre").post("/imports/", sent)["Location"]
    return f"{address}columns/"


def _rows(page: str) -> dict[str, str]:
    """The rows of the table of columns, by heading."""
    found = re.findall(r'<th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', page, re.DOTALL)
    return dict(found)


def _filled(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(columns|named|column-\d+|said-\d+)" value="([^"]*)"', page))


def test_each_column_says_how_it_is_understood(hospital: Hospital) -> None:
    page = hospital.client("own_centre").get(_uploaded(hospital)).content.decode()
    rows = _rows(page)
    assert "2 columns are guessed: are they right?" in page and "3 columns are not" in page
    assert 'guessed">? guessed' in rows["HSCT date"] and "Transplant: Date" in rows["HSCT date"]
    assert "✓ understood" in rows["UPN"] and "guessed" not in rows["UPN"]
    for doubtful in ("Blasts in marrow (%)", "Remarks"):
        assert "○ not understood" in rows[doubtful] and 'value=""' in rows[doubtful]
    proposed = re.findall(r'data-fill="column-3">(.*?)</button>', rows["Blasts in marrow (%)"])
    assert {one.partition(":")[0] for one in proposed} >= {"Transplant", "Disease"}
    assert proposed[0].startswith("Transplant:"), "what the table speaks of comes first"
    assert "data-fill" not in rows["Remarks"]


def test_a_foreign_unit_says_why_before_anything_is_sent(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), _uploaded(hospital)
    page = client.get(address).content.decode()
    rows, says = _rows(page), "names a unit in which this is not asked"
    told = rows["CD34 dose (mg)"]
    assert 'aria-invalid="true"' in told and says in told and "“CD34 dose (10^6/kg)”" in told
    assert "1 column cannot be taken so" in page
    proposed = rows["White cells (mg)"]
    assert says in proposed and "“White cells (10^9/L)”" in proposed
    assert "aria-invalid" not in proposed, "it is left out as it stands"
    answer = client.post(address, _filled(page))
    assert answer.status_code == 422
    assert _rows(answer.content.decode())["CD34 dose (mg)"].count(says) == 1
    assert answer.content.decode().count(says) == 2
    assert client.post(address, _filled(page) | {"column-4": ""}).status_code == 302


def test_what_was_said_before_is_told_apart_from_a_guess(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), _uploaded(hospital)
    filled = _filled(client.get(address).content.decode())
    chosen = "Transplant: Blasts in bone marrow"
    client.post(address, filled | {"column-3": chosen, "column-4": ""})
    rows = _rows(client.get(address).content.decode())
    assert all("↺ as your centre said before" in one for one in rows.values())
    assert chosen in rows["Blasts in marrow (%)"]


def test_a_table_that_waits_learns_what_the_centre_says_meanwhile(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), _uploaded(hospital)
    _uploaded(hospital, TABLE.replace(";34;", ";35;"))
    with every_centre():
        other = ImportFile.objects.select_related("by").latest("uploaded_at")
    means = ["key", "transplant.date", "transplant.number", "", "", "", ""]
    name_columns(by=other.by, file=other, targets=means)
    page = client.get(address).content.decode()
    assert "not understood" not in page and page.count("↺ as your centre said before") == 7


def test_words_that_are_changed_are_no_guess_any_more(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), _uploaded(hospital)
    filled = _filled(client.get(address).content.decode())
    answer = client.post(address, filled | {"column-1": "", "column-5": "nonsense"})
    assert answer.status_code == 422
    rows = _rows(answer.content.decode())
    assert "guessed" not in rows["HSCT date"] and "not understood" not in rows["Remarks"]
    assert "Choose from the list" in rows["Remarks"]


def test_what_is_typed_is_kept_for_its_writer_and_shown_again(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), _uploaded(hospital)
    filled = _filled(client.get(address).content.decode())
    words = "Transplant: Blasts in bone marrow"
    kept = client.post(f"{address}draft/", filled | {"column-3": words})
    assert kept.json()["says"].startswith("Draft saved")
    page = client.get(address).content.decode()
    assert "is shown. It is not saved yet." in page and _filled(page)["column-3"] == words
    rows = _rows(page)
    assert "not understood" not in rows["Blasts in marrow (%)"] and "guessed" in rows["HSCT date"]
    assert hospital.client("colleague_read_only").get(address).status_code == 403
    assert hospital.client("other_centre").post(f"{address}draft/", filled).status_code == 404
    card = client.get("/").content.decode()
    assert f'<a href="{address}">Columns of ours.csv</a>' in unescape(card)
    # As the page says by itself, or discarded: nothing is left to be kept.
    assert client.post(f"{address}draft/", filled).json()["says"] == ""
    client.post(f"{address}draft/", filled | {"column-3": words})
    client.post(f"{address}draft/", {"discard": "1"})
    assert "is shown. It is not saved yet." not in client.get(address).content.decode()


def test_a_refused_page_is_kept_and_an_accepted_one_is_not(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), _uploaded(hospital)
    filled = _filled(client.get(address).content.decode()) | {"column-4": ""}
    assert client.post(address, filled | {"column-5": "nonsense"}).status_code == 422
    page = client.get(address).content.decode()
    assert _filled(page)["column-5"] == "nonsense" and "Choose from the list" in page
    assert client.post(address, filled).status_code == 302
    assert "is shown. It is not saved yet." not in client.get(address).content.decode()


def test_of_a_table_that_is_given_up_no_draft_is_told(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), _uploaded(hospital)
    filled = _filled(client.get(address).content.decode())
    client.post(f"{address}draft/", filled | {"column-1": ""})
    assert "Columns of ours.csv" in client.get("/").content.decode()
    client.post(address.replace("columns", "drop"))
    assert "Columns of ours.csv" not in client.get("/").content.decode()
    assert client.post(f"{address}draft/", filled | {"column-1": ""}).json()["says"] == ""


def _named_by_a_colleague(targets: list[str]) -> None:
    with every_centre():
        file = ImportFile.objects.select_related("by").latest("uploaded_at")
    colleague = User.objects.create(
        username="colleague2", role=Role.DATA_MANAGER, centre_id=file.centre_id
    )
    name_columns(by=colleague, file=file, targets=targets)


def _targets() -> list[str]:
    with every_centre():
        return [one["target"] for one in ImportFile.objects.latest("uploaded_at").columns]


MARROW, DAY = "Transplant: Blasts in bone marrow", "Transplant: Date"


def test_a_draft_takes_nothing_back_that_a_colleague_named(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), _uploaded(hospital)
    filled = _filled(client.get(address).content.decode())
    typed = {"column-1": "", "column-3": MARROW, "column-4": "", "column-5": "Disease: Diagnosis"}
    assert client.post(f"{address}draft/", filled | typed).json()["says"]
    named = ["key", "transplant.date", "transplant.number", "", "", "disease.date_diagnosis", ""]
    _named_by_a_colleague(named)
    page = client.get(address).content.decode()
    shown, rows = _filled(page), _rows(page)
    assert shown["column-1"] == DAY and shown["column-5"] == "Disease: Date of diagnosis"
    assert shown["column-3"] == MARROW, "nobody said anything else of this one"
    assert "named columns since your draft of" in page and "is shown. It is not" not in page
    assert "You had typed" in rows["Remarks"] and "Disease: Diagnosis</button>" in rows["Remarks"]
    assert "You had typed" not in rows["HSCT date"] + rows["Blasts in marrow (%)"]
    assert client.post(address, shown).status_code == 302
    assert _targets() == [*named[:3], "transplant.blasts_bm_pre", *named[4:]]


def test_a_naming_in_the_moment_before_the_lock_is_not_taken_back(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = hospital.client("own_centre"), _uploaded(hospital)
    old = _filled(client.get(address).content.decode()) | {"column-4": ""}
    named = ["key", "", "transplant.number", "transplant.blasts_bm_pre", "", "", ""]

    def a_moment_later(**told: Any) -> ImportFile:
        monkeypatch.undo()
        _named_by_a_colleague(named)
        return name_columns(**told)

    monkeypatch.setattr(import_columns, "name_columns", a_moment_later)
    answer = client.post(address, old)
    assert answer.status_code == 409 and "Look again" in answer.content.decode()
    assert _targets() == named


def test_a_page_that_is_older_than_a_naming_is_shown_again(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), _uploaded(hospital)
    old = _filled(client.get(address).content.decode()) | {"column-4": ""}
    named = ["key", "", "transplant.number", "transplant.blasts_bm_pre", "", "", ""]
    _named_by_a_colleague(named)
    answer = client.post(address, old)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Look again" in page and _targets() == named
    shown = _filled(page)
    assert (shown["column-1"], shown["column-3"]) == ("", MARROW)
    assert client.post(address, shown).status_code == 302 and _targets() == named

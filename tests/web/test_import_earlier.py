"""Does a table tell which earlier ones it may replace, and is one given up by a button only?"""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.actions.answer_missing import answer_missing
from registry.models import ImportFile
from registry.scope import every_centre
from tests.exchange.desk import csv, imported, line, now, uploaded
from tests.web.hospital import Hospital

HEAD = "UPN;Sex;Date of birth"
FIRST = csv(HEAD, "A-1;Q;05/01/2001", "A-2;F;06/01/2001", "a-3;F;07/01/2001")
MENDED = csv(HEAD, "A-1;F;05/01/2001", "A-3;F;07/01/2001", "A-4;Z;08/01/2001")
SHOWN = "has the same columns and still waits with"


def _page(client: Client, file: ImportFile) -> str:
    answer = client.get(f"/imports/{file.pk}/")
    assert answer.status_code == 200
    return " ".join(re.sub("<[^>]+>", "", answer.content.decode()).split())


def _pair(hospital: Hospital) -> tuple[ImportFile, ImportFile]:
    by = hospital.own_centre
    return uploaded(by, FIRST, "first.csv"), uploaded(by, MENDED, "second.csv")


def test_the_later_table_names_the_earlier_one_and_takes_nothing(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    first, second = _pair(hospital)
    page = _page(client, second)
    assert "first.csv, uploaded on" in page and f"by manager, {SHOWN} 3 lines" in page
    assert (
        "(2 of patients who are in this table too). If this table replaces it: Give first" in page
    )
    assert SHOWN not in _page(client, first)
    assert (now(first).state, now(second).state) == ("ready", "ready")
    listed = client.get("/imports/").content.decode()
    assert listed.count("second.csv, which came later, has the same columns") == 1
    assert "first.csv, which" not in listed
    work = client.get("/").content.decode()
    assert "first.csv" in work and "second.csv" in work


def test_the_button_gives_up_what_is_not_stored_and_stays_at_the_later_table(
    hospital: Hospital,
) -> None:
    client = hospital.client("own_centre")
    first, second = _pair(hospital)
    imported(hospital.own_centre, first)
    assert f"{SHOWN} 1 line (1 of a patient who is in this table too)." in _page(client, second)
    shown = client.get(f"/imports/{second.pk}/").content.decode()
    assert f'name="then" value="{second.pk}"' in shown
    answer = client.post(f"/imports/{first.pk}/drop/", {"then": str(second.pk)})
    assert answer["Location"] == f"/imports/{second.pk}/"
    page = _page(client, second)
    assert "first.csv is given up, but for what is stored of it." in page and SHOWN not in page
    with every_centre():
        assert now(first).state == "done" and now(first).lines.count() == 2
    again = client.post(f"/imports/{first.pk}/drop/", {"then": "nonsense"})
    assert again["Location"] == f"/imports/{first.pk}/"


def test_a_later_table_that_is_imported_tells_it_too(hospital: Hospital) -> None:
    first = uploaded(hospital.own_centre, FIRST, "first.csv")
    rows = [one for one in MENDED.decode().split("\r\n") if ";Z;" not in one]
    second = imported(hospital.own_centre, uploaded(hospital.own_centre, csv(*rows), "second.csv"))
    assert second.state == "done"
    client = hospital.client("own_centre")
    assert SHOWN in _page(client, second)
    assert "second.csv, which came later" in client.get("/imports/").content.decode()
    client.post(f"/imports/{first.pk}/drop/")
    assert SHOWN not in _page(client, second)


def test_other_columns_other_centres_and_tables_that_are_over_are_not_named(
    hospital: Hospital,
) -> None:
    by = hospital.own_centre
    uploaded(hospital.other_centre, FIRST, "theirs.csv")
    uploaded(by, csv("UPN;Sex", "A-1;Q"), "narrow.csv")
    over = uploaded(by, FIRST, "over.csv")
    hospital.client("own_centre").post(f"/imports/{over.pk}/drop/")
    imported(by, uploaded(by, csv(HEAD, "A-8;F;05/01/2001"), "stored.csv"))
    same = uploaded(by, csv(HEAD, "A-8;F;05/01/2001", ""), "same.csv")
    later = uploaded(by, MENDED, "second.csv")
    client = hospital.client("own_centre")
    assert now(same).state == "ready" and SHOWN not in _page(client, later)
    assert "which came later" not in client.get("/imports/").content.decode()


def test_who_only_reads_is_told_without_a_button(hospital: Hospital) -> None:
    first, second = _pair(hospital)
    client = hospital.client("colleague_read_only")
    page = _page(client, second)
    assert SHOWN in page and "Give first.csv up" not in page and "replaces" not in page
    assert client.post(f"/imports/{first.pk}/drop/", {"then": second.pk}).status_code == 403
    stranger = hospital.client("other_centre")
    assert stranger.post(f"/imports/{first.pk}/drop/", {"then": second.pk}).status_code == 404
    assert now(first).state == "ready"


def test_many_earlier_tables_ask_no_more_questions(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    counts = []
    for number in range(2):
        for one in range(1 + 3 * number):
            uploaded(hospital.own_centre, csv(HEAD, f"B-{number}{one};Q;05/01/2001"), "b.csv")
        later = uploaded(hospital.own_centre, csv(HEAD, f"C-{number};Q;05/01/2001"), "c.csv")
        for address in (f"/imports/{later.pk}/", "/imports/"):
            with CaptureQueriesContext(connection) as asked:
                page = client.get(address).content.decode()
            counts.append(len(asked))
    assert page.count("which came later") == 6
    assert counts[:2] == counts[2:]


def test_an_answer_given_meanwhile_is_not_left_out_by_a_stale_page(hospital: Hospital) -> None:
    head = "UPN;Date of birth;Diagnosis;Date of diagnosis;Transplant number;Transplant date"
    body = csv(head, "A-1;01/02/2003;ALL;03/04/2007;1;14/03/2008")
    client, by = hospital.client("own_centre"), hospital.own_centre
    sent = {"file": SimpleUploadedFile("ours.csv", body)}
    address = client.post("/imports/", sent)["Location"]
    page = client.get(f"{address}columns/").content.decode()
    stale = dict(re.findall(r'name="(columns|column-\d+)" value="([^"]*)"', page))
    assert stale["columns"] == "6"
    with every_centre():
        file = ImportFile.objects.get()
    answer_missing(by=by, row=line(file, 2), target="disease.all_phenotype", text="T lineage")
    refused = client.post(f"{address}columns/", stale | {"column-3": ""})
    page = refused.content.decode()
    assert refused.status_code == 409 and "The table was changed meanwhile" in page
    assert now(file).columns[6]["target"] == "disease.all_phenotype"
    shown = dict(re.findall(r'name="(columns|column-\d+)" value="([^"]*)"', page))
    assert (shown["columns"], shown["column-3"]) == ("7", ""), "what was typed is kept"
    assert shown["column-6"] == "Disease: Phenotype"
    assert client.post(f"{address}columns/", shown).status_code == 302
    assert [one["target"] for one in now(file).columns[3::3]] == ["", "disease.all_phenotype"]
    nothing = client.post(f"{address}columns/", {"column-0": "UPN"})
    assert nothing.status_code == 409 and now(file).columns[0]["target"] == "key"


def test_my_work_says_where_the_same_patients_may_be_counted_twice(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    told = (
        "second.csv, which came later, has the same columns: the same patients may be counted twice"
    )
    first = uploaded(hospital.own_centre, FIRST, "first.csv")
    assert told not in client.get("/").content.decode()
    uploaded(hospital.own_centre, MENDED, "second.csv")
    assert client.get("/").content.decode().count(told) == 1
    client.post(f"/imports/{first.pk}/drop/")
    assert told not in client.get("/").content.decode()

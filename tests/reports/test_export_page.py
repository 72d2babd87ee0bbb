"""Who sees the export page, asks there, and gets which files?"""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client

from registry.scope import every_centre
from reports import actions
from reports.models import Export, TakenOut
from tests.reports.exported import exported, now
from tests.reports.network import Network

PAGE = "/exports/"


def asked() -> list[Export]:
    with every_centre():
        return list(Export.objects.order_by("asked_at"))


def ask(client: Client, **told: str) -> int:
    return client.post(PAGE, told).status_code


def test_three_people_and_the_page(network: Network) -> None:
    statuses = {
        person: network.client(person).get(PAGE).status_code
        for person in ("own_centre", "colleague_read_only", "other_centre", "statistician")
    }
    assert statuses == {
        "own_centre": 200, "colleague_read_only": 403, "other_centre": 200, "statistician": 200,
    }  # fmt: skip
    assert Client().get(PAGE).status_code == 302


def test_the_menu_shows_the_page_to_those_who_may(network: Network) -> None:
    for person, there in (("own_centre", True), ("colleague_read_only", False)):
        html = network.client(person).get("/patients/").content.decode()
        assert ('href="/exports/"' in html) is there


def test_asked_for_by_a_button_and_fetched_by_a_link(network: Network) -> None:
    client = network.client("own_centre")
    assert ask(client, kind="spss") == 302
    (export,) = asked()
    assert (export.kind, export.centre, export.by) == (
        "spss", network.own_centre.centre, network.own_centre,
    )  # fmt: skip
    html = client.get(PAGE).content.decode()
    assert "Waiting" in html and 'hx-get="/exports/list/"' in html
    assert client.get("/exports/list/").status_code == 200
    actions.make_export(export_id=export.pk)
    answer = client.get("/exports/list/")
    assert answer.status_code == 286, "htmx asks no more"
    (link,) = re.findall(r'href="(/exports/[^"]+\.zip)"', answer.content.decode())
    response = client.get(link)
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    assert response["Cache-Control"] == "no-store"
    assert "engraft-C01-" in response["Content-Disposition"]
    assert "-spss-" in response["Content-Disposition"]
    with ZipFile(BytesIO(response.content)) as files:
        assert "data/transplants.sav" in files.namelist()
    html = client.get(PAGE).content.decode()
    assert "Fetched" in html and 'hx-get="/exports/list/"' not in html


@pytest.mark.parametrize("person", ["other_centre", "colleague_read_only"])
def test_a_foreigner_finds_nothing_and_a_reader_may_not(network: Network, person: str) -> None:
    made = exported(network.own_centre, "csv")
    client = network.client(person)
    response = client.get(f"/exports/{made.pk}.zip")
    missing = client.get("/exports/00000000-0000-4000-8000-000000000000.zip")
    if person == "other_centre":
        assert response.status_code == missing.status_code == 404
        assert str(made.pk) not in client.get(PAGE).content.decode()
        assert str(made.pk) not in client.get("/exports/list/").content.decode()
    else:
        assert response.status_code == 403 == client.get("/exports/list/").status_code
    with every_centre():
        assert not TakenOut.objects.exists()


def test_nobody_asks_for_another_centres_records(network: Network) -> None:
    assert ask(network.client("other_centre"), kind="csv", centre="C01") == 302
    assert ask(network.client("colleague_read_only"), kind="csv") == 403
    (export,) = asked()
    assert export.centre == network.other_centre.centre, "the own one, whatever the form says"


def test_the_staff_choose_a_centre(network: Network) -> None:
    client = network.client("statistician")
    assert 'name="centre"' in client.get(PAGE).content.decode()
    assert ask(client, kind="csv") == 404 == ask(client, kind="csv", centre="C99")
    assert ask(client, kind="excel", centre="C02") == 404
    assert ask(client, kind="csv", centre="C02") == 302
    assert [one.centre.code for one in asked()] == ["C02"]


def test_the_office_sees_each_time_the_files_were_fetched(network: Network) -> None:
    made = exported(network.own_centre, "sas")
    network.client("own_centre").get(f"/exports/{made.pk}.zip")
    html = network.client("statistician").get(PAGE).content.decode()
    assert "Fetched" in html and "manager" in html and "SAS" in html
    assert "Fetched" not in network.client("other_centre").get(PAGE).content.decode()


def test_an_unfinished_export_has_no_files_and_an_old_one_says_so(network: Network) -> None:
    client = network.client("own_centre")
    ask(client, kind="csv")
    (export,) = asked()
    assert client.get(f"/exports/{export.pk}.zip").status_code == 404
    actions.make_export(export_id=export.pk)
    actions.delete_old_exports(now(export).finished_at + actions.exports.KEPT * 2)
    response = client.get(f"/exports/{export.pk}.zip", follow=True)
    assert "no longer kept" in response.content.decode()
    html = response.content.decode()
    assert "deleted" in html and f"/exports/{export.pk}.zip" not in html


def test_the_page_says_what_is_left_out(network: Network) -> None:
    html = network.client("own_centre").get(PAGE).content.decode()
    for words in ("Left out:", "birth dates", "Only ages leave", "after 7 days"):
        assert words in html

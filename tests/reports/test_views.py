"""Who sees which report, who may order one, and what do the files hold?"""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client

from registry.scope import every_centre
from reports import actions, views
from reports.models import Run
from tests.reports.network import SEES_THE_OWN_CENTRES, STUDY, Network, now

STUDY_PAGE = f"/studies/{STUDY}/"
ORDER = {"study": STUDY, "deed": "order", "day": "3", "hour": "7"}
PAGES = ("/studies/", STUDY_PAGE, "/reports/", "/reports/monthly/")


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whom the bell was rung for; nobody comes."""
    told: list[str] = []
    monkeypatch.setattr(views, "ring_for", lambda bell, key: told.append(key))
    return told


@pytest.fixture
def report(network: Network) -> Run:
    """A finished report of the own centre."""
    run = actions.request_run(by=network.own_centre, study=STUDY)
    actions.execute_run(run_id=run.pk)
    return now(run)


def told(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("address", [*PAGES, f"/reports/{uuid4()}/", f"/reports/{uuid4()}/pdf"])
def test_nobody_sees_a_page_without_logging_in(address: str, client: Client, db: None) -> None:
    for response in (client.get(address), client.post(address)):
        refused = response.status_code == 302 and "/accounts/login/" in response["Location"]
        assert refused or response.status_code == 405


@pytest.mark.parametrize("address", PAGES)
def test_everyone_sees_the_studies(address: str, network: Network) -> None:
    for person in ("own_centre", "colleague_read_only", "other_centre", "statistician"):
        assert network.client(person).get(address).status_code == 200


@SEES_THE_OWN_CENTRES
def test_a_centres_report_is_for_those_who_see_its_patients(
    person: str, status: int, network: Network, report: Run
) -> None:
    client = network.client(person)
    for ending in ("", "pdf", "html", "json"):
        assert client.get(f"/reports/{report.pk}/{ending}").status_code == status
    assert client.post(f"/reports/{report.pk}/").status_code == (302 if status == 200 else 404)
    listed = client.get("/reports/").content.decode() + client.get(STUDY_PAGE).content.decode()
    assert (str(report.pk) in listed) == (status == 200)


def test_the_networks_report_is_not_for_a_centre(network: Network) -> None:
    run = actions.request_run(by=network.statistician, study=STUDY)
    assert network.client("statistician").get(f"/reports/{run.pk}/").status_code == 200
    assert network.client("own_centre").get(f"/reports/{run.pk}/").status_code == 404


def test_the_query_alone_hides_it_too(network: Network, report: Run) -> None:
    with every_centre():  # no help from the database's policies
        assert views.runs_for(network.own_centre).get().pk == report.pk
        assert not views.runs_for(network.other_centre).exists()


def test_a_study_is_run_from_its_page(network: Network, rung: list[str]) -> None:
    response = network.client("colleague_read_only").post(STUDY_PAGE)
    with every_centre():
        run = Run.objects.get()
    assert response.status_code == 302 and response["Location"] == f"/reports/{run.pk}/"
    assert run.centres == [network.own_centre.centre_id] and rung == [str(run.pk)]


def test_a_page_that_waits_says_how_far_it_is(network: Network) -> None:
    run = actions.request_run(by=network.own_centre, study=STUDY)
    with every_centre():
        Run.objects.update(step="Drawing figures and pages")
    page = network.client("own_centre").get(f"/reports/{run.pk}/").content.decode()
    assert "Drawing figures and pages" in page and 'http-equiv="refresh"' in page
    assert network.client("own_centre").get(f"/reports/{run.pk}/pdf").status_code == 404


def test_the_report_page_shows_the_report(network: Network, report: Run) -> None:
    page = network.client("own_centre").get(f"/reports/{report.pk}/").content.decode()
    assert report.body in page and 'http-equiv="refresh"' not in page
    flow = json.loads(report.results)["flow"]
    assert f"<b>{flow[-1]['n']}</b> of {flow[0]['n']} patients" in page


def test_the_files_are_those_of_the_run_and_named_by_study_and_cut(
    network: Network, report: Run
) -> None:
    client = network.client("own_centre")
    kept = {
        "pdf": ("application/pdf", bytes(report.pdf)),
        "html": ("text/html; charset=utf-8", report.page.encode()),
        "json": ("application/json", report.results.encode()),
    }
    day = json.loads(report.results)["provenance"]["cut_date"]
    for ending, (kind, content) in kept.items():
        response = client.get(f"/reports/{report.pk}/{ending}")
        assert (response["Content-Type"], response.content) == (kind, content)
        name = f'attachment; filename="{STUDY}-{day}-{str(report.pk)[:8]}.{ending}"'
        assert response["Content-Disposition"] == name
    assert client.get(f"/reports/{report.pk}/doc").status_code == 404


def test_again_on_the_same_cut(network: Network, report: Run, rung: list[str]) -> None:
    response = network.client("statistician").post(f"/reports/{report.pk}/")
    with every_centre():
        again = Run.objects.exclude(pk=report.pk).get()
    assert response["Location"] == f"/reports/{again.pk}/" and rung == [str(again.pk)]
    assert again.cut_id == report.cut_id and again.centres == report.centres


def test_what_is_not_there_is_404(network: Network) -> None:
    client = network.client("statistician")
    waiting = actions.request_run(by=network.statistician, study=STUDY)
    assert client.get("/studies/no_study/").status_code == 404
    assert client.post("/studies/no_study/").status_code == 404
    assert client.get(f"/reports/{uuid4()}/").status_code == 404
    assert client.post(f"/reports/{waiting.pk}/").status_code == 404, "it has no cut yet"


def test_a_list_does_not_fetch_the_reports_themselves(network: Network, report: Run) -> None:
    with every_centre():
        (found,) = views.runs_for(network.own_centre)
    assert found.get_deferred_fields() == {"results", "body", "page", "pdf"}
    assert found.cut.get_deferred_fields() == {"columns"}

"""Who gets which file of a report, under which name, and is it drawn from what the run has kept?"""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.test import Client

from registry.scope import every_centre
from reports import actions
from reports.models import Run
from reports.render.files import FILES, IMAGES, OutOfDate, figure_made, made
from tests.reports import sample_results as sample
from tests.reports.network import SEES_THE_OWN_CENTRES, STUDY, Network, now
from tests.reports.test_run_study import run_study

ROOT = Path(__file__).parents[2]
DRAWN = [what for what, file in FILES.items() if file.draw]
WEB = """
import os, sys
from importlib import import_module
from tests import conftest
os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"] = "postgres://nobody@localhost/none"
os.environ["REDIS_URL"] = "redis://localhost/0"
conftest.pytest_configure(None)
import_module("config.urls")
print(*({"docx", "openpyxl", "matplotlib"} & set(sys.modules)))
"""


@pytest.fixture
def report(network: Network) -> Run:
    """A finished report of the own centre."""
    run = actions.request_run(by=network.own_centre, study=STUDY)
    actions.execute_run(run_id=run.pk)
    return now(run)


def test_a_file_of_each_kind(network: Network, report: Run) -> None:
    client = network.client("own_centre")
    day = json.loads(report.results)["provenance"]["cut_date"]
    for what, file in FILES.items():
        response = client.get(f"/reports/{report.pk}/{what}")
        assert (response.status_code, response["Content-Type"]) == (200, file.content_type)
        name = f'attachment; filename="{STUDY}-{day}-{str(report.pk)[:8]}{file.ending}"'
        assert response["Content-Disposition"] == name
        if file.draw:
            assert response.content == made(what, report.results), "the same bytes again"
    assert docx.Document(BytesIO(client.get(f"/reports/{report.pk}/docx").content)).tables
    sheets = openpyxl.load_workbook(BytesIO(client.get(f"/reports/{report.pk}/xlsx").content))
    assert sheets.sheetnames[:2] == ["Report", "Patients"]
    rows = client.get(f"/reports/{report.pk}/csv").content.decode("utf-8")
    assert rows.startswith("key,where,row,column,value,")


def test_single_figures(network: Network, report: Run) -> None:
    client = network.client("own_centre")
    with ZipFile(BytesIO(client.get(f"/reports/{report.pk}/figures").content)) as parts:
        pictures = {name: parts.read(name) for name in parts.namelist() if name != "captions.txt"}
    day = json.loads(report.results)["provenance"]["cut_date"]
    for name, content in pictures.items():
        response = client.get(f"/reports/{report.pk}/figures/{name}")
        assert response.content == content
        assert response["Content-Type"] == IMAGES[name.rpartition(".")[2]]
        kept = f"{STUDY}-{day}-{str(report.pk)[:8]}-{name}"
        assert response["Content-Disposition"] == f'attachment; filename="{kept}"'


@SEES_THE_OWN_CENTRES
def test_only_who_sees_the_report_gets_its_files(
    person: str, status: int, network: Network, report: Run
) -> None:
    client = network.client(person)
    for ending in (*FILES, "figures/figure-1.svg", "figures/figure-1.png"):
        assert client.get(f"/reports/{report.pk}/{ending}").status_code == status, ending


def test_nobody_gets_a_file_without_logging_in(client: Client, db: None) -> None:
    for ending in (*FILES, "figures/figure-1.svg"):
        response = client.get(f"/reports/{uuid4()}/{ending}")
        assert response.status_code == 302 and "/accounts/login/" in response["Location"]


def test_what_is_not_there_is_404(network: Network, report: Run) -> None:
    client = network.client("own_centre")
    for ending in ("doc", "pptx", "figures/figure-9.svg", "figures/figure-1.gif", "figures/1.zip"):
        assert client.get(f"/reports/{report.pk}/{ending}").status_code == 404, ending
    assert client.post(f"/reports/{report.pk}/docx").status_code == 405
    waiting = actions.request_run(by=network.own_centre, study=STUDY)
    for ending in (*FILES, "figures/figure-1.svg"):
        assert client.get(f"/reports/{waiting.pk}/{ending}").status_code == 404, "not finished"


def test_the_report_page_lists_every_file_and_links_each_figure(
    network: Network, report: Run
) -> None:
    page = network.client("own_centre").get(f"/reports/{report.pk}/").content.decode()
    for what, file in FILES.items():
        assert f'<dt><a href="/reports/{report.pk}/{what}">{file.name}</a></dt>' in page
        assert f"<dd>{file.says}</dd>" in page
    for figure in json.loads(report.results)["figures"]:
        name = figure["label"].lower().replace(" ", "-")
        assert f'<a href="figures/{name}.svg">SVG</a>' in page
        assert f'<a href="figures/{name}.png">PNG 600 dpi</a>' in page
    assert "figures/figure-1.svg" not in report.page, "the page that stands alone has no links"


def test_results_of_another_shape_are_to_be_computed_again(network: Network, report: Run) -> None:
    with every_centre():
        Run.objects.filter(pk=report.pk).update(results='{"study": 1}')
    client = network.client("own_centre")
    for ending in ("docx", "xlsx", "csv", "figures", "figures/figure-1.png"):
        response = client.get(f"/reports/{report.pk}/{ending}")
        assert response["Location"] == f"/reports/{report.pk}/"
        (*_, told) = get_messages(response.wsgi_request)
        assert "Run the study again on the same cut." in str(told)
    assert client.get(f"/reports/{report.pk}/pdf").content == bytes(report.pdf)


@pytest.mark.parametrize("stored", ["", "{}", "[]", "no json", '{"study": 1}', "3"])
def test_what_cannot_be_read_is_out_of_date(stored: str) -> None:
    for what in DRAWN:
        with pytest.raises(OutOfDate):
            made(what, stored)
    with pytest.raises(OutOfDate):
        figure_made("figure-1", "svg", stored)


def test_kept_files_are_not_drawn() -> None:
    stored = sample.results().to_json()
    for what in ("pdf", "html", "json", "doc"):
        with pytest.raises(KeyError):
            made(what, stored)


def test_the_shell_gives_the_bytes_that_the_page_gives(network: Network, tmp_path: Path) -> None:
    run = actions.request_run(by=network.statistician, study=STUDY)
    actions.execute_run(run_id=run.pk)
    run_study(*(part for what in DRAWN for part in (f"--{what}", tmp_path / what)))
    for what in DRAWN:
        response = network.client("statistician").get(f"/reports/{run.pk}/{what}")
        assert response.content == (tmp_path / what).read_bytes(), what


def test_nothing_that_draws_is_loaded_with_the_pages() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", WEB], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == ""

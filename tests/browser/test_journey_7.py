"""J7: does a data manager have her centre's data in SPSS after three clicks, worker and all?"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pyreadstat
import pytest
from playwright.sync_api import Page, expect

from registry.scope import every_centre
from reports.models import Export, TakenOut
from tests.browser.desk import Desk
from tests.browser.journey import Journey

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
PATIENCE = 60_000  # milliseconds: the worker loads its libraries the first time


@pytest.fixture
def started(worker: subprocess.Popen[str], desk: Desk) -> Iterator[Desk]:
    """The desk, and a real worker that writes the files."""
    desk.log_in()
    yield desk


@pytest.mark.journey("J7")
def test_export_my_centres_data_to_spss(
    started: Desk, journey: Journey, page: Page, tmp_path: Path
) -> None:
    with journey.step("click Export"):
        page.get_by_role("navigation").get_by_role("link", name="Export").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Export")
    expect(page.get_by_text("Only ages leave")).to_be_visible()
    journey.look()
    with journey.step("click SPSS"):
        page.get_by_role("button", name="SPSS").click()
    link = page.get_by_role("link", name="Download SPSS")
    expect(link).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("status").filter(has_text="ready")).to_have_count(1)
    journey.look()
    with journey.step("click Download"), page.expect_download() as download:
        link.click()
    path = tmp_path / "export.zip"
    download.value.save_as(path)
    _is_what_the_database_holds(started, path, tmp_path)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.reload()
    expect(page.get_by_role("heading", name="Fetched")).to_be_visible()
    journey.look()


def _is_what_the_database_holds(desk: Desk, path: Path, folder: Path) -> None:
    with ZipFile(path) as files:
        files.extract("data/transplants.sav", folder)
    frame, about = pyreadstat.read_sav(folder / "data" / "transplants.sav")
    assert frame["pseudonym"].tolist() == [desk.hospital.patient.pseudonym]
    labels = about.variable_value_labels["disease_status"]
    assert str(frame["date"][0])[:10] == "2008-03-14"
    assert labels[frame["disease_status"][0]] == "Second complete remission"
    with every_centre():
        (line,) = TakenOut.objects.select_related("by", "export")
        assert (line.by.username, line.export.kind) == ("manager", "spss")


def test_the_page_by_keyboard_alone(started: Desk, page: Page) -> None:
    started.go("/exports/")
    page.get_by_role("button", name="CSV and R").focus()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Download CSV and R")
    expect(link).to_be_visible(timeout=PATIENCE)
    link.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".zip")
    with every_centre():
        assert Export.objects.get().fetched_at is not None
    assert started.grave_violations() == [] and started.sideways_pixels() == 0

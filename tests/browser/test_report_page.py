"""Can a reader find, by eye and by keyboard, every file of a finished report, and does it arrive?"""

from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from registry.models import Centre
from registry.scope import every_centre
from reports.models import DataCut, Run
from reports.render.files import FILES
from reports.render.html import figures_svg, report_body, report_page
from reports.render.images import links_of
from reports.studies import STUDIES
from tests.browser.desk import Desk
from tests.reports import sample_results as sample
from tests.reports.test_render_roux import roux

pytestmark = pytest.mark.browser

STUDY = next(iter(STUDIES))


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A finished report before the statistician."""
    results = sample.results()
    centres = sorted(Centre.objects.values_list("pk", flat=True))
    moment = timezone.now()
    cut = {"centres": centres, "taken_at": moment, "rows": 1307, "columns": b"", "sha256": "9f2c"}
    with every_centre():
        run = Run.objects.create(
            study=STUDY,
            by=desk.hospital.statistician,
            centres=centres,
            asked_at=moment,
            finished_at=moment,
            state=Run.State.DONE,
            cut=DataCut.objects.create(**cut),
            results=results.to_json(),
            body=report_body(results, figures_svg(results), links_of(results)),
            page="<!DOCTYPE html>",
            pdf=b"%PDF-",
        )
    desk.log_in("statistician")
    desk.go(f"/reports/{run.pk}/")
    return desk


def test_the_report_is_accessible_and_fits(desk: Desk) -> None:
    for width in (1366, 390):
        desk.page.set_viewport_size({"width": width, "height": 768})
        assert desk.grave_violations() == [] and desk.sideways_pixels() == 0


def test_every_file_is_listed_and_arrives(desk: Desk) -> None:
    listed = desk.page.locator("#files")
    for file in FILES.values():
        expect(listed).to_contain_text(file.says)
        with desk.page.expect_download() as arriving:
            listed.get_by_role("link", name=file.name, exact=True).press("Enter")
        assert arriving.value.suggested_filename.endswith(file.ending)


def test_word_excel_and_a_figure_from_where_they_are_looked_for(desk: Desk) -> None:
    assert docx.Document(BytesIO(_clicked(desk, ".subbar", "Word"))).tables
    book = openpyxl.load_workbook(BytesIO(_clicked(desk, ".subbar", "Excel")))
    assert "Table 4" in book.sheetnames
    assert _clicked(desk, "figcaption >> nth=1", "SVG").startswith(b"<?xml")
    assert _clicked(desk, "figcaption >> nth=1", "PNG 600 dpi").startswith(b"\x89PNG")


WIDER = """() => [...document.querySelectorAll(".report .card > .scroll")]
    .filter((one) => one.scrollWidth > one.clientWidth)
    .map((one) => one.innerText.slice(0, 40))"""
CUT = """() => [...document.querySelectorAll(".report caption")].filter((one) => {
    const words = document.createRange();
    words.selectNodeContents(one);
    const seen = one.closest(".scroll").getBoundingClientRect();
    const told = words.getBoundingClientRect();
    return told.left < seen.left - 1 || told.right > seen.right + 1;
}).map((one) => one.innerText)"""


def test_no_column_of_a_real_study_is_out_of_sight_on_a_screen_and_no_title_on_a_phone(
    page: Page,
) -> None:
    page.set_content(report_page(roux()))
    assert page.evaluate(WIDER) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(CUT) == []
    page.evaluate("document.querySelectorAll('.scroll').forEach((one) => one.scrollLeft = 120)")
    assert page.evaluate(CUT) == []


def _clicked(desk: Desk, where: str, name: str) -> bytes:
    with desk.page.expect_download() as arriving:
        desk.page.locator(where).get_by_role("link", name=name, exact=True).click()
    return Path(arriving.value.path()).read_bytes()

"""Can a reader check a paper, and a table of her own, by keyboard and without sideways scroll?"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

PAPERS = ("roux_2017_sfgmtc", "kaya_2025_salvage", "hazar_2021_turkey")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}
TABLE = """Characteristic; Group 1 (n = 9); Group 2 (n = 8); P
Phenotype; ; ; .93
T-ALL; 1 (12); 0 (0)
B-ALL; 8 (88); 8 (100)
"""


def examine(desk: Desk, where: str) -> list[str]:
    """What axe finds, and by how much the page is too wide on a phone and on a desk."""
    found = [f"{where}: {one}" for one in desk.grave_violations()]
    for size in (PHONE, DESK):
        desk.page.set_viewport_size(size)  # type: ignore[arg-type]
        if wider := desk.sideways_pixels():
            found.append(f"{where}: {wider} pixels too wide at {size['width']}")
    return found


def test_the_checks_of_papers_are_accessible_and_fit(desk: Desk) -> None:
    desk.log_in()
    found = []
    for name in PAPERS:
        desk.go(f"/studies/{name}/")
        desk.page.get_by_role("link", name=re.compile("^Paper check")).press("Enter")
        expect(desk.page.get_by_role("heading", name="Paper check")).to_be_visible()
        found += examine(desk, name)
        desk.page.locator("summary", has_text="What was looked at").focus()
        desk.page.keyboard.press("Enter")
        found += examine(desk, f"{name}, opened")
    assert found == []


def test_a_table_is_pasted_refused_corrected_and_answered(desk: Desk) -> None:
    desk.log_in()
    desk.go("/studies/")
    desk.page.get_by_role("link", name="Check a table of a paper").press("Enter")
    assert examine(desk, "empty") == []
    desk.page.get_by_role("button", name="Check the example").press("Enter")
    told = desk.page.get_by_role("cell", name="its own 1 of 9 are 11.11%")
    desk.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    expect(desk.page.get_by_text("its own 1 of 9 are 11.11%")).to_be_in_viewport(ratio=1)
    desk.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    expect(told).to_be_visible()
    field = desk.page.get_by_label("The table, as the paper prints it")
    field.fill(TABLE.replace("(n = 9)", ""))
    desk.page.get_by_role("button", name="Check it").press("Enter")
    expect(desk.page.get_by_role("alert")).to_contain_text("Line 1.")
    # Chromium itself writes the status 422 to the console.
    assert all("422" in one for one in desk.complaints)
    desk.complaints.clear()
    assert examine(desk, "refused") == []
    field.fill(TABLE)
    desk.page.get_by_role("button", name="Check it").press("Enter")
    expect(desk.page.get_by_text("no test of its own counts 1, 8 / 0, 8 gives it")).to_be_visible()
    expect(field).to_have_value(TABLE)
    assert examine(desk, "answered") == []

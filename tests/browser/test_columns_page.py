"""Are the columns of a table named with a click, by keyboard, and on a telephone?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from registry.models import ImportMapping
from registry.scope import every_centre
from tests.browser.desk import Desk
from tests.browser.imported import looks, upload

pytestmark = pytest.mark.browser

TABLE = (
    b"UPN;HSCT date;Transplant number;Blasts in marrow (%);CD34 dose (mg);Remarks\r\n"
    b"A-1;14/03/2008;1;34;5;none\r\nA-2;15/04/2009;1;12,5;6;seen by the night shift\r\n"
)


def test_what_is_asked_is_chosen_by_a_click_and_what_is_wrong_is_told(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go("/imports/")
    upload(page, TABLE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Name the columns")
    guessed = page.get_by_role("row", name="HSCT date").get_by_text("? guessed")
    expect(guessed).to_be_visible()
    expect(page.get_by_text("names a unit in which this is not asked")).to_be_visible()
    looks(desk, "columns")
    blasts = page.get_by_role("combobox", name="Blasts in marrow (%)")
    page.get_by_role("button", name="Transplant: Blasts in bone marrow").press("Enter")
    expect(blasts).to_have_value("Transplant: Blasts in bone marrow")
    expect(blasts).to_be_focused()
    said = page.get_by_role("row", name="Blasts in marrow (%)").get_by_text("not understood")
    expect(said).to_be_hidden()
    looks(desk, "chosen")
    page.get_by_role("combobox", name="HSCT date").fill("Transplant: D")
    expect(guessed).to_be_hidden()
    page.get_by_role("combobox", name="HSCT date").fill("Transplant: Date")
    expect(guessed).to_be_visible()
    page.get_by_role("combobox", name="CD34 dose (mg)").fill("")
    page.get_by_role("button", name="Go on and check the lines").click()
    page.locator(".tabs").wait_for()
    with every_centre():
        told = ImportMapping.objects.get(header="blasts in marrow")
    assert told.target == "transplant.blasts_bm_pre"


def test_the_earlier_table_is_given_up_at_the_corrected_one(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    table = b"UPN;Sex;Date of birth\r\nA-1;Q;05/01/2001\r\nA-2;Z;06/01/2001\r\n"
    desk.go("/imports/")
    upload(page, table)
    desk.go("/imports/")
    upload(page, table)
    expect(page.get_by_text("This very file was uploaded on")).to_be_visible()
    looks(desk, "again")
    desk.go("/imports/")
    upload(page, table.replace(b"Q", b"F"), f"{'mended_' * 12}.csv")
    page.locator(".tabs").wait_for()
    expect(page.get_by_text("still waits with 2 lines")).to_be_visible()
    looks(desk, "earlier")
    desk.go("/imports/")
    expect(page.locator("tbody tr").nth(1)).to_contain_text("has the same columns")
    looks(desk, "list")
    page.locator("tbody tr").first.locator("a").first.click()
    page.get_by_text("Give ours.csv up").press("Enter")
    looks(desk, "asked")
    page.get_by_role("button", name="Yes, forget them").locator("visible=true").click()
    expect(page.get_by_text("ours.csv is given up")).to_be_visible()
    expect(page.get_by_text("still waits with")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_contain_text("mended_")
    looks(desk, "given-up")


def test_what_is_chosen_is_there_again_after_the_page_was_left(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go("/imports/")
    upload(page, TABLE)
    address = page.url
    page.get_by_role("button", name="Transplant: Blasts in bone marrow").click()
    expect(page.get_by_text(re.compile(r"Draft saved \d\d:\d\d:\d\d"))).to_be_visible()
    # Left within the second in which it was typed.
    page.get_by_role("combobox", name="CD34 dose (mg)").fill("")
    page.get_by_role("link", name="All imports").click()
    page.wait_for_url("**/imports/")
    page.goto(address)
    expect(page.get_by_text("is shown. It is not saved yet.")).to_be_visible()
    blasts = page.get_by_role("combobox", name="Blasts in marrow (%)")
    expect(blasts).to_have_value("Transplant: Blasts in bone marrow")
    expect(page.get_by_role("combobox", name="CD34 dose (mg)")).to_have_value("")
    looks(desk, "draft")
    page.get_by_role("button", name="Go on and check the lines").click()
    page.locator(".tabs").wait_for()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Name the columns")
    expect(page.get_by_text("is shown. It is not saved yet.")).to_have_count(0)


def test_a_long_proposal_is_read_whole_on_a_telephone(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    page.set_viewport_size({"width": 390, "height": 844})
    desk.go("/imports/")
    upload(page, b"UPN;HSCT date;Karnofsky\r\nA-1;14/03/2008;90\r\n")
    long = page.get_by_role("button", name="Relapse or progression: Karnofsky or Lansky at relapse")
    cut = "one => [one.scrollWidth - one.clientWidth, one.getBoundingClientRect().right]"
    beyond, right = long.evaluate(cut)
    assert beyond <= 0 and right <= 390 - 16
    table = page.get_by_role("region", name="Columns")
    assert table.evaluate("one => one.scrollWidth - one.clientWidth") == 0
    first = page.get_by_role("row", name="Karnofsky").get_by_role("button").first
    expect(first).to_have_text("Status before transplant: Performance score")

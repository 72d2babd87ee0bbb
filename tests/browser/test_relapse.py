"""Can a data manager enter a relapse by keyboard, with its branch and its warning (journey J2)?"""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


def test_log_in_search_open_and_edit_a_relapse_by_keyboard(desk: Desk) -> None:
    page, patient = desk.page, desk.hospital.patient
    desk.log_in()
    page.keyboard.press("/")
    page.keyboard.type("0032")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/patients/{patient.pseudonym}/$"))

    page.get_by_role("table").get_by_role("link", name="Relapse", exact=True).press("Enter")
    page.wait_for_url(desk.url + desk.hospital.page_of("relapse"))
    marrow = page.get_by_role("textbox", name="Blasts in the marrow")
    expect(marrow).to_have_value("34")

    # The branch closes, keeps its value, and opens again.
    page.get_by_label("Bone marrow", exact=True).press("Space")
    expect(marrow).to_have_count(0)
    expect(page.get_by_text("is not asked any more")).to_be_visible()
    page.get_by_label("Bone marrow", exact=True).press("Space")
    expect(marrow).to_have_value("34")

    # A soft warning comes with the numbers concerned, and is kept with a reason.
    date = page.get_by_label("Date", exact=True)
    date.fill("20/03/2008")
    date.press("Tab")
    reason = page.get_by_label("Reason for the change of Date", exact=True)
    expect(reason).to_be_focused()
    page.keyboard.type("source read again")
    warning = page.locator(".finding.warning")
    expect(warning).to_contain_text("The relapse comes within 14 days of the transplant")
    expect(warning).to_contain_text("20/03/2008")
    warning.get_by_text("Keep it, because…").press("Enter")
    warning.get_by_label("Why is it right as it stands?").fill("blasts rose after the nadir")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("Saved at")).to_be_visible()
    expect(page.get_by_text("Kept, because: blasts rose after the nadir")).to_be_visible()
    row = desk.hospital.row("relapse")
    assert row.date.isoformat() == "2008-03-20" and row.kept["51"] == "blasts rose after the nadir"


def test_tabbing_onto_save_stores_nothing(desk: Desk) -> None:
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))
    marrow = desk.page.get_by_role("textbox", name="Blasts in the marrow")
    with desk.page.expect_response(re.compile("/fields/$")):
        marrow.fill("35")
        desk.page.get_by_role("button", name=re.compile("^Save and next")).focus()
    desk.page.wait_for_timeout(300)
    assert desk.hospital.row("relapse").bm_blasts == 34


def test_what_is_typed_while_the_server_judges_is_not_lost(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))

    held: list[Route] = []
    page.route("**/fields/", lambda route: held.append(route))
    page.get_by_role("textbox", name="Blasts in the marrow").fill("35")
    blood = page.get_by_role("textbox", name="Blasts in the blood")
    blood.focus()
    page.keyboard.type("12")
    page.get_by_label("Skin").evaluate("box => { box.checked = true; }")
    with page.expect_response(re.compile("/fields/$")):
        held[0].continue_()
    page.keyboard.type("3")
    expect(blood).to_have_value("123")
    expect(blood).to_be_focused()
    expect(page.get_by_label("Skin")).to_be_checked()
    page.unroute_all(behavior="ignoreErrors")


def test_an_answer_is_cleared_and_a_reason_given_instead(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))
    page.get_by_role("button", name="Clear Type of event").press("Enter")
    field = page.locator('[data-item="kind"]')
    expect(field.get_by_role("radio", name="Relapse", exact=True)).to_be_focused()
    field.get_by_label("Unknown").check(force=True)
    field.get_by_label("Reason for the change").fill("not in the file")
    expect(page.get_by_role("button", name="Clear Type of event")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert desk.hospital.row("relapse").kind_missing == "UNK"


def test_an_unreadable_value_stays_on_the_page_with_a_sentence(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))
    page.get_by_label("Date", exact=True).fill("26/02/09")
    page.keyboard.press("Tab")
    expect(page.get_by_text("write the year with four digits")).to_be_visible()
    expect(page.get_by_label("Date", exact=True)).to_have_value("26/02/09")
    assert desk.grave_violations() == []


def test_a_lost_login_says_so_and_leaves_what_was_typed(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))
    page.context.clear_cookies()
    page.get_by_role("textbox", name="Blasts in the marrow").fill("35")
    page.keyboard.press("Tab")
    expect(page.get_by_text("you may have been logged out")).to_be_visible()
    expect(page.get_by_role("textbox", name="Blasts in the marrow")).to_have_value("35")
    # Chromium itself writes the refusal to the console.
    assert all("403" in one for one in desk.complaints)
    desk.complaints.clear()

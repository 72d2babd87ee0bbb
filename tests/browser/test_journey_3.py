"""Journey J3: correct a value that was saved before, with a reason, in three clicks."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.journey import Journey

pytestmark = pytest.mark.browser


@pytest.mark.journey("J3")
def test_correct_a_value_with_its_reason(desk: Desk, journey: Journey) -> None:
    page, address = desk.page, desk.hospital.page_of("relapse")
    desk.log_in()
    desk.go(address)
    journey.look()
    reason = page.get_by_label("Reason for the change of Date", exact=True)
    expect(reason).to_be_hidden()

    with journey.step("click into the date and type another"):
        page.get_by_label("Date", exact=True).click()
        page.keyboard.press("Control+a")
        page.keyboard.type("27/02/2009")
    field = page.locator('[data-item="date"]')
    expect(field).to_contain_text("was 26/02/2009, entered by manager on")
    with journey.step("click into the reason and type it"):
        reason.click()
        page.keyboard.type("date of the marrow, not of the blood")
    journey.look()
    with journey.step("click Save"):
        page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved at")).to_be_visible()
    expect(page.get_by_label("Reason for the change of Date", exact=True)).to_be_hidden()
    assert len(journey.steps) == 3
    page.get_by_role("link", name="History").click()
    page.wait_for_url(re.compile("/history/"))
    told = page.locator("table")
    for words in ("26/02/2009", "27/02/2009", "manager", "date of the marrow, not of the blood"):
        expect(told).to_contain_text(words)
    journey.look()


def test_without_a_reason_a_stored_value_is_not_changed_and_nothing_is_lost(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))
    page.get_by_role("textbox", name="Blasts in the marrow").fill("43")
    page.get_by_role("textbox", name="Blasts in the blood").fill("7")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Say why this changes")).to_be_visible()
    assert [one for one in desk.complaints if "422" not in one] == []
    desk.complaints.clear()
    expect(page.get_by_role("textbox", name="Blasts in the marrow")).to_have_value("43")
    expect(page.get_by_role("textbox", name="Blasts in the blood")).to_have_value("7")
    # What filled a gap needs no reason.
    expect(page.get_by_label("Reason for the change of Blasts in the blood")).to_have_count(0)
    assert desk.hospital.row("relapse").bm_blasts == 34
    assert desk.grave_violations() == []
    page.get_by_label("Reason for the change of Blasts in the marrow").fill("typing error")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Saved at")).to_be_visible()
    row = desk.hospital.row("relapse")
    assert (row.bm_blasts, row.pb_blasts) == (43, 7)


def test_a_reason_is_asked_only_while_the_value_is_another(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))
    marrow = page.get_by_role("textbox", name="Blasts in the marrow")
    reason = page.get_by_label("Reason for the change of Blasts in the marrow")
    marrow.press_sequentially("5")
    expect(reason).to_be_visible()
    marrow.press("Backspace")
    expect(reason).to_be_hidden()
    skin = page.get_by_label("Skin", exact=True)
    skin.press("Space")
    expect(page.get_by_label("Reason for the change of Sites")).to_be_visible()
    skin.press("Space")
    expect(page.get_by_label("Reason for the change of Sites")).to_be_hidden()


def test_arrow_keys_move_in_joined_buttons(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go(f"{desk.hospital.page_of('patient')}new/relapse/")
    kind = page.get_by_role("group", name="Type of event")
    relapse = kind.get_by_role("radio", name="Relapse", exact=True)
    relapse.focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(400)
    page.keyboard.press("ArrowRight")
    progression = kind.get_by_role("radio", name="Progression", exact=True)
    expect(progression).to_be_checked()
    page.wait_for_timeout(400)
    expect(progression).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(relapse).to_be_checked()


def test_n_goes_to_what_can_be_added(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go(f"/patients/{desk.hospital.patient.pseudonym}/")
    page.keyboard.press("n")
    expect(page.locator("[aria-keyshortcuts=n] a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/new/"))
    desk.go("/patients/")
    page.keyboard.press("n")
    page.wait_for_url(re.compile("/patients/new/$"))

"""Two people have one record open: does neither of them lose a word?"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from registry.audit import history_of
from registry.models import Draft, Role, User
from registry.scope import every_centre
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def colleague(browser: Browser, desk: Desk) -> Iterator[Desk]:
    """A second data manager of the same centre, at another computer."""
    own = desk.hospital.own_centre
    User.objects.create(
        username="colleague", password=own.password, role=Role.DATA_MANAGER, centre=own.centre
    )
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB")
    made = Desk(context.new_page(), desk.url, desk.hospital)
    made.log_in("colleague")
    yield made
    context.close()


def _field(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.get_by_role("textbox", name=name, exact=True)


def _change(page: Page, name: str, value: str, why: str = "") -> None:
    _field(page, name).fill(value)
    if why:
        page.get_by_label(f"Reason for the change of {name}", exact=True).fill(why)


def _forgive(desk: Desk, status: str = "409") -> None:
    """Chromium itself writes such an answer to the console."""
    assert [one for one in desk.complaints if status not in one] == []
    desk.complaints.clear()


def _colleague_saves(colleague: Desk, address: str) -> None:
    colleague.go(address)
    _change(colleague.page, "Blasts in the marrow", "50", "the smear was read again")
    _change(colleague.page, "Donor cells at relapse", "20")
    colleague.page.keyboard.press("Control+Enter")
    expect(colleague.page.get_by_text("Saved at")).to_be_visible()


def test_only_what_both_changed_is_asked_and_no_word_is_lost(desk: Desk, colleague: Desk) -> None:
    page, address = desk.page, desk.hospital.page_of("relapse")
    desk.log_in()
    desk.go(address)
    _change(page, "Blasts in the marrow", "60", "typing error")
    _change(page, "Blasts in the blood", "9")
    _colleague_saves(colleague, address)
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", name="saved by somebody else")).to_be_visible()
    _forgive(desk)
    asked = page.get_by_role("group", name="Blasts in the marrow")
    expect(page.locator("#entry fieldset")).to_have_count(1)
    expect(asked).to_contain_text("was 34 %")
    expect(asked).to_contain_text("50 %")
    expect(asked).to_contain_text("colleague")
    expect(asked).to_contain_text("60 %")
    expect(page.locator("main")).to_contain_text("Donor cells at relapse: – → 20 %")
    expect(page.locator("main")).to_contain_text("Blasts in the blood: – → 9 %")
    assert desk.grave_violations() == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert desk.sideways_pixels() == 0
    page.set_viewport_size({"width": 1366, "height": 768})
    asked.get_by_role("radio", name="60 %").check(force=True)
    expect(asked.get_by_label("Why, if yours holds:")).to_have_value("typing error")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Saved at")).to_be_visible()

    row = desk.hospital.row("relapse")
    stored = (float(row.bm_blasts), float(row.pb_blasts), float(row.chimerism), row.version)
    assert stored == (60, 9, 20, 3)
    with every_centre():
        trail = history_of(row)
        assert Draft.objects.count() == 0
    told = {(one.who, item.name, item.old, item.new) for one in trail for item in one.items}
    assert ("colleague", "bm_blasts", "34 %", "50 %") in told
    assert ("manager", "bm_blasts", "50 %", "60 %") in told


def test_theirs_can_be_taken(desk: Desk, colleague: Desk) -> None:
    page, address = desk.page, desk.hospital.page_of("relapse")
    desk.log_in()
    desk.go(address)
    _change(page, "Blasts in the marrow", "60", "typing error")
    _change(page, "Blasts in the blood", "9")
    _colleague_saves(colleague, address)
    page.keyboard.press("Control+Enter")
    page.get_by_role("group", name="Blasts in the marrow").get_by_role("radio", name="50 %").check(
        force=True
    )
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Saved at")).to_be_visible()
    _forgive(desk)
    row = desk.hospital.row("relapse")
    assert (float(row.bm_blasts), float(row.pb_blasts), float(row.chimerism)) == (50, 9, 20)


def test_a_draft_of_an_older_version_leads_to_the_merge_page(desk: Desk, colleague: Desk) -> None:
    page, address = desk.page, desk.hospital.page_of("relapse")
    desk.log_in()
    desk.go(address)
    _change(page, "Blasts in the marrow", "60", "typing error")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.wait_for_timeout(1300)
    desk.go("/")
    _colleague_saves(colleague, address)
    desk.go(address)
    expect(page.get_by_text("Your draft of")).to_be_visible()
    expect(page.get_by_text("colleague saved this record on")).to_be_visible()
    expect(_field(page, "Blasts in the marrow")).to_have_value("60")
    expect(_field(page, "Donor cells at relapse")).to_have_value("20")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="saved by somebody else")).to_be_visible()
    _forgive(desk)
    page.get_by_role("button", name="Drop mine, go on with theirs").click()
    expect(_field(page, "Blasts in the marrow")).to_have_value("50")
    assert float(desk.hospital.row("relapse").bm_blasts) == 50


def test_what_was_typed_into_a_deleted_record_is_shown_and_can_be_entered_anew(
    desk: Desk, colleague: Desk
) -> None:
    page = desk.page
    address = desk.hospital.pages_of("follow_up")[1]
    desk.log_in()
    desk.go(address)
    page.get_by_label("Date of contact", exact=True).fill("03/11/2009")
    colleague.go(f"{address}delete/")
    colleague.page.get_by_label("reason", exact=False).first.fill("entered twice")
    colleague.page.get_by_role("button", name="Delete").click()
    expect(colleague.page.get_by_text("The trail keeps")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="deleted while you had it open")).to_be_visible()
    expect(page.locator("main")).to_contain_text("colleague deleted it on")
    expect(page.locator("main")).to_contain_text("Date of contact: 03/11/2009")
    _forgive(desk, "40")
    assert desk.grave_violations() == []
    page.get_by_role("button", name="Enter it as a new record").click()
    expect(page.get_by_label("Date of contact", exact=True)).to_have_value("03/11/2009")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert len(desk.hospital.pages_of("follow_up")) == 2

"""Does what was typed survive a reload, a logout and another computer, and vanish when it should?"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from registry.actions.delete_record import delete_record
from registry.models import Draft
from registry.scope import every_centre
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

KEPT = re.compile(r"Draft saved \d\d:\d\d:\d\d")
SHOWN = re.compile(r"Your draft of .* is shown")


@pytest.fixture
def another_computer(browser: Browser, desk: Desk) -> Iterator[Desk]:
    """A second browser that shares nothing with the first."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    yield Desk(context.new_page(), desk.url, desk.hospital)
    context.close()


def _marrow(page: Page):  # type: ignore[no-untyped-def]
    return page.get_by_role("textbox", name="Blasts in the marrow")


def _drafts() -> int:
    with every_centre():
        return Draft.objects.count()


def test_a_draft_survives_reload_logout_and_another_computer(
    desk: Desk, another_computer: Desk
) -> None:
    page, address = desk.page, desk.hospital.page_of("relapse")
    desk.log_in()
    desk.go(address)
    page.wait_for_timeout(1300)
    assert _drafts() == 0, "looking keeps nothing"
    # A branch is closed and a value changed, without leaving the field: as in the middle of typing.
    page.get_by_label("Bone marrow", exact=True).press("Space")
    expect(_marrow(page)).to_have_count(0)
    page.get_by_role("textbox", name="Donor cells at relapse").press_sequentially("12.5")
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.wait_for_timeout(1200)

    page.reload()
    expect(page.get_by_text(SHOWN)).to_be_visible()
    expect(page.get_by_role("textbox", name="Donor cells at relapse")).to_have_value("12.5")
    expect(page.get_by_text("is not asked any more")).to_be_visible()
    assert desk.grave_violations() == []
    assert desk.hospital.row("relapse").chimerism is None, "nothing is stored yet"

    page.context.clear_cookies()
    another_computer.log_in()
    another_computer.go(address)
    other = another_computer.page
    expect(other.get_by_text(SHOWN)).to_be_visible()
    expect(other.get_by_role("textbox", name="Donor cells at relapse")).to_have_value("12.5")
    # The branch opens again with its value, from the draft.
    other.get_by_label("Bone marrow", exact=True).press("Space")
    expect(_marrow(other)).to_have_value("34")
    other.keyboard.press("Control+Enter")
    expect(other.get_by_text("Saved at")).to_be_visible()
    assert (_drafts(), float(desk.hospital.row("relapse").chimerism)) == (0, 12.5)
    another_computer.go(address)
    expect(other.get_by_text(SHOWN)).to_have_count(0)
    assert another_computer.complaints == []


def test_a_draft_is_shown_to_its_writer_only(desk: Desk, another_computer: Desk) -> None:
    address = desk.hospital.page_of("relapse")
    desk.log_in()
    desk.go(address)
    _marrow(desk.page).fill("77")
    expect(desk.page.get_by_text(KEPT)).to_be_visible()
    another_computer.log_in("reader")
    another_computer.go(address)
    expect(another_computer.page.get_by_text("Read only")).to_be_visible()
    assert "77" not in another_computer.page.inner_text("main")
    assert "draft" not in another_computer.page.inner_text("main").lower()


def test_discard_drops_it_and_the_last_second_survives_leaving(desk: Desk) -> None:
    page, address = desk.page, desk.hospital.page_of("relapse")
    desk.log_in()
    desk.go(address)
    _marrow(page).press("End")
    _marrow(page).press_sequentially("5")
    page.get_by_role("link", name="Timeline").click()
    page.wait_for_url(re.compile(f"{desk.hospital.patient.pseudonym}/$"))
    desk.go(address)
    expect(page.get_by_text(SHOWN)).to_be_visible()
    expect(_marrow(page)).to_have_value("345")
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text(SHOWN)).to_have_count(0)
    expect(_marrow(page)).to_have_value("34")
    assert _drafts() == 0


def test_discard_waits_for_the_draft_on_its_way(desk: Desk) -> None:
    page, address = desk.page, desk.hospital.page_of("relapse")
    desk.log_in()
    desk.go(address)
    _marrow(page).fill("35")
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.reload()
    arrived: list[str] = []
    held: list[Route] = []

    def slowly(route: Route) -> None:
        if "discard" in (route.request.post_data or ""):
            arrived.append("discard")
            route.continue_()
        else:
            held.append(route)

    page.route("**/draft/", slowly)
    with page.expect_request("**/draft/"):
        _marrow(page).fill("36")
    page.get_by_role("button", name="Discard").click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert arrived == [], "the draft has not arrived yet"
    (draft,) = held
    draft.continue_()
    expect(page.get_by_text(SHOWN)).to_have_count(0)
    expect(_marrow(page)).to_have_value("34")
    assert arrived == ["discard"] and _drafts() == 0


def test_a_new_record_has_its_draft_and_is_stored_once(desk: Desk) -> None:
    page = desk.page
    address = f"{desk.hospital.page_of('patient')}new/follow_up/"
    desk.log_in()
    desk.go(address)
    page.get_by_label("Date of contact", exact=True).fill("01/12/2009")
    expect(page.get_by_text(KEPT)).to_be_visible()
    desk.go("/")
    desk.go(address)
    expect(page.get_by_text(SHOWN)).to_be_visible()
    expect(page.get_by_label("Date of contact", exact=True)).to_have_value("01/12/2009")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert (_drafts(), len(desk.hospital.pages_of("follow_up"))) == (0, 3)
    desk.go(address)
    expect(page.get_by_label("Date of contact", exact=True)).to_have_value("")


def test_a_draft_goes_with_its_record(desk: Desk) -> None:
    page, hospital = desk.page, desk.hospital
    desk.log_in()
    desk.go(hospital.page_of("treatment_line"))
    page.get_by_role("textbox", name="Cycles").fill("3")
    expect(page.get_by_text(KEPT)).to_be_visible()
    row = hospital.row("relapse")
    delete_record(
        by=hospital.own_centre,
        patient=hospital.patient,
        path=(("relapse", row.key),),
        version=row.version,
        reason="entered for another patient",
    )
    assert _drafts() == 0

"""Does every page hold what all pages promise: accessible, no sideways scroll, nothing from elsewhere?"""

import pytest

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}


def _addresses(desk: Desk) -> list[str]:
    relapse = desk.hospital.page_of("relapse")
    types = ("patient", "identity", "disease", "transplant", "graft", "treatment_line", "follow_up")
    return [
        "/", "/patients/", "/patients/new/", "/submissions/",
        f"/patients/{desk.hospital.patient.pseudonym}/", relapse, f"{relapse}delete/",
        f"{relapse}new/treatment_line/", *(desk.hospital.page_of(one) for one in types),
        "/accounts/2fa/", "/accounts/password/change/",
    ]  # fmt: skip


def _examine(desk: Desk, where: str) -> list[str]:
    found = [f"{where}: {one}" for one in desk.grave_violations()]
    for size in (PHONE, DESK):
        desk.page.set_viewport_size(size)  # type: ignore[arg-type]
        if wider := desk.sideways_pixels():
            found.append(f"{where}: {wider} pixels too wide at {size['width']}")
    return found


def test_every_page_is_accessible_and_fits(desk: Desk) -> None:
    desk.go("/accounts/login/")
    found = _examine(desk, "login")
    desk.log_in()
    for address in _addresses(desk):
        desk.go(address)
        found += _examine(desk, address)
    assert found == []


def test_a_form_with_every_kind_of_finding_is_accessible(desk: Desk) -> None:
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))
    desk.page.get_by_label("Date", exact=True).fill("20/03/2008")
    desk.page.get_by_label("Testis").check()
    desk.page.locator(".finding.error").first.wait_for()
    assert desk.page.locator(".finding.warning").count() > 0
    assert _examine(desk, "findings") == []


def test_the_conflict_page_is_accessible(desk: Desk) -> None:
    desk.log_in()
    address = desk.hospital.page_of("relapse")
    desk.go(address)
    other = desk.page.context.new_page()
    other.goto(desk.url + address)
    for window, percent, answer in (
        (other, "50", "Saved at"),
        (desk.page, "60", "somebody else saved it"),
    ):
        window.get_by_role("textbox", name="Blasts in the marrow").fill(percent)
        window.keyboard.press("Control+Enter")
        window.get_by_text(answer).wait_for()
    assert _examine(desk, "conflict") == []
    # Chromium itself writes the status 409 to the console.
    assert all("409" in one for one in desk.complaints)
    desk.complaints.clear()
    desk.page.get_by_role("button", name="Put mine into the form").press("Enter")
    desk.page.get_by_role("textbox", name="Blasts in the marrow").wait_for()
    assert desk.page.get_by_role("textbox", name="Blasts in the marrow").input_value() == "60"
    desk.page.keyboard.press("Tab")
    desk.page.get_by_role("textbox", name="Blasts in the marrow").press("Control+Enter")
    desk.page.get_by_text("Saved at").wait_for()
    assert desk.hospital.row("relapse").bm_blasts == 60


def test_those_who_only_read_get_accessible_pages_too(desk: Desk) -> None:
    desk.log_in("reader")
    desk.go(desk.hospital.page_of("relapse"))
    assert _examine(desk, "read only") == []

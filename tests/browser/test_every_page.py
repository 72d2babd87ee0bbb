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
        "/", "/due/list/", "/reminders/", "/questions/", "/patients/", "/patients/new/", "/imports/",
        f"/patients/{desk.hospital.patient.pseudonym}/", relapse, f"{relapse}history/",
        f"/patients/{desk.hospital.patient.pseudonym}/history/", "/forms/", f"{relapse}delete/",
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


def test_those_who_only_read_get_accessible_pages_too(desk: Desk) -> None:
    desk.log_in("reader")
    desk.go(desk.hospital.page_of("relapse"))
    assert _examine(desk, "read only") == []

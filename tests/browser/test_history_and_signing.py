"""Can a data manager sign a record, the office open it, and anybody read what happened?"""

import pytest
from django.contrib.auth.hashers import make_password

from registry.models import Role, User
from registry.scope import every_centre
from tests.browser.desk import Desk
from tests.web.hospital import PASS_PHRASE


@pytest.mark.browser
def test_signing_opening_and_the_history(desk: Desk) -> None:
    User.objects.create(username="office", password=make_password(PASS_PHRASE), role=Role.OFFICE)
    page, hospital = desk.page, desk.hospital
    address = hospital.page_of("relapse")
    desk.log_in()
    desk.go(address)

    # She corrects a value, with its reason, and signs what is stored then.
    page.get_by_label("Date", exact=True).fill("27/02/2009")
    page.get_by_role("link", name="History of this field").wait_for()
    assert page.locator("#field-history").get_attribute("href").endswith("history/?item=date")
    page.keyboard.press("Tab")
    page.get_by_label("Reason for the change of Date").fill("Source read again")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved at").wait_for()
    page.get_by_text("Sign version 2…").focus()
    page.keyboard.press("Enter")
    page.get_by_text("only the registry office can open it again").wait_for()
    assert desk.grave_violations() == [] and desk.sideways_pixels() == 0
    # "Not yet" leaves the page as it is; the second time it is meant.
    page.get_by_role("link", name="Not yet").press("Enter")
    assert not page.get_by_role("button", name="Sign", exact=True).is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Sign", exact=True).is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Signed by manager").wait_for()
    assert page.get_by_role("button", name="Save").count() == 0
    assert page.locator(".records [aria-current] .lock").count() == 1
    assert desk.grave_violations() == [] and desk.sideways_pixels() == 0

    # Everything else that is complete at one click.
    desk.go(f"/patients/{hospital.patient.pseudonym}/")
    page.get_by_text("Sign all").click()
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_text("records signed.").wait_for()
    assert desk.grave_violations() == []

    # The office opens the relapse again, with a reason.
    desk.page.context.clear_cookies()
    desk.log_in("office")
    desk.go(address)
    page.get_by_label("Why is it opened again?").fill("The letter names another day")
    page.keyboard.press("Enter")
    page.get_by_text("Opened again.").wait_for()

    # The history tells all of it, of the field, the record and the patient.
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Date", exact=True).click()
    page.get_by_role("heading", name="History of “Date”").wait_for()
    assert "26/02/2009" in page.locator("table.past .old").inner_text()
    assert "Source read again" in page.locator("table.past").inner_text()
    page.get_by_role("link", name="The whole patient").click()
    words = page.locator("table.past").inner_text()
    assert "opened again because: The letter names another day" in " ".join(words.split())
    assert "signed, version 2" in words
    assert desk.grave_violations() == [] and desk.sideways_pixels() == 0
    page.get_by_label("Who").select_option("office")
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.locator("table.past tbody tr").count() == 1
    page.set_viewport_size({"width": 390, "height": 800})
    desk.go(f"/patients/{hospital.patient.pseudonym}/history/")
    assert desk.sideways_pixels() == 0
    desk.go(address)
    assert desk.sideways_pixels() == 0
    with every_centre():
        assert hospital.row("relapse").version == 2

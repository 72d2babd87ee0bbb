"""Can a statistician ask for a study on a part of the data by keyboard, and read what she forgot?"""

import re

import pytest
from playwright.sync_api import expect

from registry.models import Centre
from registry.scope import every_centre
from reports.models import Run
from reports.results import Period
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

PAGE = "/studies/roux_2017_sfgmtc/"
THIRTY_THREE = 33


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """As many centres as the paper's; some of them invented."""
    for n in range(THIRTY_THREE - Centre.objects.count()):
        Centre.objects.create(code=f"F{n + 1:02}", name=f"Hospital {n + 1}", synthetic=True)
    desk.log_in("statistician")
    desk.go(PAGE)
    return desk


def test_the_form_fits_and_is_accessible(desk: Desk) -> None:
    assert desk.grave_violations() == [] and desk.sideways_pixels() == 0
    assert desk.page.get_by_role("checkbox").count() == THIRTY_THREE
    run = desk.page.get_by_role("button", name="Run", exact=True)
    box = run.bounding_box()
    assert box is not None and box["y"] + box["height"] < 768, "no scrolling to the button"
    desk.page.set_viewport_size({"width": 390, "height": 844})
    assert desk.grave_violations() == [] and desk.sideways_pixels() == 0


def test_a_part_is_asked_for_by_keyboard(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("checkbox").first.focus()
    page.keyboard.press("Space")
    page.get_by_label("F02 Hospital 2").focus()
    page.keyboard.press("Space")
    page.get_by_label("Transplants from").focus()
    page.keyboard.type("2005")
    page.keyboard.press("Tab")
    page.keyboard.type("2009")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("These are the patients of the paper")).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/reports/"))
    expect(page.locator(".subbar")).to_contain_text("2 centres, 2005–2009")
    with every_centre():
        run = Run.objects.get()
    assert (len(run.centres), run.judged) == (2, True)
    assert run.period == Period("2005-01-01", "2009-12-31")


def test_an_error_stands_beside_its_field_and_nothing_is_lost(desk: Desk) -> None:
    page = desk.page
    page.get_by_label("F02 Hospital 2").check()
    page.get_by_label("Transplants from").fill("2009")
    last = page.get_by_label("to", exact=True)
    last.fill("2005")
    last.press("Enter")
    expect(page.get_by_text("The period ends before it begins.")).to_be_visible()
    expect(last).to_have_accessible_description(re.compile("ends before it begins"))
    expect(page.get_by_label("Transplants from")).to_have_value("2009")
    expect(page.get_by_label("F02 Hospital 2")).to_be_checked()
    assert desk.grave_violations() == [] and desk.sideways_pixels() == 0
    # Chromium itself writes the status 422 to the console.
    assert all("422" in one for one in desk.complaints)
    desk.complaints.clear()

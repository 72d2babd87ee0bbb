"""Is nothing that is typed into My work or its list lost, left unsaid, or chosen by mistake?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from registry.models import Patient
from registry.scope import every_centre
from tests.browser.desk import Desk
from tests.registry.cohort import kept, transplanted

pytestmark = pytest.mark.browser


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def overdue(desk: Desk, today: date) -> list[Patient]:
    """Three who owe a visit: two were seen, one never since the transplant."""
    cases = [
        transplanted("UPN/2024-0017", 500, today=today, seen=440),
        transplanted("N-2", 450, today=today, seen=400),
        transplanted("N-3", 130, today=today),
    ]
    patients = kept(desk.hospital.own_centre, *cases, today=today)
    with every_centre():
        Patient.objects.filter(pk=desk.hospital.patient.pk).update(merged_into=patients[0])
    return patients


def _line(desk: Desk, patient: Patient) -> Locator:
    return desk.page.locator(f"#line-{patient.pseudonym}")


def _status(line: Locator, label: str) -> Locator:
    return line.get_by_role("radio", name=label, exact=True)


def _date(line: Locator) -> Locator:
    return line.locator("input[name=date]")


def _typed(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def test_lost_proposes_the_day_last_known_as_in_my_work(desk: Desk, overdue: list[Patient]) -> None:
    desk.log_in()
    desk.go("/due/list/")
    line, known = _line(desk, overdue[0]), _typed(overdue[0].last_contact_on)
    _status(line, "Lost").check(force=True)
    expect(_date(line)).to_have_value(known)
    # It goes again with the answer that it belonged to, but what was typed stays.
    _status(line, "Alive").check(force=True)
    expect(_date(line)).to_have_value("")
    _date(line).fill(known)
    _status(line, "Died").check(force=True)
    expect(_date(line)).to_have_value(known)


def test_store_every_line_says_what_a_line_lacks(desk: Desk, overdue: list[Patient]) -> None:
    desk.log_in()
    desk.go("/due/list/")
    first, second, never = (_line(desk, one) for one in overdue)
    _status(first, "Lost").check(force=True)
    _date(first).fill("")
    _status(second, "Lost").check(force=True)
    _status(never, "Lost").check(force=True)
    desk.page.get_by_role("button", name="Store every line that is filled").click()
    for line in (first, never):
        expect(line.get_by_role("alert")).to_contain_text("Write the date.")
    expect(second).to_contain_text("stored")
    expect(_date(first)).to_be_focused()
    # Once more, now that the messages stand there.
    desk.page.get_by_role("button", name="Store every line that is filled").click()
    for line in (first, never):
        expect(line.get_by_role("alert")).to_contain_text("Write the date.")


def test_the_first_arrow_chooses_the_button_that_has_the_focus(
    desk: Desk, overdue: list[Patient]
) -> None:
    page = desk.page
    desk.log_in()
    desk.go("/due/list/")
    line = _line(desk, overdue[0])
    disease = line.locator("input[name=disease_status]")
    _date(line).focus()
    page.keyboard.press("Tab")
    expect(disease.first).to_be_focused()
    for chosen in (0, 1, 2):
        page.keyboard.press("ArrowRight")
        expect(disease.nth(chosen)).to_be_checked()
        expect(disease.nth(chosen)).to_be_focused()


def test_enter_on_an_empty_line_goes_on(desk: Desk, overdue: list[Patient]) -> None:
    page = desk.page
    desk.log_in()
    desk.go("/due/list/")
    first, second = (_line(desk, one) for one in overdue[:2])
    _date(first).focus()
    page.keyboard.press("Enter")
    expect(_status(second, "Alive")).to_be_focused()
    page.wait_for_load_state("networkidle")
    expect(first.get_by_role("alert")).to_have_count(0)


def test_what_is_half_typed_is_not_swapped_away(desk: Desk, overdue: list[Patient]) -> None:
    page = desk.page
    desk.log_in()
    line = page.locator(f"#due-{overdue[0].pseudonym}")
    line.get_by_role("button", name="Alive on").click()
    page.keyboard.type("1/1/20")
    page.get_by_label("All planned").click(force=True)
    expect(line.get_by_role("alert")).to_contain_text("Save this answer or cancel it first")
    expect(_date(line)).to_be_focused()
    expect(_date(line)).to_have_value("1/1/20")
    expect(page.get_by_label("Overdue", exact=True)).to_be_checked()
    asked: list[str] = []

    def stay(dialog) -> None:  # type: ignore[no-untyped-def]
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Enter as a list").click(no_wait_after=True)
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"] and page.url == desk.url + "/"
    line.get_by_role("button", name="Cancel").click()
    page.get_by_label("All planned").check(force=True)
    expect(page.locator("tbody.due")).to_have_count(3)
    expect(page.get_by_label("All planned")).to_be_checked()


def test_the_own_number_stands_beside_the_pseudonym(
    desk: Desk, overdue: list[Patient], today: date
) -> None:
    page, patient = desk.page, overdue[0]
    desk.log_in()
    expect(page.locator(f"#due-{patient.pseudonym}")).to_contain_text(patient.key)
    page.goto(desk.url + "/due/list/")
    line = _line(desk, patient)
    expect(line).to_contain_text(patient.key)
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for address in ("/", "/due/list/", "/questions/"):
            desk.go(address)
            assert desk.sideways_pixels() == 0 and desk.grave_violations() == []
    desk.go("/due/list/")
    _status(line, "Alive").check(force=True)
    _date(line).fill(_typed(today - timedelta(days=2)))
    page.keyboard.press("Enter")
    expect(line).to_contain_text("stored")
    expect(line).to_contain_text(patient.key)

"""Can a data manager work off overdue follow-ups without leaving the page (journey J4)?"""

from __future__ import annotations

import re
import subprocess
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from registry.models import Death, FollowUp, Patient
from registry.scope import every_centre
from tests.browser.desk import Desk
from tests.browser.journey import Journey
from tests.processes import MailSink
from tests.registry.cohort import kept, transplanted

pytestmark = pytest.mark.browser

KEYS = 10
"""So many keys answer one patient."""


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def overdue(desk: Desk, today: date) -> list[Patient]:
    """Seven patients who owe a visit, most days late first."""
    person = desk.hospital.own_centre
    person.email = "manager@example.org"
    person.save()
    cases = [transplanted(f"N-{n}", 500 - 40 * n, today=today, seen=440 - 40 * n) for n in range(8)]
    patients = kept(person, *cases, today=today)
    with every_centre():
        # The patient of all tests, so that each line is one of ours.
        Patient.objects.filter(pk=desk.hospital.patient.pk).update(merged_into=patients[0])
    owed = [one for one in patients if one.due_on and one.due_on < today]
    return sorted(owed, key=lambda one: (one.due_on, one.pk))


def _short(today: date) -> str:
    """A recent day that takes nine keys at most: 9/11/2026."""
    day = next(day for n in range(1, 40) if (day := today - timedelta(days=n)).day <= 9)
    return f"{day.day}/{day.month}/{day.year}"


def _line(page: Page, patient: Patient):
    return page.locator(f"#due-{patient.pseudonym}")


def _tile(page: Page) -> int:
    return int(page.locator("#tiles .tile b").first.inner_text())


def _type_and_enter(page: Page, text: str) -> None:
    assert len(text) + 1 <= KEYS
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def _last(patient: Patient) -> FollowUp:
    with every_centre():
        return FollowUp.objects.filter(patient=patient).latest("pk")


@pytest.mark.journey("J4")
def test_overdue_follow_ups_are_answered_in_their_lines(
    mail_sink: MailSink,
    worker: subprocess.Popen[str],
    desk: Desk,
    overdue: list[Patient],
    journey: Journey,
    today: date,
) -> None:
    page, day = desk.page, _short(today)
    first, second, third, fourth, fifth = overdue[:5]
    desk.log_in()
    journey.look()
    lines = page.locator("tbody.due")
    expect(lines).to_have_count(len(overdue))
    assert _tile(page) == len(overdue)
    assert [f"due-{one.pseudonym}" for one in overdue] == lines.evaluate_all(
        "found => found.map(one => one.id)"
    )

    with journey.step("Alive on… (click)"):
        _line(page, first).get_by_role("button", name="Alive on").click()
    with journey.step("the date and Enter (10 keys)"):
        _type_and_enter(page, day)
    expect(_line(page, first)).to_have_count(0)
    expect(page.locator("#said")).to_contain_text(f"{first.pseudonym}: alive on")
    assert _tile(page) == len(overdue) - 1
    assert _last(first).status == "ALIVE"

    # The next line has the focus: Enter, the date, Enter.
    expect(_line(page, second).get_by_role("button", name="Alive on")).to_be_focused()
    page.keyboard.press("Enter")
    _type_and_enter(page, "1/1/2099")
    expect(_line(page, second).get_by_role("alert")).to_contain_text("A date lies in the future")
    expect(_line(page, second).locator("input[name=date]")).to_be_focused()
    journey.look()
    _type_and_enter(page, day)
    expect(_line(page, second)).to_have_count(0)

    expect(_line(page, third).get_by_role("button", name="Alive on")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    journey.look()
    _type_and_enter(page, day)
    expect(_line(page, third)).to_have_count(0)
    assert _last(third).status == "DEAD"
    with every_centre():
        assert Death.objects.get(patient=third).primary_cause_missing == "NYA"

    # Lost: the day last known stands there already.
    _line(page, fourth).get_by_role("button", name="Lost").click()
    page.keyboard.press("Enter")
    expect(_line(page, fourth)).to_have_count(0)
    assert _last(fourth).date_of_contact == fourth.last_contact_on

    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("taken back")).to_be_visible()
    expect(_line(page, fourth)).to_have_count(1)
    assert _tile(page) == len(overdue) - 3

    _as_a_list(desk, journey, fourth, fifth, today)
    _the_mail_counts_the_same(desk, journey, mail_sink)


def _as_a_list(desk: Desk, journey: Journey, good: Patient, bad: Patient, today: date) -> None:
    """Line by line, by keyboard alone; a bad line holds nobody up."""
    page = desk.page
    page.get_by_role("link", name="Enter as a list").press("Enter")
    page.wait_for_url(re.compile("/due/list/$"))
    journey.look()
    page.locator(f"#line-{good.pseudonym} input[name=answer]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("1/1/99")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type(_short(today))
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    wrong = page.locator(f"#line-{good.pseudonym}")
    expect(wrong.get_by_role("alert")).to_contain_text("four digits")
    expect(wrong.locator("input[name=date]")).to_have_value("1/1/99")
    expect(page.locator(f"#line-{bad.pseudonym}")).to_contain_text("stored")
    journey.look()
    stored = _last(bad)
    assert (stored.status, stored.disease_status) == ("ALIVE", "CR")
    wrong.locator("input[name=date]").fill(_short(today))
    page.keyboard.press("Enter")
    expect(wrong).to_contain_text("stored")


def _the_mail_counts_the_same(desk: Desk, journey: Journey, mail_sink: MailSink) -> None:
    """The tiles, the lines and the mail agree."""
    page = desk.page
    desk.go("/")
    shown, lines = _tile(page), page.locator("tbody.due").count()
    desk.go("/reminders/")
    journey.look()
    page.get_by_role("button", name="Send me one now").press("Enter")
    expect(page.get_by_text("on its way")).to_be_visible()
    for _ in range(100):
        if mail_sink.messages:
            break
        page.wait_for_timeout(100)
    (message,) = mail_sink.messages
    body = message.get_body(("plain",))
    assert body is not None
    assert shown == lines and f"Follow-ups overdue: {shown}" in body.get_content()


def test_what_cannot_be_stored_for_a_lost_login_stays_in_the_line(
    desk: Desk, overdue: list[Patient], today: date
) -> None:
    page, patient = desk.page, overdue[0]
    desk.log_in()
    _line(page, patient).get_by_role("button", name="Alive on").click()
    page.context.clear_cookies()
    _type_and_enter(page, _short(today))
    expect(_line(page, patient).get_by_role("alert")).to_contain_text("Not stored")
    expect(_line(page, patient).locator("input[name=date]")).to_have_value(_short(today))
    assert all("403" in one for one in desk.complaints)
    desk.complaints.clear()


def test_the_list_fits_a_phone(desk: Desk, overdue: list[Patient]) -> None:
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.log_in()
    _line(desk.page, overdue[1]).get_by_role("button", name="Died on").click()
    assert (desk.grave_violations(), desk.sideways_pixels()) == ([], 0)
    desk.go("/due/list/")
    assert (desk.grave_violations(), desk.sideways_pixels()) == ([], 0)

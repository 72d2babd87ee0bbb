"""Does a question of the registry office cost its reader two clicks (journey J6)?"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from registry.actions.ask_question import ask_question
from registry.models import Question, Role, User
from registry.scope import every_centre
from tests.browser.desk import Desk
from tests.browser.journey import Journey

pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}
WORDS = "The relapse is 349 days after SCT. Is it the 27th?"


@pytest.fixture
def office(desk: Desk) -> User:
    password = desk.hospital.own_centre.password
    return User.objects.create(username="office", role=Role.OFFICE, password=password)


def _asked(desk: Desk, office: User, item: str = "date") -> Question:
    with every_centre():
        made = ask_question(
            by=office,
            patient=desk.hospital.patient,
            path=(("relapse", "r1"),),
            item=item,
            text=WORDS,
        )
        opened = timezone.now() - timedelta(days=9)
        Question.objects.filter(pk=made.pk).update(opened_at=opened)
        return made


def _now(question: Question) -> tuple[str, list[str]]:
    with every_centre():
        found = Question.objects.get(pk=question.pk)
        return found.state, [one.text for one in found.messages.all()]


@pytest.mark.journey("J6")
def test_she_corrects_and_answers_in_two_clicks(desk: Desk, journey: Journey, office: User) -> None:
    page, question = desk.page, _asked(desk, office)
    desk.log_in()
    listed = page.locator("#questions")
    expect(listed).to_contain_text("Open 9 days")
    journey.look()
    with journey.step("click the question"):
        listed.get_by_role("link", name=re.compile("Date")).first.click()
    page.wait_for_url(desk.url + desk.hospital.page_of("relapse") + "#date")
    field = page.get_by_label("Date", exact=True)
    expect(field).to_be_focused()
    card = page.locator(f"#question-{question.pk}")
    expect(card).to_be_in_viewport()
    expect(card).to_contain_text(WORDS)
    expect(page.locator('.field[data-item="date"] .mark')).to_have_class("mark query")
    journey.look()
    with journey.step("type the right day"):
        page.keyboard.type("27/02/2009")
    with journey.step("click Correct and answer"):
        page.get_by_role("button", name="Correct and answer").click()
    expect(page.get_by_text("is answered")).to_be_visible()
    expect(page.locator('.field[data-item="date"] .mark')).to_have_class("mark ok")
    expect(page.locator(f"#question-{question.pk}")).to_contain_text("Answered")
    journey.look()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    journey.look()
    assert len([one for one in journey.steps if one.startswith("click")]) == 2
    assert _now(question) == ("answered", ["Corrected: Date"])
    assert desk.hospital.row("relapse").date.isoformat() == "2009-02-27"


def test_by_keyboard_alone(desk: Desk, office: User) -> None:
    page, question = desk.page, _asked(desk, office)
    desk.log_in()
    page.locator("#questions a", has_text="Date").first.press("Enter")
    expect(page.get_by_label("Date", exact=True)).to_be_focused()
    page.keyboard.type("27/02/2009")
    page.keyboard.press("Alt+q")
    expect(page.get_by_role("textbox", name="Answer to")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("is answered")).to_be_visible()
    assert _now(question) == ("answered", ["Corrected: Date"])


def test_the_link_of_the_mail_leads_into_the_field_after_the_login(
    desk: Desk, office: User
) -> None:
    question = _asked(desk, office)
    desk.go(f"/questions/{question.pk}/")
    desk.page.get_by_label("Username").fill("manager")
    desk.page.get_by_label("Password", exact=False).first.fill("a pass phrase of the tests")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/#date")
    expect(desk.page.get_by_label("Date", exact=True)).to_be_focused()


def test_a_correction_typed_before_an_answer_stays_in_the_form(desk: Desk, office: User) -> None:
    page, question = desk.page, _asked(desk, office)
    desk.log_in()
    desk.go(f"/questions/{question.pk}/")
    marrow = page.get_by_role("textbox", name="Blasts in the marrow")
    marrow.fill("35")
    box = page.get_by_role("textbox", name="Answer to")
    box.fill("It is the 26th")
    with page.expect_response(re.compile("/answer/$")):
        page.get_by_role("button", name="Answer", exact=True).press("Enter")
    expect(page.locator(f"#question-{question.pk}")).to_contain_text("It is the 26th")
    expect(page.locator('.field[data-item="date"] .mark')).to_have_class("mark ok")
    expect(marrow).to_have_value("35")
    assert desk.hospital.row("relapse").bm_blasts == 34
    assert _now(question) == ("answered", ["It is the 26th"])


def test_she_asks_at_a_field_and_the_office_answers_and_she_closes(
    desk: Desk, office: User
) -> None:
    page = desk.page
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))
    marrow = page.get_by_role("textbox", name="Blasts in the marrow")
    marrow.focus()
    # By keyboard alone: the button of the card asks about the field in use.
    page.get_by_role("button", name="Ask about “Blasts in the marrow”…").press("Enter")
    box = page.get_by_role("textbox", name="Ask the registry office about")
    expect(box).to_be_focused()
    page.keyboard.type("Of nucleated cells?")
    # The form is drawn again meanwhile: the box and its words stay.
    with page.expect_response(re.compile("/fields/$")):
        page.get_by_label("Skin").check()
    expect(box).to_have_value("Of nucleated cells?")
    box.press("Control+Enter")
    expect(page.get_by_text("Asked.")).to_be_visible()
    expect(page.locator('.field[data-item="bm_blasts"] .mark')).to_have_class("mark query")
    expect(page.locator("#questions-here")).to_contain_text("Of nucleated cells?")
    assert desk.grave_violations() == []
    page.get_by_label("Skin").uncheck()
    _the_office_answers(desk)
    desk.log_in()
    page.get_by_role("link", name="1 answer came").click()
    page.get_by_role("link", name="Blasts in the marrow").click()
    expect(page.get_by_text("All cells")).to_be_visible()
    page.get_by_role("button", name="Close").press("Enter")
    expect(page.locator("#questions-here")).to_contain_text("Closed")
    with every_centre():
        assert Question.objects.get(rule=None).state == "closed"


def test_a_typed_question_outlives_that_another_is_begun(desk: Desk, office: User) -> None:
    page = desk.page
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))
    marrow, day = (
        page.locator(f'.field[data-item="{item}"] button.ask') for item in ("bm_blasts", "date")
    )
    box = page.get_by_role("textbox", name="Ask the registry office about")
    marrow.press("Enter")
    page.keyboard.type("Of nucleated cells?")
    for button, words in (
        (marrow, "Of nucleated cells?"),
        (day, ""),
        (marrow, "Of nucleated cells?"),
    ):
        button.press("Enter")
        expect(box).to_be_focused()
        expect(box).to_have_value(words)
    page.keyboard.press("Escape")
    marrow.press("Enter")
    expect(box).to_have_value("")


def _the_office_answers(desk: Desk) -> None:
    page = desk.page
    page.context.clear_cookies()
    desk.log_in("office")
    page.get_by_role("link", name="Questions", exact=True).click()
    assert desk.grave_violations() == []
    page.get_by_role("link", name="Blasts in the marrow").click()
    expect(page.locator("#bm_blasts")).to_be_focused()
    assert desk.grave_violations() == []
    page.get_by_role("textbox", name="Answer to").fill("All cells")
    page.get_by_role("button", name="Answer", exact=True).press("Enter")
    expect(page.locator("#questions-here")).to_contain_text("All cells")
    page.context.clear_cookies()


def test_the_pages_fit_a_phone_and_are_accessible(desk: Desk, office: User) -> None:
    _asked(desk, office)
    desk.log_in()
    pages = (
        "/questions/",
        "/questions/?state=closed",
        f"/patients/{desk.hospital.patient.pseudonym}/",
    )
    for address in pages:
        desk.go(address)
        assert desk.grave_violations() == []
        for size in (PHONE, DESK):
            desk.page.set_viewport_size(size)  # type: ignore[arg-type]
            assert desk.sideways_pixels() == 0
    desk.go("/questions/?side=from")
    with desk.page.expect_response(re.compile(r"/questions/\?")):
        desk.page.get_by_label("Asked of us").check(force=True)
    expect(desk.page.locator("#list")).to_contain_text(WORDS)


def test_after_a_lost_login_the_words_stay(desk: Desk, office: User) -> None:
    page, question = desk.page, _asked(desk, office)
    desk.log_in()
    desk.go(f"/questions/{question.pk}/")
    page.get_by_role("textbox", name="Answer to").fill("A long answer")
    page.context.clear_cookies()
    page.get_by_role("button", name="Answer", exact=True).press("Enter")
    expect(page.locator(".question .said")).to_contain_text("nothing was sent")
    expect(page.get_by_role("textbox", name="Answer to")).to_have_value("A long answer")
    # Chromium itself writes the refusal to the console.
    assert all("403" in one for one in desk.complaints)
    desk.complaints.clear()

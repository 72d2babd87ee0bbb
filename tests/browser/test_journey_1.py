"""Does a data manager find, while she registers a patient, that he is there already (journey J1)?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from registry.actions.register_patient import register_patient
from registry.models import LinkRequest, Patient, PatientMerge, Role, User
from registry.scope import every_centre
from tests.browser.desk import Desk
from tests.browser.journey import Journey
from tests.registry.people import read

pytestmark = pytest.mark.browser

ILKER = {
    "key": "H-77",
    "sex": "M",
    "identity": {
        "birth_date": "2008-03-04",
        "initials": "İK",
        "given_name": "İlker",
        "family_name": "Kaya",
    },
}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}


def registered(desk: Desk, person: str = "own_centre", key: str = "H-77") -> Patient:
    return register_patient(
        by=desk.hospital.person(person), case=read(ILKER | {"key": key})
    ).patient


def type_ilker(page: Page, number: str = "H-99", born: str = "03/04/2008") -> None:
    """By keyboard alone, in the order of the form: day and month exchanged, no dot on the I."""
    expect(page.get_by_label("Own number", exact=True)).to_be_focused()
    page.keyboard.type(number)
    page.get_by_label("Date of birth", exact=True).focus()
    page.keyboard.type(born)
    page.get_by_label("Initials", exact=True).focus()
    page.keyboard.type("IK")
    with page.expect_response(re.compile("/candidates/$")):
        page.get_by_label("Male", exact=True).press("Space")


@pytest.mark.journey("J1")
def test_she_finds_that_he_is_registered(desk: Desk, journey: Journey) -> None:
    page, first = desk.page, registered(desk)
    desk.log_in()
    desk.go("/patients/")
    with journey.step("click Register a patient"):
        page.get_by_role("link", name="+ Register a patient").click()
    with journey.step("type number, birth date, initials and sex"):
        type_ilker(page)
    beside = page.locator("#candidates table")
    expect(beside).to_contain_text("04/03/2008")
    expect(beside.locator("tr.differs mark").first).to_be_visible()
    expect(page.locator("#candidates")).to_contain_text(first.pseudonym)
    journey.look()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    journey.look()
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    with journey.step("click Open his record"):
        page.get_by_role("button", name="Open his record").click()
    expect(page.get_by_role("heading", name=f"Patient {first.pseudonym}")).to_be_attached()
    journey.look()
    # What she typed of him is not offered for the next patient.
    desk.go("/patients/new/")
    expect(page.get_by_label("Own number", exact=True)).to_have_value("")
    with every_centre():
        assert Patient.objects.count() == 2


def test_a_different_person_is_registered_for_a_reason(desk: Desk) -> None:
    page = desk.page
    registered(desk)
    desk.log_in()
    desk.go("/patients/new/")
    type_ilker(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#because-problem")).to_contain_text("Not registered")
    assert any("422" in one for one in desk.complaints)
    desk.complaints.clear()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.get_by_label("A different person").check()
    page.keyboard.press("Control+Enter")
    # The tick alone is no reason: the page says so in red where the box is, and goes there.
    expect(page.locator("#because-problem")).to_contain_text("say why this is a different person")
    expect(page.locator("#because-problem")).to_be_in_viewport()
    expect(page.get_by_label("Because", exact=True)).to_be_focused()
    desk.complaints.clear()
    page.get_by_label("Because", exact=True).fill("his cousin, other parents")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Registered as")).to_be_visible()
    with every_centre():
        word = LinkRequest.objects.get()
    assert word.note == "his cousin, other parents"


def test_another_centres_patient_is_one_sentence(desk: Desk) -> None:
    page, foreign = desk.page, registered(desk, "other_centre")
    office = User.objects.create(
        username="office", role=Role.OFFICE, password=desk.hospital.own_centre.password
    )
    desk.log_in()
    desk.go("/patients/new/")
    type_ilker(page, born="04/03/2008")
    found = page.locator("#candidates")
    expect(found).to_contain_text("A patient with these details exists in another centre")
    for secret in (foreign.pseudonym, "Elsewhere", "600", "H-77", "Kaya"):
        assert secret not in page.content()
    assert desk.grave_violations() == []
    page.get_by_label("Ask for the link").check()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("the registry office has not answered yet")).to_be_visible()
    assert foreign.pseudonym not in page.content()
    _the_office_links_them(desk, office, foreign)


def _the_office_links_them(desk: Desk, office: User, foreign: Patient) -> None:
    page = desk.page
    page.context.clear_cookies()
    desk.log_in(office.username)
    page.get_by_role("link", name="Same person?").click()
    assert desk.grave_violations() == []
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.locator(".agrees").first).to_contain_text("equal")
    for secret in ("Kaya", "İlker", "04/03/2008", "2008-03-04", "04 Mar 2008"):
        assert secret not in page.content()
    assert desk.grave_violations() == []
    page.get_by_label("The same person", exact=True).press("Space")
    page.get_by_label("Note").fill("moved house in 2019")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("No centre is waiting")).to_be_visible()
    with every_centre():
        request = LinkRequest.objects.get(other=foreign)
    assert request.state == LinkRequest.State.LINKED
    page.context.clear_cookies()
    desk.log_in()
    desk.go(_page_of(request.patient_id))
    expect(page.get_by_text("In another centre too")).to_be_visible()
    expect(page.get_by_text("moved house in 2019")).to_be_visible()
    assert foreign.pseudonym not in page.content()


def _page_of(pk: int) -> str:
    with every_centre():
        return f"/patients/{Patient.objects.get(pk=pk).pseudonym}/"


def test_two_tabs_at_once_make_one_patient(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    other = page.context.new_page()
    for tab, number in ((page, "H-1"), (other, "H-2")):
        tab.goto(f"{desk.url}/patients/new/")
        tab.bring_to_front()
        type_ilker(tab, number)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_text("Registered as")).to_be_visible()
    other.get_by_role("button", name="Register").click()
    expect(other.locator("#because-problem")).to_contain_text("Not registered")
    with every_centre():
        assert Patient.objects.filter(key__startswith="H-").count() == 1


def test_merging_and_taking_it_back(desk: Desk) -> None:
    page, first = desk.page, registered(desk)
    girl = desk.hospital.patient
    desk.log_in()
    desk.go(f"/patients/{first.pseudonym}/")
    page.get_by_role("link", name="Merge with another patient").click()
    assert desk.grave_violations() == []
    page.get_by_label("Pseudonym or own number", exact=True).fill(girl.key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="One person or two?")).to_be_visible()
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert desk.sideways_pixels() == 0
    assert desk.grave_violations() == []
    page.get_by_label("Why they are one person").fill("one file number")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text(f"{girl.pseudonym} leads to {first.pseudonym}")).to_be_visible()
    desk.go(f"/patients/{girl.pseudonym}/")
    expect(page.get_by_role("heading", name=f"Patient {first.pseudonym}")).to_be_attached()
    desk.go(f"/patients/?q={girl.key}")
    expect(page.get_by_role("heading", name=f"Patient {first.pseudonym}")).to_be_attached()
    assert desk.grave_violations() == []
    page.get_by_role("link", name="Undo…").click()
    page.get_by_label("Why they are two persons").fill("two children")
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_text("They are two patients again")).to_be_visible()
    with every_centre():
        assert PatientMerge.objects.get().undone_at is not None
        assert not Patient.objects.filter(merged_into__isnull=False).exists()

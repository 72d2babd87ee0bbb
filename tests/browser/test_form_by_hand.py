"""Does the form keep up with a person: nothing typed is lost, marks follow, the first field is near?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
UNDER_THE_HEAD = 300
"""The first field begins so many pixels from the top at the latest, on a telephone of 844."""


def _held_back(page: Page) -> list[Route]:
    """Judgements wait here until the test lets them go."""
    waiting: list[Route] = []
    page.route("**/fields/", lambda route: waiting.append(route))
    return waiting


def _sent(page: Page, waiting: list[Route], count: int) -> None:
    """Wait until so many judgements were asked for."""
    for _ in range(50):
        if len(waiting) >= count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{len(waiting)} of {count} judgements were asked for")


def _marrow_judged_late(desk: Desk) -> list[Route]:
    """The form of a relapse with 40% blasts typed in; what the judge says of it waits."""
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))
    waiting = _held_back(desk.page)
    desk.page.locator("#bm_blasts").fill("40")
    desk.page.locator("#bm_blasts").press("Tab")
    _sent(desk.page, waiting, 1)
    return waiting


def test_what_is_typed_between_two_judgements_is_kept(desk: Desk) -> None:
    page, waiting = desk.page, _marrow_judged_late(desk)
    marrow, donor = page.locator("#bm_blasts"), page.locator("#chimerism")
    # The server still judges the first change: she gives its reason, and goes on to the next field.
    why = page.locator("#why-bm_blasts")
    why.fill("source read again")
    page.locator("#pb_blasts").fill("7")
    page.locator("#pb_blasts").press("Tab")
    donor.fill("12.5")
    waiting[0].continue_()
    _sent(page, waiting, 2)
    expect(why).to_have_value("source read again")
    expect(donor).to_have_value("12.5")
    # Again while the second is under way, which knows nothing of this either.
    donor.fill("13.5")
    why.fill("source read twice")
    waiting[1].continue_()
    page.wait_for_timeout(300)
    for late in waiting[2:]:
        late.continue_()
    page.unroute("**/fields/")
    for box, words in ((marrow, "40"), (page.locator("#pb_blasts"), "7"), (donor, "13.5")):
        expect(box).to_have_value(words)
    expect(why).to_have_value("source read twice")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Saved at")).to_be_visible()
    row = desk.hospital.row("relapse")
    assert (float(row.bm_blasts), float(row.pb_blasts), float(row.chimerism)) == (40, 7, 13.5)


OVERLAPPING = """() => {
  const form = document.getElementById("entry");
  const values = Object.fromEntries(new FormData(form));
  htmx.ajax("POST", form.getAttribute("hx-post"),
            { source: "#this-field", target: "#sheet", swap: "outerHTML", values });
}"""


def test_a_judgement_that_overtakes_another_loses_nothing(desk: Desk) -> None:
    """A second one leaves before the first is drawn: each must remember what it was sent with."""
    page, waiting = desk.page, _marrow_judged_late(desk)
    why = page.locator("#why-bm_blasts")
    why.fill("source read again")
    page.evaluate(OVERLAPPING)
    _sent(page, waiting, 2)
    with page.expect_response(re.compile("/fields/$")):
        waiting[0].continue_()
    page.wait_for_timeout(300)
    expect(why).to_have_value("source read again")
    for late in waiting[1:]:
        late.continue_()
    page.wait_for_timeout(300)
    expect(why).to_have_value("source read again")


def test_clearing_an_answer_while_another_is_judged(desk: Desk) -> None:
    page, waiting = desk.page, _marrow_judged_late(desk)
    page.locator("[data-clear=kind]").click()
    waiting[0].continue_()
    _sent(page, waiting, 2)
    for late in waiting[1:]:
        late.continue_()
    expect(page.locator("[data-clear=kind]")).to_have_count(0)
    expect(page.locator("#kind-RELAPSE")).to_be_focused()
    expect(page.locator("#bm_blasts")).to_have_value("40")


def test_a_typed_field_is_not_marked_as_not_answered(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go("/patients/new/")
    field = page.locator('[data-item="identity-given_name"]')
    mark, name = field.locator(".mark"), field.locator("input.words")
    expect(mark).to_contain_text("not answered")
    name.press_sequentially("Ada")
    expect(mark).to_contain_text("typed, not saved yet")
    name.fill("")
    expect(mark).to_contain_text("not answered")
    page.get_by_label("Female", exact=True).press("Space")
    expect(page.locator('[data-item="patient-sex"] .mark')).to_contain_text("typed")


def test_on_a_telephone_the_first_field_is_near_the_top(desk: Desk) -> None:
    page = desk.page
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    desk.log_in()
    follow_up = f"{desk.hospital.page_of('patient')}new/follow_up/"
    for address in (desk.hospital.page_of("graft"), follow_up, "/patients/new/"):
        desk.go(address)
        first = page.locator("#entry .field").first.bounding_box()
        assert first and first["y"] < UNDER_THE_HEAD, address
        assert desk.sideways_pixels() == 0
    # What is folded away is one press off, by hand and by key; on a wide page nothing is folded.
    desk.go(desk.hospital.page_of("graft"))
    adding = page.get_by_role("link", name="+ Chimerism")
    expect(adding).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("n")
    expect(page.get_by_role("link", name="+ Donor and graft")).to_be_focused()
    expect(adding).to_be_visible()
    assert desk.grave_violations() == []
    page.get_by_text("Records of the patient").click()
    expect(adding).to_be_hidden()
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(adding).to_be_visible()


def test_htmx_copies_no_style(desk: Desk) -> None:
    """Browsers and their helpers leave empty style attributes behind, which our policy refuses."""
    page = desk.page
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))
    page.evaluate("document.querySelectorAll('#sheet [id]').forEach((one) => one.style.color = '')")
    with page.expect_response(re.compile("/fields/$")):
        page.locator("#pb_blasts").fill("7")
        page.locator("#pb_blasts").press("Tab")
    expect(page.locator('[data-item="pb_blasts"] .mark')).to_contain_text("answered")
    assert desk.complaints == []


def test_in_the_history_no_word_breaks_within_itself(desk: Desk) -> None:
    page, hospital = desk.page, desk.hospital
    hospital.own_centre.username = "service-f01-demo"
    hospital.own_centre.save()
    desk.log_in("service-f01-demo")
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 800})
        desk.go(f"/patients/{hospital.patient.pseudonym}/history/")
        who = page.locator("table.past td.who").first
        expect(who).to_have_text("service-f01-demo")
        script = "(cell) => { const r = document.createRange(); r.selectNodeContents(cell); return r.getClientRects().length; }"
        assert who.evaluate(script) == 1, "a name stands in one line"
        if width == 1366:
            record = page.locator("table.past td.record", has_text="Conditioning").first
            assert record.locator("a").evaluate(script) == 1
        assert desk.sideways_pixels() == 0


COVERED = """() => [...document.querySelectorAll('.field > .ask')].flatMap((ask) => {
  const field = ask.parentElement, a = ask.getBoundingClientRect(), range = document.createRange();
  const seen = (one) => !ask.contains(one) && !one.closest('.unseen, details:not([open]) > :not(summary)');
  const boxes = [...field.querySelectorAll('input:not([type=hidden]), select, button, summary')]
    .filter(seen).map((one) => one.getBoundingClientRect());
  const texts = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (!texts.currentNode.data.trim() || !seen(texts.currentNode.parentElement)) continue;
    range.selectNodeContents(texts.currentNode);
    boxes.push(...range.getClientRects());
  }
  const under = (b) => b.width && b.left < a.right && b.right > a.left && b.top < a.bottom && b.bottom > a.top;
  return boxes.some(under) ? [field.dataset.item] : [];
})"""
"""The items on whose words or controls the button *Ask…* lies."""


@pytest.mark.parametrize("width", [1366, 900, 390])
def test_the_button_that_asks_lies_on_nothing(width: int, desk: Desk) -> None:
    desk.log_in()
    desk.page.set_viewport_size({"width": width, "height": 768})
    for type_name in ("relapse", "graft", "disease"):
        desk.go(desk.hospital.page_of(type_name))
        assert desk.page.locator(".field > .ask").count() > 8
        assert desk.page.evaluate(COVERED) == []
        assert desk.sideways_pixels() == 0


CLEAR_OF_THE_FOOT = """box => {
  const around = box.closest(".was").getBoundingClientRect();
  return around.bottom <= document.querySelector(".foot").getBoundingClientRect().top;
}"""


@pytest.mark.parametrize("height", [768, 600, 500])
def test_the_box_for_the_reason_does_not_lie_behind_the_foot(desk: Desk, height: int) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1366, "height": height})
    desk.log_in()
    desk.go(desk.hospital.page_of("relapse"))
    page.locator("#bm_blasts").fill("40")
    page.keyboard.press("Control+Enter")
    why = page.locator("#why-bm_blasts")
    expect(why).to_be_focused()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert why.evaluate(CLEAR_OF_THE_FOOT)
    assert all("422" in said for said in desk.complaints)
    desk.complaints.clear()

"""Is a cell that the server did not take said to be not stored, kept as typed, and sent again by one act?"""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Route, expect

from registry.models import ImportRow
from registry.scope import every_centre
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

TABLE = "\r\n".join(
    (
        "UPN;Sex;Date of birth;Transplant number;Transplant date;Type of donor",
        *(f"P{n};F;31/02/2003;1;14/03/2008;sibling" for n in range(1, 4)),
    )
).encode()
AGAIN = "Not stored: try again"


@pytest.fixture
def table(desk: Desk) -> Desk:
    """Three lines, with the same wrong word and a date that is none."""
    desk.log_in()
    desk.go("/imports/")
    chosen = {"name": "ours.csv", "mimeType": "text/csv", "buffer": TABLE}
    desk.page.locator(".upload input[type=file]").set_input_files(files=[chosen])
    desk.page.locator("table.lines").wait_for()
    return desk


def _refuse(desk: Desk, line: int, *, times: int = 1, network: bool = True) -> list[str]:
    """So many times a cell of a line is not taken; returns what was sent of it, as it grows."""
    sent: list[str] = []

    def once(route: Route) -> None:
        sent.append(route.request.post_data or "")
        if len(sent) > times:
            route.continue_()
        elif network:
            route.fulfill(status=503, content_type="text/html", body="<h1>Not saved yet</h1>")
        else:
            route.abort()

    desk.page.route(f"**/lines/{line}/**", once)
    return sent


def _texts(column: int) -> list[str]:
    with every_centre():
        return [one.texts[column] for one in ImportRow.objects.order_by("line")]


@pytest.mark.parametrize("network", [True, False])
def test_a_cell_that_was_not_taken_is_said_and_sent_again(table: Desk, network: bool) -> None:
    page, sent = table.page, _refuse(table, 2, times=2, network=network)
    born = page.locator("#cell-2-2")
    born.fill("28/02/2003")
    born.press("Enter")
    said = page.locator("#said-there")
    expect(said).to_contain_text("Not stored: Date of birth, line 2")
    expect(page.locator("#form-2-2").get_by_role("button", name=AGAIN)).to_be_visible()
    expect(born).to_have_value("28/02/2003")
    assert (len(sent), _texts(2)[0]) == (1, "31/02/2003")
    assert (table.grave_violations(), table.sideways_pixels()) == ([], 0)
    # Left, it is sent again; another cell is taken, and this one goes on being said to be not stored.
    page.locator("#line-3").get_by_role("button", name="Correct UPN").press("Enter")
    page.keyboard.type("P9")
    with page.expect_response("**/lines/3/0/"):
        page.keyboard.press("Enter")
    expect(page.locator("#line-3")).to_contain_text("P9")
    expect(born).to_have_value("28/02/2003")
    again = page.locator("#form-2-2").get_by_role("button", name=AGAIN)
    expect(again).to_be_visible()
    again.click()
    expect(page.locator("#cell-2-2")).to_have_text("28/02/2003")
    expect(page.get_by_text(AGAIN)).to_have_count(0)
    assert (len(sent), _texts(2)[0]) == (3, "28/02/2003")
    # The browser and htmx complain of what the routes above did, and of that alone.
    told = ("503", "ERR_FAILED", "htmx:sendError", "htmx:afterRequest")
    assert all(any(one in said for one in told) for said in table.complaints)
    table.complaints.clear()


def test_use_in_all_rows_is_done_again_by_its_own_button(table: Desk) -> None:
    page, sent = table.page, _refuse(table, 3)
    donor = page.locator("#form-3-5")
    donor.locator("select").focus()
    page.keyboard.type("Matched sib")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(donor.get_by_role("button", name="Use in all 3 rows")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#said-there")).to_contain_text("Not stored: Type of donor, line 3")
    expect(donor.locator("select")).to_have_value("Matched sibling")
    assert _texts(5) == ["sibling"] * 3
    donor.get_by_role("button", name=AGAIN).click()
    expect(page.locator("#said-there")).to_contain_text("3 lines are corrected")
    assert _texts(5) == ["Matched sibling"] * 3 and len(sent) == 2
    table.complaints.clear()


def test_the_page_is_not_left_over_what_is_not_stored(table: Desk) -> None:
    page = table.page
    _refuse(table, 2)
    page.locator("#cell-2-2").fill("28/02/2003")
    page.locator("#cell-2-2").press("Enter")
    expect(page.get_by_text(AGAIN)).to_be_visible()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="All imports").click(no_wait_after=True)
    page.wait_for_url("**/imports/")
    assert asked == ["beforeunload"]
    table.complaints.clear()


UNSEEN = "form => form.replaceWith(form.cloneNode(true))"
"""A copy of a form has no listener of htmx, like one that was swapped in a moment ago."""


def test_a_cell_is_never_sent_by_the_browser_itself(table: Desk) -> None:
    page, address = table.page, table.page.url
    page.locator("#form-2-2").evaluate(UNSEEN)
    page.locator("#cell-2-2").fill("28/02/2003")
    with page.expect_response("**/lines/2/2/"):
        page.keyboard.press("Enter")
    expect(page.locator("#cell-2-2")).to_have_text("28/02/2003")
    assert (page.url, _texts(2)[0]) == (address, "28/02/2003")


def test_use_in_all_rows_counts_in_a_form_that_htmx_has_not_seen(table: Desk) -> None:
    page, address = table.page, table.page.url
    page.locator("#form-3-5").evaluate(UNSEEN)
    page.locator("#cell-3-5").select_option("Matched sibling")
    page.locator("#form-3-5").get_by_role("button", name="Use in all 3 rows").click()
    expect(page.locator("#said-there")).to_contain_text("3 lines are corrected")
    assert (page.url, _texts(5)) == (address, ["Matched sibling"] * 3)


WIDE = "\r\n".join(
    (
        "HSCT no;Remarks of the ward;UPN;Sex;Date of birth;Transplant date;Graft;More remarks;Type of donor",
        *(
            f"1;{'seen by the night shift ' * 3};P-{n};F;01/02/2003;14/03/2008;BM;{'x' * 90};sibling"
            for n in range(1, 4)
        ),
    )
).encode()
"""What is to be corrected stands far to the right, and whose line it is in the middle."""
SEEN_WHOLE = """cell => {
  const at = one => one.getBoundingClientRect();
  const own = at(cell.closest("form")), around = at(cell.closest(".scroll"));
  const stays = [...document.querySelectorAll("thead .stays")].map(one => at(one).right);
  return own.left >= Math.max(...stays) && own.right <= around.right;
}"""


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_in_a_wide_table_line_and_patient_stay_in_sight(desk: Desk, size: tuple[int, int]) -> None:
    page = desk.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    desk.log_in()
    desk.go("/imports/")
    chosen = {"name": "wide.csv", "mimeType": "text/csv", "buffer": WIDE}
    page.locator(".upload input[type=file]").set_input_files(files=[chosen])
    page.get_by_role("combobox", name="HSCT no").fill("Transplant: Number")
    page.get_by_role("combobox", name="Graft", exact=True).fill("")
    page.get_by_role("button", name="Go on and check the lines").click()
    donor = page.locator("#cell-3-8")
    donor.wait_for()
    for cell in ("#cell-2-8", "#cell-3-8"):
        page.locator(cell).focus()
        assert page.locator(cell).evaluate(SEEN_WHOLE)
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/wide-{size[0]}.png")
    for staying in ("3", "P-2"):
        shown = page.locator("#line-3 .stays").get_by_text(staying, exact=True)
        expect(shown).to_be_in_viewport(ratio=1)
    # The table is drawn anew: the next one is seen whole again.
    donor.select_option("Matched sibling")
    page.locator("#form-3-8").get_by_role("button", name="This row").click()
    expect(page.locator("#cell-4-8")).to_be_focused()
    assert page.locator("#cell-4-8").evaluate(SEEN_WHOLE)
    assert (desk.grave_violations(), desk.sideways_pixels()) == ([], 0)


def test_a_good_line_is_asked_what_it_lacks_for_reports_in_all_rows(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go("/imports/")
    rows = ("UPN;Transplant number;Transplant date", *(f"Q{n};1;14/03/2008" for n in range(1, 4)))
    chosen = {"name": "good.csv", "mimeType": "text/csv", "buffer": "\r\n".join(rows).encode()}
    page.locator(".upload input[type=file]").set_input_files(files=[chosen])
    kind = page.get_by_role("combobox", name="Type, line 2")
    kind.select_option("Allogeneic")
    expect(page.get_by_text("3 rows are new, 0 change something.")).to_be_visible()
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/lacking.png")
    page.locator("#line-2").get_by_role("button", name="Use in all 3 rows").click()
    expect(page.locator("#said-there")).to_have_text("3 lines are corrected.")
    expect(page.locator("table.lines select")).to_have_count(0)
    assert (desk.grave_violations(), desk.sideways_pixels()) == ([], 0)

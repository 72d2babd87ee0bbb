"""Is what a table's page says of the centre's words and of known persons seen, used by hand, and nothing half hidden?"""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.imported import looks, upload
from tests.exchange.desk import imported, uploaded

pytestmark = pytest.mark.browser

HEAD = "UPN;Transplant: Date;Transplant: Number;Transplant: Type;Graft: Donor type;Graft: Source"
FIRST = (
    f"{HEAD}\nA-1;14/03/2008;1;Allogeneic;unrelated;BM\nA-2;15/03/2008;1;Allogeneic;unrelated;BM\n"
)
NEXT = (
    f"{HEAD}\nA-3;14/03/2009;1;Allogeneic;Unrelated;BM\nA-4;15/03/2009;1;Allogeneic;sibling;BM\n"
    "A-5;16/03/2009;1;Allogeneic;sibling;BM\n"
)
WIDE = (
    "UPN;Sex;Identity: Birth date;Disease: Diagnosis;Disease: Date of diagnosis;Transplant: Number;"
    "Transplant: Date;Transplant: Type;Graft: Source;Graft: Donor type;patient.country\n"
    "A-1;F;05/01/2001;AML;01/02/2008;1;14/03/2008;Allogeneic;BM;sibling;FR\n"
)
UNDER = """() => {
  const stays = [...document.querySelectorAll("table.lines thead .stays")];
  const edge = Math.max(...stays.map((one) => one.getBoundingClientRect().right));
  const heads = [...document.querySelectorAll("table.lines thead th:not(.stays)")];
  return heads.filter((one) => {
    const box = one.getBoundingClientRect();
    return box.left < edge - 1 && box.right > edge + 1;
  }).map((one) => one.textContent);
}"""


def test_a_word_is_taught_by_one_table_and_changed_at_the_next(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go("/imports/")
    upload(page, FIRST.encode(), "first.csv")
    page.get_by_role("combobox", name="Donor type, line 2").select_option("Matched unrelated")
    page.get_by_role("button", name="Use in all 2 rows").first.click()
    expect(page.get_by_text("1 word that was answered here for all rows")).to_be_visible()
    looks(desk, "taught")
    desk.go("/imports/")
    upload(page, NEXT.encode(), "next.csv")
    said = page.get_by_text("1 word is read as your centre answered it before")
    expect(said).to_be_visible()
    looks(desk, "next")
    page.locator(".heard summary").press("Enter")
    page.get_by_role("combobox", name="What “unrelated” means").select_option(
        "Mismatched unrelated"
    )
    looks(desk, "open")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_text("“unrelated” is read so from now on")).to_be_visible()
    expect(page.get_by_role("cell", name="Mismatched unrelated", exact=True)).to_be_visible()
    page.get_by_role("link", name="New").click()
    expect(page.get_by_role("cell", name="Unrelated Mismatched")).to_be_visible()
    looks(desk, "new")
    page.locator(".heard summary").press("Enter")
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("3 rows stay here to be corrected")).to_be_visible()
    assert desk.complaints == []


def test_persons_known_under_other_numbers_are_shown_beside_the_button(desk: Desk) -> None:
    head = "UPN;Sex;Given name;Family name;Date of birth\n"
    rows = "".join(f"A-{n};F;Ada{n};Invented{n};{n:02}/02/200{n % 10}\n" for n in range(1, 13))
    by, page = desk.hospital.own_centre, desk.page
    imported(by, uploaded(by, (head + rows).encode(), "first.csv"))
    desk.log_in()
    desk.go("/imports/")
    upload(page, (head + rows.replace("A-", "B-")).encode(), "second.csv")
    page.get_by_role("link", name="12 rows may be persons whom you have").click()
    expect(page.get_by_role("link", name="Perhaps known 12")).to_have_attribute(
        "aria-current", "page"
    )
    looks(desk, "known")


@pytest.mark.parametrize("width", [900, 1100, 1366])
def test_no_column_stands_half_below_those_that_stay(desk: Desk, width: int) -> None:
    page = desk.page
    page.set_viewport_size({"width": width, "height": 768})
    desk.log_in()
    desk.go("/imports/")
    upload(page, WIDE.encode(), "wide.csv")
    expect(page.locator("table.lines form.cell").first).to_be_in_viewport(ratio=1)
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/wide-{width}.png", full_page=True)
    assert page.evaluate(UNDER) == []

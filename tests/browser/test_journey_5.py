"""Can a data manager import a table of 500 lines, 12 of them bad, and correct it in place (journey J5)?"""

from __future__ import annotations

import subprocess
import time

import pytest
from playwright.sync_api import Page, expect

from registry.models import ImportFile, Patient, Submission
from registry.scope import every_centre
from tests.browser.desk import Desk
from tests.browser.journey import Journey
from tests.exchange import planted

pytestmark = pytest.mark.browser

LONGEST_PREVIEW_SECONDS = 2.0
IN_PLACE = (17, 41, 88, 123)
PATIENCE = 60_000


def _choose(page: Page, name: str, body: bytes) -> None:
    kind = "application/octet-stream"
    page.locator(".upload input[type=file]").set_input_files(
        {"name": name, "mimeType": kind, "buffer": body}
    )


def _count(page: Page, tab: str) -> int:
    return int(page.locator(f".tabs .{tab} b").inner_text())


def _patients() -> int:
    with every_centre():
        return Patient.objects.count()


@pytest.mark.journey("J5")
def test_five_hundred_lines_come_in_and_twelve_are_corrected(
    worker: subprocess.Popen[str], desk: Desk, journey: Journey
) -> None:
    page, before = desk.page, _patients()
    desk.log_in()
    with journey.step("Imports (click)"):
        page.get_by_role("link", name="Imports", exact=True).click()
    journey.look()
    with journey.step("choose the file (click)"):
        started = time.monotonic()
        _choose(page, "suivi_2026.xlsx", planted.as_xlsx())
        page.locator(".tabs").wait_for()
        seconds = time.monotonic() - started
    assert seconds <= LONGEST_PREVIEW_SECONDS, f"the preview took {seconds:.2f} s"
    assert [_count(page, one) for one in ("new", "changed", "same", "rejected")] == [
        planted.GOOD, 0, 0, len(planted.PLACES)
    ]  # fmt: skip
    for line, column in planted.PLACES:
        expect(page.locator(f"#cell-{line}-{column}")).to_have_attribute("aria-invalid", "true")
    journey.look()
    assert _patients() == before

    with journey.step(f"Import {planted.GOOD} rows (click)"):
        page.get_by_role("button", name=f"Import {planted.GOOD} rows").click()
    expect(page.get_by_text(f"{planted.GOOD} rows imported")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("12 rows stay here to be corrected")).to_be_visible()
    assert _patients() == before + planted.GOOD
    journey.look()

    _correct_by_keyboard(page)
    journey.look()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Excel with the errors").click()
    assert saved.value.suggested_filename.endswith(".xlsx")
    _correct_the_rest(page)
    expect(page.get_by_text("Nothing is to be corrected")).to_be_visible()
    page.get_by_role("button", name="Import 11 rows").press("Enter")
    expect(page.get_by_text("499 rows imported")).to_be_visible(timeout=PATIENCE)
    assert _patients() == before + 499
    with every_centre():
        assert ImportFile.objects.get().state == ImportFile.State.DONE
        assert Submission.objects.filter(channel="import").count() == 2
    page.locator("#lines tbody a").first.click()
    page.wait_for_url("**/patients/*/")

    good = planted.rows(errors=False)
    good[planted.TWICE[1] - 2] = good[planted.TWICE[0] - 2]
    for name, body in (("twin.ods", planted.as_ods(good)), ("twin.csv", planted.as_csv(good))):
        desk.go("/imports/")
        _choose(page, name, body)
        expect(page.get_by_text("All of this is stored already")).to_be_visible(timeout=PATIENCE)
        assert [_count(page, one) for one in ("new", "changed", "same", "rejected")] == [
            0, 0, planted.LINES, 0
        ]  # fmt: skip
    desk.go("/imports/")
    expect(page.locator("tbody tr")).to_have_count(3)
    journey.look()


def _correct_by_keyboard(page: Page) -> None:
    """Type into the red cell, Enter: the hands are at the next one."""
    page.locator(f"#cell-{IN_PLACE[0]}-{dict(planted.PLACES)[IN_PLACE[0]]}").focus()
    for done, line in enumerate(IN_PLACE, start=1):
        cell = page.locator(f"#cell-{line}-{dict(planted.PLACES)[line]}")
        expect(cell).to_be_focused()
        page.keyboard.press("Control+a")
        page.keyboard.type("nonsense" if line == 17 else planted.corrected(line))
        page.keyboard.press("Enter")
        if line == 17:
            expect(page.locator("#said-17")).to_contain_text("nonsense")
            expect(cell).to_be_focused()
            page.keyboard.press("Control+a")
            page.keyboard.type(planted.corrected(line))
            page.keyboard.press("Enter")
        expect(page.locator(f"#line-{line}")).to_have_count(0)
        expect(page.locator("#said-there")).to_contain_text(f"Line {line} is now under “New”")
        assert _count(page, "rejected") == len(planted.PLACES) - done
        assert _count(page, "new") == done


def _correct_the_rest(page: Page) -> None:
    """By leaving each cell; the two lines of one patient are good together, once they agree."""
    for line, column in planted.PLACES:
        if line in IN_PLACE or line == planted.TWICE[0]:
            continue
        cell = page.locator(f"#cell-{line}-{column}")
        if column == planted.SEX:
            cell.select_option(planted.corrected(line))
        else:
            cell.fill(planted.corrected(line))
        cell.press("Tab")
        expect(page.locator(f"#line-{line}")).to_have_count(0)
    assert _count(page, "rejected") == 0


def test_the_pages_of_a_table_fit_a_phone_and_are_accessible(desk: Desk) -> None:
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 844})
    desk.log_in()
    desk.go("/imports/")
    assert (desk.grave_violations(), desk.sideways_pixels()) == ([], 0)
    _choose(page, "small.csv", planted.as_csv(planted.rows(90)).replace(b"Diagnosis", b"Tani", 1))
    page.get_by_text("1 column is not understood").wait_for()
    assert (desk.grave_violations(), desk.sideways_pixels()) == ([], 0)
    page.get_by_role("combobox", name="Tani").fill("Disease: Diagnosis")
    page.get_by_role("button", name="Go on").press("Enter")
    page.locator(".tabs").wait_for()
    for tab in ("rejected", "new"):
        page.locator(f".tabs .{tab}").click()
        page.locator("table.lines").wait_for()
        assert (desk.grave_violations(), desk.sideways_pixels()) == ([], 0)
    page.get_by_text("Give up this file").click()
    page.get_by_role("button", name="Yes, forget them").press("Enter")
    page.get_by_text("was given up").wait_for()


def test_another_cell_of_a_bad_line_opens_on_demand_and_two_tabs_import_once(
    worker: subprocess.Popen[str], desk: Desk
) -> None:
    page = desk.page
    desk.log_in()
    desk.go("/imports/")
    _choose(page, "small.csv", planted.as_csv(planted.rows(20)))
    page.locator("#line-17").get_by_role("button", name="Correct Sex").press("Enter")
    expect(page.locator("#cell-17-2")).to_be_focused()
    page.keyboard.type("M")
    page.locator("#cell-17-6").fill("12,5")
    page.keyboard.press("Enter")
    expect(page.locator("#line-17")).to_have_count(0)
    other = page.context.new_page()
    other.goto(page.url)
    for window in (page, other):
        window.get_by_role("button", name="Import 20 rows").press("Enter")
    for window in (page, other):
        expect(window.get_by_text("20 rows imported")).to_be_visible(timeout=PATIENCE)
    with every_centre():
        assert Submission.objects.filter(channel="import").count() == 1


UNKNOWN = (
    "UPN;Date of birth;Diagnosis;Date of diagnosis;Transplant number;Transplant date;Type of donor",
    *(f"P{n};01/02/2003;ALL;03/04/2007;1;14/03/2008;sibling" for n in range(1, 8)),
)


def test_one_word_and_one_lack_are_mended_in_all_rows_by_keyboard(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go("/imports/")
    _choose(page, "mine.csv", "\r\n".join(UNKNOWN).encode())
    donor = page.get_by_role("combobox", name="Type of donor, line 4")
    donor.focus()
    # To look through the list by keyboard stores nothing.
    with page.expect_response("**/lines/4/6/") as answer:
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.type("Matched sib")
        expect(donor).to_have_value("Matched sibling")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        in_all = page.locator("#form-4-6").get_by_role("button", name="Use in all 7 rows")
        expect(in_all).to_be_focused()
        page.keyboard.press("Enter")
    assert answer.value.ok
    expect(page.locator("#said-there")).to_contain_text("7 lines are corrected")
    phenotype = page.get_by_role("combobox", name="Phenotype, line 4")
    expect(phenotype).to_be_focused()
    page.keyboard.type("B lin")
    page.keyboard.press("Enter")
    expect(page.locator("#said-there")).to_contain_text("Line 4 is now under “New”")
    page.get_by_role("combobox", name="Phenotype, line 5").select_option("T lineage")
    assert (desk.grave_violations(), desk.sideways_pixels()) == ([], 0)
    page.set_viewport_size({"width": 390, "height": 844})
    assert desk.sideways_pixels() == 0
    page.locator("#line-5").get_by_role("button", name="Use in all 6 rows").click()
    expect(page.get_by_text("Nothing is to be corrected")).to_be_visible()
    assert _count(page, "new") == 7
    expect(page.locator(".would")).to_contain_text("Transplant 7")


def test_a_list_is_chosen_from_by_mouse_at_once(desk: Desk) -> None:
    page = desk.page
    desk.log_in()
    desk.go("/imports/")
    _choose(page, "mine.csv", "\r\n".join(UNKNOWN[:2]).encode())
    donor = page.get_by_role("combobox", name="Type of donor, line 2")
    donor.focus()
    donor.dispatch_event("pointerdown")
    donor.select_option("Matched sibling")
    expect(page.locator("#said-2")).not_to_contain_text("sibling")
    expect(page.get_by_role("combobox", name="Phenotype, line 2")).to_be_focused()

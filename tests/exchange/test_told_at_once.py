"""Is what a record lacks told beside the words that cannot be read, and nothing that only comes from them?"""

from __future__ import annotations

from registry.actions.answer_missing import answer_missing
from registry.actions.correct_cell import correct_cell
from registry.models import ImportFile
from tests.exchange.desk import csv, line, uploaded
from tests.exchange.test_mended import errors
from tests.registry.people import People

TRANSPLANT = "UPN;Transplant number;Transplant date;Type of donor"
GVHD = f"{TRANSPLANT};Acute GvHD: Highest grade, as reported by the centre;Acute GvHD: Skin"
DEAD = f"{TRANSPLANT};Date of last contact;Vital status;Date of death;Primary cause"
UNDATED = "This would add “{}” without its date: "


def _judged(people: People, head: str, *rows: str) -> ImportFile:
    file = uploaded(people.own_centre, csv(head, *rows), "table.csv")
    assert file.state == "ready", [one for one in file.columns if not one["target"]]
    return file


def _said(file: ImportFile, number: int) -> list[tuple[object, str]]:
    return [
        (place, str(says).split(" is not one of")[0]) for place, says in errors(line(file, number))
    ]


def test_a_missing_date_is_told_with_the_unknown_words_and_answered_below_the_line(
    people: People,
) -> None:
    file = _judged(people, GVHD, "P1;1;14/03/2008;sibling;II;3", "P2;1;14/03/2008;sibling;2x;3")
    (donor, undated) = errors(line(file, 2))
    assert donor[0] == 3
    assert undated[0] == 4 and str(undated[1]).startswith(UNDATED.format("Acute GvHD"))
    # The grade itself may be what cannot be read: a date would be lacking all the same.
    assert [one for one, _told in errors(line(file, 3))] == [3, 4, 4]
    asks = [one["asks"] for one in line(file, 3).findings if one.get("asks")]
    assert asks == ["acute_gvhd.date_onset"]
    by, date = people.own_centre, "01/05/2008"
    answer_missing(by=by, row=line(file, 2), target="acute_gvhd.date_onset", text=date)
    assert _said(file, 2) == [(3, "'sibling'")]
    correct_cell(by=by, row=line(file, 2), column=3, text="matched sibling")
    assert line(file, 2).outcome == "new"


def test_whether_a_date_is_asked_may_hang_on_the_cell_that_cannot_be_read(people: People) -> None:
    head = f"{TRANSPLANT};Acute GvHD: Acute GvHD"
    file = _judged(people, head, "P1;1;14/03/2008;sibling;nope", "P2;1;14/03/2008;sibling;yes")
    assert [one for one, _told in errors(line(file, 2))] == [3, 4]
    assert _said(file, 3)[1][1].startswith(UNDATED.format("Acute GvHD"))


def test_what_else_is_wrong_is_told_with_a_date_that_is_missing(people: People) -> None:
    head = f"{GVHD};Relapse or progression: Blasts in the marrow;Date of birth"
    file = _judged(people, head, "P1;1;14/03/2008;haploidentical;II;;40;01/02/2024")
    told = _said(file, 2)
    starts = [
        (4, UNDATED.format("Acute GvHD")),
        (6, UNDATED.format("Relapse or progression")),
        (2, "The transplant is dated before birth"),
        (5, "A grade above 0 has no organ stage"),
    ]
    assert [place for place, _says in told] == [place for place, _start in starts]
    assert all(
        one.startswith(start) for (_at, one), (_place, start) in zip(told, starts, strict=True)
    )


def test_of_a_death_only_the_cell_that_cannot_be_read_is_marked(people: People) -> None:
    head = f"{DEAD};Acute GvHD: Highest grade, as reported by the centre"
    row = "P1;1;14/03/2008;haploidentical;14/06/2008;dead;14/06/2008;MOF;2x"
    file = _judged(people, DEAD, row.removesuffix(";2x"))
    assert _said(file, 2) == [(7, "'MOF'")]
    more = _judged(people, head, row)
    assert [place for place, _says in _said(more, 2)] == [7, 8, 8]


def test_of_a_death_without_its_day_the_day_is_told(people: People) -> None:
    start = "P{};1;14/03/2008;haploidentical;14/06/2008;dead;"
    rows = (start.format(1) + ";MOF", start.format(2) + ";", start.format(3) + ";Acute GvHD")
    file = _judged(people, DEAD, *rows)
    unread, day = _said(file, 2)
    assert unread == (7, "'MOF'")
    assert day[0] == 6 and day[1].startswith(UNDATED.format("Death") + "write the date")
    ((place, says),) = _said(file, 3)
    assert place == 6 and says.endswith("“Death: Date of death” is missing")
    ((place, says),) = _said(file, 4)
    assert place == 6 and says.startswith(UNDATED.format("Death") + "write the date")

"""Do the words of a report say what the results hold? Cells, sentences, notes, the column Paper."""

from dataclasses import replace

import pytest

from reports.render.document import day_in_words, document_of
from reports.render.figures_as_numbers import numbers_of
from reports.render.marks import MARKS, gravest, mark_of
from reports.render.tables import BELOW, Cell, lines_of
from reports.render.words import CALIBRATED
from reports.results import Comparison, Row, Series, Table, Value, Verdict
from tests.reports import sample_results as sample

V = Verdict


def table(*rows: Row, columns: tuple[str, ...] = ("HR", "95% CI", "P")) -> Table:
    return Table("t", "Table 9", "By hand", columns, rows, ())


def test_a_line_gets_the_gravest_sign_and_what_the_paper_prints_there() -> None:
    row = Row(
        "Yes",
        (
            Value(0.6, "0.60", printed="0.60", verdict=V.SAME),
            Value(None, "0.43–0.85", printed="0.43–0.86", verdict=V.SAME_AFTER_ROUNDING),
            Value(0.004, "0.004", printed="0.04", verdict=V.DIFFERS, tolerance=0.006),
        ),
    )
    line = lines_of(table(row)).lines[0]
    assert line.paper is not None and line.paper.mark.verdict is V.DIFFERS
    assert [cell.printed for cell in line.cells] == ["", "0.43–0.86", "0.04"]
    assert line.paper.hint == (
        "HR: same (paper 0.60); 95% CI: same after rounding (ours 0.43–0.85, paper 0.43–0.86); "
        "P: differs (ours 0.004, paper 0.04, tolerance ±0.006)"
    )


def test_what_is_printed_below_a_number_is_explained_once() -> None:
    same = Row("No", (Value(1, "1", printed="1", verdict=V.SAME),))
    other = Row("Yes", (Value(2, "2", printed="3", verdict=V.DIFFERS),))
    assert lines_of(table(same)).footnotes == ()
    assert lines_of(table(same, other)).footnotes == (BELOW,)


LIMITS = ("n", "95% CI lower", "95% CI upper", "P")


def test_two_columns_of_limits_become_one() -> None:
    row = Row(
        "Yes",
        (
            Value(9, "9"),
            Value(0.43, "0.43", printed="0.43", verdict=V.SAME, footnote="low"),
            Value(0.83, "0.83", printed="0.85", verdict=V.SAME_AFTER_ROUNDING, footnote="high"),
            Value(0.004, "0.004"),
        ),
    )
    told = lines_of(table(row, columns=LIMITS))
    assert told.columns == ("n", "95% CI", "P")
    assert told.lines[0].cells[1] == Cell("0.43–0.83", note="a", printed="0.43–0.85")
    assert told.notes[0].text == "low high"


@pytest.mark.parametrize(
    ("lower", "upper", "text"),
    [
        (Value(-0.9, "-0.9"), Value(22.9, "22.9"), "-0.9 to 22.9"),
        (Value(1, "1.0"), None, "1.0"),
        (None, None, ""),
        (Value(None, "", reason="Not estimable."), Value(1, "1"), "Not estimable."),
        (Value(1, "1"), Value(None, "", reason="Not reached."), "Not reached."),
    ],
)
def test_limits_that_are_no_pair_of_positive_numbers(
    lower: Value | None, upper: Value | None, text: str
) -> None:
    told = lines_of(table(Row("x", (None, lower, upper, None)), columns=LIMITS))
    assert told.lines[0].cells[1].text == text


def test_limits_apart_stay_two_columns() -> None:
    columns = ("95% CI lower", "P", "95% CI upper")
    assert lines_of(table(columns=columns)).columns == columns


def test_a_sentence_runs_over_the_empty_cells_and_the_column_paper() -> None:
    reason = "Not estimable: no event."
    lone = Row("DLI", (Value(None, "", reason=reason), None, None))
    compared = Row("CR", (Value(1, "1", verdict=V.SAME), None, None))
    alone, beside = lines_of(table(lone)), lines_of(table(lone, compared))
    assert alone.lines[0].cells == (Cell(reason, sentence=True, span=3),)
    assert beside.lines[0].cells == (Cell(reason, sentence=True, span=4),)
    assert beside.lines[0].open_end


def test_the_same_sentence_in_each_cell_is_said_once() -> None:
    cells = tuple(Value(None, "", reason="Not estimable.") for _ in range(3))
    assert lines_of(table(Row("DLI", cells))).lines[0].cells[0].span == 3


def test_a_number_stands_before_its_sentence_cells() -> None:
    row = Row("DLI", (Value(13, "13"), Value(None, "", reason="No event."), None))
    assert lines_of(table(row)).lines[0].cells == (Cell("13"), Cell("No event.", True, 2))


def test_notes_get_letters_in_reading_order_and_are_told_once() -> None:
    rows = [
        Row("a", (Value(1, "1", footnote="first"),)),
        Row("b", (Value(2, "2", footnote="second"),)),
        Row("c", (Value(3, "3", footnote="first"),)),
    ]
    told = lines_of(table(*rows, columns=("n",)))
    assert [line.cells[0].note for line in told.lines] == ["a", "b", "a"]
    assert [(n.letter, n.text) for n in told.notes] == [("a", "first"), ("b", "second")]


def test_more_than_26_notes_still_have_letters() -> None:
    rows = [Row(str(i), (Value(i, str(i), footnote=f"note {i}"),)) for i in range(30)]
    letters = [n.letter for n in lines_of(table(*rows, columns=("n",))).notes]
    assert letters[25:28] == ["z", "aa", "bb"] and len(set(letters)) == 30


def test_too_many_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="2 cells under 1 columns"):
        lines_of(table(Row("x", (None, None)), columns=("n",)))


def test_a_table_without_verdicts_has_no_column_paper() -> None:
    told = lines_of(table(Row("x", (Value(1, "1"), None, None))))
    assert not told.compared and told.width == 4


def test_every_verdict_has_its_own_shape_colour_and_words() -> None:
    assert {mark.verdict for mark in MARKS} == set(Verdict)
    for told in ("char", "words", "colour", "path"):
        assert len({getattr(mark, told) for mark in MARKS}) == len(MARKS)
    assert mark_of("differs").char == "▲"
    assert gravest([V.NOT_PRINTED, V.SAME]) is V.SAME
    assert gravest([]) is None


def test_the_document_in_reading_order() -> None:
    doc = document_of(sample.results())
    assert doc.patients == "288 of 1307 patients"
    assert doc.cut == "31 Dec 2014"
    assert [(line.n, line.percent) for line in doc.flow] == [
        ("1307", ""), ("334", "25.6%"), ("46", "13.8%"), ("288", "86.2%"),
    ]  # fmt: skip
    assert [d.id for d in doc.differences] == ["roux.201", "roux.118"]
    assert [t.id for t in (*doc.tables, *doc.texts)] == ["t1", "t4", "texts"]
    assert doc.tables[1].counts == "n = 288, events = 248"
    assert dict(doc.facts)["SHA-256 of the cut"] == sample.PROVENANCE.cut_sha256
    assert doc.synthetic and not document_of(sample.results(synthetic=False)).synthetic


def test_what_is_only_near_is_listed_with_both_numbers_and_the_tolerance() -> None:
    near = Comparison(
        "roux.206",
        "Table 3",
        "T-ALL",
        "P",
        "0.3",
        0.3196,
        "0.320",
        V.SAME_AFTER_ROUNDING,
        0.021,
        "",
        True,
    )
    wrong = replace(near, id="roux.300", verdict=V.DIFFERS)
    doc = document_of(sample.results(comparisons=(near, wrong)))
    assert [d.id for d in doc.differences] == ["roux.300", "roux.206"]
    told = doc.differences[1]
    assert (told.printed, told.ours, told.tolerance) == ("0.3", "0.320", "±0.021")
    assert mark_of(V.SAME_AFTER_ROUNDING).meaning == "within the tolerance stated for this number"


def test_the_comparison_is_told_apart_by_digit_and_tolerance() -> None:
    verdicts = {"same": 208, "same_after_rounding": 45, "paper_disagrees": 9, "not_printed": 155}
    told = document_of(sample.results(verdicts=verdicts)).comparison
    opening = (
        "208 of 262 printed numbers are the same to the printed digit, "
        "45 more within the stated tolerance."
    )
    assert told == f"{opening} {CALIBRATED}"
    real = document_of(sample.results(verdicts=verdicts, synthetic=False))
    assert real.comparison == opening


def test_an_empty_report_still_stands() -> None:
    doc = document_of(
        sample.results(flow=(), tables=(), figures=(), texts=(), comparisons=(), verdicts={})
    )
    assert doc.patients == "" and doc.tables == ()
    assert doc.verdicts == (), "nothing was compared, so no verdicts are counted"


def test_days_are_told_in_words_whatever_the_machine_speaks() -> None:
    assert day_in_words("2026-03-04") == "4 Mar 2026"
    assert day_in_words("open") == "open"


def test_the_numbers_behind_a_figure() -> None:
    curve = Series("All", 4, 2, (0.0, 2.0, 14.0), (1.0, 0.75, 0.375), (), (4, 3, 0))
    told = numbers_of(sample.figure(series=(curve,), ticks_months=(0, 12, 24)))
    assert told.lines == (("All", ("100.0% (4)", "75.0% (3)", "(0)")),)

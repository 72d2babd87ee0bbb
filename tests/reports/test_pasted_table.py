"""Is a pasted table read as it was meant, are planted errors found, and bad lines named?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.self_check import PaperCheck, check
from reports.self_check.count_tests import ONE_SIDED
from reports.self_check.findings import Kind
from reports.self_check.groups import usual_test
from reports.self_check.pasted import MOST_LINES, MOST_SIGNS, read_table
from tests.yardstick import in_sums

HEAD = "Characteristic; Group 1 (n = 9); Group 2 (n = 8); P\n"
# Table 1 of a paper, as copied out of it.
WHOLE = f"""{HEAD}Sex; ; ; .45
Male; 8 (88.9); 6 (75)
Female; 1 (11.1); 2 (25)
Donor; ; ; .66
Related; 7 (78); 6 (75)
Unrelated; 2 (22); 2 (25)
Irradiated; 5 (56); 5 (63); .58
Age, years; 6.9 ± 2.8; 5.4 ± 3.5; .34
Follow-up, median (range); 12 (3-40); 15 (2-60); .5
"""


def answered(text: str) -> PaperCheck:
    pasted = read_table(text)
    assert pasted.faults == ()
    return check(pasted.entries, pasted.rules)


def told(text: str) -> list[tuple[Kind, str, str]]:
    return [(one.kind, one.row, one.printed) for one in answered(text).findings]


def faults(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.sentence) for fault in read_table(text).faults]


def test_a_sound_table_is_accused_of_nothing() -> None:
    found = answered(WHOLE)
    assert {one.kind for one in found.findings} == {Kind.TEST}
    assert [one.numbers for one in found.tested] == ["8, 1 / 6, 2", "7, 2 / 6, 2", "5, 4 / 5, 3"]
    assert usual_test(found.tested) == ONE_SIDED


@pytest.mark.parametrize(
    ("sound", "planted", "kind", "row"),
    [
        ("8 (88.9)", "8 (87.9)", Kind.WRONG, "Sex: Male, Group 1"),
        ("1 (11.1)", "1 (11.2)", Kind.WRONG, "Sex: Female, Group 1"),
        ("7 (78); 6 (75)", "7 (77); 5 (75)", Kind.MISSING_NOT_TOLD, "Donor, Group 2"),
        ("7 (78); 6 (75)", "7 (78); 6 (86)", Kind.WRONG, "Donor: Related, Group 2"),
        ("2 (22); 2 (25)", "3 (33); 2 (25)", Kind.WRONG, "Donor, Group 1"),
        ("; .66", "; .93", Kind.WRONG, "Donor, P"),
        ("; .58", "; .85", Kind.WRONG, "Irradiated, P"),
        ("; .34", "; .66", Kind.NO_T_TEST, "Age, years"),
    ],
)
def test_planted_errors_are_found(sound: str, planted: str, kind: Kind, row: str) -> None:
    assert sound in WHOLE
    found = told(WHOLE.replace(sound, planted))
    assert (kind, row) in [(one, where) for one, where, _ in found]


def test_percentages_of_the_known_are_no_error_but_another_denominator() -> None:
    text = "x; A (n = 288)\nSource\nMarrow; 184 (65)\nCord; 67 (24)\nBlood; 34 (12)\n"
    found = told(text)
    kinds = {kind for kind, _, _ in found}
    assert kinds == {Kind.MISSING_NOT_TOLD, Kind.OTHER_DENOMINATOR}
    complete = told(f"{text}Missing; 3\n")
    assert {kind for kind, _, _ in complete} == {Kind.OTHER_DENOMINATOR}


@pytest.mark.parametrize("sign", ["\t", ";", "|", " ; "])
def test_cells_are_divided_by_tabs_semicolons_or_bars(sign: str) -> None:
    text = WHOLE.replace(";", sign)
    assert answered(text) == answered(WHOLE)


@pytest.mark.parametrize("cell", ["8 (88.9%)", "8(88.9)", "8 (88,9)", "8 ( 88.9 % )"])
def test_counts_and_percentages_are_written_in_many_ways(cell: str) -> None:
    assert answered(WHOLE.replace("8 (88.9)", cell)) == answered(WHOLE)


@pytest.mark.parametrize(("p", "as_"), [("0,45", "0.45"), ("P = 0.45", "0.45"), ("p<0.5", "<0.5"),
                                        ("≤ .5", "<=.5"), ("< .5", "<.5")])  # fmt: skip
def test_p_values_are_written_in_many_ways(p: str, as_: str) -> None:
    entries = read_table(f"{HEAD}Male; 8; 6; {p}").entries
    assert [entry.printed for entry in entries if entry.unit == "p"] == [as_]


@pytest.mark.parametrize("p", ["", "-", "–", "NS", "n.s."])
def test_no_p_value_is_no_fault(p: str) -> None:
    assert answered(f"{HEAD}Male; 8; 6; {p}").tested == ()


def test_a_percentage_alone_must_be_of_a_whole_number_of_patients() -> None:
    assert told("x; A (n = 9)\nDead; 44%") == []
    ((kind, _, printed),) = told("x; A (n = 9)\nDead; 50%")
    assert (kind, printed) == (Kind.WRONG, "50%")


@pytest.mark.parametrize(
    "line", ["Age, mean; 6.9 (2.8); 5.4 (3.5); .66", "Age; 6.9 (SD 2.8); 5.4 (SD 3.5); .66",
             "Age; 6.9 +/- 2.8; 5.4 ± 3.5; .66"])  # fmt: skip
def test_means_are_written_in_many_ways(line: str) -> None:
    assert [kind for kind, _, _ in told(HEAD + line)] == [Kind.NO_T_TEST]


def test_an_empty_line_ends_a_block() -> None:
    apart = answered("x; A (n = 9)\nFever; 8 (89)\n\nRash; 7 (78)\n")
    assert apart.findings == ()
    together = told("x; A (n = 9)\nFever; 8 (89)\nRash; 7 (78)\n")
    assert (Kind.WRONG, "Fever, A", "sum 15") in together


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("", 1, "There is no table"),
        ("\n\n", 1, "There is no table"),
        ("x; Group 1; Group 2\nMale; 1; 2", 1, "with their sizes in the first line"),
        ("Male 8 6", 1, "with their sizes in the first line"),
        ("x; A (n = 0)\nMale; 1", 1, "at least one patient"),
        (HEAD, 1, "no row with numbers"),
        (f"{HEAD}Male; eight; 6", 2, "“eight” is no count: write 8"),
        (f"{HEAD}\nMale; 8; 6; soon", 3, "“soon” is no P value: write 0.45"),
        (f"{HEAD}Male; 8; 6; 45", 2, "at most 1"),
        (f"{HEAD}Male; 8; 6; .5; 7", 2, "more cells than columns"),
        (f"{HEAD}Male; 99999999; 6", 2, "more than the 1000000"),
        ("x; " + "; ".join(f"G (n = {n})" for n in range(1, 9)), 1, "at most 6"),
        (f"{HEAD}Male; -8; 6", 2, "no count"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_line(text: str, line: int, part: str) -> None:
    ((number, sentence),) = faults(text)
    assert number == line and part in sentence


def test_every_bad_line_is_told_at_once() -> None:
    assert [line for line, _ in faults(f"{HEAD}a; x; 1\nb; 2; 3\nc; y; 1\n")] == [2, 4]


def test_too_much_is_refused_before_it_is_read() -> None:
    assert "at most" in faults("x" * (MOST_SIGNS + 1))[0][1]
    assert "at most" in faults("\n" * (MOST_LINES + 2))[0][1]


def test_the_largest_table_is_answered_in_a_moment() -> None:
    head = "x;" + ";".join(f"G{i} (n = 120)" for i in range(1, 7)) + ";P\n"
    rows = "".join(f"r{i};" + "10 (8);" * 6 + (".5" if i % 2 else "") + "\n" for i in range(290))
    assert in_sums(lambda: answered(head + rows)) < 10


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab 0123456789.,;()%±-<=p\t\n|n", max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    pasted = read_table(HEAD + text)
    if not pasted.faults:
        check(pasted.entries, pasted.rules)

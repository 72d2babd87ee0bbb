"""Is every number of a pasted table read as it is written, or refused with what to write?

Nothing that can be meant in two ways is guessed, nobody is accused of a misreading, and no text
fails or takes long.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.self_check import PaperCheck, check
from reports.self_check.count_tests import _p_values
from reports.self_check.findings import Kind
from reports.self_check.pasted import MOST_LINES, MOST_SIGNS, Pasted, read_table
from tests.yardstick import in_sums

HEAD = "Characteristic; Group 1 (n = 9); Group 2 (n = 8); P\n"
LARGE = "Characteristic; Group 1 (n = 2000); Group 2 (n = 1800); P\n"
NARROW, THIN, HARD = "\u202f", "\u2009", "\u00a0"
SLOWEST = 8  # sums; the slowest of these tables takes about 2


def numbers(text: str) -> dict[str, str]:
    pasted = read_table(text)
    assert pasted.faults == ()
    return {entry.key: entry.printed for entry in pasted.entries}


def values(line: str, head: str = HEAD) -> list[str]:
    """What a line holds, without its P."""
    return [one for key, one in numbers(head + line).items() if not key.startswith("size")]


def refusal(text: str) -> tuple[int, str]:
    ((line, sentence),) = ((fault.line, fault.sentence) for fault in read_table(text).faults)
    return line, sentence


# --- thousands and decimals


@pytest.mark.parametrize(
    "size", ["n = 1,234", "n=1 234", f"n = 1{NARROW}234", f"n=1{THIN}234", f"N = 1{HARD}234",
             "n = 1'234", "n = 1’234", "n = 1234", "n=1234 patients"],
)  # fmt: skip
def test_the_thousands_of_a_group_are_read(size: str) -> None:
    text = f"x; A ({size})\nSex\nMale; 617 (50)\nFemale; 617 (50)"
    assert numbers(text)["size.g1"] == "1234"
    pasted = read_table(text)
    assert check(pasted.entries, pasted.rules).findings == ()


@pytest.mark.parametrize(
    "size", ["n = 1.234", "n = 12 34", "n = 1, 234", "n = 1,23", "n = 9, 53%", "n = 9%", "n = 17/20",
             "n = 9 of 20", "n = 1,234.5", "n = 0,123", "n = 1,234 567", "n = 9 (n = 8)",
             "n = 1,234,567", "n = 9–12"],
)  # fmt: skip
def test_a_size_that_can_be_meant_otherwise_is_refused(size: str) -> None:
    line, sentence = refusal(f"x; A ({size})\nMale; 1")
    assert line == 1 and "(n = 1234)" in sentence


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("1,234 (62)", ["1234", "62"]),
        ("1 234 (61,7)", ["1234", "61.7"]),
        (f"1{NARROW}234 (61.7%)", ["1234", "61.7"]),
        ("1'234", ["1234"]),
        ("617 (30,850)", ["617", "30.850"]),
        ("45,5 (12,1)", ["45.5", "12.1"]),
        ("45·5 (12·1)", ["45.5", "12.1"]),
        ("45,5 ± 12,1", ["45.5", "12.1"]),
        ("1 234,5 ± 50,1", ["1234.5", "50.1"]),
        ("1.234,5 ± 50,1", ["1234.5", "50.1"]),
        ("1,234.5 ± 50.1", ["1234.5", "50.1"]),
        ("1.234 ± 0.5", ["1.234", "0.5"]),
        ("0,812 (SD 0,1)", ["0.812", "0.1"]),
    ],
)
def test_thousands_and_decimals_of_a_cell_are_told_apart(cell: str, read: list[str]) -> None:
    assert values(f"Row; {cell}; –", LARGE) == read


@pytest.mark.parametrize(
    ("line", "write"),
    [
        ("Male; 1.234 (62)", "write 1234, or 1.234 ± 2.8 for a mean"),
        ("Male; 1.234", "write 1234"),
        ("Cost, mean (SD); 1,234 (50)", "write 1234, or 1.234"),
        ("Cost; 1,234 (SD 50)", "write 1234, or 1.234"),
        ("Cost; 1,234 ± 50", "write 1234, or 1.234"),
        ("Male; 12 34 (5)", "more than one way"),
        ("Male; 1,234 567", "more than one way"),
        ("Male; 1.2.3", "more than one way"),
        ("Male; 6.9", "is no count"),
        ("Male; 2,345 (50)", "more than the 2000 patients of its group"),
        ("Male; 45 (12 SD)", "is no count"),
    ],
)
def test_what_can_be_meant_in_two_ways_is_refused(line: str, write: str) -> None:
    number, sentence = refusal(LARGE + line)
    assert number == 2 and write in sentence


@pytest.mark.parametrize("cell", ["8 (88.8888888888888888888888888888888888)", "8 (0,0000000000001)",
                                  "1234567890123 ± 1", "8888888888888%"])  # fmt: skip
def test_numbers_of_more_than_twelve_digits_are_refused(cell: str) -> None:
    assert "12 digits at most" in refusal(f"{HEAD}Male; {cell}; 6 (75)")[1]
    assert "12 digits" in refusal(f"{HEAD}Male; 8; 6; 0.{'1' * 43}")[1]


def test_twelve_digits_are_read() -> None:
    found = read_table(f"{HEAD}Male; 8 (88.8888888889); 6 (75); 0.45678901234")
    told = check(found.entries, found.rules).findings
    assert not any(one.kind is Kind.WRONG and one.printed.startswith("88") for one in told)


@pytest.mark.parametrize(
    ("p", "as_"), [("0,045", "0.045"), ("1,000", "1.000"), ("p<0·001", "<0.001"), ("0,5", "0.5")]
)
def test_a_comma_in_a_p_value_is_a_decimal_one(p: str, as_: str) -> None:
    entries = read_table(f"{HEAD}Male; 8; 6; {p}").entries
    assert [entry.printed for entry in entries if entry.unit == "p"] == [as_]


def test_a_p_value_above_a_bound_is_refused_with_what_to_do() -> None:
    assert "leave it empty" in refusal(f"{HEAD}Male; 8; 6; >0.05")[1]


# --- lines that are rather something else


@pytest.mark.parametrize(
    "line", ["Age, mean (SD); 45 (12); 47 (11)", "Age; 45.5 (12.1); 44 (10)",
             "Laboratory, mean (SD)\nHb; 10 (2); 11 (3)", "Age; 45 (SD 12); 47 (11)"],
)  # fmt: skip
def test_a_line_that_says_means_holds_means(line: str) -> None:
    keys = [key for key in numbers(LARGE + line) if not key.startswith("size")]
    assert [key.rpartition(".")[2] for key in keys] == ["mean", "sd", "mean", "sd"]


@pytest.mark.parametrize(
    "line", ["Age; 45 (12); 47 (11)", "Age, years; 45 (12); –", "Weight, kg; –; 71 (14)"]
)
def test_whole_means_are_asked_about_and_not_accused(line: str) -> None:
    assert "for a mean with its standard deviation" in refusal(LARGE + line)[1]
    insisted = read_table(re.sub(r"(\(\d+)\)", r"\1%)", LARGE + line))
    assert Kind.WRONG in {one.kind for one in check(insisted.entries, insisted.rules).findings}


def test_percentages_of_the_line_are_asked_about() -> None:
    line, sentence = refusal(f"{HEAD}Sex\nMale; 8 (57); 6 (43)\n")
    assert line == 3 and "of the line (8 of 14), not of the groups (8 of 9)" in sentence


def test_percentages_of_the_known_are_not_asked_about() -> None:
    text = f"{LARGE}Source\nMarrow; 500 (50); 600 (75)\nBlood; 500 (50); 200 (25)"
    assert read_table(text).faults == ()


# --- no text fails, invents a number or takes long


_CELLS = st.lists(
    st.sampled_from(
        [*"0123456789", "1", "9", "1,234", "1 234", "12", ".", ",", " ", "(", ")", "%", "±", "-", "–",
         "SD", "<", "=", "≤", "n = ", "to", "[", "]", "'", "·", NARROW, "NA", "e", "²", "٣", "\x00"]
    ),
    max_size=14,
).map("".join)  # fmt: skip
_LABELS = st.sampled_from(["Sex", "Age, mean", "Follow-up, median", "Missing", "", "Age, years"])
_LINES = st.lists(
    st.tuples(_LABELS, st.lists(_CELLS, max_size=4), st.sampled_from([";", "\t", "|"])).map(
        lambda row: row[2].join((row[0], *row[1]))
    ),
    max_size=8,
)


def digits(text: str) -> str:
    return "".join(re.findall(r"[0-9]", text))


@settings(max_examples=400, deadline=2000)
@given(lines=_LINES, sizes=st.lists(_CELLS, min_size=1, max_size=3), p=st.booleans())
def test_no_text_makes_it_fail(lines: list[str], sizes: list[str], p: bool) -> None:
    for names in ([f"G (n = {size})" for size in sizes], ["A (n = 12)", "B (n = 1,240)"]):
        pasted = read_table("\n".join([";".join(["x", *names, *(["P"] if p else [])]), *lines]))
        if not pasted.faults:
            answered(pasted)


def answered(pasted: Pasted) -> PaperCheck:
    return check(pasted.entries, pasted.rules)


@settings(max_examples=600, deadline=2000)
@example("1,234")
@example("1 234")
@given(size=_CELLS)
def test_a_size_is_read_with_all_its_digits_or_not_at_all(size: str) -> None:
    pasted = read_table(f"x; A (n = {re.sub(r'[])]', '', size)})\nMale; 1")
    if not pasted.faults:
        assert pasted.entries[0].printed == digits(size)


@settings(max_examples=1000, deadline=2000)
@example(cell="1,234 (50)", label="Sex")
@example(cell="8 (88.9)", label="Sex")
@given(cell=_CELLS, label=_LABELS)
def test_a_cell_is_read_with_all_its_digits_or_not_at_all(cell: str, label: str) -> None:
    pasted = read_table(f"x; A (n = 1000000)\n{label}; {cell}\nLast; 3")
    if not pasted.faults:
        read = "".join(entry.printed for entry in pasted.entries[1:-1])
        assert digits(read) in ("", digits(cell))
        left_out = digits(cell) and not read
        assert not left_out or "median" in label or re.search(r"-|–|to|, ", cell)


def block(rows: int, groups: int, patients: int) -> Callable[[int], str]:
    rng = np.random.default_rng(20261121)

    def lines(_: int) -> str:
        counts = rng.multinomial(patients, np.ones(rows * groups) / (rows * groups))
        table = counts.reshape(rows, groups).tolist()
        ends = [";.9", *[";"] * (rows - 1)]
        return "".join(
            f"r;{';'.join(map(str, row))}{end}\n" for row, end in zip(table, ends, strict=True)
        )

    return lines


def page(groups: int, size: int, lines: Callable[[int], str], apart: str = "\n") -> str:
    """The longest paste of such lines."""
    text = "x;" + ";".join([f"G (n={size})"] * groups) + ";P\n"
    for at in range(MOST_LINES):
        more = lines(at) + apart
        if len(text + more) > MOST_SIGNS or (text + more).count("\n") > MOST_LINES:
            break
        text += more
    return text


WORST = {
    "3 x 4 of 80": page(4, 80, block(3, 4, 80)),
    "3 x 4 of 40": page(4, 80, block(3, 4, 40)),
    "3 x 3 of 60": page(3, 80, block(3, 3, 60)),
    "2 x 6 of 80": page(6, 80, block(2, 6, 80)),
    "2 x 2 of a million": page(
        2, 1_000_000, lambda i: f"r;{400_000 + i};{400_500 - i};.9\n", apart=""
    ),
    "3 x 6 of a million": page(6, 1_000_000, block(3, 6, 1_000_000)),
    "means": page(2, 10, lambda i: f"r;{i}.5±2.8;{i}.1±2.9;.0{i % 9 + 1}\n", apart=""),
    "one block": page(6, 9, lambda i: "r;" + "0 (0);" * 6 + "\n", apart=""),
    "open brackets": "x; A (n=9)\n" + "r;" + "1 (1-" * 39 + "\n",
    "one cell": "x; A (n=9)\nr;" + "1 (1-" * 3900,
    "long cells": "x; A (n=9)\n" + ("r;" + "1 " * 90 + "(1 - " + "1, " * 4 + "\n") * 95,
    "no end of sizes": "x;" + ("n = " * 48 + ";") * 100,
    "spaces": "x; A (n" + " " * 190 + ")" + ("; A (n=" + " " * 180 + "1 x") * 100,
}


@pytest.mark.parametrize("name", WORST)
def test_the_worst_tables_hold_nobody_up(name: str) -> None:
    assert len(WORST[name]) <= MOST_SIGNS
    _p_values.cache_clear()
    assert in_sums(lambda: _read_and_answered(WORST[name])) < SLOWEST


def _read_and_answered(text: str) -> None:
    pasted = read_table(text)
    if not pasted.faults:
        answered(pasted)


def test_exact_tests_that_were_left_out_are_told_and_accuse_nobody() -> None:
    found = read_table(WORST["3 x 4 of 40"])
    told = check(found.entries, found.rules)
    assert 0 < len(told.not_exact) < len(told.tested)
    left_out = {one.id for one in told.tested if not one.fits[0].test.endswith("two-sided")}
    assert len(left_out) == len(told.not_exact)
    accused = {one.ids[0] for one in told.findings if one.kind is Kind.WRONG and one.row == "r, P"}
    assert accused and not accused & left_out


def test_the_order_of_the_lines_does_not_decide_what_is_afforded() -> None:
    text = WORST["3 x 3 of 60"]
    head, _, rest = text.partition("\n")
    blocks = rest.strip("\n").split("\n\n")
    turned = read_table("\n".join([head, "\n\n".join(reversed(blocks))]))
    given_order = read_table(text)
    assert len(check(turned.entries, turned.rules).not_exact) == len(
        check(given_order.entries, given_order.rules).not_exact
    )

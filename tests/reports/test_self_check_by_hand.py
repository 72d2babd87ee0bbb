"""Is each proof of the paper check what a pencil gives, and is nobody accused who can be right?"""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from pytest import approx

from reports.self_check import Block, Groups, PaperCheck, Printed, Rules, check, contradictions
from reports.self_check.count_tests import (
    LINEAR,
    MID_ONE,
    MID_TWO,
    ONE_SIDED,
    OTHER_SIDE,
    PEARSON,
    RANKS,
    RATIO,
    TWO_SIDED,
    YATES,
    p_values,
)
from reports.self_check.findings import Finding, Kind, Rule
from reports.self_check.groups import named, tried, usual_test
from reports.self_check.means import mean_blocks, t_range

ONE = Printed("1", "Table 1", "", "", 1, "patients", "1", "=", "", "1", None)
TWO_GROUPS = Groups("t1.", {"g1": "n.g1", "g2": "n.g2"})


def printed(key: str, text: str, unit: str = "patients", row: str = "", **more: object) -> Printed:
    value = float(text.lstrip("<"))
    sign = "<" if text.startswith("<") else "="
    made = replace(
        ONE, id=key, key=key, row=row, value=value, unit=unit, printed=text, operator=sign
    )
    return replace(made, **more)  # type: ignore[arg-type]


def table(p: str, *counts: tuple[int | None, int | None], sizes: tuple[int, int]) -> list[Printed]:
    """A block `x` with a row a level, the sizes of its two groups, and its P."""
    entries = [printed(f"n.g{i}", str(n)) for i, n in enumerate(sizes, 1)]
    for level, row in enumerate(counts):
        entries += [
            printed(f"t1.x.l{level}.g{i}.n", str(n), row="X: level")
            for i, n in enumerate(row, 1)
            if n is not None
        ]
    return [*entries, printed("t1.x.p", p, "p", row="X")]


def kinds(found: PaperCheck) -> list[Kind]:
    return [finding.kind for finding in found.findings]


def only(found: PaperCheck, kind: Kind) -> Finding:
    (finding,) = (one for one in found.findings if one.kind is kind)
    return finding


# --- P values of counts


def test_every_test_of_two_by_two_by_pencil() -> None:
    """8, 1 / 6, 2 of 9 and 8: 14 and 3. Tables with these margins: C(9,k) C(8,3-k) / C(17,3)."""
    chance = [math.comb(9, k) * math.comb(8, 3 - k) / math.comb(17, 3) for k in range(4)]
    assert chance == approx([56 / 680, 252 / 680, 288 / 680, 84 / 680])
    found = p_values([[8, 6], [1, 2]])
    assert found[ONE_SIDED] == approx((56 + 252) / 680)
    assert found[TWO_SIDED] == approx((56 + 252 + 84) / 680)
    assert found[OTHER_SIDE] == approx((252 + 288 + 84) / 680)
    assert found[MID_ONE] == approx((56 + 126) / 680)
    assert found[MID_TWO] == approx((56 + 126 + 84) / 680)
    chi = 17 * (8 * 2 - 6 * 1) ** 2 / (9 * 8 * 14 * 3)
    assert found[PEARSON] == approx(math.erfc(math.sqrt(chi / 2)))
    assert found[LINEAR] == approx(math.erfc(math.sqrt(chi * 16 / 17 / 2)))
    # All four cells are as far from what is expected: |8 x 2 - 6 x 1| / 17 = 0.588.
    smaller = 17 * (10 - 17 / 2) ** 2 / (9 * 8 * 14 * 3)
    assert found[YATES] == approx(math.erfc(math.sqrt(smaller / 2)))
    parts = ((8, 14 * 9), (6, 14 * 8), (1, 3 * 9), (2, 3 * 8))
    ratio = 2 * sum(n * math.log(17 * n / margins) for n, margins in parts)
    assert found[RATIO] == approx(math.erfc(math.sqrt(ratio / 2)))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [  # R 4: fisher.test, chisq.test, (n - 1) cor(x, y)^2, wilcox.test(correct = FALSE), kruskal.test
        (
            [[2, 5], [4, 1], [3, 2]],
            {TWO_SIDED: 0.3377211024, PEARSON: 0.1980872638, RATIO: 0.182845134,
             LINEAR: 0.2433450091, RANKS: 0.2189696189},
        ),
        (
            [[4, 2, 8], [5, 7, 1], [6, 3, 5]],
            {TWO_SIDED: 0.06082482679, PEARSON: 0.05397334152, RATIO: 0.04175461938,
             LINEAR: 0.2669090319, RANKS: 0.4920457035},
        ),
        (
            [[3, 7], [6, 1]],
            {TWO_SIDED: 0.04977375566, ONE_SIDED: 0.03640477170, PEARSON: 0.02351088951,
             YATES: 0.07649936568, RATIO: 0.01848879612, LINEAR: 0.02799181549},
        ),
    ],
)  # fmt: skip
def test_every_test_as_r_has_it(counts: list[list[int]], expected: dict[str, float]) -> None:
    found = p_values(counts)
    assert {name: found[name] for name in expected} == approx(expected, rel=1e-8)


@pytest.mark.parametrize("counts", [[[3, 4]], [[3], [4]], [[0, 0], [3, 4]], [[3, 0], [4, 0]], []])
def test_with_one_row_or_column_there_is_nothing_to_test(counts: list[list[int]]) -> None:
    assert p_values(counts) == {}


def test_a_p_value_that_no_test_gives_is_a_contradiction() -> None:
    entries = table("0.93", (1, 0), (8, 8), sizes=(9, 8))
    proof = contradictions(entries, Rules(groups=(TWO_GROUPS,)))["t1.x.p"]
    assert proof.sentence.startswith(
        "The paper prints P 0.93; no test of its own counts 1, 8 / 0, 8 gives it: 9 were tried, "
    )
    for name in ("two-sided 1.000", "one-sided 0.529", "Pearson's chi-square 0.331", "mid-P"):
        assert name in proof.sentence
    assert proof.supports(9 / 17) and proof.supports(1.0)
    assert not proof.supports(0.93) and not proof.supports(0.6), "a value between two tests is none"


@pytest.mark.parametrize("p", ["0.53", "0.52", "0.33", "1.0", "0.24", "0.25", "0.34", "<0.6"])
def test_a_p_value_that_rounds_or_is_cut_from_some_test_is_not_accused(p: str) -> None:
    entries = table(p, (1, 0), (8, 8), sizes=(9, 8))
    assert not contradictions(entries, Rules(groups=(TWO_GROUPS,)))


def test_nobody_is_accused_where_the_exact_test_is_too_large() -> None:
    entries = table("0.99", (100, 60), (50, 70), (50, 70), sizes=(200, 200))
    assert not contradictions(entries, Rules(groups=(TWO_GROUPS,)))
    small = table("0.99", (10, 6), (5, 7), (5, 7), sizes=(20, 20))
    assert contradictions(small, Rules(groups=(TWO_GROUPS,)))


def test_one_lost_count_is_what_the_others_leave_and_two_are_not_guessed() -> None:
    one = check(table("0.56", (6, 6), (None, 2), sizes=(9, 8)), Rules(groups=(TWO_GROUPS,)))
    assert one.tested[0].numbers == "6, 3 / 6, 2"
    two = check(table("0.37", (None, 2), (None, 6), sizes=(9, 8)), Rules(groups=(TWO_GROUPS,)))
    assert two.tested == ()


def test_a_level_alone_is_tested_against_the_rest_of_its_group() -> None:
    found = check(table("0.58", (5, 5), sizes=(9, 8)), Rules(groups=(TWO_GROUPS,)))
    assert found.tested[0].numbers == "5, 4 / 5, 3"
    assert named(found.tested[0]) is not None


def test_those_not_known_are_told_but_not_tested() -> None:
    entries = table("0.45", (8, 6), (1, 2), sizes=(10, 9))
    entries += [printed("t1.x.missing.g1.n", "1"), printed("t1.x.missing.g2.n", "1")]
    found = check(entries, Rules(groups=(TWO_GROUPS,)))
    assert found.tested[0].numbers == "8, 1 / 6, 2"
    assert Kind.MISSING_NOT_TOLD not in kinds(found)


def test_levels_that_overlap_are_neither_added_nor_tested() -> None:
    entries = table("0.45", (8, 6), (7, 5), sizes=(9, 8))
    assert kinds(check(entries, Rules(groups=(TWO_GROUPS,)))) == [Kind.WRONG, Kind.WRONG]
    apart = replace(TWO_GROUPS, apart=("x",))
    found = check(entries, Rules(groups=(apart,)))
    assert (found.findings, found.tested) == ((), ())


def test_the_test_of_a_table_is_the_one_that_explains_most() -> None:
    entries = table("0.45", (8, 6), (1, 2), sizes=(9, 8))  # Pearson 0.453, one-sided 0.453
    entries += [
        replace(one, id=f"y{one.id}", key=one.key.replace(".x.", ".y."))
        for one in table("0.60", (5, 4), (4, 4), sizes=(9, 8))  # one-sided 0.601 alone
        if one.key.startswith("t1.")
    ]
    found = check(entries, Rules(groups=(TWO_GROUPS,)))
    assert usual_test(found.tested) == ONE_SIDED
    assert [fit.test for one in found.tested if (fit := named(one, ONE_SIDED))] == [ONE_SIDED] * 2
    assert only(found, Kind.TEST).sentence == (
        "2 of the 2 P values to which it applies are Fisher's exact test, one-sided; 1 of them fit "
        "no other test that was tried (9 tests were tried on each)."
    )


def test_a_p_below_005_on_one_side_only_is_told() -> None:
    entries = table("0.044", (2, 6), (7, 2), sizes=(9, 8))
    told = only(check(entries, Rules(groups=(TWO_GROUPS,))), Kind.ONE_SIDED)
    assert told.sentence == (
        "P 0.044 is Fisher's exact test, one-sided (0.0445): one of 9 tests tried gives it. "
        "Two-sided it is 0.0567, which is not below 0.05."
    )


@pytest.mark.parametrize(
    ("p", "said"),
    [
        ("0.60", "one of 9 tests tried gives it"),
        (
            "0.81",
            "3 of 9 tests tried give it: Pearson's chi-square; "
            + "likelihood-ratio chi-square; mid-P, two-sided",
        ),
        ("0.93", "none of 9 tests tried gives it"),
    ],
)
def test_how_many_tests_were_tried_is_told(p: str, said: str) -> None:
    entries = table(p, (5, 4), (4, 4), sizes=(9, 8))
    (one,) = check(entries, Rules(groups=(TWO_GROUPS,))).tested
    assert tried(one) == said


def test_beyond_two_by_two_fewer_tests_are_tried() -> None:
    entries = table("0.19", (2, 5), (4, 1), (3, 2), sizes=(9, 8))
    (one,) = check(entries, Rules(groups=(TWO_GROUPS,))).tested
    assert tried(one).startswith("one of 5 tests tried gives it")


# --- P values of means


def means(p: str, first: tuple[str, str], second: tuple[str, str], n: int = 10) -> list[Printed]:
    entries = [printed("n.g1", str(n)), printed("n.g2", str(n)), printed("t1.age.p", p, "p", "Age")]
    for group, (mean, sd) in enumerate((first, second), 1):
        entries.append(printed(f"t1.age.g{group}.mean", mean, "years"))
        entries.append(printed(f"t1.age.g{group}.sd", sd, "years"))
    return entries


def test_the_t_test_of_printed_means_by_pencil() -> None:
    """3.00 and 5.00, SD 2.00, 10 each: t = 2 / (2 sqrt(0.2)) = 2.236 with 18 df; R: 0.03825."""
    entries = means("0.038", ("3.00", "2.00"), ("5.00", "2.00"))
    (block,) = mean_blocks({entry.key: entry for entry in entries}, TWO_GROUPS)
    for welch in (False, True):
        low, high = t_range(block, welch) or (1, 0)
        assert low < 0.03825 < high and high - low < 0.003
    told = check(entries, Rules(groups=(TWO_GROUPS,)))
    assert (
        kinds(told) == [Kind.TEST] and "is Student's t test or Welch's" in told.findings[0].sentence
    )


@pytest.mark.parametrize(
    ("p", "kind"), [("0.04", Kind.TEST), ("0.019", Kind.TEST), ("0.30", Kind.NO_T_TEST)]
)
def test_a_p_that_no_t_test_gives_is_told_but_no_contradiction(p: str, kind: Kind) -> None:
    entries = means(p, ("3.00", "2.00"), ("5.00", "2.00"))
    assert kinds(check(entries, Rules(groups=(TWO_GROUPS,)))) == [kind]
    assert not contradictions(entries, Rules(groups=(TWO_GROUPS,)))


def test_equal_printed_means_allow_every_large_p_and_no_spread_allows_none() -> None:
    alike = means("0.99", ("3.0", "2.0"), ("3.1", "2.0"))
    assert kinds(check(alike, Rules(groups=(TWO_GROUPS,)))) == [Kind.TEST]
    flat = means("0.5", ("3", "0"), ("4", "0"))
    assert kinds(check(flat, Rules(groups=(TWO_GROUPS,)))) == [], "the digits allow any P"
    lone = means("0.5", ("3", "1"), ("4", "1"), n=1)
    assert kinds(check(lone, Rules(groups=(TWO_GROUPS,)))) == []


# --- sums, percentages, denominators


def block(*rows: tuple[int, str]) -> list[Printed]:
    entries = [printed("all", "288")]
    for place, (n, percent) in enumerate(rows):
        entries.append(printed(f"d.{place}.n", str(n), row="Donor"))
        entries += [printed(f"d.{place}.pct", percent, "%", row="Donor")] if percent else []
    return entries


def rules(whole: str = "all", **more: object) -> Rules:
    return Rules({"d.": ("d.", whole)}, blocks=(Block("Donor", ("d.",), "all"),), **more)  # type: ignore[arg-type]


def test_counts_that_do_not_reach_the_whole_are_missing_patients() -> None:
    found = check(block((103, ""), (183, "")), rules())
    told = only(found, Kind.MISSING_NOT_TOLD)
    assert told.sentence == (
        "Donor: the counts 103 + 183 add to 286 of 288; 2 patients are missing, and the paper does "
        "not say so."
    )
    assert kinds(check(block((103, ""), (185, "")), rules())) == []
    over = only(check(block((104, ""), (185, "")), rules()), Kind.WRONG)
    assert "add to 289, more than the whole of 288" in over.sentence


def test_percentages_that_cannot_add_to_their_sum() -> None:
    right = ((123, "42.7"), (127, "44.1"), (38, "13.2"))
    assert kinds(check(block(*right), rules())) == []
    wrong = check(block((123, "43.9"), (127, "44.1"), (38, "13.2")), rules())
    assert kinds(wrong) == [Kind.WRONG, Kind.WRONG]
    sums = next(f for f in wrong.findings if "add to" in f.sentence)
    assert sums.printed == "sum 101.2%" and sums.instead == "42.7%, 44.1%, 13.2%"


def test_a_third_each_may_add_to_99() -> None:
    assert kinds(check(block((96, "33"), (96, "33"), (96, "33")), rules())) == []


def test_a_percentage_made_to_add_to_100_is_called_so() -> None:
    """1 of 9 is 11.1 and 8 of 9 is 88.9: 88 is cut, and 12 is what 88 leaves."""
    entries = [printed("all", "9")]
    for place, (n, percent) in enumerate(((8, "88"), (1, "12"))):
        entries += [printed(f"d.{place}.n", str(n)), printed(f"d.{place}.pct", percent, "%")]
    found = check(entries, rules())
    assert sorted(kinds(found)) == [Kind.TRUNCATED, Kind.FORCED] or kinds(found) == [
        Kind.FORCED,
        Kind.TRUNCATED,
    ]
    assert only(found, Kind.FORCED).instead == "11%"
    assert only(found, Kind.TRUNCATED).sentence == "88% is cut, not rounded: 8 of 9 are 88.89%."


def test_percentages_of_the_known_are_another_denominator() -> None:
    found = check(block((184, "65"), (101, "35")), rules("sum"))
    told = only(found, Kind.OTHER_DENOMINATOR)
    assert told.sentence == (
        "65% are 184 of 285 whose value is known, not of the 288 that are spoken of: of these they "
        "would be 63.9%."
    )


def test_a_percentage_of_others_than_the_sentence_speaks_of() -> None:
    entries = [printed(key, n) for key, n in (("all", "288"), ("more", "334"), ("d.0.n", "40"))]
    entries.append(printed("d.0.pct", "12", "%"))
    spoken = Rules({"d.": ("d.", "more")}, denominators={"d.0.pct": "all"})
    assert "12% are 40 of 334, not of the 288" in check(entries, spoken).findings[0].sentence
    assert check(entries, replace(spoken, denominators={})).findings == ()


@pytest.mark.parametrize(
    ("percent", "wrong"), [("67.8", False), ("67.9", True), ("67.84", False), ("68", False)]
)
def test_a_percentage_that_no_whole_number_of_patients_gives(percent: str, wrong: bool) -> None:
    """172, 173 and 174 of 255 are 67.45, 67.84 and 68.24 %."""
    entries = [printed("all", "255"), printed("d.0.pct", percent, "%")]
    found = contradictions(entries, Rules({"d.": ("d.", "all")}))
    assert bool(found) is wrong
    if wrong:
        assert found["d.0.pct"].sentence == (
            "The paper prints 67.9% of 255, which no whole number of patients gives: 173 are "
            "67.84%, 174 are 68.24%."
        )


@pytest.mark.parametrize("percent", ["0", "100", "0.0", "100.0"])
def test_none_and_all_are_whole_numbers_of_patients(percent: str) -> None:
    entries = [printed("all", "7"), printed("d.0.pct", percent, "%")]
    assert not contradictions(entries, Rules({"d.": ("d.", "all")}))


# --- the whole paper


def test_what_was_looked_at_is_counted_and_the_rest_too() -> None:
    entries = [*block((103, "36"), (185, "64")), printed("lonely", "7")]
    found = check(entries, rules())
    assert found.printed == 6 and found.untouched == 1
    assert dict(found.looked) == {Rule.PERCENTAGE: 2, Rule.SUM: 2, Rule.PERCENTAGES: 2}


def test_a_number_in_two_ways_is_told_once() -> None:
    entries = [
        printed("a", "0.46", "ratio", "HR", table="Table 4"),
        replace(printed("a", "0.45", "ratio", "HR", table="text"), id="b"),
    ]
    assert len(contradictions(entries, Rules())) == 2
    told = only(check(entries, Rules()), Kind.TWO_WAYS)
    assert (told.ids, told.instead) == (("b",), "0.46")


def test_numbers_that_are_not_the_papers_prove_nothing() -> None:
    entries = table("0.93", (1, 0), (8, 8), sizes=(9, 8))
    lost = [replace(e, from_paper=e.key != "t1.x.l0.g1.n") for e in entries]
    # What the group leaves is still the paper's: 9 - 8.
    assert check(lost, Rules(groups=(TWO_GROUPS,))).tested[0].numbers == "1, 8 / 0, 8"
    silent = [replace(e, from_paper=False) for e in entries]
    assert check(silent, Rules(groups=(TWO_GROUPS,))).printed == 0

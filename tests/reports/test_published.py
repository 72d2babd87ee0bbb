"""Is each of the five words computed, and proven where it accuses the paper?"""

import json
from dataclasses import replace

import pytest

from reports import published
from reports.published import FOLDER, Paper, compare, count_verdicts, verdict
from reports.results import Value, Verdict
from reports.self_check import Contradiction, Printed, Rules, contradictions, wald_range

HR = Printed(
    id="p.1",
    table="Table 4",
    row="a",
    column="HR",
    value=0.46,
    unit="ratio",
    printed="0.46",
    operator="=",
    note="",
    key="t4.a.hr",
    tolerance=0.006,
)


def entry(**change: object) -> Printed:
    if "printed" in change and "value" not in change:
        change["value"] = float(str(change["printed"]))
    return replace(HR, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ours", "word"),
    [
        (0.46, Verdict.SAME),
        (0.4551, Verdict.SAME),
        (0.455, Verdict.SAME),  # half up
        (0.4549, Verdict.SAME_AFTER_ROUNDING),
        (0.466, Verdict.SAME_AFTER_ROUNDING),
        (0.4661, Verdict.DIFFERS),
        (None, Verdict.DIFFERS),
    ],
)
def test_a_number_is_same_near_or_different(ours, word):
    assert verdict(HR, ours, None) is word


def test_a_lost_final_zero_does_not_widen_a_ratio():
    assert verdict(entry(printed="0.6"), 0.604, None) is Verdict.SAME
    assert verdict(entry(printed="0.6"), 0.58, None) is Verdict.DIFFERS
    assert verdict(entry(printed="0.9", unit="p", table="text"), 0.87, None) is Verdict.SAME


def test_a_bound_is_kept_or_not():
    below = entry(unit="p", printed="<10^-5", value=1e-5, operator="<", tolerance=None)
    assert verdict(below, 9e-6, None) is Verdict.SAME
    assert verdict(below, 1e-5, None) is Verdict.DIFFERS
    assert verdict(entry(value=0.003, operator="<=", unit="p"), 0.003, None) is Verdict.SAME


@pytest.mark.parametrize(
    ("printed", "ours", "word"),
    [
        ("0.04", 0.0458, Verdict.SAME_AFTER_ROUNDING),
        ("0.04", 0.0499, Verdict.DIFFERS),  # 0.0099 away
        ("0.045", 0.0502, Verdict.DIFFERS),  # near, but no longer significant
        ("0.055", 0.0498, Verdict.DIFFERS),
        ("0.055", 0.0502, Verdict.SAME_AFTER_ROUNDING),
        ("0.05", 0.0549, Verdict.SAME),  # to the digit
        ("0.05", 0.0441, Verdict.DIFFERS),
        ("0.198", 0.2001, Verdict.DIFFERS),  # would leave the multivariable model
        ("0.198", 0.1999, Verdict.SAME_AFTER_ROUNDING),
        ("0.203", 0.1999, Verdict.DIFFERS),
        ("0.203", 0.2001, Verdict.SAME_AFTER_ROUNDING),
        ("0.2", 0.196, Verdict.SAME),
    ],
)
def test_a_near_p_value_is_on_the_same_side_of_005_and_020(printed, ours, word):
    assert verdict(entry(unit="p", printed=printed), ours, None) is word


def test_a_proof_has_no_tolerance_of_its_own():
    proof = Contradiction("The paper prints 6%; its own 13 of 288 are 4.51%.", 4.51, 4.52)
    assert proof.supports(4.51) and proof.supports(4.52)
    assert not proof.supports(4.509) and not proof.supports(4.521)


def test_the_paper_disagrees_only_when_its_other_numbers_say_what_we_say():
    proof = Contradiction("The paper prints 6%; its own 13 of 288 are 4.51%.", 4.51, 4.51)
    six = entry(unit="%", printed="6", tolerance=1.6)
    assert verdict(six, 4.51, proof) is Verdict.PAPER_DISAGREES
    assert verdict(six, 6.2, proof) is Verdict.SAME
    assert verdict(six, 20.0, proof) is Verdict.DIFFERS


def test_a_number_that_is_not_from_the_paper_never_agrees():
    assert verdict(entry(from_paper=False), 0.46, None) is Verdict.NOT_PRINTED


def count(n: int, key: str) -> Printed:
    return entry(id=key, key=key, printed=str(n), unit="patients", table="Table 1")


@pytest.mark.parametrize(
    ("printed", "n", "contradicts"),
    [
        ("4.5", 13, False),
        ("6", 13, True),
        ("43.9", 123, True),
        ("42.7", 123, False),
        ("25.3", 73, False),
        ("25.5", 74, True),  # 25.69
        ("25.6", 74, False),  # truncated
    ],
)
def test_percentages_are_held_against_their_counts(printed, n, contradicts):
    share = entry(id="share", key="t1.x.pct", printed=printed, unit="%")
    entries = [share, count(n, "t1.x.n"), count(288, "all")]
    assert bool(contradictions(entries, Rules({"t1.": ("t1.", "all")}))) is contradicts


def test_the_whole_may_be_the_sum_of_the_known():
    counts = [count(n, f"donor.{i}.n") for i, n in enumerate((103, 70, 51, 46, 11, 5))]
    share = entry(id="share", key="donor.0.pct", printed="36", unit="%")
    rule = Rules({"donor.": ("donor.", "sum")})
    assert not contradictions([share, *counts], rule)
    wrong = entry(id="share", key="donor.0.pct", printed="35", unit="%")
    assert contradictions([wrong, *counts], rule)["share"].sentence == (
        "The paper prints 35%; its own 103 of 286 are 36.01%."
    )


def model_row(p: str, operator: str, value: float, limits: tuple[str, str] = ("0.31", "0.67")):
    return [
        HR,
        entry(id="lo", key="t4.a.lo", printed=limits[0]),
        entry(id="hi", key="t4.a.hi", printed=limits[1]),
        entry(id="p", key="t4.a.p", unit="p", printed=p, value=value, operator=operator),
    ]


def test_a_p_value_is_held_against_its_ratio_and_limits():
    proof = contradictions(model_row("<10^-5", "<", 1e-5), Rules())["p"]
    assert "a Wald P from 0.000036 to 0.00016." in proof.sentence
    for ours, supported in ((9e-6, False), (3.2e-5, True), (1e-4, True), (0.004, False)):
        assert proof.supports(ours) is supported, ours
    assert "0.46 (0.31 to 0.67)" in proof.sentence
    assert not contradictions(model_row("0.0001", "=", 0.0001), Rules())
    assert contradictions(model_row("0.04", "=", 0.04), Rules())
    narrow = model_row("<10^-5", "<", 1e-5, limits=("0.39", "0.54"))
    assert not contradictions(narrow, Rules())


def test_the_range_of_wald_p_holds_the_true_p():
    #        exp(-0.5 ± 1.96 x 0.2) : z = 2.5, P = 0.0124
    printed = [entry(printed=text) for text in ("0.61", "0.41", "0.90")]
    lowest, highest = wald_range(*printed)
    assert lowest < 0.01242 < highest


def test_one_number_printed_in_two_ways_is_a_contradiction():
    table = entry()
    text = entry(id="p.2", table="text", printed="0.45")
    proofs = contradictions([table, text], Rules())
    assert proofs["p.2"].sentence == "The paper prints 0.45 in the text and 0.46 in Table 4."
    assert not contradictions([table, entry(id="p.2", table="text")], Rules())
    rounded = entry(id="p.2", table="text", unit="%", printed="11.9")
    assert not contradictions([rounded, entry(unit="%", printed="12")], Rules())


def test_a_bound_and_a_number_can_contradict():
    table = entry(key="x.p", unit="p", printed="0.01")
    text = entry(id="p.2", key="x.p", table="text", unit="p", printed="0.002", operator="<")
    assert contradictions([table, text], Rules())["p.2"].supports(0.009)
    kept = entry(id="p.2", key="x.p", table="text", unit="p", printed="0.02", operator="<")
    assert not contradictions([table, kept], Rules())


def median_row(lower: str) -> list[Printed]:
    """11 months with an upper limit of 22.9: symmetric limits begin at -0.9."""
    return [
        entry(id="median", key="os.median", unit="months", printed="11"),
        entry(id="lo", key="os.lo", unit="months", printed=lower),
        entry(id="hi", key="os.hi", unit="months", printed="22.9"),
    ]


def test_limits_of_spss_are_as_far_below_the_median_as_above():
    proof = contradictions(median_row("1"), Rules(symmetric=("os.",)))["lo"]
    # 2 x 10.5 - 22.95 and 2 x 11.5 - 22.85
    assert (proof.lowest, proof.highest) == pytest.approx((-1.95, 0.15))
    assert proof.supports(-0.9) and not proof.supports(0.5)
    assert proof.sentence == (
        "The paper prints 1; symmetric limits, as SPSS gives them, about its own 11 up to its own "
        "22.9 begin between -1.95 and 0.15."
    )
    for lower in ("0", "-0.9", "-1"):
        assert not contradictions(median_row(lower), Rules(symmetric=("os.",))), lower
    assert not contradictions(median_row("1"), Rules())  # of another paper nobody knows the rule
    assert not contradictions(median_row("1")[:2], Rules(symmetric=("os.",)))


def test_comparisons_and_counts_of_a_whole_paper():
    paper = Paper("p", (HR, entry(id="p.2", key="nowhere")), {})
    answers = {
        "t4.a.hr": Value(0.463, "0.46", "t4.a.hr"),
        "ours": Value(1, "1", "ours"),
        "none": Value(None, "–", "none", reason="No patients."),
    }
    compared = compare(paper, answers)
    assert [c.verdict for c in compared] == [Verdict.SAME, Verdict.DIFFERS]
    assert compared[1].note == "This report does not compute the number."
    found = count_verdicts(compared, answers, paper)
    assert found == {
        "same": 1,
        "same_after_rounding": 0,
        "differs": 1,
        "paper_disagrees": 0,
        "not_printed": 1,
    }


def test_no_verdict_is_written_down_in_the_files():
    words = {word.value for word in Verdict}
    for path in FOLDER.glob("*.json"):
        texts = set(json.dumps(json.loads(path.read_text(encoding="utf-8"))).split('"'))
        assert not words & texts, path.name


def test_the_self_check_of_roux_finds_what_is_wrong_in_the_paper():
    paper = published.read("roux")
    assert len(paper.entries) == 266
    assert sorted(paper.contradictions) == [
        *("roux.054", "roux.070", "roux.072", "roux.074", "roux.114", "roux.174"),
        *("roux.250", "roux.253", "roux.254", "roux.260", "roux.261", "roux.262"),
    ]


def test_a_corrected_paper_is_no_longer_accused():
    raw = json.loads((FOLDER / "roux.json").read_text(encoding="utf-8"))["entries"]
    paper = published.read("roux")
    corrected = [
        replace(e, value=4.5, printed="4.5") if e.id == "roux.114" else e for e in paper.entries
    ]
    assert len(raw) == len(corrected)
    assert "roux.114" not in contradictions(corrected, paper.rules)

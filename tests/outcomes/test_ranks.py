"""Is the whole family of log-rank tests right: weights, strata, late entry, trend, pairs?"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes.logrank import FlemingHarrington, log_rank, trend_test
from outcomes.pairwise import adjust_p, pairwise_log_rank
from outcomes.sample import EmptySample, SampleError, Survival
from outcomes.terms import Factor
from tests.outcomes.curves_data import numbers, replicated, survival_data
from tests.outcomes.golden_tables import golden_by, read_golden

FH = {"FH(1 0)": FlemingHarrington(1), "FH(0.5 1)": FlemingHarrington(0.5, 1)}
NAMED = ("log-rank", "Breslow-Gehan", "Tarone-Ware", "Peto-Peto", "modified Peto-Peto")


# --- by hand


def test_weights_by_hand():
    """Day 1: a dies, 2 + 2 at risk. Day 2: b dies, 1 + 2. Day 3: one of each, 1 + 1."""
    sample = Survival([1, 3, 2, 3], [True] * 4)
    group = Factor("group", ["a", "b"], [0, 0, 1, 1])
    by_hand = {
        "log-rank": (1, 1),
        "Breslow-Gehan": (4, 3),
        "Tarone-Ware": (2, math.sqrt(3)),
        "Peto-Peto": (4 / 5, 4 / 5 * 3 / 4),
        "modified Peto-Peto": (4 / 5 * 4 / 5, 4 / 5 * 3 / 4 * 3 / 4),
        FlemingHarrington(1): (1, 3 / 4),
        FlemingHarrington(0, 1): (0, 1 / 4),
        FlemingHarrington(0, 0): (1, 1),
    }
    for weighting, (first, second) in by_hand.items():
        found = log_rank(sample, group, weighting=weighting)
        score = first * (1 - 2 / 4) + second * (0 - 1 / 3)  # of the third day: 1 - 2 * 1/2 = 0
        variance = first**2 / 4 + second**2 * 2 / 9
        assert found.score == approx([score, -score])
        assert found.covariance == approx(np.array([[variance, -variance], [-variance, variance]]))
        assert found.statistic == approx(score**2 / variance)
        assert found.weighting == str(weighting)
        assert found.observed == (2, 2)  # counts, whatever the weights of the test
    assert str(FlemingHarrington(0.5, 1)) == "Fleming-Harrington(0.5, 1)"


def test_late_entry_by_hand():
    """b2 enters on day 1 and is not at risk then: a dies among a, a, b; b2 among all but one."""
    sample = Survival([1, 4, 4, 3], [True, False, False, True], entry=[-1, -1, -1, 1])
    found = log_rank(sample, Factor("group", ["a", "b"], [0, 0, 1, 1]))
    assert found.expected == approx((2 / 3 + 1 / 3, 1 / 3 + 2 / 3))
    assert found.score == approx([0, 0], abs=1e-12)


def test_trend_by_hand():
    """Day 1: c dies of a, b, c with scores 1, 2, 3. Day 2: b dies of a, b."""
    sample = Survival([3, 2, 1], [False, True, True])
    group = Factor("risk", ["a", "b", "c"], [0, 1, 2])
    found = trend_test(sample, group)
    score = (3 - 2) + (2 - 1.5)
    variance = 2 / 3 + 1 / 4
    assert found.z == approx(score / math.sqrt(variance))
    assert found.statistic == approx(score**2 / variance)
    assert found.scores == (1, 2, 3)
    # The other order turns the sign; adding and scaling do nothing.
    assert trend_test(sample, group, [3, 2, 1]).z == approx(-found.z)
    assert trend_test(sample, group, [-7, 3, 13]).z == approx(found.z)


def test_adjusted_p_by_hand():
    p = [0.01, 0.04, None, 0.03, 0.005]
    assert adjust_p(p, "Bonferroni") == approx([0.04, 0.16, None, 0.12, 0.02])
    # Holm: 4 * 0.005, 3 * 0.01, 2 * 0.03, then not below the one before.
    assert adjust_p(p, "Holm") == approx([0.03, 0.06, None, 0.06, 0.02])
    # Benjamini-Hochberg: 4/1 * 0.005, 4/2 * 0.01, 4/3 * 0.03, 4/4 * 0.04, none above the next.
    assert adjust_p(p, "Benjamini-Hochberg") == approx([0.02, 0.04, None, 0.04, 0.02])
    assert adjust_p(p, "none") == p
    assert adjust_p([0.9, 0.8], "Holm") == [1, 1]
    assert adjust_p([]) == []


# --- against R


def _case(name):
    sample, factors = survival_data(name)
    known = factors["group"].known & factors["stratum"].known
    return sample.where(known), *(factors[key].where(known) for key in ("group", "stratum"))


def test_the_family_agrees_with_r():
    """survdiff, coxph with exact ties, and the sums over event days written out in ranks.R."""
    for row in read_golden("ranks"):
        sample, group, stratum = _case(row["dataset"])
        weighting = FH.get(row["weighting"], row["weighting"])
        strata = stratum if row["stratified"] == "TRUE" else None
        found = log_rank(sample, group, weighting=weighting, strata=strata)
        assert found.statistic == approx(float(row["chisq"]), rel=1e-9)
        assert found.p == approx(float(row["p"]), rel=1e-9)
        assert found.df == int(row["df"])
        assert found.score[-1] == approx(float(row["last_score"]), rel=1e-9)
        if row["survival"]:
            assert found.statistic == approx(float(row["survival"]), rel=1e-9)


@pytest.mark.parametrize("unit", [1e-200, 1e300, 1.7e308])
def test_the_trend_does_not_depend_on_the_unit_of_the_scores(unit):
    sample = Survival([9, 8, 6, 5, 2, 1], [True] * 6)
    group = Factor("group", ["a", "b", "c"], [0, 0, 1, 1, 2, 2])
    one, other = trend_test(sample, group, [-1, 0, 1]), trend_test(sample, group, [-unit, 0, unit])
    assert other.z == approx(one.z, rel=1e-12)
    assert other.scores == (-unit, 0, unit)
    assert trend_test(sample, group, [unit, unit, unit]).z is None


def test_the_trend_agrees_with_r():
    """s'Vs from the sums in ranks.R; the score test of coxph with exact ties."""
    for row in read_golden("ranks_trend"):
        sample, group, stratum = _case(row["dataset"])
        weighting = FH.get(row["weighting"], row["weighting"])
        strata = stratum if row["stratified"] == "TRUE" else None
        squares = [(code + 1) ** 2 for code in range(len(group.levels))]
        found = trend_test(sample, group, squares, weighting=weighting, strata=strata)
        assert found.z == approx(float(row["z"]), rel=1e-9, abs=1e-12)
        if row["survival"]:
            assert found.statistic == approx(float(row["survival"]), rel=1e-7, abs=1e-12)


def test_pairs_agree_with_r():
    """survdiff on each pair, p.adjust."""
    names = {"Holm": "Holm", "Bonferroni": "Bonferroni", "Benjamini-Hochberg": "BH", "none": "p"}
    for (name,), rows in golden_by("ranks_pairs", "dataset").items():
        sample, group, _ = _case(name)
        for adjustment, column in names.items():
            found = pairwise_log_rank(sample, group, adjustment=adjustment)
            assert [pair.first for pair in found.pairs] == [row["first"] for row in rows]
            assert [pair.second for pair in found.pairs] == [row["second"] for row in rows]
            statistics = [pair.test.statistic for pair in found.pairs]
            assert statistics == approx(numbers(rows, "chisq"), rel=1e-9)
            adjusted = [pair.adjusted_p for pair in found.pairs]
            assert adjusted == approx(numbers(rows, column), rel=1e-9)


# --- laws

patients = st.lists(
    st.tuples(
        *(st.integers(0, 6), st.integers(1, 8), st.booleans(), st.integers(0, 2)),
        *(st.integers(0, 2), st.integers(0, 2)),
    ),
    min_size=2,
    max_size=30,
).filter(lambda rows: any(row[3] for row in rows))
weightings = st.sampled_from([*NAMED, *FH.values()])


def _drawn(rows):
    entry, length, event, weight, group, stratum = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    sample = Survival(entry + length, event, entry=entry, weight=weight)
    return sample, Factor("group", "abc", group), Factor("stratum", "xyz", stratum)


def _same(a, b):
    assert a.df == b.df
    assert a.expected == approx(b.expected, rel=1e-9, abs=1e-12)
    if a.df:
        assert a.statistic == approx(b.statistic, rel=1e-6, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(patients, weightings)
def test_whole_weights_are_replication(rows, weighting):
    sample, group, stratum = _drawn(rows)
    times = sample.weight.astype(int)
    copies = [Factor(one.name, one.levels, np.repeat(one.codes, times)) for one in (group, stratum)]
    for strata in (None, stratum):
        mine = log_rank(sample, group, weighting=weighting, strata=strata)
        other = log_rank(
            *(replicated(sample), copies[0]),
            weighting=weighting,
            strata=strata and copies[1],
        )
        assert (mine.n, mine.observed) == (other.n, other.observed)
        _same(mine, other)


@settings(max_examples=50, deadline=None)
@given(patients, weightings)
def test_strata_are_summed(rows, weighting):
    sample, group, stratum = _drawn(rows)
    whole = log_rank(sample, group, weighting=weighting, strata=stratum)
    score = np.zeros(3)
    for code in range(3):
        here = (stratum.codes == code) & sample.in_play
        if here.any():
            one = log_rank(sample.where(here), group.where(here), weighting=weighting)
            for level, value in zip(one.levels, one.score, strict=True):
                score["abc".index(level)] += value
    mine = [score["abc".index(level)] for level in whole.levels]
    assert whole.score == approx(mine, abs=1e-9)
    single = Factor("stratum", ["x", "never"], np.zeros(sample.n, dtype=int))
    _same(
        log_rank(sample, group, weighting=weighting, strata=single),
        log_rank(sample, group, weighting=weighting),
    )


@settings(max_examples=50, deadline=None)
@given(patients, weightings, st.permutations(range(3)))
def test_the_names_of_groups_do_not_matter(rows, weighting, order):
    sample, group, _ = _drawn(rows)
    renamed = Factor("group", "abc", np.array(order)[group.codes])
    a = log_rank(sample, group, weighting=weighting)
    b = log_rank(sample, renamed, weighting=weighting)
    assert a.df == b.df
    if a.df:
        assert a.statistic == approx(b.statistic, rel=1e-6, abs=1e-9)


def test_two_groups_have_the_same_trend_as_difference():
    sample, group, _ = _case("heart")
    for weighting in (*NAMED, *FH.values()):
        difference = log_rank(sample, group, weighting=weighting)
        trend = trend_test(sample, group, weighting=weighting)
        assert trend.statistic == approx(difference.statistic)
        assert trend.p == approx(difference.p)


# --- edges


@pytest.mark.parametrize("weighting", [*NAMED, FlemingHarrington(0, 1)])
def test_nothing_to_compare(weighting):
    group = Factor("group", ["a", "b"], [0, 0, 1, 1])
    for sample in (
        Survival([1, 2, 3, 4], [False] * 4),
        Survival([4] * 4, [True] * 4),
        Survival([1, 1, 5, 5], [True, True, True, True], entry=[-1, -1, 2, 2]),  # never together
    ):
        found = log_rank(sample, group, weighting=weighting)
        assert (found.statistic, found.df, found.p) == (None, 0, None)
        trend = trend_test(sample, group, weighting=weighting)
        assert (trend.z, trend.statistic, trend.p) == (None, None, None)


def test_strata_without_events_and_with_one_group_add_nothing():
    sample = Survival([1, 3, 2, 3, 1, 2, 1, 9], [True] * 4 + [False] * 2 + [True] * 2)
    group = Factor("group", ["a", "b"], [0, 0, 1, 1, 0, 1, 0, 0])
    stratum = Factor("stratum", ["x", "y", "z"], [0, 0, 0, 0, 1, 1, 2, 2])
    found = log_rank(sample, group, strata=stratum)
    alone = log_rank(sample.where(stratum.codes == 0), group.where(stratum.codes == 0))
    assert found.statistic == approx(alone.statistic)
    assert found.n == (5, 3) and found.observed == (4, 2)


def test_patients_of_unknown_stratum_are_left_out():
    sample = Survival([1, 3, 2, 3, 9], [True] * 5)
    group = Factor("group", ["a", "b"], [0, 0, 1, 1, 1])
    stratum = Factor("stratum", ["x"], [0, 0, 0, 0, -1])
    found = log_rank(sample, group, strata=stratum)
    assert (found.n, found.dropped) == ((2, 2), 1)
    assert trend_test(sample, group, strata=stratum).dropped == 1


def test_rows_of_weight_0_were_never_in_play_and_are_not_dropped():
    #                         unknown group, weight 0, both
    sample = Survival([1, 3, 2, 3, 9, 9, 9], [True] * 7, weight=[1, 2, 1, 1, 3, 0, 0])
    group = Factor("group", ["a", "b"], [0, 0, 1, 1, -1, 1, -1])
    found = log_rank(sample, group)
    assert (found.n, found.dropped) == ((3, 2), 1)
    assert log_rank(sample.where(group.known), group.where(group.known)).dropped == 0


def test_very_many_strata_and_far_days():
    """Matched pairs: 500 strata of two, days far too long for a table."""
    rng = np.random.default_rng(3)
    days, group = rng.integers(1, 10**9, 1000), np.arange(1000) % 2
    event = rng.random(1000) < 0.7
    pairs = Factor("pair", [str(pair) for pair in range(500)], np.arange(1000) // 2)
    found = log_rank(Survival(days, event), Factor("group", "ab", group), strata=pairs)
    # In each pair only the first to leave counts, if it dies: McNemar's test without correction.
    firsts = [
        int(days[row] > days[row + 1])
        for row in range(0, 1000, 2)
        if event[row + int(days[row] > days[row + 1])]
    ]
    b, a = sum(firsts), len(firsts) - sum(firsts)
    assert found.statistic == approx((a - b) ** 2 / (a + b))


def test_pairs_with_nothing_to_test_have_no_p_and_are_not_counted():
    sample = Survival([1, 2, 3, 4, 9, 9], [True, True, True, True, False, False])
    group = Factor("group", ["a", "b", "c", "d"], [0, 0, 1, 1, 2, 3])
    found = pairwise_log_rank(sample, group, adjustment="Bonferroni")
    by_pair = {(pair.first, pair.second): pair for pair in found.pairs}
    assert len(by_pair) == 6
    assert by_pair["c", "d"].test.p is None and by_pair["c", "d"].adjusted_p is None
    pair = by_pair["a", "b"]
    assert pair.adjusted_p == approx(min(1, 5 * pair.test.p))


def test_refusals():
    sample = Survival([1, 2], [True, True])
    group = Factor("group", ["a", "b"], [0, 1])
    with pytest.raises(ValueError, match="weighting: expected one of 'log-rank', 'Breslow-Gehan'"):
        log_rank(sample, group, weighting="Wilcoxon")
    with pytest.raises(ValueError, match="gamma: expected a number from 0 on, got -1"):
        FlemingHarrington(0, -1)
    half = Survival([1, 2], [True, True], weight=[1, 0.5])
    with pytest.raises(SampleError, match="weight: row 1 has a fraction; a rank test"):
        log_rank(half, group)
    with pytest.raises(SampleError, match="stratum: 1 rows, but the sample has 2"):
        log_rank(sample, group, strata=Factor("stratum", ["x"], [0]))
    with pytest.raises(EmptySample, match="no patient"):
        log_rank(sample, group, strata=Factor("stratum", ["x"], [-1, -1]))
    with pytest.raises(SampleError, match="scores: 3 numbers, but group has 2 levels"):
        trend_test(sample, group, [1, 2, 3])
    with pytest.raises(SampleError, match="scores: not all are finite"):
        trend_test(sample, group, [1, math.inf])
    for scores in (["a", "b"], [1, None], 5):
        with pytest.raises(SampleError, match="scores: not all are numbers"):
            trend_test(sample, group, scores)
    with pytest.raises(ValueError, match="adjustment: expected one of 'Holm'"):
        pairwise_log_rank(sample, group, adjustment="Tukey")
    with pytest.raises(ValueError, match="p: expected numbers between 0 and 1"):
        adjust_p([1.5])

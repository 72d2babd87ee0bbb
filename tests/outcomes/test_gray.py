"""Is Gray's test right by hand, against R, and at the edges?"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes.gray import gray_test, gray_tests
from outcomes.logrank import log_rank
from outcomes.sample import CompetingRisks, EmptySample, SampleError
from outcomes.terms import Factor
from tests.outcomes.competing_data import DATA

CAUSES = ("relapse", "death")


def risks_of(days, cause, **more):
    return CompetingRisks(days, cause, causes=CAUSES, **more)


def groups_of(codes, levels=("a", "b"), name="group"):
    return Factor(name, levels, codes)


def test_gray_by_hand():
    """Day 1: relapse of a. Day 2: death of b. Day 3: relapse of b. Two of each group."""
    found = gray_test(risks_of([1, 9, 2, 3], [0, -1, 1, 0]), groups_of([0, 0, 1, 1]), "relapse")
    # Day 1: 2 + 2 at risk. Day 3: of a still 1; of b 1, but the dead one stays at risk for the
    # cause: 1 / (1/2) x (1 - 0) = 2; of a 1 / (1/2) x (1 - 1/2) = 1.
    expected = 2 / 4 + 1 / (1 + 2)
    assert found.score == approx((1 - expected, expected - 1))
    assert (found.levels, found.n, found.observed, found.df) == (("a", "b"), (2, 2), (1, 1), 1)
    assert found.reason is None and found.dropped == 0
    # Pooled incidence: 1/4, then + 1/(2 + 2). Pull of each group on the score of a on the days
    # of relapse: R(1 - R/sum) with R = at risk per event-free: 2, 2 and 2, 2.
    pull, growth = 1, (1 * 1 / (4 * 1), 1 * 1 / (4 * 3 / 4))
    free = {"a": (1 / 2, 1 / 2), "b": (1, 0)}  # after days 1 and 3
    variance = 0
    for free_after in free.values():
        reach = 1 - (1 - 1 / 4) / free_after[0]
        size = 1 / (4 * 2)  # relapses / (sum of R x own R)
        variance += (pull + reach * growth[1]) ** 2 * size + pull**2 * size
    # The death of b on day 2 (R = 2, event-free 1/2 afterwards).
    variance += (growth[1] * (1 - 1 / 4) / (1 / 2)) ** 2 / 2**2
    assert found.statistic == approx((1 - expected) ** 2 / variance)


def test_agrees_with_cuminc(golden):
    """cmprsk's $Tests: three data sets, rho 0, 0.5 and 1, stratified or not, whole weights."""
    rows = golden("competing_gray")
    for name, rho, stratified in {(row["dataset"], row["rho"], row["stratified"]) for row in rows}:
        data = DATA[name.split()[0]]()
        found = gray_tests(
            data.risks(weighted=name.endswith("repeated")),
            data.groups,
            rho=float(rho),
            strata=data.strata if stratified == "TRUE" else None,
        )
        mine = [
            r for r in rows if (r["dataset"], r["rho"], r["stratified"]) == (name, rho, stratified)
        ]
        assert [row["cause"] for row in mine] == list(found)
        for row in mine:
            one = found[row["cause"]]
            assert one.df == int(row["df"])
            assert one.statistic == approx(float(row["statistic"]), rel=1e-9)
            assert one.p == approx(float(row["p"]), rel=1e-9)


rows_of_patients = st.lists(
    st.tuples(st.integers(0, 15), st.integers(-1, 1), st.integers(0, 2)), min_size=1, max_size=40
)


@settings(max_examples=40, deadline=None)
@given(rows_of_patients, st.permutations([0, 1, 2]), st.sampled_from([0.0, 0.5, 1.0]))
def test_the_order_of_levels_does_not_matter(rows, order, rho):
    days, cause, codes = (np.array(column) for column in zip(*rows, strict=True))
    risks = risks_of(days, cause)
    one = gray_test(risks, groups_of(codes, "abc"), "relapse", rho=rho)
    other = gray_test(risks, groups_of(np.array(order)[codes], "abc"), "relapse", rho=rho)
    assert one.df == other.df
    if one.df:
        assert 0 <= one.p <= 1
        assert one.statistic == approx(other.statistic, rel=1e-6, abs=1e-9)
        assert sum(one.score) == approx(0, abs=1e-9)


def test_without_other_causes_it_points_where_the_log_rank_test_points():
    """One cause: the scores are observed less expected, weighted by the pooled curve."""
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 2, 300)
    days = np.ceil(rng.exponential(100 + 60 * codes)).astype(int)
    risks = CompetingRisks(days, np.where(rng.random(300) < 0.8, 0, -1), causes=["death"])
    gray = gray_test(risks, groups_of(codes), "death", rho=1)
    rank = log_rank(risks.only("death"), groups_of(codes))
    assert gray.statistic == approx(rank.statistic, rel=0.25)
    assert np.sign(gray.score[0]) == np.sign(rank.observed[0] - rank.expected[0])


@pytest.mark.parametrize(
    "days, cause, codes",
    [
        ([1, 2, 3], [1, 1, -1], [0, 1, 1]),  # nobody had the cause
        ([1, 2, 3], [-1] * 3, [0, 1, 1]),  # no event at all
        ([1, 2, 3], [0, 1, 0], [1, 1, 1]),  # one level with patients
        ([5], [0], [0]),  # one patient
        ([1, 2, 3], [-1, 0, 0], [0, 1, 1]),  # a leaves before the first event
    ],
)
def test_nothing_to_compare_is_said_so(days, cause, codes):
    found = gray_test(risks_of(days, cause), groups_of(codes), "relapse")
    assert (found.statistic, found.df, found.p) == (None, 0, None)
    assert found.reason == "no two levels were at risk on a day of this cause"


def test_ties_of_all_and_a_level_without_the_cause_have_an_answer():
    """All on one day, causes tied; c has no relapse but can be compared."""
    risks = risks_of([4] * 9, [0, 0, 1, 0, 1, -1, 1, -1, -1])
    found = gray_test(risks, groups_of([0, 0, 0, 1, 1, 1, 2, 2, 2], "abc"), "relapse")
    assert (found.df, found.observed) == (2, (2, 1, 0))
    assert found.score == approx((1, 0, -1))
    assert 0 < found.p < 1


def test_empty_levels_missing_groups_missing_strata_and_zero_weights_are_left_out():
    risks = risks_of([1, 2, 3, 4, 5, 6, 7], [0, 0, 1, 0, 0, -1, 0], weight=[1, 1, 1, 1, 1, 1, 0])
    groups = groups_of([0, 2, 0, 2, -1, 2, 0], ["a", "empty", "b"])
    strata = groups_of([0, 0, 0, 0, 0, -1, 0], ["x", "y"], "centre")
    found = gray_test(risks, groups, "relapse", strata=strata)
    assert (found.levels, found.n, found.dropped) == (("a", "b"), (2, 2), 2)
    alone = gray_test(risks_of([1, 2, 3, 4], [0, 0, 1, 0]), groups_of([0, 1, 0, 1]), "relapse")
    assert found.statistic == approx(alone.statistic)


def test_a_stratum_without_events_changes_nothing():
    risks = risks_of([1, 2, 3, 4, 5, 6], [0, 0, 1, 0, -1, -1])
    groups, strata = groups_of([0, 1, 0, 1, 0, 1]), groups_of([0, 0, 0, 0, 1, 1], name="centre")
    found = gray_test(risks, groups, "relapse", strata=strata)
    alone = gray_test(risks_of([1, 2, 3, 4], [0, 0, 1, 0]), groups_of([0, 1, 0, 1]), "relapse")
    assert found.statistic == approx(alone.statistic)


def test_days_far_too_long_for_a_table():
    data = DATA["mgus"]()
    near = gray_test(data.risks(), data.groups, "pcm", strata=data.strata)
    far = CompetingRisks(data.days * 4_000_000, data.cause, causes=data.causes)
    assert gray_test(far, data.groups, "pcm", strata=data.strata).statistic == near.statistic


def test_a_pooled_incidence_beyond_one_has_no_scale_for_a_broken_power():
    """b relapses out on day 1: pooled 2/5, + 1/3, + 1/3 = 1.07 before the last relapse of a.

    cmprsk stops with an error there for rho 0.5, and for rho 0 finds the same 4.
    """
    risks, groups = risks_of([1, 1, 2, 3, 4], [0] * 5), groups_of([1, 1, 0, 0, 0])
    found = gray_test(risks, groups, "relapse", rho=0.5)
    assert (found.statistic, found.df, found.p, found.score) == (None, 0, None, None)
    assert found.reason == "the pooled incidence reaches 1 before the last event of this cause"
    assert gray_test(risks, groups, "relapse").statistic == approx(4)


def test_refusals():
    risks, groups = risks_of([1, 2], [0, 1]), groups_of([0, 1])
    with pytest.raises(SampleError, match="entry: Gray's test knows no late entry"):
        gray_test(risks_of([1, 2], [0, 1], entry=[0, -1]), groups, "relapse")
    with pytest.raises(SampleError, match="weight: row 1 has a fraction; Gray's test"):
        gray_test(risks_of([1, 2], [0, 1], weight=[1, 0.5]), groups, "relapse")
    with pytest.raises(SampleError, match="group: 1 rows, but the sample has 2"):
        gray_test(risks, groups_of([0]), "relapse")
    with pytest.raises(SampleError, match="'gvhd' is none of"):
        gray_test(risks, groups, "gvhd")
    for rho in (-1, math.inf, math.nan):
        with pytest.raises(ValueError, match="rho: expected"):
            gray_test(risks, groups, "relapse", rho=rho)
    with pytest.raises(EmptySample, match="group: no patient has a known group"):
        gray_test(risks, groups_of([-1, -1]), "relapse")

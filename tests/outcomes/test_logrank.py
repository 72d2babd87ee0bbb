"""Is the log-rank test right by hand, against R, and at the edges?"""

import pytest
from pytest import approx

from outcomes.logrank import log_rank
from outcomes.sample import EmptySample, SampleError, Survival
from outcomes.terms import Factor


def test_log_rank_by_hand():
    """Day 1: a dies, 2 + 2 at risk. Day 2: b dies, 1 + 2. Day 3: one of each, 1 + 1."""
    sample = Survival([1, 3, 2, 3], [True, True, True, True])
    found = log_rank(sample, Factor("group", ["a", "b"], [0, 0, 1, 1]))
    expected = 2 / 4 + 1 / 3 + 2 * 1 / 2
    variance = 1 / 4 + 1 / 3 * 2 / 3 + 0  # the last risk set dies out: no variance
    assert found.observed == (2, 2)
    assert found.expected == approx((expected, 4 - expected))
    assert found.statistic == approx((2 - expected) ** 2 / variance)
    assert (found.df, found.n, found.levels) == (1, (2, 2), ("a", "b"))


def test_agrees_with_r(data, golden):
    """R survival::survdiff on five groupings; missing groups dropped."""
    rows = golden("logrank")
    for name, by in {(row["dataset"], row["by"]) for row in rows}:
        mine = [row for row in rows if row["dataset"] == name]
        found = log_rank(data[name].sample, data[name].terms[by])
        assert found.statistic == approx(float(mine[0]["statistic"]), rel=1e-9)
        assert found.p == approx(float(mine[0]["p"]), rel=1e-9)
        assert found.df == int(mine[0]["df"])
        assert found.levels == tuple(row["level"] for row in mine)
        assert found.n == tuple(int(row["n"]) for row in mine)
        assert found.observed == tuple(int(row["observed"]) for row in mine)
        assert found.expected == approx([float(row["expected"]) for row in mine], rel=1e-9)


def test_disease_free_survival_by_group_is_the_published_number(data):
    bmt = data["bmt"]
    assert log_rank(bmt.sample, bmt.terms["group"]).statistic == approx(13.8037, abs=5e-5)


@pytest.mark.parametrize(
    "days, event, codes",
    [
        ([1, 2, 3], [False] * 3, [0, 1, 1]),  # no event
        ([1, 2, 3], [True] * 3, [1, 1, 1]),  # one level with patients
        ([5], [True], [0]),  # one patient
    ],
)
def test_nothing_to_compare_is_said_so(days, event, codes):
    found = log_rank(Survival(days, event), Factor("group", ["a", "b"], codes))
    assert (found.statistic, found.df, found.p) == (None, 0, None)


def test_a_level_never_at_risk_at_an_event_cannot_be_compared():
    """c leaves before the first event: it expects nothing, the other two are compared."""
    sample = Survival([1, 5, 6, 7, 8], [False, True, False, True, True])
    with_c = log_rank(sample, Factor("group", ["a", "b", "c"], [2, 0, 1, 0, 1]))
    without = log_rank(
        Survival([5, 6, 7, 8], [True, False, True, True]), Factor("group", ["a", "b"], [0, 1, 0, 1])
    )
    assert with_c.statistic == approx(without.statistic)
    assert (with_c.df, with_c.levels, with_c.expected[2]) == (1, ("a", "b", "c"), 0)


def test_empty_levels_and_missing_groups_are_left_out():
    group = Factor("group", ["a", "empty", "b"], [0, 0, 2, 2, -1])
    found = log_rank(Survival([1, 3, 2, 3, 9], [True, True, True, True, True]), group)
    assert (found.levels, found.n) == (("a", "b"), (2, 2))


def test_all_ties():
    """Everybody dies on the same day: no risk set can tell the groups apart."""
    found = log_rank(Survival([4] * 4, [True] * 4), Factor("group", ["a", "b"], [0, 0, 1, 1]))
    assert (found.statistic, found.p) == (None, None)


def test_refusals():
    with pytest.raises(SampleError, match="group: 1 rows, but the sample has 2"):
        log_rank(Survival([1, 2], [True, True]), Factor("group", ["a"], [0]))
    with pytest.raises(EmptySample, match="group: no patient"):
        log_rank(Survival([1], [True]), Factor("group", ["a"], [-1]))

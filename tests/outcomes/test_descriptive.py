"""Are tables, group differences and summaries right by hand, against R, and as SPSS prints them?"""

import math

import numpy as np
import pytest
from pytest import approx
from scipy import stats

from outcomes._numbers.fisher import TooLarge
from outcomes.descriptive import (
    TwoByTwo,
    chi_square,
    cross_table,
    default_test,
    expected_counts,
    fisher,
    mann_whitney,
    quantiles,
    summarise,
    t_test,
)
from outcomes.sample import SampleError
from outcomes.terms import Factor


def test_fisher_by_hand():
    """The tea-tasting table 3 1 / 1 3: chances 1, 16, 36, 16, 1 of 70."""
    tea = fisher([[3, 1], [1, 3]])
    assert tea.two_sided == approx((1 + 16 + 16 + 1) / 70)
    assert tea.one_sided == approx((16 + 1) / 70)


def test_chi_square_by_hand():
    table = [[10, 20], [20, 10]]
    assert expected_counts(table).tolist() == [[15, 15], [15, 15]]
    assert chi_square(table).statistic == approx(4 * 25 / 15)
    assert chi_square(table, yates=True).statistic == approx(4 * 4.5**2 / 15)
    assert chi_square(table).df == 1


def test_tables_agree_with_r(golden):
    """R chisq.test and fisher.test, 2 x 2 to 4 x 3."""
    for row in golden("tables"):
        table = np.array(row["counts"].split(), dtype=int).reshape(-1, int(row["columns"]))
        pearson, exact = chi_square(table), fisher(table)
        assert pearson.statistic == approx(float(row["statistic"]), rel=1e-9)
        assert pearson.df == int(row["df"])
        assert pearson.p == approx(float(row["p"]), rel=1e-9)
        assert exact.two_sided == approx(float(row["fisher"]), rel=1e-9)
        if row["yates"]:
            corrected = chi_square(table, yates=True).statistic
            assert corrected == approx(float(row["yates"]), rel=1e-9, abs=1e-12)
            tails = float(row["fisher_less"]), float(row["fisher_greater"])
            assert exact.one_sided == approx(min(tails), rel=1e-9)
        else:
            assert exact.one_sided is None


@pytest.mark.parametrize(
    "table, one_sided, two_sided",
    [
        (TwoByTwo(8, 1, 6, 2), 0.4529, 0.5765),
        (TwoByTwo(5, 4, 4, 4), 0.6008, 1.0),
        (TwoByTwo(7, 2, 6, 2), 0.6647, 1.0),
        (TwoByTwo(3, 6, 4, 4), 0.4194, 0.6372),
        (TwoByTwo(4, 5, 2, 6), 0.3733, 0.6199),
        (TwoByTwo(1, 8, 4, 4), 0.1109, 0.1312),
        (TwoByTwo(3, 6, 7, 1), 0.0364, 0.0498),
        (TwoByTwo(2, 7, 6, 2), 0.0445, 0.0567),
    ],
)
def test_the_one_sided_value_is_the_one_spss_prints(table, one_sided, two_sided):
    """The 2 x 2 tables of Kaya 2025, whose printed P are SPSS "Exact Sig. (1-sided)"."""
    found = fisher(table.table)
    assert found.one_sided == approx(one_sided, abs=5e-5)
    assert found.two_sided == approx(two_sided, abs=5e-5)


def test_the_exact_test_adds_up_every_table():
    """Against enumeration of all 3 x 3 tables with these margins."""
    table = np.array([[2, 4, 3], [5, 1, 2], [0, 3, 4]])
    rows, columns = table.sum(axis=1), table.sum(axis=0)

    def chance(cells):
        return math.exp(-sum(math.lgamma(cell + 1) for cell in cells))

    total = extreme = 0.0
    limit = chance(table.flat) * (1 + 1e-7)
    for a in range(10):
        for b in range(10):
            for c in range(10):
                for d in range(10):
                    top = [a, b, rows[0] - a - b]
                    middle = [c, d, rows[1] - c - d]
                    bottom = [columns[i] - top[i] - middle[i] for i in range(3)]
                    cells = top + middle + bottom
                    if min(cells) >= 0:
                        total += chance(cells)
                        extreme += chance(cells) * (chance(cells) <= limit)
    assert fisher(table).two_sided == approx(extreme / total, rel=1e-10)


def two_by_two_in_whole_numbers(table):
    """One- and two-sided P without rounding: numbers of ways to draw each table, as integers."""
    (a, b), (c, d) = table
    cells = range(max(0, a - d), min(a + b, a + c) + 1)
    ways = [math.comb(a + b, cell) * math.comb(c + d, a + c - cell) for cell in cells]
    here = a - cells.start
    below, above, all_of_them = sum(ways[: here + 1]), sum(ways[here:]), sum(ways)
    as_rare = sum(way for way in ways if way * 10**7 <= ways[here] * (10**7 + 1))
    return min(below, above) / all_of_them, as_rare / all_of_them


def test_two_by_two_is_exact_to_twelve_digits():
    rng = np.random.default_rng(4)
    drawn = [rng.integers(1, 10 ** rng.integers(1, 4), (2, 2)).tolist() for _ in range(40)]
    for table in (*drawn, [[1, 0], [0, 900]], [[1300, 1200], [900, 950]], [[5, 0], [0, 7]]):
        one_sided, two_sided = two_by_two_in_whole_numbers(table)
        found = fisher(table)
        if two_sided > 1e-300:
            assert found.one_sided == approx(one_sided, rel=1e-12)
            assert found.two_sided == approx(two_sided, rel=1e-12)


def test_one_sided_values_agree_with_scipy():
    for table in ([[8, 2], [1, 5]], [[30, 40], [20, 55]], [[200, 150], [130, 170]]):
        tails = [stats.fisher_exact(table, side).pvalue for side in ("less", "greater")]
        assert fisher(table).one_sided == approx(min(tails), rel=1e-12)


def test_a_two_by_two_table_of_millions_takes_no_time():
    """Only the tables that have a chance are looked at. Half the middle one's is on each side."""
    even = fisher([[10**9, 10**9], [10**9, 10**9]])
    middle = 1 / math.sqrt(2 * math.pi * 10**9 / 4)  # normal density, variance n / 16
    assert even.two_sided == approx(1, rel=1e-12)
    assert even.one_sided == approx(0.5 + middle / 2, rel=1e-9)
    # 100 000 more in one cell: a side of the test is half of Yates's, which is exact so far out.
    apart = [[10**9, 10**9 + 100_000], [10**9, 10**9]]
    assert fisher(apart).one_sided == approx(chi_square(apart, yates=True).p / 2, rel=1e-6)
    assert fisher([[10**9, 0], [0, 10**9]]).two_sided == 0
    assert fisher([[1, 0], [0, 10**9]]).one_sided == approx(1 / (10**9 + 1), rel=1e-12)
    with pytest.raises(TooLarge, match="too large"):
        fisher([[10**12, 10**12], [10**12, 10**12]])
    assert default_test([[10**9, 1], [1, 1]]).method == "Fisher exact"


def test_the_order_of_rows_and_columns_does_not_matter():
    table = np.array([[3, 1, 2, 0], [4, 6, 5, 2]])
    wanted = fisher(table).two_sided
    assert fisher(table.T).two_sided == approx(wanted, rel=1e-12)
    assert fisher(table[::-1, ::-1]).two_sided == approx(wanted, rel=1e-12)


def test_the_default_test_goes_by_the_expected_counts():
    small, large = [[2, 7], [6, 2]], [[30, 20], [25, 40]]
    assert default_test(small).method == "Fisher exact"
    assert default_test(small).p == fisher(small).two_sided
    assert default_test(large).method == "Pearson chi-square"
    assert default_test(large).p == chi_square(large).p


def test_a_table_too_large_to_enumerate_is_refused_and_falls_back():
    table = np.full((5, 6), 14)
    table[0] = 1, 2, 1, 3, 2, 1
    with pytest.raises(TooLarge, match="too large"):
        fisher(table)
    assert default_test(table).method == "Pearson chi-square"


def test_empty_rows_and_columns_are_left_out():
    assert chi_square([[10, 0, 20], [20, 0, 10], [0, 0, 0]]) == chi_square([[10, 20], [20, 10]])
    assert fisher([[3, 0, 1], [1, 0, 3]]).two_sided == approx(34 / 70)
    alone = chi_square([[3, 4], [0, 0]])
    assert (alone.statistic, alone.df, alone.p) == (None, 0, None)
    assert fisher([[3, 4]]).two_sided is None
    assert default_test([[3, 4]]).p is None


def test_cross_table_counts_patients_with_both_known():
    a = Factor("a", ["x", "y"], [0, 0, 1, -1, 1])
    b = Factor("b", ["u", "v", "w"], [0, 2, 2, 1, -1])
    assert cross_table(a, b).tolist() == [[1, 0, 1], [0, 0, 1]]


@pytest.mark.parametrize(
    "table",
    [
        [[0, 0], [0, 0]],
        [[1.5, 2], [3, 4]],
        [[-1, 2], [3, 4]],
        [1, 2],
        [["a", "b"], ["c", "d"]],
        [[1, 2], [3]],
        [[1e300, 2], [3, 4]],
        [[math.inf, 2], [3, 4]],
        [[math.nan, 2], [3, 4]],
        None,
    ],
)
@pytest.mark.parametrize("function", [chi_square, fisher, expected_counts, default_test])
def test_what_is_not_a_table_is_refused(table, function):
    with pytest.raises(SampleError, match="table: "):
        function(table)


def test_t_by_hand():
    """Means 2 and 5, variance 1 each: t = -3 / sqrt(2/3)."""
    found = t_test([1, 2, 3], [4, 5, 6])
    assert found.statistic == approx(-3 / math.sqrt(2 / 3))
    assert found.df == 4


def test_t_beside_a_constant_group_by_hand_and_as_r():
    """Means 3 and 8/3, variances 0 and 13/3: squared error 13/9, t = 1/sqrt(13), Welch's df 2."""
    pooled, welch = t_test([3, 3, 3], [1, 2, 5]), t_test([3, 3, 3], [1, 2, 5], False)
    assert pooled.statistic == approx(1 / math.sqrt(13)) == welch.statistic
    assert (pooled.df, welch.df) == (4, approx(2))
    assert welch.p == approx(1 - pooled.statistic / math.sqrt(2 + 1 / 13))
    assert pooled.p == approx(0.79525500845384078, rel=1e-12)  # R t.test
    assert welch.p == approx(0.80754991027012468, rel=1e-12)


def test_t_does_not_depend_on_the_unit():
    one = t_test([1, 2, 3], [3, 4, 7], False)
    for unit in (1e-200, 1e200):
        other = t_test(np.array([1, 2, 3]) * unit, np.array([3, 4, 7]) * unit, False)
        assert (other.statistic, other.df) == (approx(one.statistic), approx(one.df))


def test_mann_whitney_by_hand():
    """All of b above all of a: U of a is 0, mean 4.5, variance 9 * 7 / 12."""
    z = (0 - 4.5) / math.sqrt(9 * 7 / 12)
    plain = mann_whitney([1, 2, 3], [4, 5, 6], continuity=False)
    assert plain.statistic == 0
    assert plain.p == approx(math.erfc(-z / math.sqrt(2)))
    corrected = (0.5 - 4.5) / math.sqrt(9 * 7 / 12)
    found = mann_whitney([1, 2, 3], [4, 5, 6], continuity=True)
    assert found.p == approx(math.erfc(-corrected / math.sqrt(2)))


def test_groups_agree_with_r(data, golden):
    """R t.test, wilcox.test(exact=FALSE) and quantile types 7 and 6 on the lung data."""
    lung = data["lung"]
    for row in golden("groups"):
        values, sex = lung.terms[row["item"]].values, lung.terms["sex"].codes
        a, b = values[sex == 0], values[sex == 1]
        wanted = {name: float(value) for name, value in row.items() if name != "item"}
        for equal, name in ((True, "t"), (False, "welch")):
            found = t_test(a, b, equal)
            assert found.statistic == approx(wanted[name], rel=1e-9)
            assert found.df == approx(wanted[f"{name}_df"], rel=1e-9)
            assert found.p == approx(wanted[f"{name}_p"], rel=1e-9)
        assert mann_whitney(a, b, True).statistic == wanted["u"]
        assert mann_whitney(a, b, True).p == approx(wanted["u_p_corrected"], rel=1e-9)
        assert mann_whitney(a, b, False).p == approx(wanted["u_p"], rel=1e-9)
        summary = summarise(a)
        assert (summary.n, summary.missing) == (wanted["n"], wanted["missing"])
        for name in ("mean", "sd", "median"):
            assert getattr(summary, name) == approx(wanted[name], rel=1e-12)
        assert (summary.q1, summary.q3) == (wanted["q1_type7"], wanted["q3_type7"])
        spss = summarise(a, "SPSS")
        assert (spss.q1, spss.q3) == (wanted["q1_type6"], wanted["q3_type6"])


def test_quartiles_differ_by_convention():
    assert quantiles([1, 2, 3, 4], (0.25, 0.75), "R") == (1.75, 3.25)
    assert quantiles([1, 2, 3, 4], (0.25, 0.75), "SPSS") == (1.25, 3.75)
    assert quantiles([7], [0.25], "SPSS") == (7,)


def test_groups_without_anything_to_compare():
    for test in (t_test([1, 1], [1, 1]), t_test([1], [2, 3]), mann_whitney([], [1], False)):
        assert (test.statistic, test.p) == (None, None)
    assert t_test([0.1 + 0.2, 0.3], [0.4, 0.4]).p is None  # a spread of rounding only
    assert mann_whitney([2, 2], [2], True).p is None


@pytest.mark.parametrize("probabilities", [2, -0.1, [0.5, math.nan], "a", [[0.1, 0.2], [0.3, 0.4]]])
def test_probabilities_are_from_0_to_1(probabilities):
    with pytest.raises(ValueError, match="probabilities: expected numbers from 0 to 1"):
        quantiles([1, 2, 3], probabilities)


def test_infinite_values_are_refused():
    for function in (summarise, lambda values: t_test(values, [1, 2]), lambda v: quantiles(v, 0.5)):
        with pytest.raises(SampleError, match="values: row 0 is infinite"):
            function([math.inf, 1])


def test_a_summary_of_nothing_and_of_one_value():
    nothing = summarise([float("nan")] * 2)
    assert (nothing.n, nothing.missing, nothing.median, nothing.sd) == (0, 2, None, None)
    one = summarise([4.0])
    assert (one.median, one.mean, one.minimum, one.sd) == (4, 4, 4, None)
    with pytest.raises(SampleError, match="values: none is known"):
        quantiles([], [0.5])

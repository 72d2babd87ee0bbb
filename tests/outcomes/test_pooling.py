"""Are Rubin's rules right by hand, against R's mice and mitml, and at the edges?"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes.cox import cox
from outcomes.pooled_cox import pool_cox
from outcomes.pooling import pool, pooled_chi_square, pooled_wald
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Numeric
from tests.outcomes.golden_tables import read_golden
from tests.outcomes.imputation_data import NAMES, completed_by_r, fits_by_r, incomplete

ONES = [[[1.0]]] * 3


def number(text):
    return float(text) if text else math.inf


# --- by hand -------------------------------------------------------------------------------------


def test_three_estimates_by_hand():
    """1, 2, 3, each with variance 1: W = 1, B = 1, T = 1 + 4/3 = 7/3, r = 4/3, lambda = 4/7."""
    found = pool([[1.0], [2.0], [3.0]], ONES, complete_df=9).estimates[0]
    assert (found.estimate, found.within, found.between) == (2, 1, 1)
    assert found.total == approx(7 / 3)
    assert found.std_error == approx(math.sqrt(7 / 3))
    assert found.relative_increase == approx(4 / 3)
    assert found.missing_share == approx(4 / 7)
    # Rubin: 2 (7/4)^2 = 49/8. Observed: 10/12 * 9 * 3/7 = 45/14. Together: 1/(8/49 + 14/45).
    assert found.df_rubin == approx(49 / 8)
    assert found.df == approx(1 / (8 / 49 + 14 / 45))
    assert found.missing_information == approx((4 / 3 + 2 / (found.df + 3)) / (7 / 3))
    assert found.t == approx(2 / math.sqrt(7 / 3))
    assert found.estimate - found.lower == approx(found.upper - found.estimate)


def test_imputations_that_agree_leave_the_complete_data_result():
    """B = 0: T = W, nothing is missing, the df are those the complete data leave, 10/12 * 9."""
    found = pool([[2.0]] * 3, ONES, complete_df=9)
    one = found.estimates[0]
    assert (one.between, one.relative_increase, one.missing_share) == (0, 0, 0)
    assert one.df == approx(7.5)
    assert math.isinf(one.df_rubin)
    endless = pool([[2.0]] * 3, ONES).estimates[0]
    assert math.isinf(endless.df)
    assert endless.p == approx(math.erfc(2 / math.sqrt(2)))
    assert endless.upper == approx(2 + 1.959963984540054)
    # F = 2^2/1 with infinite df below is a chi-square test.
    assert pooled_wald(pool([[2.0]] * 3, ONES)).p == approx(endless.p)
    assert pooled_chi_square([4.0] * 3, 1).p == approx(endless.p)


def test_two_coefficients_together_by_hand():
    """Means 2 and 1, W = I, B all ones: r = 4/3 * 2/2, F = (4 + 1) / (2 (1 + 4/3)) = 15/14.

    k (m - 1) = 4, so Li's df are 4 * 3/2 * (7/4)^2 / 2 = 147/16; with 9 complete df the same with
    Barnard and Rubin's df at lambda = 4/7: 3/2 / (8/49 + 14/45).
    """
    both = pool([[1, 0], [2, 1], [3, 2]], [np.eye(2)] * 3, complete_df=9)
    test = pooled_wald(both, rule="li")
    assert (test.statistic, test.df) == (approx(15 / 14), 2)
    assert test.df_denominator == approx(147 / 16)
    assert pooled_wald(both).df_denominator == approx(1.5 / (8 / 49 + 14 / 45))
    # One coefficient: the F test is the t test.
    alone, own = pooled_wald(both, [0]), both.estimates[0]
    assert (alone.statistic, alone.df_denominator) == (approx(own.t**2), approx(own.df))
    assert alone.p == approx(own.p)


def test_two_chi_squares_by_hand():
    """4 and 9: roots 2 and 3 with variance 1/2, r = 3/4, F = (6.5 - 3 * 0.75) / 1.75 = 17/7."""
    test = pooled_chi_square([4, 9], df=1)
    assert test.relative_increase == approx(0.75)
    assert test.statistic == approx(17 / 7)
    assert test.df_denominator == approx((7 / 3) ** 2)


# --- against R -----------------------------------------------------------------------------------

COMPARED = {
    "estimate": "estimate",
    "within": "within",
    "between": "between",
    "total": "total",
    "std_error": "std_error",
    "df": "df",
    "relative_increase": "riv",
    "missing_share": "lambda",
    "missing_information": "fmi",
    "t": "t",
    "p": "p",
    "lower": "lower",
    "upper": "upper",
}


@pytest.mark.parametrize("rule", ["default", "twenty", "infinite"])
def test_the_rules_give_what_mice_gives(rule):
    """On R's own fits, every number to 1e-9."""
    rows = read_golden("imputation_pooled", rule=rule)
    events = incomplete()[0].events
    complete_df = {"default": events - len(rows), "twenty": 20, "infinite": math.inf}[rule]
    pooled = pool(*fits_by_r(), complete_df=complete_df)
    for found, row in zip(pooled.estimates, rows, strict=True):
        for ours, theirs in COMPARED.items():
            assert getattr(found, ours) == approx(float(row[theirs]), rel=1e-9), (ours, row)
        if rule == "infinite":
            assert found.df_rubin == approx(found.df)


PLACES = {
    "bili": [1],
    "edema": [3, 4],
    "hepato": [5],
    "stage": [6, 7, 8],
    "edema + stage": [3, 4, 6, 7, 8],
}


def test_overall_tests_give_what_mice_gives():
    """D1 with Reiter's and Li's degrees of freedom, and D2 of Wald statistics: 1e-9."""
    estimates, covariances = fits_by_r()
    rows = read_golden("imputation_tests")
    # The likelihood's are below, with fits of our own.
    assert {row["test"] for row in rows} == {"D1 li", "D1 reiter", "D2 likelihood", "D2 wald"}
    for row in rows:
        places = PLACES[row["terms"]]
        if row["test"] == "D2 likelihood":
            continue
        if row["test"] == "D2 wald":
            part = covariances[:, places][:, :, places]
            pairs = zip(estimates[:, places], part, strict=True)
            walds = [b @ np.linalg.solve(v, b) for b, v in pairs]
            test = pooled_chi_square(walds, len(places))
        else:
            pooled = pool(estimates, covariances, complete_df=number(row["complete_df"]))
            test = pooled_wald(pooled, places, rule=row["test"].removeprefix("D1 "))
        assert test.df == float(row["df1"])
        found = (test.statistic, test.df_denominator, test.p, test.relative_increase)
        assert found == approx([float(row[name]) for name in ("f", "df2", "p", "riv")], rel=1e-9)


def test_cox_on_the_completed_data_gives_what_r_gives():
    """The data sets that mice completed, fitted and pooled here: 1e-8."""
    sample, _ = incomplete()
    copies = completed_by_r()
    fits = [cox(sample, terms) for terms in copies]
    betas, covariances = fits_by_r()
    for fit, beta, covariance in zip(fits, betas, covariances, strict=True):
        assert [c.beta for c in fit.coefficients] == approx(beta, rel=1e-8)
        assert fit.covariance == approx(covariance, rel=1e-8, abs=1e-10)
    pooled = pool_cox(fits)
    rows = read_golden("imputation_pooled", rule="default")
    assert pooled.complete_df == sample.events - len(rows)
    for found, row in zip(pooled.coefficients, rows, strict=True):
        limits = [float(row[name]) for name in ("estimate", "lower", "upper")]
        ratios = (found.hazard_ratio, found.lower, found.upper)
        assert ratios == approx(np.exp(limits), rel=1e-8)
        assert found.p == approx(float(row["p"]), rel=1e-7)
        assert found.log_hazard.df == approx(float(row["df"]), rel=1e-7)
    own = {"test": "D1 reiter", "terms": "stage", "complete_df": f"{pooled.complete_df:g}"}
    (row,) = read_golden("imputation_tests", **own)
    assert pooled.term("stage").p == approx(float(row["p"]), rel=1e-7)
    for row in read_golden("imputation_tests", test="D2 likelihood"):
        names = row["terms"].split(" + ")
        rest = [place for place, name in enumerate(NAMES) if name not in names]
        ratios = [
            2 * (fit.log_likelihood - cox(sample, [t[i] for i in rest]).log_likelihood)
            for fit, t in zip(fits, copies, strict=True)
        ]
        test = pooled_chi_square(ratios, len(PLACES[row["terms"]]))
        assert test.p == approx(float(row["p"]), rel=1e-6)
    # A term of one column is tested as its coefficient is.
    assert pooled.term("age").p == pooled.coefficient("age").p
    assert pooled.wald.df == len(rows)


# --- edges ---------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.floats(-5, 5), min_size=2, max_size=2), min_size=2, max_size=8),
    st.floats(0.1, 10),
    st.integers(1, 500),
    st.sampled_from([1e-6, 1.0, 1e6]),
)
def test_laws_of_pooling(estimates, variance, complete_df, unit):
    """Total from within to the sum of its parts; df at most complete; units only rescale."""
    covariances = [np.diag([variance, variance])] * len(estimates)
    pooled = pool(estimates, covariances, complete_df=complete_df)
    for found in pooled.estimates:
        assert found.total >= found.within
        assert 0 < found.df <= complete_df
        assert found.df <= found.df_rubin
        assert 0 <= found.missing_share < 1
        assert found.lower <= found.estimate <= found.upper
    scaled = pool(
        np.array(estimates) * [unit, 1],
        np.array(covariances) * np.outer([unit, 1], [unit, 1]),
        complete_df=complete_df,
    )
    assert scaled.estimates[0].p == approx(pooled.estimates[0].p, rel=1e-6)
    ours, theirs = pooled_wald(pooled), pooled_wald(scaled)
    assert theirs.statistic == approx(ours.statistic, rel=1e-6, abs=1e-12)
    assert ours.df_denominator > 0
    assert 0 <= ours.p <= 1
    assert all(not a.flags.writeable for a in (pooled.within, pooled.between, pooled.total))


def test_few_complete_degrees_of_freedom_have_a_denominator():
    """Reiter's expansion breaks down below about 4 (1 + a) complete df: Barnard-Rubin steps in."""
    estimates = [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [0.5, 1.5]]
    found = [
        pooled_wald(pool(estimates, [np.eye(2)] * 4, complete_df=df)).df_denominator
        for df in (1, 2, 5, 10, 20, 50, 100, 1000, math.inf)
    ]
    assert all(df is not None and df > 0 for df in found)
    assert found[-2] == approx(found[-1], rel=0.1)


@pytest.mark.parametrize(
    "estimates, covariances, message",
    [
        ([[1.0]], [[[1.0]]], "at least two"),
        ([1.0, 2.0], [[[1.0]]] * 2, "one row per data set"),
        ([[1.0], [2.0]], ONES, "covariances: expected shape"),
        ([[1.0], [math.inf]], [[[1.0]]] * 2, "infinite"),
        ([[1e300], [-1e300]], [[[1.0]]] * 2, "infinite or beyond 1e.150"),
        ([[1.0], [2.0]], [[[1e308]]] * 2, "infinite or beyond 1e.150"),
        ([["a"], [2.0]], [[[1.0]]] * 2, "estimates: expected numbers"),
        ([[1.0, 2.0], [3.0]], [[[1.0]]] * 2, "estimates: expected numbers, in rows"),
        ([[1.0], [2.0]], [[["a"]]] * 2, "covariances: expected numbers"),
        ([[1.0], [2.0]], [[[1.0]], [[-1.0]]], "negative"),
    ],
)
def test_what_cannot_be_pooled_is_refused(estimates, covariances, message):
    with pytest.raises(SampleError, match=message):
        pool(estimates, covariances)


def test_bad_requests_are_refused():
    pooled = pool([[1.0], [2.0], [3.0]], ONES)
    for columns in ([0, 0], [1], [-1], [0.5], ["a"], [False]):
        with pytest.raises(SampleError, match="columns"):
            pooled_wald(pooled, columns)
    with pytest.raises(ValueError, match="rule"):
        pooled_wald(pooled, rule="rubin")
    with pytest.raises(SampleError, match="complete_df"):
        pool([[1.0], [2.0], [3.0]], ONES, complete_df=0)
    with pytest.raises(ValueError, match="level"):
        pool([[1.0], [2.0], [3.0]], ONES, level=95)
    for statistics, df in (([1.0], 1), ([1.0, -1.0], 1), ([1.0, math.nan], 1), ([1.0, 2.0], 0)):
        with pytest.raises(SampleError):
            pooled_chi_square(statistics, df)
    with pytest.raises(SampleError, match="statistics: expected numbers"):
        pooled_chi_square(["a", 2.0], 1)
    for df in (math.nan, math.inf, 1.5, "a", None):
        with pytest.raises(SampleError, match="df: must be a whole number"):
            pooled_chi_square([1.0, 2.0], df)


def test_a_singular_covariance_has_no_joint_test():
    """The second coefficient always is the first: what both say is what one says."""
    pooled = pool([[1.0, 1.0], [2.0, 2.0]], [np.ones((2, 2))] * 2)
    both = pooled_wald(pooled)
    assert (both.statistic, both.df, both.p) == (None, 2, None)
    assert both.reason == "not estimable: the covariance within the data sets is singular"
    assert pooled_wald(pooled, [0]).p == approx(pooled.estimates[0].p)


def test_a_coefficient_missing_in_one_analysis_is_not_pooled():
    pooled = pool([[1.0, math.nan], [2.0, 1.0]], [np.eye(2), np.array([[1.0, 0.0], [0.0, 0.0]])])
    assert pooled.estimates[0].estimate == 1.5
    assert pooled.estimates[1].estimate is None
    assert pooled.estimates[1].reason == "not estimable in 1 of 2 data sets"
    assert np.isnan(pooled.total[1]).all()
    assert pooled_wald(pooled).reason == "not estimable in 1 of 2 data sets"
    assert pooled_wald(pooled, []).reason == "not estimable: no coefficient"
    for none in (0.0, 1e-320):
        without = pool([[1.0], [2.0]], [[[none]]] * 2).estimates[0]
        assert without.reason == "not estimable: no variance within the data sets"


def test_a_level_infinite_in_one_completed_data_set_is_named():
    """In the second copy nobody of level c dies."""
    sample = Survival([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 1, 1, 0, 0])
    number_ = Numeric("x", [1, 3, 2, 5, 4, 1, 2, 0])
    copies = ([0, 1, 2, 0, 1, 2, 0, 1], [0, 1, 0, 1, 0, 1, 2, 2])
    fits = [cox(sample, [Factor("f", "abc", codes), number_]) for codes in copies]
    pooled = pool_cox(fits)
    reason = "not estimable: monotone likelihood (in completed data set 2 of 2)"
    assert pooled.coefficient("f", "c").reason == reason
    assert pooled.coefficient("f", "c").hazard_ratio is None
    assert pooled.coefficient("f", "b").hazard_ratio is not None
    assert pooled.term("f").statistic is None
    assert pooled.term("f").reason == reason
    assert pooled.term("x").p == pooled.coefficient("x").p
    assert pooled.wald.df == 2
    with pytest.raises(KeyError, match="no term 'g'"):
        pooled.term("g")
    assert (pooled.dropped, pooled.robust, pooled.strata) == (0, False, ())
    with pytest.raises(KeyError, match="name a level of 'f'"):
        pooled.coefficient("f")


def test_a_level_nobody_has_leaves_the_rest_of_its_term():
    sample = Survival([1, 2, 3, 4, 5, 6, 7, 8], [True] * 8)
    copies = ([0, 1, 2, 0, 1, 2, 0, 1], [0, 1, 2, 0, 2, 1, 0, 1])
    fits = [cox(sample, [Factor("f", "abcd", codes)]) for codes in copies]
    pooled = pool_cox(fits)
    assert pooled.coefficient("f", "d").reason == "not estimable: no patient with this level"
    assert pooled.term("f").df == 2
    assert pooled.term("f").p is not None


def test_models_without_a_coefficient_or_an_event_are_pooled_to_reasons():
    quiet = Survival([1, 2, 3], [False] * 3)
    pooled = pool_cox([cox(quiet, [Numeric("x", [1, 2, 3])])] * 2)
    assert pooled.coefficient("x").reason == "not estimable: no events"
    assert pooled.term("x").reason == "not estimable: no events"
    assert pooled.wald.statistic is None
    empty = pool_cox([cox(Survival([1, 2], [True, True]), [])] * 2)
    assert empty.coefficients == () and empty.wald.p is None


def test_fits_that_do_not_belong_together_are_refused():
    sample = Survival([1, 2, 3, 4], [True] * 4)
    x, y = Numeric("x", [1, 0, 1, 0]), Numeric("y", [1, 0, 1, 0])
    fit = cox(sample, [x])
    with pytest.raises(SampleError, match="at least two"):
        pool_cox([fit])
    with pytest.raises(SampleError, match="fit 2 has other columns"):
        pool_cox([fit, cox(sample, [y])])
    with pytest.raises(SampleError, match="ties is efron in the first and breslow"):
        pool_cox([fit, cox(sample, [x], ties="breslow")])
    with pytest.raises(SampleError, match="n is 4 in the first and 3 in fit 2"):
        pool_cox([fit, cox(sample, [Numeric("x", [1, 0, 1, math.nan])])])

"""Is Wald's statistic right by hand, on any scale, and absent where the covariance is singular?"""

import numpy as np
import pytest
from pytest import approx

from outcomes._numbers.linear import LEAST_PIVOT, in_own_errors, wald
from outcomes._regression.wald import Wald
from outcomes.reasons import Reason

BETA = np.array([1.0, 2.0])
SPREAD = np.array([[4.0, 1.0], [1.0, 1.0]])


def test_two_estimates_by_hand():
    """The inverse of (4 1; 1 1) is (1 -1; -1 4) / 3: (1 - 2 * 2 + 4 * 4) / 3."""
    score, correlation = in_own_errors(BETA, SPREAD)
    assert score.tolist() == [0.5, 2.0]
    assert correlation.tolist() == [[1.0, 0.5], [0.5, 1.0]]
    assert wald(score, correlation) == approx(13 / 3)
    assert wald(score[:1], correlation[:1, :1]) == approx(0.25)


@pytest.mark.parametrize("scale", [1e-120, 1e-8, 1e120])
def test_units_do_not_matter(scale):
    units = np.array([scale, 1.0])
    assert wald(*in_own_errors(BETA * units, SPREAD * np.outer(units, units))) == approx(13 / 3)


@pytest.mark.parametrize(
    "covariance",
    [
        [[1.0, 1.0], [1.0, 1.0]],
        [[1.0, 1 - LEAST_PIVOT / 4], [1 - LEAST_PIVOT / 4, 1.0]],
        [[1.0, 2.0], [2.0, 1.0]],
        [[1.0, 0.0], [0.0, 0.0]],
        [[1.0, 0.0], [0.0, -1.0]],
        [[1.0, 0.0], [0.0, np.nan]],
    ],
)
def test_a_covariance_without_an_inverse_has_no_statistic(covariance):
    assert wald(*in_own_errors(BETA, np.array(covariance))) is None
    test = Wald(BETA, np.array(covariance)).of([0, 1])
    assert (test.statistic, test.df, test.p, test.reason) == (None, 2, None, Reason.TOO_FEW)


@pytest.mark.parametrize("estimate", [np.nan, np.inf])
def test_an_estimate_that_is_no_number_has_no_statistic(estimate):
    score, correlation = in_own_errors(np.array([estimate, 1.0]), SPREAD)
    assert wald(score, correlation) is None
    assert wald(score[:1], correlation[:1, :1]) is None


def test_columns_apart_are_tested_as_those_side_by_side():
    spread = np.array([[4.0, 9.0, 1.0], [9.0, 99.0, 9.0], [1.0, 9.0, 1.0]])
    tests = Wald(np.array([1.0, 5.0, 2.0]), spread)
    assert tests.of([0, 2]).statistic == approx(13 / 3)
    assert (tests.of([]).statistic, tests.of([]).df) == (None, 0)

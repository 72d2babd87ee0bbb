"""Do a fit and its diagnostics keep their digits when linear predictors lie far apart?"""

import numpy as np
import pytest
from pytest import approx

from outcomes.cox import cox
from outcomes.proportional import proportional_hazards
from outcomes.residuals import residuals
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Numeric

LEVEL = [-1000, -100, -30, 30, 100, 1000]


def two_strata(level):
    """80 patients; everybody in the first stratum has x higher by the level."""
    rng = np.random.default_rng(3)
    stratum, risk = np.repeat([0, 1], 40), rng.normal(size=80)
    days = np.ceil(300 * rng.exponential(size=80) / np.exp(risk)).astype(int)
    sample = Survival(days, rng.random(80) < 0.8)
    x = Numeric("x", np.round(risk, 2) + level * (stratum == 0))
    return sample, x, Factor("stratum", ["a", "b"], stratum)


@pytest.mark.parametrize("ties", ["breslow", "efron"])
@pytest.mark.parametrize("level", LEVEL)
def test_the_level_of_a_stratum_changes_nothing(level, ties):
    """No risk set crosses strata, so only differences within one count."""
    fits, tests, martingales = [], [], []
    for height in (0, level):
        sample, x, strata = two_strata(height)
        fits.append(cox(sample, [x], strata=strata, ties=ties, robust=True))
        naive = cox(sample, [x], strata=strata, ties=ties)
        tests.append(proportional_hazards(naive).overall.statistic)
        martingales.append(residuals(naive, "martingale").values)
    here, there = fits
    assert there.coefficient("x").beta == approx(here.coefficient("x").beta, rel=1e-9)
    assert there.coefficient("x").std_error == approx(here.coefficient("x").std_error, rel=1e-9)
    assert there.naive_covariance == approx(here.naive_covariance, rel=1e-9)
    assert there.log_likelihood == approx(here.log_likelihood, rel=1e-12)
    assert tests[1] == approx(tests[0], rel=1e-7)
    assert martingales[1] == approx(martingales[0], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("far", [30, 44, 100, 400])
def test_a_row_alone_in_its_risk_set_changes_nothing(far):
    """It fails with certainty, however far its covariate lies, before the others enter."""
    rng = np.random.default_rng(5)
    x = np.round(rng.normal(size=60), 2)
    days = np.ceil(20 + 400 * rng.exponential(size=60) / np.exp(x)).astype(int)
    entry, event = rng.integers(2, 15, 60), rng.random(60) < 0.8
    x[0], days[0], entry[0], event[0] = -far, 2, -1, True
    every = Survival(days, event, entry=entry)
    others = Survival(days[1:], event[1:], entry=entry[1:])
    for robust in (False, True):
        fit = cox(every, [Numeric("x", x)], robust=robust)
        without = cox(others, [Numeric("x", x[1:])], robust=robust)
        assert fit.log_likelihood == approx(without.log_likelihood, rel=1e-12)
        assert fit.coefficient("x").beta == approx(without.coefficient("x").beta, rel=1e-9)
        assert fit.coefficient("x").std_error == approx(
            without.coefficient("x").std_error, rel=1e-9
        )


def robust_errors_by_sums(days, entry, x, weight, offset, beta, covariance):
    """Lin and Wei's sandwich by sums over each risk set, Breslow, every row failing."""
    risk = weight * np.exp(x @ beta + offset)
    change = np.zeros_like(x)
    for row in range(len(days)):
        for failing in range(len(days)):
            at_risk = (entry < days[failing]) & (days >= days[failing])
            mean = risk[at_risk] @ x[at_risk] / risk[at_risk].sum()
            if failing == row:
                change[row] += x[row] - mean
            if at_risk[row]:
                hazard = weight[failing] / risk[at_risk].sum()
                change[row] -= hazard * risk[row] / weight[row] * (x[row] - mean)
    moved = weight[:, None] * change @ covariance
    return np.sqrt(np.diag(moved.T @ moved))


def test_risk_sets_a_million_times_lighter_than_what_comes_later():
    days, entry = np.array([1, 5, 3, 4, 0, 4]), np.array([-1, 4, 2, -1, -1, 1])
    weight, offset = np.array([3.0, 2, 1, 2, 1, 1]), np.array([0.31, 0.5, 0.45, -0.02, 2.3, 0.28])
    number, code = np.array([-2.03, -0.33, 0.98, -0.72, -0.32, -0.67]), [0, 0, 0, 1, 1, 1]
    sample = Survival(days, [True] * 6, entry=entry, weight=weight)
    terms = [Numeric("number", number), Factor("group", ["1", "2"], code)]
    fit = cox(sample, terms, ties="breslow", robust=True, offset=offset)
    beta = np.array([one.beta for one in fit.coefficients])
    columns = np.column_stack((number, code))
    assert np.ptp(columns @ beta) > 20
    expected = robust_errors_by_sums(
        days, entry, columns, weight, offset, beta, fit.naive_covariance
    )
    assert [one.std_error for one in fit.coefficients] == approx(expected, rel=1e-9)


def test_offsets_beyond_any_weight_are_refused():
    sample, x = Survival([5, 8, 8, 12, 3], [1, 1, 0, 1, 0]), Numeric("x", [1, 2, 3, 1, 2])
    with pytest.raises(SampleError, match="offset: rows of a stratum differ by more than 100"):
        cox(sample, [x], offset=[800, 0, 0, 0, 0])
    fit = cox(sample, [x], offset=[5, 5, 5, 5, 5])
    assert fit.coefficient("x").beta == approx(cox(sample, [x]).coefficient("x").beta)

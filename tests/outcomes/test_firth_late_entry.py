"""Does Firth's regression find its limits where few light rows are left of many that came late?"""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

from outcomes._regression import firth_likelihood
from outcomes._regression.firth_likelihood import Penalised
from outcomes._regression.model import prepare
from outcomes.firth import firth
from outcomes.sample import Survival
from outcomes.terms import Factor, Numeric

# The first two have all died before the others enter.
GAP = Survival(
    [2, 3, 10, 11, 12, 9], [True, True, True, False, True, True], entry=[-1, -1, 5, 5, 7, 4]
)
TERMS = [Factor("g", ["a", "b", "c"], [0, 1, 2, 0, 1, 2]), Numeric("x", np.arange(6.0))]


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_the_score_is_the_derivative_far_out(ties):
    """Differences of running sums left a value with nine digits: its slope was noise."""
    prepared = prepare(GAP, TERMS, ties, None, None)
    likelihood = Penalised(prepared.likelihood.take(prepared.kept))
    for beta in ([-2.6441, 0.62, 0.97], [-1.67, 0.63, 0.91], [0.0, 0.0, 0.0]):
        here = np.array(beta)
        slopes = [
            (likelihood.at(here + h).log_likelihood - likelihood.at(here - h).log_likelihood) / 2e-5
            for h in 1e-5 * np.eye(3)
        ]
        assert likelihood.at(here).score == approx(slopes, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_limits_of_six_patients_take_few_evaluations(ties, monkeypatch):
    """They took tens of thousands: steps of rounding, halved forty times each."""
    count, at = [0], Penalised.at

    def counted(self, beta):
        count[0] += 1
        return at(self, beta)

    monkeypatch.setattr(firth_likelihood.Penalised, "at", counted)
    fit = firth(GAP, TERMS, ties=ties)
    assert fit.converged and count[0] < 1000
    for row in fit.coefficients:
        assert row.reason is None and row.limit_reason is None
        assert row.lower < row.hazard_ratio < row.upper

"""Which invented patients do the tests of Fine and Gray's regression share, and what is read of a fit?"""

from types import SimpleNamespace

import numpy as np

from outcomes.sample import CENSORED, CompetingRisks
from outcomes.terms import Factor, Numeric

CAUSES = ("relapse", "death")
NUMBERS = ("beta", "std_error", "hazard_ratio", "lower", "upper", "z", "p")
MONOTONE = "not estimable: monotone likelihood"
NO_VARIANCE = "not estimable: too few rows or clusters for a robust variance"


def made_up(n=120, seed=5, longest=60):
    """n patients with tied days, two causes and censoring, three groups and two numbers."""
    rng = np.random.default_rng(seed)
    codes, x, y = rng.integers(0, 3, n), rng.normal(size=n), rng.normal(size=n)
    days = rng.integers(0, longest, n)
    cause = rng.choice([CENSORED, 0, 1], n, p=[0.3, 0.4, 0.3])
    risks = CompetingRisks(days, cause, causes=CAUSES)
    group = Factor("group", ["a", "b", "c"], codes)
    return SimpleNamespace(risks=risks, group=group, x=Numeric("x", x), y=Numeric("y", y))


def numbers_of(fit, name="beta"):
    return [getattr(coefficient, name) for coefficient in fit.coefficients]


def without_numbers(coefficient, reason):
    return coefficient.reason == reason and all(
        getattr(coefficient, name) is None for name in NUMBERS
    )

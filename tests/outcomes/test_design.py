"""Are the columns of a model those its terms say, however they are looked up?"""

import numpy as np
import pytest
from pytest import approx

from outcomes._regression.design import design, raw_columns
from outcomes.terms import Factor, Numeric


@pytest.mark.parametrize("sizes", [(1,), (2, 3), (4, 4, 4), (4, 4, 5), (65, 2), (3, 1, 70, 1)])
def test_neighbouring_factors_looked_up_together_give_the_same_columns(sizes):
    """(4, 4, 5) and more are too many combinations for one table; numbers part neighbours too."""
    random = np.random.default_rng(len(sizes))
    draws = [random.integers(0, k, 90) for k in sizes]
    factors = [
        Factor(f"f{place}", [f"{level}" for level in range(k)], codes)
        for place, (k, codes) in enumerate(zip(sizes, draws, strict=True))
    ]
    terms = [*factors, Numeric("x", random.random(90)), Factor("last", ["a", "b"], draws[0] % 2)]
    for rows in (random.permutation(90), np.arange(20, 70)):
        raw, found = raw_columns(terms, rows).T, design(terms, rows)
        assert found.values * found.scale + found.centre == approx(raw, abs=1e-12)
        assert found.centre == approx(raw.mean(axis=0))
        assert found.spread * found.scale == approx(np.ptp(raw, axis=0))

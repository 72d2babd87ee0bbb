"""Are sums over rows that are alike those over the rows one by one?"""

import numpy as np
import pytest
from pytest import approx

from outcomes._numbers.columns import CHUNK_ROWS
from outcomes._regression.design import design
from outcomes._regression.rows import Kinds, Rows
from outcomes.cox import cox
from outcomes.sample import Survival
from outcomes.terms import Factor, Interaction, Numeric

MANY = CHUNK_ROWS + 500


def _factors(random, *sizes):
    return [
        Factor(f"f{place}", [f"{level}" for level in range(k)], random.integers(0, k, MANY))
        for place, k in enumerate(sizes)
    ]


def test_by_hand():
    """Kinds a = (1, 0) and b = (0, 2) in columns 1 and 2; rows a, b, a; column 0 is 1, 2, 3."""
    kinds = Kinds(
        slice(1, 3),
        np.array([[1.0, 0.0], [0.0, 2.0]]),
        np.array([0, 1, 0]),
        slice(0, 1),
        np.array([[1.0, 2.0, 3.0]]),
    )
    assert kinds.times(np.array([10.0, 1.0, 3.0])).tolist() == [11, 26, 31]
    weight = np.array([1.0, 0.5, 2.0])
    assert kinds.total(weight).tolist() == [8, 3, 1]
    assert kinds.square(weight).tolist() == [[21, 7, 2], [7, 3, 0], [2, 0, 2]]


@pytest.mark.parametrize("kind", ["first", "last", "apart", "factors alone"])
def test_sums_by_kind_are_those_by_row(kind):
    random = np.random.default_rng(7)
    factors, x = _factors(random, 3, 4, 5), Numeric("x", random.standard_normal(MANY))
    pair = Interaction(factors[0], x)
    terms = {
        "first": [*factors, x, pair],
        "last": [x, *factors],
        "apart": [x, *factors, pair],
        "factors alone": factors,
    }[kind]
    rows = design(terms, random.permutation(MANY)).rows
    assert rows.kinds is not None
    plain, p = Rows(rows.values), rows.values.shape[1]
    weight, beta = random.random(MANY) * (random.random(MANY) < 0.9), random.standard_normal(p)
    assert rows.times(beta) == approx(plain.times(beta), abs=1e-12)
    assert rows.total(weight) == approx(plain.total(weight), abs=1e-9)
    assert rows.square(weight) == approx(plain.square(weight), abs=1e-9)


def test_few_rows_or_factors_parted_by_a_number_have_no_kinds():
    random = np.random.default_rng(7)
    a, b, x = *_factors(random, 3, 4), Numeric("x", random.standard_normal(MANY))
    assert design([a, b, x], np.arange(CHUNK_ROWS)).rows.kinds is None
    assert design([a, x, b], np.arange(MANY)).rows.kinds is None


@pytest.mark.parametrize("ties", ["breslow", "efron"])
def test_the_order_of_the_terms_changes_no_coefficient(ties):
    """Side by side the factors make kinds of rows, parted by a number they do not."""
    random = np.random.default_rng(8)
    a, b, x = *_factors(random, 3, 4), Numeric("x", random.standard_normal(MANY))
    days = np.ceil(random.exponential(400, MANY) * np.exp(-0.4 * a.codes - 0.5 * x.values))
    sample = Survival(days.astype(int), random.random(MANY) < 0.6)
    together, apart = cox(sample, [a, b, x], ties=ties), cox(sample, [a, x, b], ties=ties)
    for one in together.coefficients:
        other = apart.coefficient(one.term, one.level)
        assert one.beta == approx(other.beta, rel=1e-9)
        assert one.std_error == approx(other.std_error, rel=1e-9)
    assert together.log_likelihood == approx(apart.log_likelihood, rel=1e-13)
    assert together.score.statistic == approx(apart.score.statistic, rel=1e-10)

"""Is multiple imputation right by hand, and does it keep its laws?"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes._imputation.draws import informative, line, nearest
from outcomes._imputation.level_draws import augmentation, choice, levels_drawn, probabilities
from outcomes._imputation.predictors import cumulative_hazard
from outcomes.imputation import impute
from outcomes.sample import Survival
from outcomes.terms import Factor, Numeric
from tests.outcomes.imputation_data import incomplete, values_of

NAN = math.nan


# --- by hand -------------------------------------------------------------------------------------


def test_hazard_at_the_own_time_by_hand():
    """Days 1+, 2, 2, 4: two of three die on day 2, the last on day 4: 0, 2/3, 2/3, 2/3 + 1."""
    sample = Survival([1, 2, 2, 4], [False, True, True, True])
    assert cumulative_hazard(sample) == approx([0, 2 / 3, 2 / 3, 5 / 3])
    # The last enters after day 2: then both of two die on day 2, and he gathers only day 4.
    late = Survival([1, 2, 2, 4], [False, True, True, True], entry=[-1, -1, -1, 2])
    assert cumulative_hazard(late) == approx([0, 1, 1, 1])
    # Without the second: one of two dies on day 2; a row out of play has the hazard of its day.
    fewer = Survival([1, 2, 2, 4], [False, True, True, True], weight=[1, 0, 1, 1])
    assert cumulative_hazard(fewer) == approx([0, 1 / 2, 1 / 2, 3 / 2])


def test_donors_by_hand():
    """Known 0, 10, 11, 12, 30. Two donors for 10.4: 10 and 11, each half the time; 40: 30 and 12."""
    near, rng = np.array([30.0, 10.0, 0.0, 12.0, 11.0]), np.random.default_rng(1)
    found = near[nearest(near, np.repeat([10.4, 40.0], 2000), 2, rng)]
    for part, pair in ((found[:2000], (10, 11)), (found[2000:], (12, 30))):
        assert set(part) == set(pair)
        assert (part == pair[0]).mean() == approx(0.5, abs=0.04)
    assert set(near[nearest(near, np.full(500, 11.0), 1, rng)]) == {11}
    assert set(near[nearest(near, np.full(500, 11.0), 9, rng)]) == set(near)
    # Of equal values another one each time.
    first = [int(nearest(np.zeros(3), np.zeros(1), 1, rng)[0]) for _ in range(900)]
    assert np.bincount(first) == approx(np.full(3, 300), abs=60)


def test_a_line_and_its_posterior_by_hand():
    """y = 1, 3, 5, 3 at x = -1, 0, 1, 0: intercept 3, slope 2, no residual but 0: no spread.

    y = 0, 2, 4, 6 on a constant: mean 3, S = 20, 3 df: sigma^2 is 20/chi^2(3), mean 20, and the
    mean is drawn from a t with 3 df and scale sqrt(20/3/4).
    """
    x = np.array([[1.0] * 4, [-1.0, 0.0, 1.0, 0.0]])
    rng = np.random.default_rng(2)
    exact = line(np.array([1.0, 3.0, 5.0, 3.0]), x, np.array([True, True]), rng)
    assert exact.fitted == approx([3, 2])
    assert exact.drawn == approx([3, 2])
    drawn = np.array(
        [
            line(np.array([0.0, 2.0, 4.0, 6.0]), x, np.array([True, False]), rng).drawn
            for _ in range(4000)
        ]
    )
    assert (drawn[:, 1] == 0).all()
    t = np.abs(drawn[:, 0] - 3) / math.sqrt(20 / 3 / 4)
    # Student's t with 3 df: half of it within 0.7649, nine tenths within 2.3534.
    assert [(t < 0.7649).mean(), (t < 2.3534).mean()] == approx([0.5, 0.9], abs=0.025)


def test_a_table_of_counts_by_hand():
    """Without augmentation levels a, b, c in 2, 4, 6 patients: logs of 4/2 and 6/2."""
    constant = np.ones((1, 12))
    level = np.repeat([0, 1, 2], (2, 4, 6))
    rng, start = np.random.default_rng(3), np.zeros((2, 1))
    found = choice(level, 3, constant, constant[:, :1], np.array([True]), start, rng)
    assert found.fitted.ravel() == approx([math.log(2), math.log(3)])
    assert probabilities(found.fitted @ constant)[:, 0] == approx([2 / 12, 4 / 12, 6 / 12])
    drawn = levels_drawn(np.tile([[1 / 6], [2 / 6], [3 / 6]], 6000), rng)
    assert np.bincount(drawn) / 6000 == approx([1 / 6, 2 / 6, 3 / 6], abs=0.02)
    # The draw around log(2) has variance 1/2 + 1/4.
    draws = [
        choice(level, 3, constant, constant[:, :1], np.array([True]), start, rng).drawn[0, 0]
        for _ in range(1000)
    ]
    assert np.var(draws) == approx(3 / 4, rel=0.15)


def test_augmentation_by_hand():
    """One predictor 0, 2, 4 (mean 2, SD 2), two levels: rows at 2 +- 1, each level both ways.

    Four rows weigh 2 together: a constant and a slope. At 0, 0, 0, 1 half an SD below the mean
    would be less than the least: it is held there.
    """
    x = np.array([[1.0] * 3, [0.0, 2.0, 4.0]])
    more = augmentation(x[:, :2], x[:, 2:], 2)
    assert more.x.tolist() == [[1, 1, 1, 1], [3, 1, 3, 1]]
    assert more.level.tolist() == [0, 0, 1, 1]
    assert more.weight.tolist() == [0.5] * 4
    rare = np.array([[1.0] * 4, [0.0, 0.0, 0.0, 1.0]])
    assert augmentation(rare[:, :2], rare[:, 2:], 2).x[1].min() == 0


def test_predictors_that_add_nothing_are_left_out():
    """A copy, a constant beside the first and a sum go; a column among others stays."""
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(2, 50))
    x = np.array([np.ones(50), a, a, np.full(50, 3.0), b, a + b, np.zeros(50), a**2])
    kept, lower = informative(x, np.ones(8, dtype=bool))
    assert kept.tolist() == [0, 1, 4, 7]
    assert lower @ lower.T == approx(x[kept] @ x[kept].T)
    kept, _ = informative(x, np.array([True, False, True, True, True, True, True, True]))
    assert kept.tolist() == [0, 2, 4, 7]


# --- laws ----------------------------------------------------------------------------------------


@st.composite
def incomplete_terms(draw):
    """Three columns, at least two patients known in each, in any state of collinearity."""
    n = draw(st.integers(3, 25))
    some = st.lists(st.booleans(), min_size=n, max_size=n)
    columns = []
    for name in ("a", "b", "c"):
        known = np.array(draw(some))
        known[:2] = True
        values = np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
        if name == "c":
            columns.append(Numeric(name, np.where(known, values, NAN)))
        else:
            levels = "xyzw" if name == "a" else "xy"
            codes = np.where(known, values % len(levels), -1)
            columns.append(Factor(name, levels, codes))
    days = draw(st.lists(st.integers(0, 30), min_size=n, max_size=n))
    return Survival(days, draw(some)), columns


@settings(max_examples=40, deadline=None)
@given(incomplete_terms(), st.integers(0, 2**32))
def test_laws_of_imputation(data, seed):
    """Known values stay, drawn ones were seen, seeds decide, copies do not depend on m."""
    sample, terms = data
    found = impute(terms, outcome=sample, m=3, iterations=2, seed=seed)
    again = impute(terms, outcome=sample, m=2, iterations=2, seed=seed)
    assert found.m == 3
    for copy in found.completed:
        assert [term.name for term in copy] == ["a", "b", "c"]
        for before, after in zip(terms, copy, strict=True):
            assert after.known.all()
            old, new = values_of(before), values_of(after)
            assert (new[before.known] == old[before.known]).all()
            assert set(new) <= set(old[before.known])
    for one, other in zip(again.completed, found.completed, strict=False):
        for a, b in zip(one, other, strict=True):
            assert (values_of(a) == values_of(b)).all()
    incomplete_names = [term.name for term in terms if not term.known.all()]
    assert [column.name for column in found.columns] == incomplete_names
    for column in found.columns:
        assert column.trace.shape == (2, 3)
        assert not column.trace.flags.writeable


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_the_unit_of_a_number_does_not_matter(unit):
    sample, terms = incomplete()
    shifted = [
        Numeric(term.name, term.values * unit + 7 * unit) if isinstance(term, Numeric) else term
        for term in terms
    ]
    ours = impute(terms, outcome=sample, m=1, iterations=2, seed=5, methods={"bili": "normal"})
    theirs = impute(shifted, outcome=sample, m=1, iterations=2, seed=5, methods={"bili": "normal"})
    for a, b in zip(ours.completed[0], theirs.completed[0], strict=True):
        if isinstance(a, Numeric):
            assert b.values / unit - 7 == approx(a.values, abs=1e-6)
        else:
            assert (a.codes == b.codes).all()


def test_the_seed_alone_decides():
    sample, terms = incomplete()
    state = np.random.get_state()[1].tolist()
    one, other = (impute(terms, outcome=sample, m=1, iterations=1, seed=s) for s in (1, 2))
    assert (values_of(one.completed[0][1]) != values_of(other.completed[0][1])).any()
    assert np.random.get_state()[1].tolist() == state
    assert (one.seed, one.iterations) == (1, 1)


def test_chains_from_different_beginnings_agree():
    """The trace of ten chains shows no drift: between chains as little as within them."""
    sample, terms = incomplete()
    trace = impute(terms, outcome=sample, iterations=20, seed=6).column("bili").trace[5:]
    between, within = trace.mean(axis=0).var(ddof=1), trace.var(axis=0, ddof=1).mean()
    shrink = math.sqrt((14 / 15 * within + between) / within)  # Gelman and Rubin's R
    assert shrink < 1.1

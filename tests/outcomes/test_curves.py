"""Are curves right with weights, with late entry, with every kind of limits and robust errors?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes._curves.limits import limits
from outcomes.competing_risks import cumulative_incidence
from outcomes.curve import limits_by
from outcomes.kaplan_meier import follow_up, kaplan_meier, kaplan_meier_by, reverse_kaplan_meier
from outcomes.nelson_aalen import nelson_aalen, nelson_aalen_by, survival_from_hazard
from outcomes.sample import CompetingRisks, SampleError, Survival
from outcomes.terms import Factor
from tests.outcomes.curves_data import numbers, part, replicated, survival_data, weighted
from tests.outcomes.golden_tables import golden_by

CASE = ("dataset", "weights", "level")


# --- by hand


def test_late_entry_by_hand():
    """b is at risk on (2, 6], c on (5, 9]; a from the start. Day 2: 1 at risk, not b."""
    sample = Survival([4, 6, 9], [True, True, False], entry=[-1, 2, 5])
    curve = kaplan_meier(sample)
    assert curve.at_risk.tolist() == [2, 2, 1]
    assert curve.survival.tolist() == approx([1 / 2, 1 / 4, 1 / 4])
    assert curve.log_variance == approx([1 / 2, 1, 1])
    # An entry on the day counts from the next day on.
    assert [curve.at_risk_at(day) for day in (0, 2, 2.5, 4, 5, 6, 9, 10)] == [
        *(1, 1, 2, 2, 1, 2, 1, 0)
    ]
    assert curve.n == 3


def test_a_curve_that_dies_out_before_others_enter_stays_at_0():
    curve = kaplan_meier(Survival([3, 9, 9], [True, True, False], entry=[-1, 5, 5]))
    assert curve.survival.tolist() == [0, 0]
    assert curve.log_variance.tolist() == [np.inf, np.inf]
    assert curve.interval_at(9).lower is None and curve.std_error_at(9) == 0
    robust = kaplan_meier(
        Survival([3, 9, 9], [True, True, False], entry=[-1, 5, 5]), variance="robust"
    )
    assert robust.log_variance.tolist() == [np.inf, np.inf]


def test_weights_by_hand():
    """Weights 2, 1, 1: half the weight dies on day 5, then 1 of 2."""
    curve = kaplan_meier(Survival([5, 8, 9], [True, True, False], weight=[2, 1, 1]))
    assert curve.survival.tolist() == approx([1 / 2, 1 / 4, 1 / 4])
    assert curve.log_variance == approx([2 / (4 * 2), 1 / 4 + 1 / (2 * 1), 3 / 4])
    assert (curve.n, curve.events, curve.at_risk.tolist()) == (3, 2, [3, 2, 1])
    assert curve.weighted is not None
    assert curve.weighted.at_risk.tolist() == [4, 2, 1]
    assert curve.weighted.died.tolist() == [2, 1, 0]
    assert curve.weighted.censored.tolist() == [0, 0, 1]
    assert not curve.robust


def test_robust_variance_by_hand():
    """Two rows, weights 1.5 and 0.5; the first dies on day 1: S = 0.5 / 2.

    dS/dw1 = -0.5 / 4, dS/dw2 = 1 / 2 - 0.5 / 4; each times its weight.
    """
    curve = kaplan_meier(Survival([1, 2], [True, False], weight=[1.5, 0.5]))
    assert curve.robust and curve.at(1) == 1 / 4
    assert curve.std_error_at(1) == approx(np.hypot(1.5 * 0.5 / 4, 0.5 * (1 / 2 - 0.5 / 4)))
    assert not kaplan_meier(
        Survival([1, 2], [True, False], weight=[1.5, 0.5]), variance="model"
    ).robust


def test_tied_deaths_together_and_one_by_one_by_hand():
    sample = Survival([3, 3, 5, 7], [True, True, True, False])
    together = nelson_aalen(sample)
    assert together.hazard == approx([2 / 4, 2 / 4 + 1 / 2, 1])
    assert together.variance == approx([2 / 16, 2 / 16 + 1 / 4, 3 / 8])
    single = nelson_aalen(sample, ties="one by one")
    assert single.hazard == approx([1 / 4 + 1 / 3, 1 / 4 + 1 / 3 + 1 / 2, 13 / 12])
    assert single.variance[0] == approx(1 / 16 + 1 / 9)
    assert survival_from_hazard(sample).at(5) == approx(np.exp(-1))
    limits = together.interval_at(4, "log")
    spread = 1.959963984540054 * np.sqrt(1 / 8)
    assert (limits.lower, limits.upper) == approx(
        (0.5 * np.exp(-spread / 0.5), 0.5 * np.exp(spread / 0.5))
    )
    plain = together.interval_at(4, "plain")
    assert (plain.lower, plain.upper) == approx((0, 0.5 + spread))
    assert together.interval_at(2).lower is None and together.at(0) == 0


# --- against R


@pytest.mark.parametrize("variance", [None, "model"])
def test_curves_agree_with_r(variance):
    """survfit: lung, heart (late entry) and cgd (late entry), three weightings, two groups each.

    R is robust where a weight is a fraction; at survival 0 it keeps no limits, nor do we.
    """
    for (name, kind, level), rows in golden_by("curves", *CASE).items():
        if variance == "model" and kind == "fraction":
            continue
        curve = kaplan_meier(part(name, kind, level), variance=variance)
        assert curve.robust == (kind == "fraction")
        assert curve.day.tolist() == numbers(rows, "day")
        counts = curve.weighted or curve
        for column in ("at_risk", "died", "censored"):
            assert getattr(counts, column) == approx(numbers(rows, column), rel=1e-9, abs=1e-12)
        assert curve.survival == approx(numbers(rows, "survival"), rel=1e-9)
        errors = numbers(rows, "log_error", np.inf)
        assert np.sqrt(curve.log_variance) == approx(errors, rel=1e-9)
        for kind_of_limits in ("logit", "arcsin", "log-log"):
            found = curve.limits(kind_of_limits)
            for side, values in zip(("lower", "upper"), found, strict=True):
                wanted = np.array(numbers(rows, f"{kind_of_limits.replace('-', '')}_{side}"))
                wanted[curve.survival == 0] = np.nan
                assert values == approx(wanted, rel=1e-9, abs=1e-15, nan_ok=True)


@pytest.mark.parametrize("kind", ["log-log", "log", "plain", "logit", "arcsin"])
def test_limits_of_several_curves_are_those_of_each(kind):
    """One curve falls to 0 and one stays at 1; without a curve there is nothing."""
    sample = Survival([3, 5, 8, 2, 4, 6, 7, 9], [True, True, True, False, False, True, True, False])
    curves = kaplan_meier_by(sample, Factor("group", ["a", "b", "c"], [0, 0, 0, 1, 1, 2, 2, 2]))
    found = limits_by(curves, kind, 0.9)
    assert list(found) == ["a", "b", "c"]
    for name, curve in curves.items():
        assert np.array_equal(found[name], curve.limits(kind, 0.9), equal_nan=True)
    assert limits_by({}, kind) == {}


def test_hazards_agree_with_r():
    """survfit(stype = 2, ctype = 1, 2): hazard, error, exp(-hazard), log-log limits."""
    for (name, kind, level, ctype), rows in golden_by("curves_hazard", *CASE, "ctype").items():
        ties = {"1": "together", "2": "one by one"}[ctype]
        sample = part(name, kind, level)
        hazard = nelson_aalen(sample, ties=ties)
        curve = survival_from_hazard(sample, ties=ties)
        assert hazard.hazard == approx(numbers(rows, "hazard"), rel=1e-9)
        assert np.sqrt(hazard.variance) == approx(numbers(rows, "error"), rel=1e-9)
        assert curve.survival == approx(numbers(rows, "survival"), rel=1e-9)
        assert np.array_equal(curve.log_variance, hazard.variance)
        if kind == "fraction" and ctype == "1":
            continue  # R's limits are wrong there: see curves.R
        for side, values in zip(("lower", "upper"), curve.limits(), strict=True):
            assert values == approx(numbers(rows, side), rel=1e-9, nan_ok=True)
        middle = rows[len(rows) // 2]
        limits = hazard.interval_at(int(middle["day"]))
        assert limits.upper == approx(-np.log(float(middle["lower"])), rel=1e-9)
        assert limits.lower == approx(-np.log(float(middle["upper"])), rel=1e-9)


def test_all_groups_in_one_pass_are_the_groups_one_by_one():
    for name in ("lung", "pbc", "heart"):
        for kind in ("none", "whole", "fraction"):
            sample, factors = survival_data(name)
            sample, group = weighted(sample, kind), factors["group"]
            curves, hazards = kaplan_meier_by(sample, group), nelson_aalen_by(sample, group)
            assert list(curves) == list(hazards) == list(group.levels)
            for code, level in enumerate(group.levels):
                alone = kaplan_meier(sample.where(group.codes == code))
                hazard = nelson_aalen(sample.where(group.codes == code))
                together = curves[level]
                assert (together.n, together.events) == (alone.n, alone.events)
                for column in ("day", "at_risk", "died", "censored", "survival"):
                    assert np.array_equal(getattr(together, column), getattr(alone, column))
                assert together.log_variance == approx(alone.log_variance, rel=1e-12)
                assert hazards[level].hazard == approx(hazard.hazard, rel=1e-12)
                assert together.at_risk_at(33.5) == alone.at_risk_at(33.5)


# --- laws

rows_of_patients = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 9), st.booleans(), st.integers(0, 3)),
    min_size=1,
    max_size=25,
).filter(lambda rows: any(row[3] for row in rows))


def _sample(rows, late):
    entry, length, event, weight = (np.array(column) for column in zip(*rows, strict=True))
    if late:
        return Survival(entry + length, event, entry=entry, weight=weight)
    return Survival(length, event, weight=weight)


@settings(max_examples=50, deadline=None)
@given(rows_of_patients, st.booleans())
def test_whole_weights_are_replication(rows, late):
    sample = _sample(rows, late)
    mine, copies = kaplan_meier(sample), kaplan_meier(replicated(sample))
    assert mine.day.tolist() == copies.day.tolist()
    assert mine.survival == approx(copies.survival, rel=1e-12)
    assert mine.log_variance == approx(copies.log_variance, rel=1e-12)
    assert mine.weighted.at_risk.tolist() == copies.at_risk.tolist()
    assert mine.quantile_r() == copies.quantile_r()
    hazard, wanted = nelson_aalen(sample), nelson_aalen(replicated(sample))
    assert hazard.hazard == approx(wanted.hazard, rel=1e-12)


@settings(max_examples=50, deadline=None)
@given(rows_of_patients, st.booleans())
def test_robust_variance_is_the_sum_over_rows_of_what_their_weight_does(rows, late):
    """The influence of each row by a small change of its weight."""
    sample = _sample([row for row in rows if row[3]], late)
    curve = kaplan_meier(sample, variance="robust")
    inside = curve.survival > 0
    total = np.zeros(len(curve.day))
    for row in range(sample.n):
        ends = []
        for step in (-1e-5, 1e-5):
            weight = np.array(sample.weight)
            weight[row] += step
            moved = Survival(sample.days, sample.event, entry=sample.entry, weight=weight)
            ends.append(kaplan_meier(moved, variance="model").survival)
        total += (sample.weight[row] * (ends[1] - ends[0]) / 2e-5) ** 2
    found = curve.survival[inside] ** 2 * curve.log_variance[inside]
    assert found == approx(total[inside], rel=1e-5, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(rows_of_patients, st.floats(1e-6, 1e6))
def test_scaling_all_weights_moves_neither_the_curve_nor_its_robust_error(rows, factor):
    sample = _sample(rows, late=True)
    scaled = Survival(
        sample.days, sample.event, entry=sample.entry, weight=factor * np.array(sample.weight)
    )
    mine = kaplan_meier(sample, variance="robust")
    other = kaplan_meier(scaled, variance="robust")
    assert other.survival == approx(mine.survival, rel=1e-9)
    assert other.log_variance == approx(mine.log_variance, rel=1e-7, abs=1e-12)


def test_without_weights_and_late_entry_the_robust_error_is_greenwoods():
    sample, _ = survival_data("lung")
    robust, model = kaplan_meier(sample, variance="robust"), kaplan_meier(sample)
    assert robust.log_variance == approx(model.log_variance, rel=1e-9)


# --- edges


def test_rows_of_weight_0_take_no_part():
    sample = Survival([1, 5, 8], [True, True, False], entry=[0, 0, 0], weight=[0, 1, 1])
    curve = kaplan_meier(sample)
    assert (curve.day.tolist(), curve.n, curve.events) == ([5, 8], 2, 1)
    group = Factor("group", ["a", "b"], [0, 1, 1])
    assert list(kaplan_meier_by(sample, group)) == ["b"]
    assert kaplan_meier_by(sample, Factor("group", ["a"], [0, -1, -1])) == {}
    assert follow_up(sample).all_patients.n == 2
    assert follow_up(sample).survivors.n == 1


def test_the_reverse_curve_keeps_entry_and_weight():
    sample = Survival([4, 6], [True, False], entry=[1, 5], weight=[2, 3])
    turned = reverse_kaplan_meier(sample)
    assert turned.at_risk.tolist() == [1, 1] and turned.survival.tolist() == [1, 0]


def test_everybody_dead_is_exactly_0_whatever_the_weights():
    weight = np.array([0.1, 0.2, 0.3, 0.7, 0.1])
    late = Survival([3, 4, 4, 9, 9], [True] * 5, entry=[0, 1, 2, 3, 4], weight=weight)
    for sample in (late, Survival(late.days, late.event, weight=weight)):
        for variance in ("model", "robust"):
            curve = kaplan_meier(sample, variance=variance)
            assert curve.survival[-1] == 0 and np.isinf(curve.log_variance[-1])
    assert np.isfinite(nelson_aalen(late, ties="one by one").hazard).all()


@pytest.mark.parametrize("kind", ["log-log", "logit", "arcsin"])
def test_survival_1_but_for_rounding_has_the_limits_of_1(kind):
    """None, however large its error: that is rounding too."""
    almost = np.array([1 - 4e-14, 1.0, 0.5])
    for lower_or_upper in limits(almost, np.array([1e-13, 0.0, 0.1]), kind, 0.95):
        assert np.isnan(lower_or_upper).tolist() == [True, True, False]


def test_an_incidence_of_1_has_no_log_log_limits_as_in_r():
    """Late entries and weights leave 1 - 4e-14 and an error of rounding; R gives NA."""
    risks = CompetingRisks(
        [103, 82, 77, 30, 133, 179, 84, 52, 3],
        [-1, 0, -1, -1, -1, -1, -1, 0, 0],
        causes=["a", "b"],
        entry=[27, 64, 40, 9, 27, 30, 3, 34, 2],
        weight=[1.622, 3.036, 0.15, 0.082, 0.083, 1.054, 2.367, 0.419, 0.099],
    )
    found = cumulative_incidence(risks).of("a")
    assert found.probability[-1] == 1
    assert found.std_error[-1] == 0
    assert np.isnan(found.limits("log-log")).all()
    assert found.interval_at(100, "log-log").upper is None


def test_limits_of_a_large_error_are_0_and_1_without_a_warning():
    """Where exp would overflow."""
    lower, upper = limits(np.array([1 - 1e-9]), np.array([1.0]), "log-log", 0.95)
    assert (lower[0], upper[0]) == (0, 1)
    lower, upper = limits(np.array([0.5]), np.array([1e6]), "log", 0.95)
    assert (lower[0], upper[0]) == (0, 1)


def test_refusals():
    one = Survival([1], [True])
    with pytest.raises(
        ValueError, match="variance: expected one of 'model', 'robust'; got 'Greenwood'"
    ):
        kaplan_meier(one, variance="Greenwood")
    with pytest.raises(ValueError, match="ties: expected one of 'together', 'one by one'"):
        nelson_aalen(one, ties="Efron")
    with pytest.raises(ValueError, match="kind: expected one of 'log', 'plain'"):
        nelson_aalen(one).interval_at(1, "logit")
    with pytest.raises(ValueError, match="day: expected a number"):
        nelson_aalen(one).at(-1)
    with pytest.raises(
        ValueError, match="kind: expected one of 'plain', 'log', 'log-log', 'logit'"
    ):
        kaplan_meier(one).limits("cloglog")
    with pytest.raises(SampleError, match="group: 2 rows, but the sample has 1"):
        nelson_aalen_by(one, Factor("group", ["a"], [0, 0]))

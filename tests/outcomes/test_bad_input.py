"""Is what no statistic can be made of refused by name, before it becomes a wrong number?"""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from pytest import approx

from outcomes.baseline import predicted_curve
from outcomes.competing_risks import cumulative_incidence
from outcomes.cox import cox
from outcomes.descriptive import chi_square, mann_whitney, summarise, t_test
from outcomes.firth import firth
from outcomes.gray import gray_test
from outcomes.group_tests import share_interval
from outcomes.kaplan_meier import kaplan_meier
from outcomes.logrank import FlemingHarrington, log_rank
from outcomes.nelson_aalen import nelson_aalen
from outcomes.pooling import pool
from outcomes.residuals import residuals
from outcomes.sample import CompetingRisks, SampleError, Survival
from outcomes.selection import Rule, screen
from outcomes.terms import Factor, Numeric

SAMPLE = Survival([1, 2, 3, 4], [True, False, True, True])
AGE = Numeric("age", [3, 1, 2, 5])
GROUP = Factor("group", ["a", "b"], [0, 1, 0, 1])
RISKS = CompetingRisks([1, 2, 3, 4], [0, 1, -1, 0], causes=["relapse", "death"])


def _masked(*values: float) -> np.ma.MaskedArray:
    return np.ma.array(values, mask=[False] * (len(values) - 1) + [True])


# --- a mask is no decoration: numpy drops it without a word


@pytest.mark.parametrize(
    "make, name",
    [
        (lambda: Survival(_masked(1, 2), [True, False]), "days"),
        (lambda: Survival([1, 2], _masked(True, False)), "event"),
        (lambda: Survival([1, 2], [True, False], entry=_masked(0, 1)), "entry"),
        (lambda: CompetingRisks([1, 2], _masked(0, 1), causes=["a", "b"]), "cause"),
        (lambda: Factor("sex", ["f", "m"], _masked(0, 1)), "sex"),
    ],
)
def test_a_masked_row_is_named(make, name):
    with pytest.raises(SampleError, match=f"{name}: row 1 is masked; drop the row"):
        make()


def test_a_masked_number_is_missing():
    assert np.isnan(Numeric("age", _masked(41, 999)).values).tolist() == [False, True]
    assert summarise(_masked(41, 999)).missing == 1
    with pytest.raises(SampleError, match="weight: row 1 is missing; use 0"):
        Survival([1, 2], [True, False], weight=_masked(1, 2))


@pytest.mark.parametrize(
    "values", [np.array([1 + 2j]), np.array(["2020-01-01"], "M8[D]"), np.array([3], "m8[D]")]
)
def test_numbers_that_would_lose_a_part_or_their_unit_are_none(values):
    with pytest.raises(SampleError, match="age: not all values are numbers"):
        Numeric("age", values)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: Factor("sex", ["f", "m"], [0, float("nan")]), "sex: row 1 is missing; code a"),
        (lambda: CompetingRisks([1, 2], [0, float("nan")], causes=["a"]), "cause: row 1 is miss"),
    ],
)
def test_a_missing_code_is_named(make, words):
    with pytest.raises(SampleError, match=words):
        make()


# --- weights whose squares vanish or whose sums skip patients


def test_weights_are_finite_and_neither_vanish_nor_skip_patients():
    for weight, words in (
        ([1, np.inf], "weight: row 1 is infinite; use a finite weight, and 0 to leave"),
        ([1, 1e-300], "weight: row 1 is above 0 and less than 1e-100, whose squares may vanish"),
    ):
        with pytest.raises(SampleError, match=words):
            Survival([1, 2], [True, False], weight=weight)
    heavy = Survival(SAMPLE.days, SAMPLE.event, weight=[2.0**52] * 4)
    for call in (
        lambda: log_rank(heavy, GROUP),
        lambda: firth(heavy, [AGE]),
        lambda: gray_test(
            CompetingRisks([1, 2, 3, 4], [0] * 4, causes=["a"], weight=[2.0**52] * 4), GROUP, "a"
        ),
    ):
        with pytest.raises(SampleError, match=r"add up to more than 2\*\*53"):
            call()


def test_the_lightest_weights_have_a_curve_and_limits():
    curve = nelson_aalen(Survival([1, 2, 3], [True, True, False], weight=[1e-90] * 3))
    assert curve.at(2) == approx(1 / 3 + 1 / 2)
    limits = curve.interval_at(2)
    assert limits.lower is not None and 0 <= limits.lower < curve.at(2)


def test_the_deviance_of_an_event_hardly_expected_by_hand():
    """Alone at 1e-60 of the weight at risk: sqrt(-2 (1 + log 1e-60)); 1 - (1 - 1e-60) is 0."""
    sample = Survival([1, 2, 3], [True, True, False], weight=[1e-60, 1, 1])
    found = residuals(cox(sample, []), "deviance").values
    assert found[0] == approx(np.sqrt(-2 * (1 + np.log(0.5e-60))))


def _by_hand(sample: Survival, day: int) -> tuple[float, float]:
    """Survival and the robust error of its logarithm, row by row, without running sums."""
    assert sample.entry is not None and sample.weight is not None
    survival, pull = 1.0, np.zeros(sample.n)
    for event_day in np.unique(sample.days[sample.event & (sample.days <= day)]):
        here = (sample.entry < event_day) & (event_day <= sample.days)
        dies = here & sample.event & (sample.days == event_day)
        at_risk, left = sample.weight[here].sum(), sample.weight[here & ~dies].sum()
        survival *= left / at_risk
        pull += np.where(here & ~dies, 1 / left, 0.0) - np.where(here, 1 / at_risk, 0.0)
    return survival, float(np.sqrt(((sample.weight * pull) ** 2).sum()))


@pytest.mark.parametrize("heavy", [1.0, 1e3, 1e6, 1e9, 1e17])
def test_heavy_rows_that_come_late_leave_the_light_ones_before_their_digits(heavy):
    """Differences of running sums held none: an error 13 times too large at 1e8, NaN at 1e17."""
    draw = np.random.default_rng(7)
    n, light = 60, np.arange(60) < 30
    entry = np.where(light, -1, draw.integers(50, 90, n))
    days = np.where(light, draw.integers(1, 80, n), entry + draw.integers(1, 50, n))
    weight = draw.uniform(0.5, 1.5, n) * np.where(light, 1.0, heavy)
    sample = Survival(days, draw.random(n) < 0.6, entry=entry, weight=weight)
    curve = kaplan_meier(sample, variance="robust")
    cause = np.where(sample.event, 0, -1)
    free = cumulative_incidence(
        CompetingRisks(days, cause, causes=["relapse"], entry=entry, weight=weight)
    ).event_free
    for day in (5, 20, 45, 60, 75, 95):
        survival, error = _by_hand(sample, day)
        assert curve.at(day) == approx(survival, rel=1e-9)
        assert np.sqrt(curve.log_variance_at(day)) == approx(error, rel=2e-9)
        assert free.at(day) == approx(survival, rel=1e-9)
        assert free.std_error_at(day) == approx(survival * error, rel=2e-9)


# --- one number, and True or False


@pytest.mark.parametrize(
    "call, name",
    [
        (lambda: cox(SAMPLE, [AGE], level="95%"), "level"),
        (lambda: firth(SAMPLE, [AGE], level="0.95"), "level"),
        (lambda: kaplan_meier(SAMPLE).limits(level=None), "level"),
        (lambda: share_interval(1, 2, "0.95"), "level"),
        (lambda: kaplan_meier(SAMPLE).quantile_r("median"), "share"),
        (lambda: kaplan_meier(SAMPLE).quantile_spss([0.5]), "share"),
        (lambda: cumulative_incidence(RISKS).of("death").quantile("0.5"), "share"),
        (lambda: FlemingHarrington("1"), "rho"),
        (lambda: gray_test(RISKS, GROUP, "death", rho="1"), "rho"),
        (lambda: Rule("0.1"), "remove_above"),
        (lambda: Rule(0.1, None), "enter_below"),
        (lambda: screen(SAMPLE, [AGE], threshold="0.2"), "threshold"),
        (lambda: predicted_curve(cox(SAMPLE, [AGE]), {"age": 1}, offset="0"), "offset"),
        (lambda: pool([[1.0], [2.0]], [[[1.0]]] * 2, complete_df="many"), "complete_df"),
    ],
)
def test_what_is_no_number_is_named(call, name):
    with pytest.raises(TypeError, match=f"{name}: expected one number, got"):
        call()


@pytest.mark.parametrize(
    "call, name",
    [
        (lambda: mann_whitney([1.0], [2.0], "no"), "continuity"),
        (lambda: t_test([1.0, 2.0], [2.0, 4.0], "no"), "equal_variances"),
        (lambda: chi_square([[1, 2], [3, 4]], yates="no"), "yates"),
    ],
)
def test_no_text_counts_as_true(call, name):
    with pytest.raises(TypeError, match=f"{name}: expected True or False, got str"):
        call()


def test_firth_says_what_to_do_instead_of_exact_ties():
    with pytest.raises(ValueError, match="ties: expected 'efron' or 'breslow'; for 'exact' no pen"):
        firth(SAMPLE, [AGE], ties="exact")


def test_a_model_without_a_column_is_tested_in_silence():
    """LAPACK complained of an empty matrix on the standard output."""
    script = (
        "from outcomes.cox import cox\n"
        "from outcomes.proportional import proportional_hazards\n"
        "from outcomes.sample import Survival\n"
        "fit = cox(Survival([1, 2, 3], [True] * 3), [])\n"
        "assert proportional_hazards(fit).overall.statistic is None\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")

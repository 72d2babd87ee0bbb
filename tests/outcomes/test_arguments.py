"""Does a wrong argument say what to pass, and does a result print without the patients?"""

import math

import numpy as np
import pytest

from outcomes.competing_risks import cumulative_incidence, cumulative_incidence_by
from outcomes.descriptive import cross_table, quantiles, summarise
from outcomes.gray import gray_test, gray_tests
from outcomes.kaplan_meier import follow_up, kaplan_meier, kaplan_meier_by, reverse_kaplan_meier
from outcomes.landmark import compare_at, estimates_at, landmark
from outcomes.logrank import log_rank, trend_test
from outcomes.nelson_aalen import nelson_aalen, nelson_aalen_by, survival_from_hazard
from outcomes.pairwise import pairwise_log_rank
from outcomes.restricted_mean import compare_restricted_means, mean_spss, restricted_mean
from outcomes.sample import CompetingRisks, Survival
from outcomes.terms import Factor, Interaction, Numeric

SAMPLE = Survival([5, 8, 8, 12], [True, True, False, True])
RISKS = CompetingRisks([3, 5, 5, 9], [0, 1, -1, 0], causes=["relapse", "death"])
GROUP = Factor("graft", ["BM", "PB"], [0, 0, 1, 1])
COLUMN = np.array([0, 0, 1, 1])
CURVE = kaplan_meier(SAMPLE)


@pytest.mark.parametrize(
    "call",
    [
        kaplan_meier,
        reverse_kaplan_meier,
        follow_up,
        nelson_aalen,
        survival_from_hazard,
        lambda column: kaplan_meier_by(GROUP, column),  # swapped
        lambda column: nelson_aalen_by(column, GROUP),
        lambda column: landmark(column, 3),
        lambda column: log_rank(column, GROUP),
        lambda column: trend_test(column, GROUP),
        lambda column: pairwise_log_rank(column, GROUP),
    ],
)
def test_what_is_no_sample_is_refused_and_the_remedy_named(call):
    with pytest.raises(TypeError, match=r"sample: expected Survival.*pass Survival\(days, event"):
        call(COLUMN)


@pytest.mark.parametrize(
    "call",
    [
        lambda column: kaplan_meier_by(SAMPLE, column),
        lambda column: nelson_aalen_by(SAMPLE, column),
        lambda column: log_rank(SAMPLE, column),
        lambda column: trend_test(SAMPLE, column),
        lambda column: pairwise_log_rank(SAMPLE, column),
        lambda column: cumulative_incidence_by(RISKS, column),
        lambda column: gray_test(RISKS, column, "relapse"),
        lambda column: gray_tests(RISKS, column),
    ],
)
@pytest.mark.parametrize("wrong", [COLUMN, Numeric("x", COLUMN), None])
def test_what_is_no_factor_is_refused_and_the_remedy_named(call, wrong):
    with pytest.raises(TypeError, match=r"groups: expected Factor, got .*Factor\.from_labels"):
        call(wrong)
    assert call(GROUP) is not None


@pytest.mark.parametrize("wrong", [COLUMN, Numeric("x", COLUMN)])
def test_a_landmark_needs_no_groups_but_refuses_what_is_none(wrong):
    with pytest.raises(TypeError, match=r"groups: expected Factor, got .*Factor\.from_labels"):
        landmark(SAMPLE, 3, wrong)
    assert landmark(SAMPLE, 3, None).groups is None


@pytest.mark.parametrize(
    "call",
    [
        lambda strata: log_rank(SAMPLE, GROUP, strata=strata),
        lambda strata: trend_test(SAMPLE, GROUP, strata=strata),
        lambda strata: gray_test(RISKS, GROUP, "relapse", strata=strata),
    ],
)
def test_strata_must_be_a_factor(call):
    with pytest.raises(TypeError, match="strata: expected Factor, got ndarray"):
        call(COLUMN)


@pytest.mark.parametrize("call", [cumulative_incidence, lambda s: gray_tests(s, GROUP)])
def test_competing_risks_are_no_survival(call):
    with pytest.raises(TypeError, match="risks: expected CompetingRisks, got Survival"):
        call(SAMPLE)


@pytest.mark.parametrize(
    "call",
    [
        mean_spss,
        lambda wrong: restricted_mean(wrong, 5),
        lambda wrong: compare_restricted_means(CURVE, wrong, 5),
        lambda wrong: estimates_at(wrong, [5]),
        lambda wrong: compare_at(CURVE, wrong, 5),
    ],
)
def test_a_sample_is_no_curve(call):
    with pytest.raises(TypeError, match="expected Curve, got Survival; pass a curve"):
        call(SAMPLE)


def test_interactions_are_made_of_factors_and_numbers():
    remedy = "expected Factor or Numeric, got .*; wrap the labels: .*, or wrap the numbers: Numeric"
    for a, b in ((GROUP, COLUMN), (SAMPLE, GROUP), (GROUP, Interaction(GROUP, GROUP))):
        with pytest.raises(TypeError, match=remedy):
            Interaction(a, b)


def test_tables_are_made_of_factors():
    with pytest.raises(TypeError, match="columns: expected Factor, got ndarray"):
        cross_table(GROUP, COLUMN)


@pytest.mark.parametrize(
    "call",
    [
        lambda: follow_up(SAMPLE, "Stata"),
        lambda: quantiles([1, 2], [0.5], "Stata"),
        lambda: summarise([1, 2], "Stata"),
        lambda: summarise([math.nan], "Stata"),
    ],
)
def test_only_two_conventions_are_known(call):
    with pytest.raises(ValueError, match="convention: expected one of 'SPSS', 'R'; got 'Stata'"):
        call()


@pytest.mark.parametrize("day", [[365, 730], "365", None, np.array([1.0]), np.timedelta64(1, "D")])
def test_a_day_is_one_number(day):
    relapse = cumulative_incidence(RISKS).of("relapse")
    for call in (CURVE.at, CURVE.interval_at, CURVE.at_risk_at, relapse.at, relapse.interval_at):
        with pytest.raises(TypeError, match=r"day: expected one number, got .*such as 365"):
            call(day)
    with pytest.raises(TypeError, match=r"to: expected one number, got .*5 \* 365\.25"):
        restricted_mean(CURVE, day)


@pytest.mark.parametrize("days", [365, "365", None])
def test_days_are_a_list(days):
    for call in (
        lambda: estimates_at(CURVE, days),
        lambda: cumulative_incidence(RISKS).of("relapse").estimates(days),
    ):
        with pytest.raises(TypeError, match=r"days: expected a list, got .*: \[365, 730\]"):
            call()


def test_numbers_of_any_library_are_days():
    for day in (np.int32(8), np.float32(8), np.float64(8), 8):
        assert CURVE.at(day) == CURVE.at(8.0)
        assert restricted_mean(CURVE, day).days == restricted_mean(CURVE, 8).days
    assert len(estimates_at(CURVE, np.array([5, 8]))) == 2


@pytest.mark.parametrize("day", [-1, math.nan])
def test_no_number_is_known_before_day_0(day):
    hazard, incidence = nelson_aalen(SAMPLE), cumulative_incidence(RISKS).of("relapse")
    late = kaplan_meier(Survival([5, 8], [True, False], entry=[0, 1]))
    asked = (
        *(CURVE.at, CURVE.std_error_at, CURVE.log_variance_at, CURVE.at_risk_at, CURVE.interval_at),
        *(late.at_risk_at, hazard.at, hazard.std_error_at, hazard.interval_at),
        *(incidence.at, incidence.std_error_at, incidence.at_risk_at, incidence.interval_at),
    )
    for method in asked:
        with pytest.raises(ValueError, match=f"day: expected a number from 0 on, got {day}"):
            method(day)


def test_results_print_their_size_and_no_patients():
    assert repr(CURVE) == "Curve(n=4, events=3, days 5 to 12)"
    assert repr(nelson_aalen(SAMPLE)) == "HazardCurve(n=4, events=3, days 5 to 12)"
    found = cumulative_incidence(RISKS)
    assert repr(found) == "AalenJohansen(n=4, relapse=2, death=1)"
    assert repr(found.event_free) == "StateCurve('event-free', n=4, days 3 to 9)"
    assert repr(found.of("death")) == "CumulativeIncidence('death', n=4, events=1, days 3 to 9)"
    assert repr(landmark(SAMPLE, 5)) == "Landmark(day=5, n=3, events=2, dropped=1)"
    assert repr(log_rank(SAMPLE, GROUP)).startswith("LogRank(statistic=")
    assert "\n" not in repr(log_rank(SAMPLE, GROUP)) + repr(trend_test(SAMPLE, GROUP))

"""Is the Kaplan-Meier curve right by hand, against R, and at the edges?"""

import math

import numpy as np
import pytest
from pytest import approx

from outcomes.kaplan_meier import (
    follow_up,
    kaplan_meier,
    kaplan_meier_by,
    reverse_kaplan_meier,
)
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor

GROUPING = {"bmt": "group", "veteran": "celltype", "lung": "sex", "roux": "treatment"}


def test_kaplan_meier_by_hand():
    #                       died  died  left  died
    sample = Survival(days=[5, 8, 8, 12], event=[True, True, False, True])
    curve = kaplan_meier(sample)
    assert curve.day.tolist() == [5, 8, 12]
    assert curve.at_risk.tolist() == [4, 3, 1]
    assert curve.died.tolist() == [1, 1, 1]
    assert curve.censored.tolist() == [0, 1, 0]
    assert curve.at(4.9) == 1
    assert curve.at(5) == approx(3 / 4)
    assert curve.at(8) == approx(3 / 4 * 2 / 3)
    assert curve.at(12) == curve.at(1000) == 0
    assert curve.last_day == 12
    assert curve.log_variance[:2] == approx([1 / (4 * 3), 1 / (4 * 3) + 1 / (3 * 2)])
    assert curve.std_error_at(8) == approx(0.5 * math.sqrt(1 / 12 + 1 / 6))
    assert curve.std_error_at(0) == curve.std_error_at(12) == 0


def test_a_death_comes_before_a_censoring_of_the_same_day():
    both = Survival(days=[8, 8], event=[False, True])
    assert kaplan_meier(both).at(8) == approx(1 / 2)


def test_at_risk_counts_those_whose_time_is_not_before_the_day():
    curve = kaplan_meier(Survival([365, 366, 400], [True, False, True]))
    assert [curve.at_risk_at(day) for day in (0, 365, 365.25, 366, 400, 400.5)] == [
        3,
        3,
        2,
        2,
        1,
        0,
    ]


def test_limits_by_hand():
    curve = kaplan_meier(Survival([1, 2, 3, 4], [True, False, False, False]))
    survival, spread = 3 / 4, math.sqrt(1 / 12) * 1.959963984540054
    plain = curve.interval_at(1, "plain")
    assert (plain.lower, plain.upper) == (approx(survival - survival * spread), 1)
    log = curve.interval_at(1, "log")
    assert (log.lower, log.upper) == (approx(survival * math.exp(-spread)), 1)
    double = curve.interval_at(1)
    power = math.exp(spread / abs(math.log(survival)))
    assert (double.lower, double.upper) == (
        approx(survival**power),
        approx(survival ** (1 / power)),
    )
    assert (double.kind, double.level) == ("log-log", 0.95)


def test_no_log_log_limits_before_the_first_event_and_none_at_all_after_the_last_death():
    curve = kaplan_meier(Survival([2, 5], [True, True]))
    assert curve.interval_at(1).lower is None
    assert (curve.interval_at(1, "plain").lower, curve.interval_at(1, "plain").upper) == (1, 1)
    for kind in ("log-log", "log", "plain"):
        assert curve.interval_at(5, kind).lower is None
        assert curve.interval_at(5, kind).upper is None


def test_log_variance_by_hand():
    """Day 5: 1 of 4 dies, 1/(4 x 3); day 8: 1 of 3, 1/(3 x 2); day 12: all, no end to it."""
    curve = kaplan_meier(Survival([5, 8, 8, 12], [True, True, False, True]))
    assert curve.log_variance_at(4.9) == 0
    assert curve.log_variance_at(5) == approx(1 / 12)
    assert curve.log_variance_at(8) == approx(1 / 12 + 1 / 6)
    assert curve.log_variance_at(12) == np.inf


def test_curves_agree_with_r(data, golden):
    """R survival::survfit, five data sets' groups, and with event and censoring exchanged."""
    for name, term in GROUPING.items():
        for reverse in (False, True):
            _compare(data[name], term, reverse, name, golden("km"))


def _compare(data, term, reverse, name, rows):
    group = data.terms[term]
    for code, level in enumerate(group.levels):
        part = data.sample.where(group.codes == code)
        curve = reverse_kaplan_meier(part) if reverse else kaplan_meier(part)
        mine = [
            row
            for row in rows
            if (row["dataset"], row["reverse"], row["level"]) == (name, str(reverse).upper(), level)
        ]
        for column, found in (
            ("day", curve.day),
            ("at_risk", curve.at_risk),
            ("died", curve.died),
            ("censored", curve.censored),
        ):
            assert found.tolist() == [int(row[column]) for row in mine]
        assert curve.survival == approx([float(row["survival"]) for row in mine], rel=1e-9)
        greenwood = [float(row["greenwood"] or "inf") for row in mine]
        assert curve.log_variance == approx(greenwood, rel=1e-9)
        for kind in ("log-log", "log", "plain"):
            lower, upper = curve.limits(kind)
            wanted = kind.replace("-", "")
            for side, found in (("lower", lower), ("upper", upper)):
                values = [float(row[f"{wanted}_{side}"] or "nan") for row in mine]
                assert found == approx(values, rel=1e-9, abs=1e-15, nan_ok=True)


def test_disease_free_survival_after_transplant_reaches_the_known_medians(data):
    bmt = data["bmt"]
    curves = kaplan_meier_by(bmt.sample, bmt.terms["group"])
    medians = {level: curve.quantile_r().days for level, curve in curves.items()}
    assert medians == {"ALL": 418, "AML low": 2204, "AML high": 183}


def test_levels_without_patients_have_no_curve():
    group = Factor("group", ["a", "b", "c"], [0, 2, -1])
    curves = kaplan_meier_by(Survival([1, 2, 3], [True, False, True]), group)
    assert list(curves) == ["a", "c"]
    with pytest.raises(SampleError, match="group: 3 rows, but the sample has 1"):
        kaplan_meier_by(Survival([1], [True]), group)


@pytest.mark.parametrize(
    "days, event, at_end",
    [
        ([7], [True], 0),  # one patient
        ([7], [False], 1),
        ([0, 0, 3], [True, False, False], 2 / 3),  # a death on day 0
        ([9] * 5, [True] * 5, 0),  # all tied
        ([1, 2, 3], [False] * 3, 1),  # no events
        ([10**9, 2 * 10**9], [True, False], 1 / 2),  # far too long for a table of days
    ],
)
def test_edges(days, event, at_end):
    curve = kaplan_meier(Survival(days, event))
    assert curve.at(max(days)) == approx(at_end)
    assert curve.quantile_spss().days == (None if at_end > 0.5 else float(days[0]))


def test_the_table_of_days_and_sorting_give_the_same_curve():
    rng = np.random.default_rng(4)
    days, event = rng.integers(0, 50, 200), rng.random(200) < 0.5
    near = kaplan_meier(Survival(days, event))
    far = kaplan_meier(Survival(days * 10_000_000, event))
    assert (near.day.astype(np.int64) * 10_000_000).tolist() == far.day.tolist()
    assert near.survival.tolist() == far.survival.tolist()


def test_results_cannot_be_changed():
    curve = kaplan_meier(Survival([1, 2], [True, False]))
    with pytest.raises(ValueError, match="read-only"):
        curve.survival[0] = 1


def test_follow_up_names_three_different_medians():
    #                  died left  died left
    sample = Survival([10, 20, 30, 60], [True, False, True, False])
    found = follow_up(sample)
    assert (found.all_patients.median, found.all_patients.maximum) == (25, 60)
    assert (found.survivors.n, found.survivors.median, found.survivors.minimum) == (2, 40, 20)
    # Reverse curve: 3 at risk on day 20 -> 2/3; 1 on day 60 -> 0.
    assert found.reverse.days == 60
    assert follow_up(sample, "SPSS").reverse.convention == "SPSS"


def test_follow_up_without_survivors():
    found = follow_up(Survival([10, 20], [True, True]))
    assert found.survivors.n == 0 and found.survivors.median is None
    assert found.reverse.days is None


def test_a_negative_day_is_refused():
    with pytest.raises(ValueError, match="day: expected"):
        kaplan_meier(Survival([1], [True])).at(-1)

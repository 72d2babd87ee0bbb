"""Are estimates, comparisons and samples at a landmark day right?"""

import math

import numpy as np
import pytest
from pytest import approx

from outcomes.kaplan_meier import kaplan_meier, kaplan_meier_by
from outcomes.landmark import compare_at, estimates_at, landmark, status_by
from outcomes.sample import EmptySample, SampleError, Survival
from outcomes.terms import Factor
from tests.outcomes.curves_data import numbers, part, survival_data
from tests.outcomes.golden_tables import golden_by, read_golden


def test_comparison_at_a_day_by_hand():
    """S = 1/2 of 2 patients (variance of log S 1/2) against 3/4 of 4 (1/12)."""
    first = kaplan_meier(Survival([1, 5], [True, False]))
    second = kaplan_meier(Survival([1, 5, 5, 5], [True, False, False, False]))
    found = compare_at(first, second, day=3)
    gap = math.log(-math.log(1 / 2)) - math.log(-math.log(3 / 4))
    variance = 1 / 2 / math.log(1 / 2) ** 2 + 1 / 12 / math.log(3 / 4) ** 2
    assert found.test.statistic == approx(gap**2 / variance)
    assert (found.test.df, found.difference) == (1, approx(1 / 4))
    spread = 1.959963984540054 * math.sqrt(1 / 4 / 2 + 9 / 16 / 12)
    assert (found.interval.lower, found.interval.upper) == (
        approx(1 / 4 - spread),
        approx(1 / 4 + spread),
    )


def test_who_is_left_out_of_a_landmark_analysis_by_hand():
    #            died left  died left, on the day itself; kept kept, late, unknown, weightless
    days = [10, 20, 100, 100, 101, 300, 300, 300, 300]
    event = [True, False, True, False, True, False, True, True, True]
    entry = [-1, -1, -1, -1, -1, 100, 101, -1, -1]
    weight = [1, 1, 1, 1, 2, 3, 1, 1, 0]
    group = Factor("GvHD", ["no", "yes"], [0, 0, 0, 0, 0, 1, 1, -1, 1])
    found = landmark(Survival(days, event, entry=entry, weight=weight), 100, group)
    assert np.flatnonzero(found.kept).tolist() == [4, 5] and not found.kept.flags.writeable
    assert group.where(found.kept).codes.tolist() == found.groups.codes.tolist()
    assert found.sample.days.tolist() == [1, 200]
    assert found.sample.event.tolist() == [True, False]
    assert found.sample.weight.tolist() == [2, 3] and found.sample.entry is None
    assert found.groups.codes.tolist() == [0, 1]
    assert found.dropped == (
        ("Weight 0", 1),
        ("Event by the landmark", 2),
        ("Censored by the landmark", 2),
        ("Not yet under observation", 1),
        ("Group unknown", 1),
    )
    assert sum(count for _, count in found.dropped) + found.sample.n == len(days)


def test_status_is_what_was_known_on_the_day():
    found = status_by("GvHD", [0, 100, 101, float("nan")], 100, levels=("none", "GvHD"))
    assert (found.levels, found.codes.tolist()) == (("none", "GvHD"), [1, 1, 0, 0])


def test_estimates_agree_with_r():
    """summary(survfit, times = ), two of the data sets with late entry."""
    for (name, kind, level), rows in golden_by("curves_at", "dataset", "weights", "level").items():
        curve = kaplan_meier(part(name, kind, level))
        found = estimates_at(curve, numbers(rows, "day"))
        inside = [row for row, at in zip(rows, found, strict=True) if not at.carried_forward]
        for row, at in zip(inside, found, strict=False):
            assert at.survival == approx(float(row["survival"]), rel=1e-9)
            assert at.std_error == approx(float(row["error"]), rel=1e-9)
            assert at.events == float(row["events"])
            if 0 < at.survival < 1:
                limits = [at.interval.lower, at.interval.upper]
                assert limits == approx([float(row["lower"]), float(row["upper"])], rel=1e-9)
            if name == "lung" or at.day in curve.day:  # R counts late entries at observed days only
                assert at.at_risk == float(row["at_risk"])


def test_comparisons_at_a_day_agree_with_r():
    levels = {"lung": "12", "heart": "01", "cgd": ("placebo", "rIFN-g")}
    for row in read_golden("curves_fixed"):
        curves = [kaplan_meier(part(row["dataset"], "none", one)) for one in levels[row["dataset"]]]
        found = compare_at(*curves, float(row["day"]), row["scale"])
        assert found.test.statistic == approx(float(row["chisq"]), rel=1e-8)
        assert found.test.p == approx(float(row["p"]), rel=1e-8)


def test_curves_from_a_landmark_on_agree_with_r():
    sample, factors = survival_data("lung")
    found = landmark(sample, 180, factors["group"])
    curves = kaplan_meier_by(found.sample, found.groups)
    for (level,), rows in golden_by("curves_landmark", "level").items():
        assert curves[level].day.tolist() == numbers(rows, "day")
        assert curves[level].at_risk.tolist() == numbers(rows, "at_risk")
        assert curves[level].survival == approx(numbers(rows, "survival"), rel=1e-9)


def test_survival_from_a_landmark_on_is_the_ratio_of_survivals():
    sample, _ = survival_data("lung")
    whole, later = kaplan_meier(sample), kaplan_meier(landmark(sample, 90).sample)
    for day in (91, 200, 365, 1000):
        assert later.at(day - 90) == approx(whole.at(day) / whole.at(90))


def test_scales_that_do_not_know_the_survival_say_so():
    alive = kaplan_meier(Survival([9, 9], [False, False]))
    some = kaplan_meier(Survival([1, 9], [True, False]))
    dead = kaplan_meier(Survival([1, 1], [True, True]))
    for scale in ("log-log", "logit", "arcsin"):
        found = compare_at(alive, some, 5, scale)
        assert (found.test.statistic, found.test.p) == (None, None)
        assert found.reason == f"A survival of 0 or 1 has no place on the scale {scale}."
    assert compare_at(alive, some, 5, "plain").test.statistic == approx(2)
    assert compare_at(some, dead, 5).reason is not None
    assert compare_at(alive, alive, 5, "plain").reason == (
        "Neither curve has an event up to the day."
    )
    assert compare_at(alive, alive, 0, "log").test.p is None


def test_estimates_at_the_edges():
    curve = kaplan_meier(Survival([5], [True]))
    start, end, beyond = estimates_at(curve, [0, 5, 6], kind="plain")
    assert (start.survival, start.at_risk, start.events, start.interval.lower) == (1, 1, 0, 1)
    assert (end.survival, end.at_risk, end.events, end.interval.lower) == (0, 1, 1, None)
    assert beyond.carried_forward and not end.carried_forward
    with pytest.raises(ValueError, match="day: expected a number"):
        estimates_at(curve, [-1])
    with pytest.raises(ValueError, match="kind: expected one of"):
        compare_at(curve, curve, 5, "cloglog")


def test_refusals():
    sample = Survival([1, 2], [True, True])
    with pytest.raises(EmptySample, match="day: nobody is under observation after day 2"):
        landmark(sample, 2)
    for day in (-1, 1.5, math.nan, math.inf, "a", None):
        with pytest.raises(SampleError, match="day: expected a whole day"):
            landmark(sample, day)
        with pytest.raises(SampleError, match="day: expected a whole day"):
            status_by("GvHD", [1, 2], day=day)
    with pytest.raises(SampleError, match="group: 1 rows, but the sample has 2"):
        landmark(sample, 0, Factor("group", ["a"], [0]))
    with pytest.raises(SampleError, match="GvHD: row 1 is negative"):
        status_by("GvHD", np.array([1.0, -1.0]), 100)

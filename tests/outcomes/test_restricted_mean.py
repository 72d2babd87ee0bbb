"""Are mean survival times right: SPSS's to the last day, restricted ones, and their comparison?"""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes.kaplan_meier import kaplan_meier
from outcomes.restricted_mean import compare_restricted_means, mean_spss, restricted_mean
from outcomes.sample import Survival
from tests.outcomes.curves_data import part
from tests.outcomes.golden_tables import read_golden

Z = 1.959963984540054


def test_means_by_hand():
    """S: 1 to day 2, 3/4 to 6, then 3/8 (2 at risk, 1 dies) to the last day, 8."""
    curve = kaplan_meier(Survival([2, 4, 6, 8], [True, False, True, False]))
    mean = mean_spss(curve)
    assert mean.days == approx(2 + 4 * 3 / 4 + 2 * 3 / 8)
    variance = (3 + 3 / 4) ** 2 / (4 * 3) + (3 / 4) ** 2 / (2 * 1)
    assert mean.std_error == approx(math.sqrt(variance))
    assert mean.interval.upper == approx(mean.days + 1.96 * math.sqrt(variance))
    assert (mean.to, mean.convention) == (8, "SPSS")
    short = restricted_mean(curve, to=5)
    assert short.days == approx(2 + 3 * 3 / 4)
    assert short.std_error == approx(math.sqrt((9 / 4) ** 2 / (4 * 3)))
    assert short.interval.lower == approx(short.days - Z * short.std_error)
    assert restricted_mean(curve, to=2).days == 2  # the death of the day has no area after it
    assert restricted_mean(curve, to=2).std_error == 0


def test_comparison_by_hand():
    first = kaplan_meier(Survival([2, 4], [True, False]))
    second = kaplan_meier(Survival([3, 4], [True, False]))
    found = compare_restricted_means(first, second, to=4)
    a, b = 2 + 2 / 2, 3 + 1 / 2
    errors = 1 * math.sqrt(1 / 2), 1 / 2 * math.sqrt(1 / 2)
    assert found.difference.estimate == approx(b - a)
    assert found.difference.std_error == approx(math.hypot(*errors))
    assert found.difference.z == approx((b - a) / math.hypot(*errors))
    assert found.ratio.estimate == approx(b / a)
    assert found.ratio.std_error == approx(math.hypot(errors[0] / a, errors[1] / b))
    assert found.ratio.interval.upper == approx(b / a * math.exp(Z * found.ratio.std_error))
    back = compare_restricted_means(second, first, to=4)
    assert back.ratio.estimate == approx(a / b) and back.ratio.p == approx(found.ratio.p)


def test_means_agree_with_r():
    """print(survfit, rmean = ), with weights and late entry; robust errors by influence."""
    for row in read_golden("curves_means"):
        sample = part(row["dataset"], row["weights"], row["level"])
        wanted = {name: float(value) for name, value in list(row.items())[3:]}
        model = kaplan_meier(sample, variance="model")
        own = mean_spss(model)
        assert own.days == approx(wanted["mean"], rel=1e-9)
        assert own.std_error == approx(wanted["error"], rel=1e-9)
        short = restricted_mean(model, wanted["to"])
        assert short.days == approx(wanted["restricted"], rel=1e-9)
        assert short.std_error == approx(wanted["restricted_error"], rel=1e-9)
        robust = restricted_mean(kaplan_meier(sample, variance="robust"), wanted["to"])
        assert robust.days == approx(wanted["restricted"], rel=1e-9)
        assert robust.std_error == approx(wanted["robust_error"], rel=1e-9)


def test_comparisons_agree_with_r():
    levels = {"lung": "12", "heart": "01", "cgd": ("placebo", "rIFN-g")}
    for row in read_golden("curves_mean_differences"):
        curves = [
            kaplan_meier(part(row["dataset"], row["weights"], level))
            for level in levels[row["dataset"]]
        ]
        found = compare_restricted_means(*curves, to=float(row["to"]))
        difference, ratio = found.difference, found.ratio
        for value, name in (
            *((difference.estimate, "difference"), (difference.interval.lower, "lower")),
            *((difference.interval.upper, "upper"), (difference.p, "p")),
            *((ratio.estimate, "ratio"), (ratio.interval.lower, "ratio_lower")),
            *((ratio.interval.upper, "ratio_upper"), (ratio.p, "ratio_p")),
        ):
            assert value == approx(float(row[name]), rel=1e-8), (row["dataset"], name)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=1, max_size=30))
def test_without_censoring_before_the_horizon_it_is_the_mean_of_the_times_cut_there(rows):
    days = [day for day, _ in rows]
    curve = kaplan_meier(Survival(days, [True] * len(days)))
    for to in (7, 25.5, 60):
        cut = [min(day, to) for day in days]
        mean = sum(cut) / len(cut)
        found = restricted_mean(curve, to)
        assert found.days == approx(mean)
        spread = math.sqrt(sum((day - mean) ** 2 for day in cut)) / len(cut)
        assert found.std_error == approx(spread, abs=1e-9)


def test_beyond_the_curve_there_is_a_mean_only_where_nobody_survives():
    alive = kaplan_meier(Survival([2, 4], [True, False]))
    beyond = restricted_mean(alive, to=5)
    assert (beyond.days, beyond.std_error, beyond.interval.lower) == (None, None, None)
    assert beyond.reason == "The curve ends on day 4 with survivors, before day 5."
    dead = kaplan_meier(Survival([2, 4], [True, True]))
    assert restricted_mean(dead, to=50).days == approx(3)
    both = compare_restricted_means(dead, alive, to=5)
    assert both.difference is both.ratio is None and both.reason == beyond.reason


def test_nothing_to_test():
    nobody = kaplan_meier(Survival([9, 9], [False, False]))
    found = compare_restricted_means(nobody, nobody, to=9)
    assert (found.difference.estimate, found.difference.z, found.difference.p) == (0, None, None)
    at_once = kaplan_meier(Survival([0, 0], [True, True]))
    gone = compare_restricted_means(at_once, nobody, to=9)
    assert gone.ratio is None and gone.reason == "A mean is 0: there is no ratio."
    assert mean_spss(at_once).days == 0


def test_late_entry_after_the_curve_has_died_out():
    curve = kaplan_meier(Survival([3, 9], [True, True], entry=[-1, 5]))
    assert (mean_spss(curve).days, mean_spss(curve).std_error) == (3, 0)
    assert restricted_mean(curve, to=20).days == 3


@pytest.mark.parametrize("to", [0, -1, float("nan"), float("inf")])
def test_refusals(to):
    with pytest.raises(ValueError, match="to: expected days after day 0"):
        restricted_mean(kaplan_meier(Survival([1], [True])), to)
    with pytest.raises(ValueError, match="level: expected"):
        restricted_mean(kaplan_meier(Survival([1], [True])), 1, level=95)

"""Are medians and their limits those of R and those of SPSS?"""

import math

import pytest
from pytest import approx

from outcomes.kaplan_meier import kaplan_meier, kaplan_meier_by, reverse_kaplan_meier
from outcomes.sample import Survival
from tests.outcomes.test_kaplan_meier import GROUPING


def test_the_two_conventions_differ_where_the_curve_stands_at_one_half():
    curve = kaplan_meier(Survival([10, 20, 30, 40], [True] * 4))
    assert curve.quantile_spss().days == 20  # S(20) = 0.5: SPSS takes the first such day
    assert curve.quantile_r().days == 25  # R the middle of the flat stretch


def test_a_curve_that_ends_at_one_half():
    curve = kaplan_meier(Survival([10, 20, 30, 40], [True, True, False, False]))
    assert curve.quantile_spss().days == 20
    assert curve.quantile_r().days == 30  # the middle up to the last day


def test_spss_error_and_limits_by_hand():
    """Ten deaths on days 1 to 10: S(5) = 0.5, u = 4 (0.6 >= 0.55), l = 6 (0.4 <= 0.45)."""
    median = kaplan_meier(Survival(range(1, 11), [True] * 10)).quantile_spss()
    error = math.sqrt(0.5 * 0.5 / 10) / ((0.6 - 0.4) / (6 - 4))
    assert median.days == 5
    assert median.std_error == approx(error)
    assert median.interval.lower == approx(5 - 1.96 * error)
    assert median.interval.upper == approx(5 + 1.96 * error)


def test_spss_quartile_by_hand():
    """q = 0.25: u = last day with S >= 0.30 is 7, l = first with S <= 0.20 is 8; S(8) = 0.2."""
    quartile = kaplan_meier(Survival(range(1, 11), [True] * 10)).quantile_spss(0.75)
    assert quartile.days == 8
    assert quartile.std_error == approx(math.sqrt(0.2 * 0.8 / 10) / ((0.3 - 0.2) / (8 - 7)))


def test_spss_limits_may_be_negative_and_are_not_cut():
    median = kaplan_meier(Survival([1, 2, 100, 200], [True] * 4)).quantile_spss()
    assert median.interval.lower is not None and median.interval.lower < 0


def test_no_error_when_the_curve_stops_before_0_45():
    # 2 of 4 died: S = 0.5 and stays there.
    median = kaplan_meier(Survival([1, 2, 9, 9], [True, True, False, False])).quantile_spss()
    assert median.days == 2
    assert median.std_error is None and median.interval.upper is None


def test_the_slope_of_spss_is_taken_between_deaths():
    """Who leaves alive between the deaths lengthens no stretch.

    Ten patients: deaths on days 1 to 4 leave 0.6, one leaves on day 7, deaths on days 10 and 12
    leave 0.48 and 0.36. The stretch runs from day 4, the last death with 0.55 or more, to day 12.
    """
    days = [1, 2, 3, 4, 7, 10, 12, 20, 20, 20]
    died = [True, True, True, True, False, True, True, False, False, False]
    found = kaplan_meier(Survival(days, died)).quantile_spss()
    greenwood = 0.48 * math.sqrt(1 / 90 + 1 / 72 + 1 / 56 + 1 / 42 + 1 / 20)
    assert found.days == 10
    assert found.std_error == approx(greenwood * (12 - 4) / (0.6 - 0.36))


def test_no_median_when_the_curve_never_falls_to_one_half():
    curve = kaplan_meier(Survival([1, 2, 9], [True, False, False]))
    assert curve.quantile_spss().days is None
    assert curve.quantile_r().days is None


# The nine medians of Roux 2017, tables 2 and 5 (days): median, lower, upper as printed.
PRINTED = {
    "chemotherapy": (174, 118.7, 229.4),
    "second_hsct": (391, 264.3, 517.7),
    "palliative": (43, 32.7, 53.3),
    "chemo_dli": (385, 293.7, 476.2),
    "dli": (140, 9.6, 270.3),
}


def test_limits_of_the_synthetic_cohort_are_those_printed_by_spss(data):
    """Symmetric limits from 1.96 * SE / slope over whole days; last digits cut or rounded."""
    roux = data["roux"]
    curves = kaplan_meier_by(roux.sample, roux.terms["treatment"])
    for level, (median, lower, upper) in PRINTED.items():
        found = curves[level].quantile_spss()
        assert found.days == median
        assert found.interval.lower == approx(lower, abs=0.35)
        assert found.interval.upper == approx(upper, abs=0.35)
    everyone = kaplan_meier(roux.sample).quantile_spss()
    assert everyone.days == 164
    assert everyone.interval.lower == approx(127.7, abs=0.1)
    assert everyone.interval.upper == approx(200.2, abs=0.1)


@pytest.mark.parametrize(
    "level, last_above, first_below", [("chemo_dli", 338, 406), ("dli", 75, 186)]
)
def test_the_stretch_behind_the_error_is_the_one_the_paper_implies(
    data, level, last_above, first_below
):
    """l - u must be 68 days for chemotherapy + DLI and 111 for DLI."""
    roux = data["roux"]
    curve = kaplan_meier_by(roux.sample, roux.terms["treatment"])[level]
    found = curve.quantile_spss()
    fall = curve.at(last_above) - curve.at(first_below)
    error = curve.std_error_at(found.days) * (first_below - last_above) / fall
    assert found.std_error == approx(error)
    assert first_below - last_above == {"chemo_dli": 68, "dli": 111}[level]


def test_quantiles_agree_with_r(data, golden):
    """R quantile(survfit), three kinds of limits, three quantiles, and the reverse curves."""
    names = {"loglog": "log-log", "log": "log", "plain": "plain"}
    for row in golden("quantiles"):
        source = data[row["dataset"]]
        group = source.terms[GROUPING[row["dataset"]]]
        part = source.sample.where(group.codes == group.levels.index(row["level"]))
        curve = reverse_kaplan_meier(part) if row["reverse"] == "TRUE" else kaplan_meier(part)
        found = curve.quantile_r(float(row["p"]), names[row["kind"]])
        wanted = [float(row[name]) if row[name] else None for name in ("days", "lower", "upper")]
        assert [found.days, found.interval.lower, found.interval.upper] == wanted, row


def test_the_limits_of_a_median_are_those_r_gives_by_default(data, golden):
    """conf.type = "log"; acute lymphoblastic leukaemia in bmt."""
    (row,) = (
        row
        for row in golden("quantiles")
        if (row["dataset"], row["reverse"], row["level"], row["kind"], row["p"])
        == ("bmt", "FALSE", "ALL", "log", "0.5")
    )
    group = data["bmt"].terms["group"]
    median = kaplan_meier(data["bmt"].sample.where(group.codes == 0)).quantile_r()
    assert group.levels[0] == "ALL" and median.interval.kind == "log"
    assert (median.days, median.interval.lower) == (float(row["days"]), float(row["lower"]))
    assert (median.interval.upper is None) == (not row["upper"])


def test_a_share_must_lie_between_0_and_1():
    with pytest.raises(ValueError, match="share: expected a number between 0 and 1, got 50"):
        kaplan_meier(Survival([1], [True])).quantile_spss(50)

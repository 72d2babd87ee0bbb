"""How long do patients live on average, up to a stated day, and by how much do groups differ?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from outcomes._numbers.arguments import expect, expect_number
from outcomes._numbers.columns import FloatArray
from outcomes._numbers.distributions import expect_level, normal_two_sided
from outcomes.curve import SPSS_Z, Convention, Curve, Interval


@dataclass(frozen=True)
class MeanSurvival:
    """Area under the curve up to a day, in days; None with a reason where the curve ends before."""

    days: float | None
    std_error: float | None
    interval: Interval
    to: float
    convention: Convention
    reason: str | None = None


@dataclass(frozen=True)
class Contrast:
    """Second against first: estimate, limits, and the test of no difference.

    std_error : of the estimate; of its logarithm for a ratio. z and p are None when the error is 0.
    """

    estimate: float
    std_error: float
    interval: Interval
    z: float | None
    p: float | None


@dataclass(frozen=True)
class MeanComparison:
    """Two restricted means, second minus first and second over first; None with a reason."""

    to: float
    first: MeanSurvival
    second: MeanSurvival
    difference: Contrast | None
    ratio: Contrast | None
    reason: str | None = None


def mean_spss(curve: Curve) -> MeanSurvival:
    """Mean survival to the curve's own last day, as SPSS KM prints it.

    Variance: the sum of A^2 d/(n(n-d)), with A the area from the day of the death on, without the
    factor m/(m-1); limits days -+ 1.96 SE, not cut. When the last patient is censored the mean is
    restricted to that day (SPSS says so in a footnote), so groups are not comparable.
    Raises TypeError (no Curve).
    Source: SPSS Statistics Algorithms, KM.
    Checked: by hand, and against R print(survfit, rmean = "individual") (golden/curves_means.csv), 1e-9.

    >>> from outcomes.kaplan_meier import kaplan_meier
    >>> from outcomes.sample import Survival
    >>> mean_spss(kaplan_meier(Survival([2, 4, 6, 8], [True] * 4))).days
    5.0
    """
    expect(curve, Curve, "curve")
    to = float(curve.last_day)
    days, error = _area(curve, to)
    limits = Interval.around(days, error, 0.95, "SPSS", z=SPSS_Z)
    return MeanSurvival(days, error, limits, to, "SPSS")


def restricted_mean(curve: Curve, to: float, level: float = 0.95) -> MeanSurvival:
    """Mean survival up to a day: the area under the curve on (0, to].

    to : days, > 0. Beyond the last day it exists only where survival has reached 0 (R draws the
    curve on; here days is None, with the reason). Standard error as in mean_spss, robust for a
    robust curve; plain limits. Raises TypeError (no Curve, no number), ValueError (to <= 0, level).
    Source: Irwin, J Hyg 1949;47:188-189; Klein and Moeschberger, Survival Analysis 2003, 4.5.
    Checked: by hand, and against R print(survfit, rmean = to) (golden/curves_means.csv), 1e-9.

    >>> from outcomes.kaplan_meier import kaplan_meier
    >>> from outcomes.sample import Survival
    >>> restricted_mean(kaplan_meier(Survival([2, 4, 6, 8], [True] * 4)), to=4).days
    3.5
    """
    expect(curve, Curve, "curve")
    expect_number(to, "to", "pass days, such as 5 * 365.25")
    if not (to > 0 and math.isfinite(to)):
        raise ValueError(f"to: expected days after day 0, got {to}")
    expect_level(level)
    if to > curve.last_day and curve.survival[-1] > 0:
        reason = f"The curve ends on day {curve.last_day} with survivors, before day {to:g}."
        return MeanSurvival(None, None, Interval(None, None, level, "plain"), to, "R", reason)
    days, error = _area(curve, to)
    limits = Interval.around(days, error, level)
    return MeanSurvival(days, error, limits, to, "R")


def compare_restricted_means(
    first: Curve, second: Curve, to: float, level: float = 0.95
) -> MeanComparison:
    """Difference (days) and ratio of the restricted means of two independent groups.

    first, second : curves of different patients. to : days, > 0. level : of the limits.
    The ratio is tested and its limits are found on the log scale (delta method).
    Raises TypeError (no Curve), ValueError (to <= 0, a level outside (0, 1)).
    Source: Uno et al., J Clin Oncol 2014;32:2380-2385; Royston and Parmar, Stat Med 2011;30:2409.
    Checked: by hand, and in R from the means of survfit (golden/curves_mean_differences.csv), 1e-9.

    >>> from outcomes.kaplan_meier import kaplan_meier
    >>> from outcomes.sample import Survival
    >>> a, b = (kaplan_meier(Survival(days, [True] * 4)) for days in ([2, 4, 6, 8], [3, 6, 9, 12]))
    >>> round(compare_restricted_means(a, b, to=8).difference.estimate, 3)
    1.25
    """
    a, b = restricted_mean(first, to, level), restricted_mean(second, to, level)
    if a.days is None or b.days is None or a.std_error is None or b.std_error is None:
        return MeanComparison(to, a, b, None, None, a.reason or b.reason)
    error = math.hypot(a.std_error, b.std_error)
    difference = _contrast(b.days - a.days, error, level)
    relative = math.hypot(a.std_error / a.days, b.std_error / b.days) if a.days and b.days else None
    if relative is None:
        return MeanComparison(to, a, b, difference, None, "A mean is 0: there is no ratio.")
    on_log = _contrast(math.log(b.days / a.days), relative, level)
    low, high = on_log.interval.lower, on_log.interval.upper
    assert low is not None and high is not None
    limits = Interval(math.exp(low), math.exp(high), level, "log")
    ratio = Contrast(b.days / a.days, relative, limits, on_log.z, on_log.p)
    return MeanComparison(to, a, b, difference, ratio)


def _contrast(estimate: float, error: float, level: float) -> Contrast:
    limits = Interval.around(estimate, error, level)
    z = estimate / error if error > 0 else None
    return Contrast(estimate, error, limits, z, None if z is None else normal_two_sided(z))


def _area(curve: Curve, to: float) -> tuple[float, float]:
    """Area under the curve up to a day, and its standard error."""
    inside = int(np.searchsorted(curve.day, to, side="right"))
    stops = np.concatenate(([0.0], curve.day[:inside], [to]))
    pieces = np.diff(stops) * np.concatenate(([1.0], curve.survival[:inside]))
    if curve.influence is not None:
        variance = curve.influence.area_variance(curve.day, curve.survival, to)
        return float(pieces.sum()), math.sqrt(variance)
    later: FloatArray = pieces[1:][::-1].cumsum()[::-1]  # the area after each day
    with np.errstate(invalid="ignore"):
        grown = np.diff(curve.log_variance[:inside], prepend=0.0)
    counted = later > 0  # where no area is left the variance of log survival may be infinite
    return float(pieces.sum()), math.sqrt(float(np.sum(later[counted] ** 2 * grown[counted])))

"""What does a survival curve tell? Estimate, error, limits; quantiles by SPSS and by R."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from outcomes._curves.influence import Influence
from outcomes._curves.limits import LimitKind, limits
from outcomes._numbers.arguments import expect_share
from outcomes._numbers.columns import FloatArray, IntArray
from outcomes._numbers.distributions import two_sided_z
from outcomes._numbers.steps import none_if_nan, row_at, span

__all__ = [
    "Convention",
    "Curve",
    "Interval",
    "LimitKind",
    "Quantile",
    "Weighted",
    "limits_by",
]

Convention = Literal["SPSS", "R"]

SPSS_Z = 1.96  # SPSS multiplies the error of a median by the printed number, not by the quantile
SPSS_WINDOW = 0.05  # half width of the stretch of the curve that gives its slope at a quantile
# A curve counts as standing at a level within this distance: R survival's own tolerance.
LEVEL_TOLERANCE = math.sqrt(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Interval:
    """Limits of an estimate; a limit that does not exist is None. kind names the method."""

    lower: float | None
    upper: float | None
    level: float
    kind: str

    @classmethod
    def around(
        cls,
        estimate: float,
        std_error: float,
        level: float,
        kind: str = "plain",
        *,
        z: float | None = None,
        least: float = -math.inf,
    ) -> Interval:
        """estimate - and + z std_error, not below least; z belongs to the level unless given.

        Raises ValueError for a level outside (0, 1).

        >>> limits = Interval.around(10.0, 1.0, level=0.95)
        >>> round(limits.lower, 2), round(limits.upper, 2)
        (8.04, 11.96)
        """
        spread = (two_sided_z(level) if z is None else z) * std_error
        return cls(max(estimate - spread, least), estimate + spread, level, kind)


@dataclass(frozen=True)
class Quantile:
    """A quantile of survival time in days; None when the curve never reaches it."""

    days: float | None
    std_error: float | None
    interval: Interval
    convention: Convention


@dataclass(frozen=True, eq=False)
class Weighted:
    """Sums of case weights at risk, died and censored on each day of a curve, (k,) each."""

    at_risk: FloatArray
    died: FloatArray
    censored: FloatArray


@dataclass(frozen=True, eq=False)
class Curve:
    """A survival curve: one row per distinct day on which somebody died or left, k rows, in order.

    n, events : rows in play and their events. at_risk, died, censored : (k,) counts of rows.
    survival : (k,) estimate just after the events of the day. log_variance : (k,) variance of
    log survival, infinite once survival is 0. Deaths precede censorings of the same day.
    weighted : the counts as sums of case weights, when there are any.
    entries : (n,) days of late entry in order, when there are any.
    influence : what each row adds to a robust variance; None when log_variance is model-based.
    Arrays are read-only.

    >>> from outcomes.kaplan_meier import kaplan_meier
    >>> from outcomes.sample import Survival
    >>> curve = kaplan_meier(Survival([5, 8, 8, 12], [True, True, False, True]))
    >>> curve.at(8), round(curve.std_error_at(8), 3), curve.quantile_r().days
    (0.5, 0.25, 10.0)
    """

    n: int
    events: int
    day: IntArray
    at_risk: NDArray[np.int64]
    died: NDArray[np.int64]
    censored: NDArray[np.int64]
    survival: FloatArray
    log_variance: FloatArray
    weighted: Weighted | None = None
    entries: IntArray | None = None
    influence: Influence | None = None

    def __repr__(self) -> str:
        return f"Curve(n={self.n}, events={self.events}, {span(self.day)})"

    @property
    def last_day(self) -> int:
        """The longest observed time: beyond it the curve is only carried forward."""
        return int(self.day[-1])

    @property
    def robust(self) -> bool:
        """Whether the errors are robust (infinitesimal jackknife) instead of Greenwood's."""
        return self.influence is not None

    def at(self, day: float) -> float:
        """Survival at a day (fractions allowed), carried forward beyond the last day."""
        row = row_at(self.day, day)
        return 1.0 if row < 0 else float(self.survival[row])

    def at_risk_at(self, day: float) -> int:
        """Patients who entered before the day and whose time is >= day, as R summary(survfit)."""
        row = row_at(self.day, day, "left") + 1
        if self.entries is None:
            return 0 if row == len(self.day) else int(self.at_risk[row])
        entered = row_at(self.entries, day, "left") + 1
        return entered - int((self.died[:row] + self.censored[:row]).sum())

    def log_variance_at(self, day: float) -> float:
        """Variance of log survival at a day: 0 before the first event, infinite at survival 0."""
        row = row_at(self.day, day)
        return 0.0 if row < 0 else float(self.log_variance[row])

    def std_error_at(self, day: float) -> float:
        """Standard error of survival, Greenwood's unless robust; 0 where survival is 0 or 1."""
        survival = self.at(day)
        return 0.0 if survival == 0 else survival * math.sqrt(self.log_variance_at(day))

    def interval_at(self, day: float, kind: LimitKind = "log-log", level: float = 0.95) -> Interval:
        """Limits of survival at a day, as R survfit(conf.type=kind).

        R's own default is "log". log-log, logit and arcsin have none while survival is 1; no kind
        has any once it is 0.
        Raises ValueError for a negative day, another kind, or a level outside (0, 1).
        Source: Kalbfleisch and Prentice 1980 (log-log); Klein and Moeschberger 2003, section 4.3.
        Checked: against R survival::survfit (golden/km.csv, golden/curves.csv), relative 1e-9.

        >>> from outcomes.kaplan_meier import kaplan_meier
        >>> from outcomes.sample import Survival
        >>> limits = kaplan_meier(Survival([5, 8], [True, False])).interval_at(6)
        >>> round(limits.lower, 3), round(limits.upper, 3)
        (0.006, 0.91)
        """
        survival, variance = np.array([self.at(day)]), np.array([self.log_variance_at(day)])
        lower, upper = limits(survival, variance, kind, level)
        return Interval(none_if_nan(lower[0]), none_if_nan(upper[0]), level, kind)

    def limits(
        self, kind: LimitKind = "log-log", level: float = 0.95
    ) -> tuple[FloatArray, FloatArray]:
        """Lower and upper limits (k,) at every day of the curve, as interval_at.

        For plotting: the one place where NaN stands for a limit that does not exist.
        """
        return limits(self.survival, self.log_variance, kind, level)

    def quantile_spss(self, share: float = 0.5) -> Quantile:
        """The time by which a share has had the event, as SPSS KM prints it.

        Smallest day with S <= 1 - share. Standard error SE(S)/f, f the slope of the curve between
        the last death that leaves S >= 1 - share + 0.05 and the first day with S <= 1 - share - 0.05;
        days - and + 1.96 SE, not cut at 0. No such day: no standard error. Raises ValueError (share).
        Source: SPSS Statistics Algorithms, KM.
        Checked: by hand, and against medians printed by SPSS (tests/outcomes).

        >>> from outcomes.kaplan_meier import kaplan_meier
        >>> from outcomes.sample import Survival
        >>> median = kaplan_meier(Survival(range(1, 11), [True] * 10)).quantile_spss()
        >>> median.days, round(median.std_error, 3)
        (5.0, 1.581)
        """
        level = 1 - _checked(share)
        reached = np.flatnonzero(self.survival <= level + LEVEL_TOLERANCE)
        unknown = Interval(None, None, 0.95, "SPSS")
        if not len(reached):
            return Quantile(None, None, unknown, "SPSS")
        days = float(self.day[reached[0]])
        before = np.flatnonzero(
            (self.died > 0) & (self.survival >= level + SPSS_WINDOW - LEVEL_TOLERANCE)
        )
        after = np.flatnonzero(self.survival <= level - SPSS_WINDOW + LEVEL_TOLERANCE)
        if not len(before) or not len(after):
            return Quantile(days, None, unknown, "SPSS")
        upper, lower = before[-1], after[0]
        fall = float(self.survival[upper] - self.survival[lower])
        stretch = float(self.day[lower]) - float(self.day[upper])
        error = self.std_error_at(days) * stretch / fall
        limits = Interval.around(days, error, 0.95, "SPSS", z=SPSS_Z)
        return Quantile(days, error, limits, "SPSS")

    def quantile_r(
        self, share: float = 0.5, kind: LimitKind = "log", level: float = 0.95
    ) -> Quantile:
        """The time by which a share has had the event, as R quantile(survfit).

        First day with S < 1 - share; the midpoint of the flat stretch where S = 1 - share. Limits
        of Brookmeyer and Crowley: where the limits of S cross 1 - share. kind : "log" is R's
        default; papers often print "log-log".
        Raises ValueError for a share or level outside (0, 1), or another kind.
        Source: Brookmeyer and Crowley, Biometrics 1982;38:29-41.
        Checked: against R survival::quantile.survfit (golden/quantiles.csv), to the day. Where limits
        rise again (late entry, weights) the first crossing counts; R passes over it. A robust curve
        at 0 has no limits here; R's plain ones are 0.

        >>> from outcomes.kaplan_meier import kaplan_meier
        >>> from outcomes.sample import Survival
        >>> kaplan_meier(Survival([10, 20, 30, 40], [True] * 4)).quantile_r().days
        25.0
        """
        height = 1 - _checked(share)
        lower, upper = self.limits(kind, level)
        interval = Interval(
            _crossing(self.day, lower, height), _crossing(self.day, upper, height), level, kind
        )
        return Quantile(_crossing(self.day, self.survival, height), None, interval, "R")


def limits_by(
    curves: Mapping[str, Curve], kind: LimitKind = "log-log", level: float = 0.95
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Curve.limits of every curve, in one pass: the bands of a figure.

    curves : by name. kind, level : as in Curve.interval_at.
    Raises ValueError for another kind, or a level outside (0, 1).
    Source: as Curve.interval_at.
    Checked: against Curve.limits, curve by curve, equal.

    >>> from outcomes.kaplan_meier import kaplan_meier
    >>> from outcomes.sample import Survival
    >>> curve = kaplan_meier(Survival([5, 8], [True, False]))
    >>> lower, upper = limits_by({"all": curve})["all"]
    >>> lower.round(3).tolist(), upper.round(3).tolist()
    ([0.006, 0.006], [0.91, 0.91])
    """
    if not curves:
        return {}
    survival = np.concatenate([curve.survival for curve in curves.values()])
    variance = np.concatenate([curve.log_variance for curve in curves.values()])
    lower, upper = limits(survival, variance, kind, level)
    found, end = {}, 0
    for name, curve in curves.items():
        start, end = end, end + len(curve.day)
        found[name] = lower[start:end], upper[start:end]
    return found


def _checked(share: float) -> float:
    expect_share(share, "share", "0.5 for the median")
    return share


def _crossing(day: IntArray, height: FloatArray, level: float) -> float | None:
    """Where a falling step function passes the level, midpoint where it stands on it."""
    known = ~np.isnan(height)
    reached = np.flatnonzero(known & (height <= level + LEVEL_TOLERANCE))
    if not len(reached):
        return None
    below = np.flatnonzero(known & (height < level - LEVEL_TOLERANCE))
    first = float(day[reached[0]])
    if not len(below):
        return (first + float(day[-1])) / 2 if known[-1] else None
    return (first + float(day[below[0]])) / 2 if below[0] != reached[0] else first

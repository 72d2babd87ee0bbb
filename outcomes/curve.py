"""What does a survival curve tell? Estimate, error, limits; quantiles by SPSS and by R."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from outcomes._columns import FloatArray, IntArray
from outcomes._distributions import two_sided_z

LimitKind = Literal["log-log", "log", "plain"]
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


@dataclass(frozen=True)
class Quantile:
    """A quantile of survival time in days; None when the curve never reaches it."""

    days: float | None
    std_error: float | None
    interval: Interval
    convention: Convention


@dataclass(frozen=True, eq=False)
class Curve:
    """A Kaplan-Meier curve: one row per distinct observed day, k rows, in order.

    survival : (k,) estimate just after the events of the day. greenwood : (k,) running sum of
    d/(n(n-d)), infinite once the last patient at risk has died. Deaths precede censorings of
    the same day. Arrays are read-only.
    """

    n: int
    events: int
    day: IntArray
    at_risk: NDArray[np.int64]
    died: NDArray[np.int64]
    censored: NDArray[np.int64]
    survival: FloatArray
    greenwood: FloatArray

    @property
    def last_day(self) -> int:
        """The longest observed time: beyond it the curve is only carried forward."""
        return int(self.day[-1])

    def at(self, day: float) -> float:
        """Survival at a day (fractions allowed), carried forward beyond the last day."""
        row = self._row(day)
        return 1.0 if row < 0 else float(self.survival[row])

    def at_risk_at(self, day: float) -> int:
        """Patients whose time is >= day, as R summary(survfit)."""
        row = int(np.searchsorted(self.day, day, side="left"))
        return 0 if row == len(self.day) else int(self.at_risk[row])

    def std_error_at(self, day: float) -> float:
        """Greenwood's standard error of survival; 0 where survival is 0 or 1."""
        row = self._row(day)
        if row < 0 or self.survival[row] == 0:
            return 0.0
        return float(self.survival[row] * math.sqrt(self.greenwood[row]))

    def interval_at(self, day: float, kind: LimitKind = "log-log", level: float = 0.95) -> Interval:
        """Limits of survival at a day, as R survfit(conf.type=kind).

        log-log has no limits while survival is 1; no kind has any once it is 0.
        """
        row = self._row(day)
        if row < 0:
            lower, upper = _limits(np.ones(1), np.zeros(1), kind, level)
        else:
            here = slice(row, row + 1)
            lower, upper = _limits(self.survival[here], self.greenwood[here], kind, level)
        return Interval(_number(lower[0]), _number(upper[0]), level, kind)

    def limits(
        self, kind: LimitKind = "log-log", level: float = 0.95
    ) -> tuple[FloatArray, FloatArray]:
        """Lower and upper limits (k,) at every day of the curve; NaN where there are none."""
        return _limits(self.survival, self.greenwood, kind, level)

    def quantile_spss(self, p: float = 0.5) -> Quantile:
        """The time by which a share p has had the event, as SPSS KM prints it.

        Smallest day with S <= 1-p. Standard error SE(S)/f with f the slope of the curve between
        the last day with S >= 1-p+0.05 and the first with S <= 1-p-0.05; days - and + 1.96 SE,
        not cut at 0. No such day: no standard error.
        Source: SPSS Statistics Algorithms, KM. Checked: tests/outcomes/test_median_spss.py.
        """
        level = 1 - _share(p)
        reached = np.flatnonzero(self.survival <= level + LEVEL_TOLERANCE)
        unknown = Interval(None, None, 0.95, "SPSS")
        if not len(reached):
            return Quantile(None, None, unknown, "SPSS")
        days = float(self.day[reached[0]])
        before = np.flatnonzero(self.survival >= level + SPSS_WINDOW - LEVEL_TOLERANCE)
        after = np.flatnonzero(self.survival <= level - SPSS_WINDOW + LEVEL_TOLERANCE)
        if not len(before) or not len(after):
            return Quantile(days, None, unknown, "SPSS")
        upper, lower = before[-1], after[0]
        fall = float(self.survival[upper] - self.survival[lower])
        stretch = float(self.day[lower]) - float(self.day[upper])
        error = self.std_error_at(days) * stretch / fall
        limits = Interval(days - SPSS_Z * error, days + SPSS_Z * error, 0.95, "SPSS")
        return Quantile(days, error, limits, "SPSS")

    def quantile_r(
        self, p: float = 0.5, kind: LimitKind = "log-log", level: float = 0.95
    ) -> Quantile:
        """The time by which a share p has had the event, as R quantile(survfit).

        First day with S < 1-p; the midpoint of the flat stretch where S = 1-p. Limits of
        Brookmeyer and Crowley (Biometrics 1982;38:29-41): where the limits of S cross 1-p.
        Checked: against R survival::quantile.survfit (golden/quantiles.csv).
        """
        height = 1 - _share(p)
        lower, upper = self.limits(kind, level)
        interval = Interval(
            _crossing(self.day, lower, height), _crossing(self.day, upper, height), level, kind
        )
        return Quantile(_crossing(self.day, self.survival, height), None, interval, "R")

    def _row(self, day: float) -> int:
        if not day >= 0:
            raise ValueError(f"day: expected a number from 0 on, got {day}")
        return int(np.searchsorted(self.day, day, side="right")) - 1


def _share(p: float) -> float:
    if not 0 < p < 1:
        raise ValueError(f"p: expected a share between 0 and 1, got {p}")
    return p


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _limits(
    survival: FloatArray, greenwood: FloatArray, kind: LimitKind, level: float
) -> tuple[FloatArray, FloatArray]:
    """Limits of S; greenwood is the variance of log S."""
    z = two_sided_z(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "plain":
            error = z * survival * np.sqrt(greenwood)  # 0 * inf = NaN once S is 0
            lower, upper = survival - error, survival + error
        elif kind == "log":
            known = np.where(survival == 0, np.nan, survival)
            spread = z * np.sqrt(greenwood)
            lower, upper = known * np.exp(-spread), known * np.exp(spread)
        elif kind == "log-log":
            inside = np.where((survival == 0) | (survival == 1), np.nan, survival)
            spread = z * np.sqrt(greenwood) / np.log(inside)  # negative
            lower = np.exp(-np.exp(np.log(-np.log(inside)) - spread))
            upper = np.exp(-np.exp(np.log(-np.log(inside)) + spread))
        else:
            raise ValueError(f"kind: expected log-log, log or plain, got {kind!r}")
    return np.maximum(lower, 0.0), np.minimum(upper, 1.0)


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

"""What does a curve of competing risks tell? Probability, error, limits, and when a share is reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from outcomes._curves.limits import limits
from outcomes._numbers.arguments import expect_list, expect_share
from outcomes._numbers.columns import Counts, FloatArray, IntArray
from outcomes._numbers.distributions import two_sided_z
from outcomes._numbers.steps import none_if_nan, row_at, span
from outcomes.curve import LEVEL_TOLERANCE, Interval, LimitKind
from outcomes.sample import SampleError

IncidenceVariance = Literal["jackknife", "aalen"]


@dataclass(frozen=True)
class ProbabilityAt:
    """A probability at a day: rows at risk then, probability so far, standard error, limits."""

    day: float
    at_risk: int
    probability: float
    std_error: float
    interval: Interval


@dataclass(frozen=True)
class TimeToShare:
    """The day on which an incidence reaches a share, with limits; None = never reached."""

    share: float
    days: float | None
    interval: Interval


@dataclass(frozen=True, eq=False)
class StateCurve:
    """The probability of being in one state: one row per distinct day on which a row leaves.

    n : rows in play. day : (k,). at_risk : (k,) rows just before the events of the day, not
    weighted. probability, std_error : (k,) just after them. start : probability before day 0.
    entries : (n,) days of entry in order, None without late entry. Arrays are read-only.
    """

    state: str
    n: int
    start: float
    day: IntArray
    at_risk: Counts
    left: Counts
    probability: FloatArray
    std_error: FloatArray
    variance: IncidenceVariance
    entries: IntArray | None

    def __repr__(self) -> str:
        return f"StateCurve({self.state!r}, n={self.n}, {span(self.day)})"

    @property
    def last_day(self) -> int:
        """The longest observed time: beyond it the curve is only carried forward."""
        return int(self.day[-1])

    def at(self, day: float) -> float:
        """Probability at a day (fractions allowed), carried forward beyond the last day."""
        row = row_at(self.day, day)
        return self.start if row < 0 else float(self.probability[row])

    def std_error_at(self, day: float) -> float:
        """Standard error of the probability; 0 before anything has happened."""
        row = row_at(self.day, day)
        return 0.0 if row < 0 else float(self.std_error[row])

    def at_risk_at(self, day: float) -> int:
        """Rows that entered before the day and whose time is >= day, as R summary(survfit)."""
        gone = int(self.left[: row_at(self.day, day, "left") + 1].sum())
        if self.entries is None:
            return self.n - gone
        return row_at(self.entries, day, "left") + 1 - gone

    def interval_at(self, day: float, kind: LimitKind = "log-log", level: float = 0.95) -> Interval:
        """Limits at a day, as R survfit(conf.type=kind); log-log is common for incidences.

        None while the probability is 0 or, for log-log, logit and arcsin, 1; plain always exists.
        Raises ValueError for a negative day, another kind, or a level outside (0, 1).
        Checked: against R survival::survfit (golden/competing_limits.csv), relative 1e-9.
        """
        probability, error = np.array([self.at(day)]), np.array([self.std_error_at(day)])
        lower, upper = _limits(probability, error, kind, level)
        return Interval(none_if_nan(lower[0]), none_if_nan(upper[0]), level, kind)

    def limits(
        self, kind: LimitKind = "log-log", level: float = 0.95
    ) -> tuple[FloatArray, FloatArray]:
        """Lower and upper limits (k,) at every day, as interval_at; NaN where there are none."""
        return _limits(self.probability, self.std_error, kind, level)

    def estimates(
        self, days: Sequence[float], kind: LimitKind = "log-log", level: float = 0.95
    ) -> tuple[ProbabilityAt, ...]:
        """One estimate per day asked for, in the order asked; arguments as interval_at.

        Raises TypeError for days that are no list.
        """
        expect_list(days, "days", "pass the days from the origin: [365, 730]")
        return tuple(
            ProbabilityAt(
                day,
                self.at_risk_at(day),
                self.at(day),
                self.std_error_at(day),
                self.interval_at(day, kind, level),
            )
            for day in days
        )


@dataclass(frozen=True, eq=False)
class CumulativeIncidence(StateCurve):
    """The probability of having had one cause. ended : (k,) rows the cause ended on each day."""

    ended: Counts

    def __repr__(self) -> str:
        size = f"n={self.n}, events={self.events}, {span(self.day)}"
        return f"CumulativeIncidence({self.state!r}, {size})"

    @property
    def events(self) -> int:
        """Rows ended by this cause."""
        return int(self.ended.sum())

    def quantile(
        self, share: float = 0.5, kind: LimitKind = "log-log", level: float = 0.95
    ) -> TimeToShare:
        """The first day by which this share of all has had the cause; 0.5 is the median.

        Not the median among those who had it. Limits: where the upper and the lower limit of
        the incidence reach the share. Raises ValueError for a share or level outside (0, 1), or
        another kind.
        Source: inversion as by Brookmeyer and Crowley, Biometrics 1982;38:29-41, of an incidence.
        Checked: by hand, and the days against R prodlim::quantile (golden/competing_days.csv).

        >>> from outcomes.competing_risks import cumulative_incidence
        >>> from outcomes.sample import CompetingRisks
        >>> risks = CompetingRisks([3, 5, 9, 9], [0, 0, 1, 0], causes=["relapse", "death"])
        >>> relapse = cumulative_incidence(risks).incidence["relapse"]
        >>> relapse.quantile(0.5).days, relapse.quantile(0.8).days
        (5.0, None)
        """
        expect_share(share, "share", "0.5 for the median")
        lower, upper = self.limits(kind, level)
        interval = Interval(self._reached(upper, share), self._reached(lower, share), level, kind)
        return TimeToShare(share, self._reached(self.probability, share), interval)

    def _reached(self, height: FloatArray, share: float) -> float | None:
        rows = np.flatnonzero(height >= share - LEVEL_TOLERANCE)  # NaN is not >=
        return float(self.day[rows[0]]) if len(rows) else None


@dataclass(frozen=True, eq=False)
class AalenJohansen:
    """Where n rows have come to on each day: free of every cause, or ended by one of them.

    The incidences and event_free add up to 1 on each day.
    """

    n: int
    event_free: StateCurve
    incidence: Mapping[str, CumulativeIncidence]

    def __repr__(self) -> str:
        events = ", ".join(f"{cause}={one.events}" for cause, one in self.incidence.items())
        return f"AalenJohansen(n={self.n}, {events})"

    def of(self, cause: str) -> CumulativeIncidence:
        """The incidence of a cause. Raises SampleError for an unknown name."""
        if cause not in self.incidence:
            raise SampleError(f"cause: {cause!r} is none of {tuple(self.incidence)}")
        return self.incidence[cause]


def _limits(
    probability: FloatArray, error: FloatArray, kind: LimitKind, level: float
) -> tuple[FloatArray, FloatArray]:
    if kind == "plain":  # the one kind with limits at probability 0
        spread = two_sided_z(level) * error
        return np.maximum(probability - spread, 0.0), np.minimum(probability + spread, 1.0)
    relative = np.zeros_like(error)
    np.divide(error, probability, out=relative, where=probability > 0)
    return limits(probability, relative**2, kind, level)

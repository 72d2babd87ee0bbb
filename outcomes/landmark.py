"""What holds at a stated day? Survival there, two groups compared there, and life from there on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from outcomes._curves.limits import on_scale
from outcomes._dates.first_event import Dropped, sift, told
from outcomes._numbers.arguments import expect, expect_list
from outcomes._numbers.columns import BoolArray, SampleError, aligned, numbers, wrong_row
from outcomes.curve import Curve, Interval, LimitKind
from outcomes.results import Test, chi_square_result
from outcomes.sample import EmptySample, Survival
from outcomes.terms import Factor


@dataclass(frozen=True)
class SurvivalAt:
    """Survival at a day. events : up to the day. at_risk : patients whose time is >= day.

    carried_forward : nobody was followed so long; survival is that of the last day.
    """

    day: float
    survival: float
    std_error: float
    interval: Interval
    at_risk: int
    events: int
    carried_forward: bool


def estimates_at(
    curve: Curve, days: Sequence[float], kind: LimitKind = "log-log", level: float = 0.95
) -> tuple[SurvivalAt, ...]:
    """The curve at landmark days, with limits and the numbers of a table below a figure.

    days : from 0 on, fractions allowed (365.25). Raises TypeError (no Curve, no list), ValueError (a
    negative day, another kind, a level outside (0, 1)).
    Source: as kaplan_meier and Curve.interval_at.
    Checked: against R summary(survfit, times = ) (golden/curves_at.csv), relative 1e-9.

    >>> from outcomes.kaplan_meier import kaplan_meier
    >>> curve = kaplan_meier(Survival([5, 8, 8, 12], [True, True, False, False]))
    >>> [(at.day, at.survival, at.at_risk, at.events) for at in estimates_at(curve, [6, 10])]
    [(6, 0.75, 3, 1), (10, 0.5, 1, 2)]
    """
    expect(curve, Curve, "curve")
    expect_list(days, "days", "pass the days from the origin: [365, 730]")
    return tuple(
        SurvivalAt(
            day,
            curve.at(day),
            curve.std_error_at(day),
            curve.interval_at(day, kind, level),
            curve.at_risk_at(day),
            int(curve.died[curve.day <= day].sum()),
            day > curve.last_day,
        )
        for day in days
    )


@dataclass(frozen=True)
class FixedDayComparison:
    """Two curves at one day: second minus first with plain limits, and the test on its scale.

    test has no statistic, for the reason given, when the scale does not know one of the two.
    """

    day: float
    first: float
    second: float
    difference: float
    interval: Interval
    scale: LimitKind
    test: Test
    reason: str | None = None


def compare_at(
    first: Curve, second: Curve, day: float, scale: LimitKind = "log-log", level: float = 0.95
) -> FixedDayComparison:
    """Do two independent groups differ in survival at a day fixed beforehand?

    The squared difference of the transformed survivals over the sum of their variances, 1 df.
    first, second : curves of different patients. day : from 0 on.
    log-log is the scale Klein recommends. level : of the limits of the difference.
    Raises TypeError (no Curve), ValueError (a negative day, another scale, the level).
    Source: Klein, Logan, Harhoff and Andersen, Stat Med 2007;26:4505-4519.
    Checked: by hand, and in R from survfit's estimates and errors (golden/curves_fixed.csv), 1e-9.

    >>> from outcomes.kaplan_meier import kaplan_meier
    >>> a = kaplan_meier(Survival([1, 2, 3, 4], [True, True, True, False]))
    >>> b = kaplan_meier(Survival([1, 2, 3, 4], [True, False, False, False]))
    >>> found = compare_at(a, b, day=3)
    >>> found.difference, round(found.test.statistic, 3), round(found.test.p, 3)
    (0.5, 1.77, 0.183)
    """
    expect(first, Curve, "first")
    expect(second, Curve, "second")
    here = np.array([first.at(day), second.at(day)])
    spread = np.array([first.log_variance_at(day), second.log_variance_at(day)])
    value, error = on_scale(scale, here, spread)
    variance, gap = float(error @ error), float(value[1] - value[0])
    test, reason = Test(None, 0, None), None
    if math.isnan(gap):
        reason = f"A survival of 0 or 1 has no place on the scale {scale}."
    elif variance == 0:
        reason = "Neither curve has an event up to the day."
    else:
        test = chi_square_result(gap**2 / variance, 1)
    difference = float(here[1] - here[0])
    both = math.hypot(first.std_error_at(day), second.std_error_at(day))
    interval = Interval.around(difference, both, level)
    return FixedDayComparison(
        *(day, float(here[0]), float(here[1]), difference, interval, scale, test, reason)
    )


@dataclass(frozen=True, eq=False)
class Landmark:
    """Patients under observation beyond a day, their time counted from it.

    sample : m rows. groups : their groups, or None. kept : (n,) mask over the sample given,
    read-only, for where() of other columns. dropped : each reason with its number of rows, in the
    order in which the reasons were asked; kept and dropped add up to n.
    """

    day: int
    sample: Survival
    groups: Factor | None
    kept: BoolArray
    dropped: Dropped

    def __repr__(self) -> str:
        n, events = self.sample.n, self.sample.events
        left_out = sum(count for _, count in self.dropped)
        return f"Landmark(day={self.day}, n={n}, events={events}, dropped={left_out})"


def landmark(sample: Survival, day: int, groups: Factor | None = None) -> Landmark:
    """The sample for an analysis from a landmark day on: groups must be known by that day.

    Kept are rows that were under observation on the day and left after it; day 0 of the new sample
    is the landmark. Weights are kept. day : whole days from 0 on.
    Raises TypeError (no Survival, no Factor), SampleError (lengths; a day that is no whole number
    from 0 on), EmptySample when nobody is left.
    Source: Anderson, Cain and Gelber, J Clin Oncol 1983;1:710-719.
    Checked: by hand, and against R survfit on the same rows (golden/curves_landmark.csv), 1e-9.

    >>> found = landmark(Survival([30, 100, 250, 400], [True, False, True, False]), day=100)
    >>> found
    Landmark(day=100, n=2, events=1, dropped=2)
    >>> found.sample.days.tolist(), found.kept.tolist()
    ([150, 300], [False, False, True, True])
    >>> found.dropped
    (('Event by the landmark', 1), ('Censored by the landmark', 1))
    """
    expect(sample, Survival, "sample")
    whole = _whole_day(day)
    if groups is not None:
        expect(groups, Factor, "groups")
        aligned(len(groups.codes), sample.n, groups.name)
    reasons: dict[str, BoolArray] = {
        "Weight 0": ~sample.in_play,
        "Event by the landmark": sample.event & (sample.days <= whole),
        "Censored by the landmark": ~sample.event & (sample.days <= whole),
        "Not yet under observation": np.zeros(sample.n, dtype=np.bool_)
        if sample.entry is None
        else sample.entry > whole,
        "Group unknown": np.zeros(sample.n, dtype=np.bool_) if groups is None else ~groups.known,
    }
    kept, dropped = sift(reasons, sample.n)
    if not kept.any():
        raise EmptySample(f"day: nobody is under observation after day {whole} ({told(dropped)})")
    weight = None if sample.weight is None else sample.weight[kept]
    later = Survival(sample.days[kept] - whole, sample.event[kept], weight=weight)
    chosen = None if groups is None else groups.where(kept)
    return Landmark(whole, later, chosen, kept, dropped)


def _whole_day(day: float) -> int:
    if not (isinstance(day, Real) and day >= 0 and math.isfinite(day) and day == int(day)):
        raise SampleError(f"day: expected a whole day from 0 on, got {day}")
    return int(day)


def status_by(
    name: str, days: ArrayLike, day: int, levels: tuple[str, str] = ("no", "yes")
) -> Factor:
    """Whether something had happened by the landmark day: the groups of a landmark analysis.

    name, levels : of the factor; levels in the order not yet, has happened.
    days : (n,) days from the origin to what is asked for, NaN = never. It counts on the day itself.
    What happened later is "no": that is the point of a landmark.
    Raises SampleError (negative days; a landmark day that is no whole number from 0 on).
    Source: as landmark.
    Checked: by hand.

    >>> status_by("GvHD", [20, 150, float("nan")], day=100).codes.tolist()
    [1, 0, 0]
    """
    whole = _whole_day(day)
    found = numbers(days, name)
    if (found < 0).any():
        raise wrong_row(name, found < 0, "is negative; count from the origin")
    return Factor(name, levels, (found <= whole).astype(np.int16))

"""How many remain free of the event over time, and how long were the patients followed?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes._columns import IntArray
from outcomes.curve import Convention, Curve, Quantile
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor

Counts = NDArray[np.int64]


def tally(sample: Survival) -> tuple[IntArray, Counts, Counts]:
    """Distinct observed days in order, and the patients and events on each: three (k,) arrays."""
    longest = int(sample.days.max())
    if longest <= 4 * sample.n + 100_000:  # a table of all days is cheaper than sorting
        everyone = np.bincount(sample.days, minlength=longest + 1)
        died = np.bincount(sample.days[sample.event], minlength=longest + 1)
        day = np.flatnonzero(everyone)
        return day.astype(np.int32), everyone[day], died[day]
    day, place = np.unique(sample.days, return_inverse=True)
    everyone = np.bincount(place, minlength=len(day))
    died = np.bincount(place[sample.event], minlength=len(day))
    return day.astype(np.int32), everyone, died


def kaplan_meier(sample: Survival) -> Curve:
    """Probability of remaining free of the event.

    sample : n patients, times in whole days from day 0; ties allowed, deaths before censorings.
    Returns one row per distinct observed day (k <= n).
    Source: Kaplan and Meier, J Am Stat Assoc 1958;53:457-481; Greenwood 1926.
    Checked: by hand, and against R survival::survfit (golden/km.csv), relative 1e-9.
    """
    day, everyone, died = tally(sample)
    at_risk = sample.n - np.concatenate(([0], np.cumsum(everyone)[:-1]))
    survival = np.cumprod((at_risk - died) / at_risk)
    with np.errstate(divide="ignore"):
        parts = np.where(died > 0, died / (at_risk * (at_risk - died).astype(np.float64)), 0.0)
    columns = (day, at_risk, died, everyone - died, survival, np.cumsum(parts))
    for column in columns:
        column.setflags(write=False)
    return Curve(sample.n, sample.events, *columns)


def kaplan_meier_by(sample: Survival, groups: Factor) -> dict[str, Curve]:
    """One curve per level, in the order of levels; missing and empty levels are left out."""
    if len(groups.codes) != sample.n:
        raise SampleError(f"{groups.name}: {len(groups.codes)} rows, but the sample has {sample.n}")
    return {
        level: kaplan_meier(sample.where(groups.codes == code))
        for code, level in enumerate(groups.levels)
        if groups.counts[code]
    }


def reverse_kaplan_meier(sample: Survival) -> Curve:
    """The curve of potential follow-up: censoring is the event, the event censors.

    Source: Schemper and Smith, Control Clin Trials 1996;17:343-346. As R survfit on 1 - event.
    """
    return kaplan_meier(Survival(sample.days, ~sample.event))


@dataclass(frozen=True)
class DayRange:
    """Observed times of n patients in days; None when n is 0."""

    n: int
    median: float | None
    minimum: int | None
    maximum: int | None


@dataclass(frozen=True)
class FollowUp:
    """The three statistics papers call "median follow-up"; name the one you print."""

    all_patients: DayRange
    survivors: DayRange
    reverse: Quantile


def _range(days: IntArray) -> DayRange:
    if not len(days):
        return DayRange(0, None, None, None)
    return DayRange(len(days), float(np.median(days)), int(days.min()), int(days.max()))


def follow_up(sample: Survival, convention: Convention = "R") -> FollowUp:
    """Time of all patients, of those without event, and the reverse Kaplan-Meier median."""
    reverse = reverse_kaplan_meier(sample)
    return FollowUp(
        all_patients=_range(sample.days),
        survivors=_range(sample.days[~sample.event]),
        reverse=reverse.quantile_r() if convention == "R" else reverse.quantile_spss(),
    )

"""From which day to which event, and who is censored when? Dates to times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes._columns import BoolArray
from outcomes.sample import EmptySample, SampleError, Survival

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = 365.25 / 12

Dates = NDArray[np.datetime64]
NO_DATE = np.datetime64("NaT", "D")


def months(n: float) -> float:
    """Days in n months of 365.25/12 days; 12 months are 365.25 days."""
    return n * DAYS_PER_MONTH


@dataclass(frozen=True, eq=False)
class Endpoint:
    """An end point of the kept patients.

    kept : (n,) mask over the input, read-only. dropped : each reason with its number of patients.
    """

    name: str
    sample: Survival
    kept: BoolArray
    dropped: tuple[tuple[str, int], ...]


def overall_survival(
    origin: ArrayLike,
    death: ArrayLike,
    last_contact: ArrayLike,
    *,
    cutoff: np.datetime64 | str | None = None,
) -> Endpoint:
    """Time from origin to death from any cause, censored at the last contact.

    Dates (n,) as datetime64[D], NaT = missing or not applicable. With a cutoff, whatever
    happened after it is unknown: patients are censored at the cutoff, later origins dropped.
    Raises SampleError (different lengths, cutoff not a date), EmptySample (nobody left).
    """
    return _endpoint("overall survival", origin, [death], last_contact, cutoff)


def disease_free_survival(
    origin: ArrayLike,
    relapse: ArrayLike,
    death: ArrayLike,
    last_contact: ArrayLike,
    *,
    cutoff: np.datetime64 | str | None = None,
) -> Endpoint:
    """Time from origin to relapse or death, whichever is first; otherwise as overall_survival."""
    return _endpoint("disease-free survival", origin, [relapse, death], last_contact, cutoff)


def _day(cutoff: np.datetime64 | str) -> np.datetime64:
    day = np.datetime64(str(cutoff), "D")
    if np.isnat(day):
        raise SampleError("cutoff: not a date; pass None for no cutoff")
    return day


def _dates(values: ArrayLike, name: str) -> Dates:
    array = np.asarray(values)
    if array.ndim == 1 and array.dtype.kind in "OUM":
        try:
            return array.astype("datetime64[D]")
        except ValueError as fault:
            raise SampleError(f"{name}: not all values are ISO dates; use NaT for none") from fault
    raise SampleError(f"{name}: expected one column of dates, got {array.dtype} {array.shape}")


def _endpoint(
    name: str,
    origin: ArrayLike,
    events: list[ArrayLike],
    last_contact: ArrayLike,
    cutoff: np.datetime64 | str | None,
) -> Endpoint:
    start, contact = _dates(origin, "origin"), _dates(last_contact, "last_contact")
    happened = [_dates(dates, f"event {place + 1}") for place, dates in enumerate(events)]
    for dates in (contact, *happened):
        if len(dates) != len(start):
            raise SampleError(f"dates: {len(dates)} rows, but origin has {len(start)}; align them")
    first = happened[0]
    for dates in happened[1:]:
        first = np.fmin(first, dates)
    if cutoff is not None:
        end = _day(cutoff)
        # Whoever had an event after the cutoff was, at the cutoff, alive without it.
        contact = np.minimum(np.where(first > end, end, contact), end)
        first = np.where(first > end, NO_DATE, first)
    event = ~np.isnat(first)
    stop = np.where(event, first, contact)
    kept, dropped = _sift(start, stop, cutoff)
    if not kept.any():
        raise EmptySample(f"{name}: no patient has an origin and a follow-up; check the dates")
    days = (stop[kept] - start[kept]).astype(np.int64)
    kept.setflags(write=False)
    return Endpoint(name, Survival(days, event[kept]), kept, dropped)


def _sift(
    start: Dates, stop: Dates, cutoff: np.datetime64 | str | None
) -> tuple[BoolArray, tuple[tuple[str, int], ...]]:
    """Patients with a usable time, and the others counted by the first fault that applies."""
    faults = {
        "origin date missing": np.isnat(start),
        "origin after the cutoff": np.zeros(len(start), dtype=np.bool_)
        if cutoff is None
        else start > _day(cutoff),
        "neither event nor last contact": np.isnat(stop),
        "follow-up ends before the origin": stop < start,
    }
    kept = np.ones(len(start), dtype=np.bool_)
    dropped = []
    for reason, fault in faults.items():
        count = int(np.count_nonzero(kept & fault))
        if count:
            dropped.append((reason, count))
        kept &= ~fault
    return kept, tuple(dropped)

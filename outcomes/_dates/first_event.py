"""Which event came first, on which day, and who has no usable follow-up?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes._numbers.columns import (
    BoolArray,
    SampleError,
    aligned,
    first_row,
    is_missing,
    same_labels,
    wrong_row,
)
from outcomes.sample import CENSORED, EmptySample

Dates = NDArray[np.datetime64]
Dropped = tuple[tuple[str, int], ...]

NO_DATE = np.datetime64("NaT", "D")
LATEST = np.datetime64("2200-12-31")  # registries write years such as 9999 for "never"
THE_ORIGIN = "the origin"
_FULL_DATE = len("2014-03-07")
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class FirstEvent:
    """k of n patients are kept.

    days : (k,) from the origin to the first event or the end of follow-up. cause : (k,) place of
    that event in the list, -1 = censored. kept : (n,) mask, read-only. dropped : each reason with
    its number of patients. same_day : kept patients with two or more events on the first day.
    """

    days: NDArray[np.int64]
    cause: NDArray[np.int16]
    kept: BoolArray
    dropped: Dropped
    same_day: int


def first_event(
    name: str,
    origin: ArrayLike,
    events: Mapping[str, ArrayLike],
    last_contact: ArrayLike,
    cutoff: np.datetime64 | str | None,
    *,
    origin_name: str = THE_ORIGIN,
) -> FirstEvent:
    """The first of the named events; of two on one day, the one named first.

    Dates (n,), NaT = did not happen. With a cutoff nothing after it is known.
    Raises SampleError, EmptySample.
    """
    if not events:
        raise SampleError(f"{name}: no event is named; give at least one with its dates")
    same_labels({"origin": origin, "last_contact": last_contact, **events})
    start, contact = full_dates(origin, "origin"), full_dates(last_contact, "last_contact")
    aligned(len(contact), len(start), "last_contact")
    happened = np.empty((len(events), len(start)), dtype="datetime64[D]")
    for place, (event, dates) in enumerate(events.items()):
        column = full_dates(dates, event)
        aligned(len(column), len(start), event)
        happened[place] = column
    end = None if cutoff is None else day_of(cutoff, "cutoff")
    if end is not None:
        happened, contact = _as_of(happened, contact, end)
    # NaT is the smallest integer; a day that never comes must be the largest.
    day = np.where(np.isnat(happened), _NEVER, happened.astype(np.int64))
    first = day.min(axis=0)
    cause = np.where(first < _NEVER, day.argmin(axis=0), CENSORED).astype(np.int16)
    stop = np.where(cause != CENSORED, np.fmin.reduce(happened, axis=0), contact)
    late = np.zeros(len(start), dtype=np.bool_) if end is None else start > end
    kept, dropped = sift(_faults(start, stop, cause, list(events), late, origin_name), len(start))
    if not kept.any():
        raise EmptySample(
            f"{name}: no patient has an origin and a follow-up; check the dates ({told(dropped)})"
        )
    shared = (day == first).sum(axis=0) > 1
    same_day = int(np.count_nonzero(shared & kept & (cause != CENSORED)))
    days = (stop[kept] - start[kept]).astype(np.int64)
    return FirstEvent(days, cause[kept], kept, dropped, same_day)


def _as_of(happened: Dates, contact: Dates, end: np.datetime64) -> tuple[Dates, Dates]:
    """Events and contacts as they were known on the day of the cutoff."""
    later = happened > end
    # Whoever had an event after the cutoff was, at the cutoff, alive without it.
    seen = np.where(later.any(axis=0), end, np.minimum(contact, end))
    return np.where(later, NO_DATE, happened), seen


def _faults(
    start: Dates,
    stop: Dates,
    cause: NDArray[np.int16],
    events: list[str],
    late: BoolArray,
    origin_name: str,
) -> dict[str, BoolArray]:
    """Why a patient has no usable time, in the order in which the reasons are counted."""
    plain = origin_name == THE_ORIGIN
    early = stop < start
    return {
        "origin date missing" if plain else f"no {origin_name}": np.isnat(start),
        f"{'origin' if plain else origin_name} after the cutoff": late,
        "neither event nor last contact": np.isnat(stop),
        **{
            f"{event} before {origin_name}": early & (cause == place)
            for place, event in enumerate(events)
        },
        f"follow-up ends before {origin_name}": early,
    }


def sift(faults: dict[str, BoolArray], n: int) -> tuple[BoolArray, Dropped]:
    """(n,) rows without a fault, and the others counted by the first fault that applies."""
    kept = np.ones(n, dtype=np.bool_)
    dropped = []
    for reason, fault in faults.items():
        count = int(np.count_nonzero(kept & fault))
        if count:
            dropped.append((reason, count))
        kept &= ~fault
    kept.setflags(write=False)
    return kept, tuple(dropped)


def told(dropped: Dropped) -> str:
    """The reasons in one line."""
    return "; ".join(f"{reason}: {count}" for reason, count in dropped)


def day_of(value: np.datetime64 | str, name: str) -> np.datetime64:
    """One full date. Raises SampleError."""
    day: np.datetime64 = full_dates(np.array([str(value)]), name)[0]
    if np.isnat(day):
        raise SampleError(f"{name}: not a date; pass None for no {name}")
    return day


def full_dates(values: ArrayLike, name: str) -> Dates:
    """One column of days, NaT = none. Raises SampleError for anything but full dates.

    A year or a month alone is refused: numpy would take its first day without a word; and a time
    zone, in which a day may be another one. Days after LATEST stand for something else: "never".
    """
    array = column_of(values)
    if array.ndim != 1 or array.dtype.kind not in "OUM":
        raise SampleError(f"{name}: expected one column of dates, got {array.dtype} {array.shape}")
    if array.dtype.kind == "M" and np.datetime_data(array.dtype)[0] in ("Y", "M", "W"):
        raise SampleError(f"{name}: dates of {array.dtype} are partial; use complete_dates first")
    zoned = _zoned(array)
    if zoned.any():
        fault = "has a time zone, so that its day may be another one"
        raise wrong_row(name, zoned, f"{fault}; drop the zone: .dt.tz_localize(None)")
    full = _full(array)
    if full.all():
        try:
            dates: Dates = array.astype("datetime64[D]")
        except (TypeError, ValueError):
            full = np.array([_is_date(value) for value in array], dtype=np.bool_)
        else:
            return _possible(dates, name)
    raise SampleError(
        f'{name}: not all values are ISO dates (row {first_row(~full)}); write "2014-03-07", '
        "NaT for none, and use complete_dates for partial dates (rows count from 0)"
    )


def column_of(values: ArrayLike) -> NDArray[Any]:
    """The values as an array; among objects None stands for every mark of a missing date.

    Marks are None, NaN, NaT, pandas' NA and "".
    """
    array = np.asarray(values)
    if array.dtype.kind == "U" and not hasattr(values, "dtype") and (array == "nan").any():
        array = np.array(values, dtype=object)  # numpy has written NaN among text as "nan"
    if array.dtype.kind == "f" and array.size and np.isnan(array).all():
        return np.full(array.shape, NO_DATE)
    if array.dtype.kind == "O" and array.ndim == 1:
        missing = np.array([_no_date(value) for value in array], dtype=np.bool_)
        array = array.copy()
        array[missing] = None
    return array


def _no_date(value: object) -> bool:
    return is_missing(value) or (isinstance(value, str) and value == "")


def _possible(dates: Dates, name: str) -> Dates:
    late = dates > LATEST
    if late.any():
        fault = f"is after {LATEST}: no date of a patient; pass NaT for what never happened"
        raise wrong_row(name, late, fault)
    return dates


def _zoned(array: NDArray[Any]) -> BoolArray:
    """Which values are times of a stated zone, as 2014-03-07T00:30+02:00?"""
    days = array.dtype.kind == "U" and array.dtype.itemsize <= 4 * _FULL_DATE
    if array.dtype.kind == "M" or days:
        return np.zeros(len(array), dtype=np.bool_)
    return np.array([_has_zone(value) for value in array], dtype=np.bool_)


def _has_zone(value: object) -> bool:
    if isinstance(value, str):
        return any(sign in value[_FULL_DATE:] for sign in "Zz+-")
    return getattr(value, "tzinfo", None) is not None


def _is_date(value: object) -> bool:
    try:
        np.array([value], dtype="datetime64[D]")
    except (TypeError, ValueError):
        return False
    return True


def _full(array: NDArray[Any]) -> BoolArray:
    """Which values can be read as a whole day or as none?"""
    if array.dtype.kind == "M":
        return np.ones(len(array), dtype=np.bool_)
    if array.dtype.kind == "U":
        length = np.strings.str_len(array)
        return np.asarray((length >= _FULL_DATE) | (length == 0) | (array == "NaT"), dtype=np.bool_)
    return np.array([_is_full(value) for value in array], dtype=np.bool_)


def _is_full(value: object) -> bool:
    if isinstance(value, str):
        return len(value) >= _FULL_DATE or value in ("", "NaT")
    return value is None or isinstance(value, (date, np.datetime64))

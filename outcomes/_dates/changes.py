"""What changes in the life of a patient, and on which day?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes._dates.first_event import full_dates
from outcomes._numbers.columns import (
    BoolArray,
    IntArray,
    SampleError,
    aligned,
    first_row,
    is_missing,
    read_only,
    vector,
    wrong_row,
)

NO_YES = ("no", "yes")
NEVER = np.iinfo(np.int64).max
BEFORE = -1  # on a day before day 0, whichever it was


@dataclass(frozen=True)
class Seen:
    """One change: patients changed at or before entry, while at risk, too late, and never.

    Too late is on the last day or after it: a transplant on the day of death does not count.
    A patient with several steps counts once, at the first of them.
    """

    name: str
    before: int
    during: int
    too_late: int
    never: int


@dataclass(frozen=True, init=False, eq=False)
class Change:
    """A state of n patients that changes on given days.

    levels : names of the states, the first is the reference. days : (n,) or (n, k) whole days from
    the origin of up to k steps; NaN, None or NaT = never, -1 = before the origin, whose day does
    not matter (a state held from the start on). In the field `days` never is NEVER, the largest
    whole number. codes : (k,) the state from each step on; as it stands steps 1, 2 ... lead to
    states 1, 2 ... . start : the state before any step, one for all or (n,). Of two steps of a
    patient on one day, or both before the origin, the later column counts.
    Raises SampleError (fractions, days below -1, codes outside levels, different lengths).
    Source: Crowley and Hu, J Am Stat Assoc 1977;72:27-36 (the heart transplants).
    Checked: with counting_rows.

    >>> Change("second transplant", [120, None, 0])
    Change('second transplant', no, yes, n=3, changed=2)
    """

    name: str
    levels: tuple[str, ...]
    days: NDArray[np.int64]
    codes: NDArray[np.int16]
    start: NDArray[np.int16]

    def __init__(
        self,
        name: str,
        days: ArrayLike,
        *,
        levels: Sequence[str] = NO_YES,
        codes: Sequence[int] | None = None,
        start: ArrayLike = 0,
    ) -> None:
        self._set(name, _steps(days, name), tuple(levels), codes, start)

    @classmethod
    def from_dates(
        cls,
        name: str,
        origin: ArrayLike,
        *dates: ArrayLike,
        levels: Sequence[str] = NO_YES,
        codes: Sequence[int] | None = None,
        start: ArrayLike = 0,
    ) -> Change:
        """From full dates (n,) of each step, NaT = never; earlier than the origin = before.

        Raises SampleError (partial dates, missing origins, different lengths).
        Source: as Change.
        Checked: by hand; the transplants of R's survival::jasa from their dates.

        >>> change = Change.from_dates("DLI", ["2014-03-01"] * 3, ["2014-03-11", "2014-01-01", ""])
        >>> [int(day) for day in change.days[:2, 0]]
        [10, -1]
        """
        if not dates:
            raise SampleError(f"{name}: no dates; give one column for each step")
        day0 = full_dates(origin, "origin")
        if np.isnat(day0).any():
            raise wrong_row("origin", np.isnat(day0), "is missing; keep the end point's patients")
        steps = np.empty((len(day0), len(dates)), dtype=np.int64)
        for place, column in enumerate(dates):
            step = full_dates(column, name)
            aligned(len(step), len(day0), name)
            passed = (step - day0).astype(np.int64)
            steps[:, place] = np.where(np.isnat(step), NEVER, np.maximum(passed, BEFORE))
        change = cls.__new__(cls)
        change._set(name, steps, tuple(levels), codes, start)
        return change

    def _set(
        self,
        name: str,
        steps: NDArray[np.int64],
        levels: tuple[str, ...],
        codes: Sequence[int] | None,
        start: ArrayLike,
    ) -> None:
        n, k = steps.shape
        if not levels or len(set(levels)) != len(levels):
            raise SampleError(f"{name}: levels must be distinct and at least one, got {levels}")
        after = np.arange(1, k + 1) if codes is None else codes
        before = np.full(n, start) if np.ndim(start) == 0 else start
        object.__setattr__(self, "codes", _states(after, f"{name}: codes", k, levels))
        object.__setattr__(self, "start", _states(before, f"{name}: start", n, levels))
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "levels", levels)
        object.__setattr__(self, "days", read_only(steps, np.int64))

    def __repr__(self) -> str:
        changed = int(np.count_nonzero((self.days != NEVER).any(axis=1)))
        facts = ", ".join([*self.levels, f"n={len(self.days)}", f"changed={changed}"])
        return f"Change({self.name!r}, {facts})"


def state_at(change: Change, subject: NDArray[np.intp], day: IntArray) -> NDArray[np.int16]:
    """The state (m,) just after the day (m,) of each row's patient."""
    state = change.start[subject]
    latest = np.full(len(subject), BEFORE - 1, dtype=np.int64)
    for place, code in enumerate(change.codes):
        step = change.days[subject, place]
        on = (step <= day) & (step >= latest)
        state[on] = code
        latest[on] = step[on]
    return state


def steps_inside(change: Change, entry: IntArray, end: IntArray) -> BoolArray:
    """(n, k) steps that fall while the patient is at risk, so that the row must be split."""
    days = change.days
    return np.asarray((days > entry[:, None]) & (days < end[:, None]), dtype=np.bool_)


def seen_of(change: Change, entry: IntArray, end: IntArray) -> Seen:
    """How many patients changed, and when."""
    first = change.days.min(axis=1)
    counts = (
        first <= entry,
        (first > entry) & (first < end),
        (first >= end) & (first != NEVER),
        first == NEVER,
    )
    return Seen(change.name, *(int(np.count_nonzero(rows)) for rows in counts))


def _states(codes: ArrayLike, what: str, length: int, levels: tuple[str, ...]) -> NDArray[np.int16]:
    """One state for each step or each patient, as positions in levels."""
    found = vector(codes, what)
    aligned(len(found), length, what)
    if found.dtype.kind not in "iu":
        raise SampleError(f"{what} must be whole numbers, got {found.dtype}")
    bad = np.asarray((found < 0) | (found >= len(levels)), dtype=np.bool_)
    if bad.any():
        raise SampleError(
            f"{what}: row {first_row(bad)} is outside the {len(levels)} levels {levels}"
        )
    return read_only(found, np.int16)


def _steps(days: ArrayLike, name: str) -> NDArray[np.int64]:
    """(n, k) whole days, NEVER where there is none."""
    array = np.asarray(days)
    if array.dtype.kind == "O":
        array = np.where(np.frompyfunc(is_missing, 1, 1)(array).astype(np.bool_), np.nan, array)
        array = np.asarray(array.tolist())
    if array.ndim not in (1, 2) or array.dtype.kind not in "iuf" or not array.size:
        raise SampleError(
            f"{name}: expected whole days (n,) or (n, k), got {array.dtype} {array.shape}; "
            "use NaN for never, -1 for before the origin, from_dates for dates"
        )
    table = array.reshape(len(array), -1).astype(np.float64)
    never = np.isnan(table)
    given = np.where(never, 0.0, table)
    for bad, fault in (
        (~np.isfinite(given) | (given != np.floor(given)), "is not a whole day"),
        (given < BEFORE, "is below -1, which means before the origin; use -1 or from_dates"),
        (given > np.iinfo(np.int32).max, "exceeds int32; use days"),
    ):
        rows = np.asarray(bad.any(axis=1), dtype=np.bool_)
        if rows.any():
            raise wrong_row(name, rows, fault)
    return np.where(never, NEVER, given.astype(np.int64))

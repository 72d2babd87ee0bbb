"""How many rows leave, die and are at risk on each day, in each group? Counted, not sorted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from outcomes._numbers.columns import BoolArray, FloatArray, IntArray, Places
from outcomes.sample import EmptySample, Survival
from outcomes.terms import Factor

Table = NDArray[Any]  # counts of rows, or sums of weights

# A table of all days is cheaper than finding the distinct ones first while it has few cells per row;
# and up to SMALL cells it is always cheaper than sorting.
CELLS_PER_ROW = 4
SMALL = 65_536


@dataclass(frozen=True, eq=False)
class Sums:
    """Per level and column: who died, who left (died or censored), who was at risk. (levels, k)."""

    died: Table
    left: Table
    at_risk: Table


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows counted, in the sample's order: first and last column at risk, all (n,)."""

    first: Places
    last: Places
    died: BoolArray
    weight: FloatArray


@dataclass(frozen=True, eq=False)
class DayTable:
    """Columns run over the strata and, in each, over its distinct days in order.

    day, moment : (k,) the day; a number that grows with stratum and day.
    bounds : first column of each stratum, and k. rows : counts of rows.
    weighted : the same as sums of case weights; rows again when there are no weights.
    """

    day: IntArray
    bounds: tuple[int, ...]
    rows: Sums
    weighted: Sums


@dataclass(frozen=True, eq=False)
class _Taken:
    """The rows that count. start, end : stratum and day of entry and of leaving as one number."""

    start: Places | IntArray | None
    end: Places | IntArray
    died: BoolArray
    weight: FloatArray | None
    level: NDArray[np.int16] | None
    width: int
    levels: int
    strata: int


def tabulate(
    sample: Survival, levels: Factor | None = None, strata: Factor | None = None
) -> DayTable:
    """Count the rows in play whose level and stratum are known. Raises EmptySample without any."""
    taken = _taken(sample, levels, strata)
    cell, moments = _cells(taken)
    size = taken.width * taken.strata if moments is None else len(moments)
    key = np.multiply(taken.died.view(np.int8), taken.levels * size, dtype=np.intp)
    key += cell
    if taken.level is not None:
        key += np.multiply(taken.level, size, dtype=np.intp)
    died, left = _died_and_left(key, None, taken.levels, size)
    occupied = None
    if moments is None:
        occupied = moments = np.flatnonzero(left.sum(axis=0) if taken.levels > 1 else left[0])
        died, left = died.take(occupied, axis=1), left.take(occupied, axis=1)
    bounds = _bounds(moments, taken)
    rows = weighted = _sums(died, left, moments, bounds, taken, None)
    if taken.weight is not None:
        died, left = _died_and_left(key, taken.weight, taken.levels, size)
        if occupied is not None:
            died, left = died.take(occupied, axis=1), left.take(occupied, axis=1)
        weighted = _sums(died, left, moments, bounds, taken, taken.weight)
    day = moments if taken.strata == 1 else moments % taken.width
    return DayTable(day.astype(np.int32), bounds, rows, weighted)


def places(sample: Survival) -> Rows:
    """Where each row in play stands in the table of the whole sample."""
    taken = _taken(sample, None, None)
    cell, moments = _cells(taken)
    if moments is None:
        cell = cell.astype(np.intp)
        moments = np.flatnonzero(np.bincount(cell))
        last = _after(cell, moments) - 1
    else:
        last = cell.astype(np.intp, copy=False)
    first = np.zeros_like(last) if taken.start is None else _after(taken.start, moments)
    weight = np.ones(len(last)) if taken.weight is None else taken.weight
    return Rows(first, last, taken.died, weight)


def _taken(sample: Survival, levels: Factor | None, strata: Factor | None) -> _Taken:
    keep = np.ones(0, dtype=np.bool_) if sample.weight is None else sample.in_play
    for factor in (levels, strata):
        if factor is not None and not len(keep) and factor.codes.min() < 0:
            keep = factor.known
        elif factor is not None and len(keep):
            keep = keep & factor.known
    rows = slice(None) if not len(keep) or keep.all() else keep
    if isinstance(rows, np.ndarray) and not rows.any():
        raise EmptySample("groups: no patient has a known group; check the coding")
    days, entry = sample.days[rows], sample.entry
    width = int(days.max()) + 1
    start, end = None if entry is None else entry[rows], days
    if strata is not None:
        shift = np.multiply(strata.codes[rows], width, dtype=np.intp)
        start = None if start is None else start + shift
        end = np.add(shift, days, out=shift)
    return _Taken(
        start,
        end,
        sample.event[rows],
        None if sample.weight is None else sample.weight[rows],
        None if levels is None else levels.codes[rows],
        width,
        1 if levels is None else len(levels.levels),
        1 if strata is None else len(strata.levels),
    )


def _cells(taken: _Taken) -> tuple[Places | IntArray, Places | None]:
    """The cell of each row, and the moment of each cell; None when it is the cell's number."""
    every, n = taken.strata * taken.width, len(taken.end)
    if 2 * taken.levels * every <= CELLS_PER_ROW * n:
        return taken.end, None
    if every > CELLS_PER_ROW * n + SMALL:
        moments, cell = np.unique(taken.end, return_inverse=True)
        return cell, moments.astype(np.intp)
    seen = np.zeros(every, dtype=np.bool_)
    seen[taken.end] = True
    moments = np.flatnonzero(seen)
    cell_of = np.empty(every, dtype=np.intp)
    cell_of[moments] = np.arange(len(moments))
    return cell_of[taken.end], moments


def _died_and_left(
    key: Places, weight: FloatArray | None, levels: int, cells: int
) -> tuple[Table, Table]:
    """Sums per level and cell, (levels, cells) each."""
    found: Table = np.bincount(key, weights=weight, minlength=2 * levels * cells)
    censored, died = found.reshape(2, levels, cells)
    return died, censored + died


def _bounds(moments: Places, taken: _Taken) -> tuple[int, ...]:
    if taken.strata == 1:
        return 0, len(moments)
    ends = np.arange(taken.strata + 1) * taken.width
    return tuple(np.searchsorted(moments, ends).tolist())


def _sums(
    died: Table,
    left: Table,
    moments: Places,
    bounds: tuple[int, ...],
    taken: _Taken,
    weight: FloatArray | None,
) -> Sums:
    at_risk = _from_here_on(left, bounds)
    if taken.start is not None:
        entering = _entering(moments, taken, weight)
        at_risk -= _from_here_on(entering, bounds) - entering
    return Sums(died, left, at_risk)


def _from_here_on(table: Table, bounds: tuple[int, ...]) -> Table:
    """Sums from each column to the end of its stratum.

    Sums of weights are added within each stratum, from the end backwards: then no rounding is
    left behind at the end. Counts need no such care.
    """
    found = np.empty_like(table)
    if table.dtype.kind == "f":
        for start, end in pairwise(bounds):
            table[:, start:end][:, ::-1].cumsum(axis=1, out=found[:, start:end][:, ::-1])
        return found
    table[:, ::-1].cumsum(axis=1, out=found[:, ::-1])
    if len(bounds) > 2:
        later = np.zeros((len(table), table.shape[1] + 1), dtype=found.dtype)
        later[:, :-1] = found
        found -= later[:, bounds[1:]].repeat(np.diff(bounds), axis=1)
    return found


def _entering(moments: Places, taken: _Taken, weight: FloatArray | None) -> Table:
    """Rows at risk from this column on, (levels, k)."""
    assert taken.start is not None
    key = _after(taken.start, moments)
    if taken.level is not None:
        key = key + np.multiply(taken.level, len(moments), dtype=np.intp)
    found = np.bincount(key, weights=weight, minlength=taken.levels * len(moments))
    return found.reshape(taken.levels, len(moments))


def _after(start: Places | IntArray, moments: Places) -> Places:
    """The first column after each start."""
    width = int(moments[-1]) + 2
    if width > CELLS_PER_ROW * len(start) + SMALL:
        return np.searchsorted(moments, start, side="right").astype(np.intp, copy=False)
    passed = np.zeros(width, dtype=np.intp)  # by start + 1, since a start may be -1
    passed[moments + 1] = 1
    columns: Places = passed.cumsum()[start + 1]
    return columns

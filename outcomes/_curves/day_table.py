"""How many rows leave, die and are at risk on each day, in each group? Counted, not sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from outcomes._numbers.columns import BoolArray, Codes, FloatArray, IntArray, Places
from outcomes._numbers.distinct import CELLS_PER_ROW, distinct, tabulable
from outcomes._numbers.running import from_here_on
from outcomes._numbers.standing import standing
from outcomes.sample import EmptySample, Survival
from outcomes.terms import Factor

Table = NDArray[Any]  # counts of rows, or sums of weights


class Sums(NamedTuple):
    """Per level and column: who died, who left (died or censored), who was at risk. (levels, k)."""

    died: Table
    left: Table
    at_risk: Table


@dataclass(frozen=True, eq=False)
class PlacedRows:
    """The rows counted, in the sample's order: first and last column at risk, all (n,)."""

    first: Places
    last: Places
    died: BoolArray
    weight: FloatArray


class DayTable(NamedTuple):
    """Columns run over the strata and, in each, over its distinct days in order.

    day : (k,) the day of each column.
    bounds : first column of each stratum, and k. rows : counts of rows.
    weighted : the same as sums of case weights; rows again when there are no weights.
    dropped : rows in play whose level or stratum is not known.
    """

    day: IntArray
    bounds: tuple[int, ...]
    rows: Sums
    weighted: Sums
    dropped: int


class _KeptRows(NamedTuple):
    """The rows that count. start, end : stratum and day of entry and of leaving as one number."""

    start: Places | IntArray | None
    end: Places | IntArray
    died: BoolArray
    weight: FloatArray | None
    level: Codes | None
    width: int
    levels: int
    strata: int
    dropped: int


def tabulate(
    sample: Survival, levels: Factor | None = None, strata: Factor | None = None
) -> DayTable:
    """Count the rows in play whose level and stratum are known. Raises EmptySample without any."""
    kept = _kept_rows(sample, levels, strata)
    cell, moments = _cells(kept)
    size = kept.width * kept.strata if moments is None else len(moments)
    key = np.multiply(kept.died.view(np.int8), kept.levels * size, dtype=np.intp)
    key += cell
    if kept.level is not None:
        key += np.multiply(kept.level, size, dtype=np.intp)
    died, left = _died_and_left(key, None, kept.levels, size)
    occupied = None
    if moments is None:
        occupied = moments = np.flatnonzero(left.sum(axis=0) if kept.levels > 1 else left[0])
        died, left = died.take(occupied, axis=1), left.take(occupied, axis=1)
    bounds = _bounds(moments, kept)
    rows = weighted = _sums(died, left, moments, bounds, kept, None)
    if kept.weight is not None:
        died, left = _died_and_left(key, kept.weight, kept.levels, size)
        if occupied is not None:
            died, left = died.take(occupied, axis=1), left.take(occupied, axis=1)
        weighted = _sums(died, left, moments, bounds, kept, kept.weight)
    day = moments if kept.strata == 1 else moments % kept.width
    return DayTable(day.astype(np.int32), bounds, rows, weighted, kept.dropped)


def places(sample: Survival) -> PlacedRows:
    """Where each row in play stands in the table of the whole sample."""
    kept = _kept_rows(sample, None, None)
    cell, moments = _cells(kept)
    if moments is None:
        cell = cell.astype(np.intp)
        moments = np.flatnonzero(np.bincount(cell))
        last = _after(cell, moments) - 1
    else:
        last = cell.astype(np.intp, copy=False)
    first = np.zeros_like(last) if kept.start is None else _after(kept.start, moments)
    weight = np.ones(len(last)) if kept.weight is None else kept.weight
    return PlacedRows(first, last, kept.died, weight)


def _kept_rows(sample: Survival, levels: Factor | None, strata: Factor | None) -> _KeptRows:
    keep = playing = None if sample.weight is None else sample.in_play
    for factor in (levels, strata):
        if factor is not None and not factor.complete:
            keep = factor.known if keep is None else keep & factor.known
            if not keep.any():
                raise EmptySample(f"{factor.name}: no patient has a known group; check the coding")
    rows = slice(None) if keep is None or keep.all() else keep
    days, entry = sample.days[rows], sample.entry
    width = int(np.maximum.reduce(days)) + 1
    start, end = None if entry is None else entry[rows], days
    if strata is not None:
        shift = np.multiply(strata.codes[rows], width, dtype=np.intp)
        start = None if start is None else start + shift
        end = np.add(shift, days, out=shift)
    return _KeptRows(
        start,
        end,
        sample.event[rows],
        None if sample.weight is None else sample.weight[rows],
        None if levels is None else levels.codes[rows],
        width,
        1 if levels is None else len(levels.levels),
        1 if strata is None else len(strata.levels),
        (sample.n if playing is None else int(np.count_nonzero(playing))) - len(days),
    )


def _cells(kept: _KeptRows) -> tuple[Places | IntArray, Places | None]:
    """The cell of each row, and the moment of each cell; None when it is the cell's number."""
    every, n = kept.strata * kept.width, len(kept.end)
    if 2 * kept.levels * every <= CELLS_PER_ROW * n:
        return kept.end, None
    moments, cell = distinct(kept.end, every)
    return cell, moments


def _died_and_left(
    key: Places, weight: FloatArray | None, levels: int, cells: int
) -> tuple[Table, Table]:
    """Sums per level and cell, (levels, cells) each."""
    found: Table = np.bincount(key, weights=weight, minlength=2 * levels * cells)
    censored, died = found.reshape(2, levels, cells)
    return died, censored + died


def _bounds(moments: Places, kept: _KeptRows) -> tuple[int, ...]:
    if kept.strata == 1:
        return 0, len(moments)
    ends = np.arange(0, kept.strata * kept.width + 1, kept.width)
    return tuple(moments.searchsorted(ends).tolist())


def _sums(
    died: Table,
    left: Table,
    moments: Places,
    bounds: tuple[int, ...],
    kept: _KeptRows,
    weight: FloatArray | None,
) -> Sums:
    at_risk = from_here_on(left, bounds)
    if kept.start is not None:
        entering = _entering(moments, kept, weight)
        total = at_risk.copy()
        at_risk -= from_here_on(entering, bounds) - entering
        if weight is not None and kept.levels == 1:  # with levels, weights are whole and exact
            first, last = _after(kept.start, moments), moments.searchsorted(kept.end)
            standing(at_risk[0], total[0], first, last, weight)
    return Sums(died, left, at_risk)


def _entering(moments: Places, kept: _KeptRows, weight: FloatArray | None) -> Table:
    """Rows at risk from this column on, (levels, k)."""
    assert kept.start is not None
    key = _after(kept.start, moments)
    if kept.level is not None:
        key = key + np.multiply(kept.level, len(moments), dtype=np.intp)
    found = np.bincount(key, weights=weight, minlength=kept.levels * len(moments))
    return found.reshape(kept.levels, len(moments))


def _after(start: Places | IntArray, moments: Places) -> Places:
    """The first column after each start."""
    width = int(moments[-1]) + 2
    if not tabulable(width, len(start)):
        return np.searchsorted(moments, start, side="right").astype(np.intp, copy=False)
    passed = np.zeros(width, dtype=np.intp)  # by start + 1, since a start may be -1
    passed[moments + 1] = 1
    columns: Places = passed.cumsum()[start + 1]
    return columns

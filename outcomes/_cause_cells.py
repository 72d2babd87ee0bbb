"""Who leaves and who is at risk on each day, in each group? What the curves are computed from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._cause_tables import (
    Counts,
    Leaving,
    Places,
    Taken,
    from_here_on,
    later,
    leaving,
    sums,
)
from outcomes._columns import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Kinds:
    """m kinds of rows that share group, entry, day and cause; places count through groups x days.

    entered : (m,) place of the first day at risk. left : (m,) place of the day on which they
    leave. column : (m,) 0 = censored, then the causes. squares : (m,) sum of squared weights.
    late : whether any of them enters after the first day.
    """

    shape: tuple[int, int]
    entered: Places
    left: Places
    column: Places
    squares: FloatArray
    late: bool

    def gone(self, value: FloatArray) -> FloatArray:
        """(groups, k) sum of the value over the rows that have left by the end of each day."""
        return np.cumsum(self._placed(self.left, value), axis=1)

    def still(self, value: FloatArray) -> FloatArray:
        """(groups, k) sum of the value over the rows at risk after each day."""
        # From the end backwards, so that nothing is left over once the last row has gone.
        return later(self._placed(self.left, value) - self._placed(self.entered, value))

    def at_entry(self, before: FloatArray) -> FloatArray:
        """(m,) the curve just before the first day at risk; before : (groups, k) before each."""
        return before.ravel()[self.entered]

    def _placed(self, place: Places, value: FloatArray) -> FloatArray:
        groups, days = self.shape
        return sums(place, self.squares * value, groups * days).reshape(groups, days)


@dataclass(frozen=True, eq=False)
class Cells:
    """All groups on the k days on which rows of any of them leave.

    rows, total : (1 + causes, groups, k) counts and sums of weights of those who leave; the first
    is censored. left : (groups, k) counts over all causes. at_risk, weight_at_risk : (groups, k)
    just before the events of the day; at_risk may be 0, weight_at_risk is 1 then.
    entries : days of late entry in order, of each group; None without late entry.
    """

    day: IntArray
    rows: Counts
    total: FloatArray
    left: Counts
    at_risk: Counts
    weight_at_risk: FloatArray
    entries: tuple[IntArray, ...] | None
    kinds: Kinds


def cells_of(taken: Taken, causes: int, levels: int) -> Cells:
    """The cells of the levels of the first grouping, or of all rows as one level."""
    cell = taken.cause + np.intp(1)
    cell *= levels
    if taken.codes:
        cell += taken.codes[0]
    table = leaving(taken.days, cell, (1 + causes) * levels, taken.weight)
    shape = (1 + causes, levels, len(table.day))
    rows, total = table.rows.reshape(shape), table.total.reshape(shape)
    left = rows.sum(axis=0)
    at_risk, weight_at_risk = from_here_on(left), from_here_on(total.sum(axis=0))
    entries = None
    if taken.entry is None:
        kinds = _kinds_of_cells(table.squares.ravel(), levels, len(table.day))
    else:
        kinds, entries = _kinds_of_rows(taken, taken.entry, table, levels)
        # Those who have not entered yet leave later: they were counted, and go out again.
        at_risk -= later(np.bincount(kinds.entered, minlength=left.size).reshape(left.shape))
        weight = kinds.squares if taken.weight is None else taken.weight
        weight_at_risk -= later(sums(kinds.entered, weight, left.size).reshape(left.shape))
    weight_at_risk = np.where(at_risk > 0, weight_at_risk, 1.0)
    return Cells(table.day, rows, total, left, at_risk, weight_at_risk, entries, kinds)


def _kinds_of_cells(squares: FloatArray, levels: int, days: int) -> Kinds:
    full = np.flatnonzero(squares)
    column, left = np.divmod(full, levels * days)
    return Kinds((levels, days), left - left % days, left, column, squares[full], late=False)


def _kinds_of_rows(
    taken: Taken, entry: IntArray, table: Leaving, levels: int
) -> tuple[Kinds, tuple[IntArray, ...]]:
    group = taken.codes[0].astype(np.intp) if taken.codes else np.zeros(len(entry), dtype=np.intp)
    start = group * len(table.day)
    entered = start + np.searchsorted(table.day, entry, side="right")
    squares = np.ones(len(entry)) if taken.weight is None else taken.weight**2
    column = taken.cause + np.intp(1)
    kinds = Kinds(
        (levels, len(table.day)), entered, start + table.place, column, squares, late=True
    )
    order = np.lexsort((entry, group))
    ends = np.cumsum(np.bincount(group, minlength=levels))
    return kinds, tuple(np.split(entry[order], ends[:-1]))

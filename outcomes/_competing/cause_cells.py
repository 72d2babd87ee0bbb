"""Who leaves and who is at risk on each day, in each group? What the curves are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from outcomes._competing.cause_tables import CauseRows, Leaving, leaving, sums
from outcomes._numbers.columns import Counts, FloatArray, IntArray, Places
from outcomes._numbers.running import Number, from_here_on, just_before, running
from outcomes._numbers.standing import standing


@dataclass(frozen=True, eq=False)
class Days:
    """The days of all groups, one group after the other, each with its own days in order.

    bounds : first day of each group, and their number k in all. All sums run within a group,
    along the last axis of arrays (..., k).
    """

    bounds: tuple[int, ...]

    @property
    def starts(self) -> Places:
        """First day of the groups with days."""
        return np.array([start for start, end in pairwise(self.bounds) if start < end])

    def running(self, values: FloatArray) -> FloatArray:
        """Sums up to and with each day."""
        return running(np.add, values, self.bounds)

    def product(self, values: FloatArray) -> FloatArray:
        """Products up to and with each day."""
        return running(np.multiply, values, self.bounds)

    def from_here_on(self, values: NDArray[Number]) -> NDArray[Number]:
        """Sums over this day and all later ones."""
        return from_here_on(values, self.bounds)

    def later(self, values: NDArray[Number]) -> NDArray[Number]:
        """Sums over all days after this one."""
        here = self.from_here_on(values)
        found = np.zeros_like(here)
        found[..., :-1] = here[..., 1:]
        found[..., self.starts[1:] - 1] = 0
        return found

    def before(self, values: FloatArray, start: float) -> FloatArray:
        """The values of the day before; start on the first day."""
        return just_before(values, start, self.bounds)


@dataclass(frozen=True, eq=False)
class Kinds:
    """m kinds of rows that share group, entry, day and cause; places count through all k days.

    entered : (m,) the first day at risk. left : (m,) the day on which they leave. column : (m,)
    0 = censored, then the causes. squares : (m,) sum of squared weights. late : whether any of
    them enters after its group's first day.
    """

    days: Days
    entered: Places
    left: Places
    column: Places
    squares: FloatArray
    late: bool

    def gone(self, value: FloatArray) -> FloatArray:
        """(k,) sum of the value over the rows that have left by the end of each day."""
        return self.days.running(self._placed(self.left, self.squares * value))

    def still(self, value: FloatArray) -> FloatArray:
        """(k,) sum of the value over the rows at risk after each day."""
        share = self.squares * value
        # From the end backwards, so that nothing is left over once the last row has gone.
        return self.days.later(self._placed(self.left, share) - self._placed(self.entered, share))

    def _placed(self, place: Places, value: FloatArray) -> FloatArray:
        return sums(place, value, self.days.bounds[-1])


@dataclass(frozen=True, eq=False)
class Cells:
    """The k days of all groups: in each group those on which a row of its own leaves.

    rows, total : (1 + causes, k) counts and sums of weights of those who leave, censored first.
    left : (k,) counts over all causes. at_risk, weight_at_risk : (k,) just before the events of
    the day. entries : days of late entry in order, of each group; None without late entry.
    """

    days: Days
    day: IntArray
    rows: Counts
    total: FloatArray
    left: Counts
    at_risk: Counts
    weight_at_risk: FloatArray
    entries: list[IntArray] | None
    kinds: Kinds


def cells_of(kept: CauseRows, causes: int, levels: int) -> Cells:
    """The cells of the levels of the first grouping, or of all rows as one level."""
    width = int(kept.days.max()) + 1
    shift = np.multiply(kept.codes[0], width, dtype=np.intp) if kept.codes else np.intp(0)
    table = leaving(kept.days + shift, kept.cause + np.intp(1), 1 + causes, kept.weight)
    bounds = np.searchsorted(table.moment, np.arange(levels + 1) * width)
    days, left = Days(tuple(bounds.tolist())), table.rows.sum(axis=0)
    at_risk = days.from_here_on(left)
    weight_at_risk = at_risk.astype(np.float64)
    if kept.weight is not None:
        weight_at_risk = days.from_here_on(table.total.sum(axis=0))
    entries = None
    if kept.entry is None:
        kinds = _kinds_of_cells(table, days)
        if kept.cluster is not None:
            first = np.take(bounds, kept.codes[0] if kept.codes else np.zeros_like(table.place))
            kinds = _kinds_of_rows(kept, first, table, days, late=False)
    else:
        entered = np.searchsorted(table.moment, kept.entry + shift, side="right")
        kinds = _kinds_of_rows(kept, entered, table, days, late=True)
        # Those who have not entered yet leave later: they were counted, and go out again.
        at_risk -= days.later(np.bincount(kinds.entered, minlength=len(left)))
        weight = kinds.squares if kept.weight is None else kept.weight
        whole = weight_at_risk.copy()
        weight_at_risk -= days.later(sums(kinds.entered, weight, len(left)))
        if kept.weight is not None:
            standing(weight_at_risk, whole, kinds.entered, kinds.left, weight)
        entries = _entries(kept, kept.entry, levels)
    day = (table.moment % width).astype(np.int32)
    return Cells(days, day, table.rows, table.total, left, at_risk, weight_at_risk, entries, kinds)


def _kinds_of_cells(table: Leaving, days: Days) -> Kinds:
    squares = table.squares.ravel()
    full = np.flatnonzero(squares)
    column, left = np.divmod(full, len(table.moment))
    first = np.repeat(days.bounds[:-1], np.diff(days.bounds))
    return Kinds(days, first[left], left, column, squares[full], late=False)


def _kinds_of_rows(
    kept: CauseRows, entered: Places, table: Leaving, days: Days, *, late: bool
) -> Kinds:
    squares = np.ones(len(entered)) if kept.weight is None else kept.weight**2
    column = kept.cause + np.intp(1)
    return Kinds(days, entered, table.place, column, squares, late)


def _entries(kept: CauseRows, entry: IntArray, levels: int) -> list[IntArray]:
    if not kept.codes:
        return [np.sort(entry)]
    return [np.sort(entry[kept.codes[0] == level]) for level in range(levels)]

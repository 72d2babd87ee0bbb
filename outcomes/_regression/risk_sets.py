"""Who is at risk when somebody fails? Rows sorted once so that running sums are risk sets."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from outcomes._numbers.columns import BoolArray, FloatArray, Places
from outcomes._numbers.distinct import first_of_runs, lengths_of_runs
from outcomes._numbers.row_sums import add_up
from outcomes._regression.sorting import Timeline, stable_order, timeline
from outcomes.sample import Survival

ROW_BY_ROW = 1000  # up to here adding row by row is faster than making a sparse matrix
LOST = 1e-6  # share of a running total below which a difference has lost too many digits


@dataclass(frozen=True, eq=False)
class Ties:
    """The t failures that share their block with others, and the T blocks they are in.

    blocks : (T,). rows : (t,) those who failed. first : (T,) place in rows of each block's first.
    own : (t,) place in blocks of each. share : (t,) Efron's
    l/d for the l-th of d. powers : (5, t) 1, share, 1, share, share^2, each times the mean case
    weight of the block's failures.
    """

    blocks: Places
    rows: Places
    first: Places
    own: Places
    share: FloatArray
    powers: FloatArray


@dataclass(frozen=True, eq=False)
class RiskSets:
    """m rows ever at risk at an event, by stratum, longest times first, failures of a day first.

    Rows form K blocks, one per stratum and distinct event day from the last to the first: block k
    enters the risk set at its event day, so a running sum over the blocks of a stratum is a sum
    over risk sets.

    order : (m,) rows of the sample. starts : (K,) first row of each block. failed : (E,) rows that
    failed. first_failed : (K,) place in failed of each block's first. block : (E,) block of each.
    strata : blocks of each stratum with events. late : rows that enter after an event of their
    stratum, sorted by left, the block from which on (backwards in time) they are gone.
    weight : (m,) case weights or None.
    """

    order: Places
    starts: Places
    failed: Places
    first_failed: Places
    block: Places
    strata: tuple[slice, ...]
    late: Places
    left: Places
    weight: FloatArray | None

    @cached_property
    def tied(self) -> Places:
        """(K,) failures of each block."""
        return lengths_of_runs(self.first_failed, len(self.failed))

    @cached_property
    def ties(self) -> Ties:
        """Failures on one day."""
        several = self.tied > 1
        blocks = several.nonzero()[0]
        count = self.tied[blocks]
        rows, first = self.failed[several.repeat(self.tied)], count.cumsum() - count
        own, share = np.arange(len(blocks)).repeat(count), efron_share(count)
        once = np.ones(len(rows))
        if self.weight is not None and len(rows):
            once = (np.add.reduceat(self.weight[rows], first) / count)[own]
        again = once * share
        powers = np.array((once, again, once, again, again * share))
        return Ties(blocks, rows, first, own, share, powers)

    @cached_property
    def own(self) -> Places:
        """(m,) block of each row."""
        return np.arange(len(self.starts)).repeat(self._rows_of_blocks)

    @cached_property
    def last(self) -> Places:
        """(K,) last row of each block."""
        return self.starts + (self._rows_of_blocks - 1)

    @cached_property
    def _rows_of_blocks(self) -> Places:
        """(K,) how many rows each block has."""
        return lengths_of_runs(self.starts, len(self.order))

    @cached_property
    def row_strata(self) -> tuple[slice, ...]:
        """Rows of each stratum with events."""
        return _between(self.first_rows.tolist(), len(self.order))

    @cached_property
    def _blocks(self) -> csr_array:
        rows, ends = np.arange(len(self.order)), np.append(self.starts, len(self.order))
        return csr_array((np.ones(len(rows)), rows, ends), (len(self.starts), len(rows)))

    @cached_property
    def _blocks_apart(self) -> csr_array:
        m, ties = len(self.order), self.ties
        rows = np.concatenate((np.arange(m), ties.rows))
        ends = np.concatenate((self.starts, m + ties.first, [len(rows)]))
        return csr_array((np.ones(len(rows)), rows, ends), (len(ends) - 1, m))

    @cached_property
    def leaving(self) -> tuple[Places, Places]:
        """First of late in each block that somebody has left, and those blocks."""
        first = first_of_runs(self.left)
        return first, self.left[first]

    def at_risk(self, values: FloatArray) -> FloatArray:
        """Sums over everybody at risk (K, ...) of values (m, ...), late entry not yet minded."""
        return add_up(np.add.reduceat(values, self.starts), self.strata)

    def weighted(
        self, values: FloatArray, weight: FloatArray, apart: bool
    ) -> tuple[FloatArray, FloatArray]:
        """Sums of weight (m,) times values (m, p): (K, p) over everybody at risk, late entry not
        yet minded; when apart, (T, p) over those who fail, of the blocks with ties."""
        if len(self.order) <= ROW_BY_ROW:
            rows = values * weight[:, None]
            tied = rows[:0]
            if apart:
                tied = np.add.reduceat(rows.take(self.ties.rows, axis=0), self.ties.first)
            return add_up(rows, self.row_strata).take(self.last, axis=0), tied
        pattern = self._blocks_apart if apart else self._blocks
        matrix = copy(pattern)  # making one from its parts would check them each time
        matrix.data = weight[pattern.indices] if apart else weight
        sums = matrix @ values
        blocks = len(self.starts)
        return add_up(sums[:blocks], self.strata), sums[blocks:]

    def gone(self, late: FloatArray) -> FloatArray:
        """Sums (K, ...) over those not yet entered at each block; late (rows of late, ...)."""
        first, blocks = self.leaving
        sums = np.zeros((len(self.starts), *late.shape[1:]))
        sums[blocks] = np.add.reduceat(late, first)
        return add_up(sums, self.strata)

    def hazard_of(self, hazard: FloatArray) -> FloatArray:
        """(m,) what each row met of the hazard (K,) while it was at risk."""
        met = np.empty(len(hazard))
        for stratum in self.strata:
            met[stratum] = np.add.accumulate(hazard[stratum][::-1])[::-1]
        rows = met.take(self.own)
        if len(self.late):
            whole = rows[self.late]
            rows[self.late] -= met[self.left]
            self._sum_anew(rows, rows[self.late] < LOST * whole, hazard)
        return rows

    def _sum_anew(self, rows: FloatArray, lost: BoolArray, hazard: FloatArray) -> None:
        """Put sums over their own blocks where the difference of two totals lost the digits."""
        late = self.late[lost]
        if len(late):
            first = np.searchsorted(self.starts, late, side="right") - 1
            spans = np.column_stack((first, self.left[lost])).ravel()
            rows[late] = np.add.reduceat(np.append(hazard, 0.0), spans)[::2]

    @cached_property
    def first_rows(self) -> Places:
        """(S,) first row of each stratum with events."""
        return self.starts[[stratum.start for stratum in self.strata]]

    def widths(self, values: FloatArray) -> FloatArray:
        """(S, ...) largest less smallest of the values (m, ...) in each stratum."""
        first = self.first_rows
        result: FloatArray = np.maximum.reduceat(values, first) - np.minimum.reduceat(values, first)
        return result

    def less(self, values: FloatArray, of_strata: FloatArray) -> FloatArray:
        """Values (m, ...) less one number (S, ...) for each stratum, in place."""
        if len(of_strata) == 1:
            values -= of_strata[0]
        else:
            values -= np.repeat(of_strata, self._sizes, axis=0)
        return values

    @cached_property
    def _sizes(self) -> Places:
        """(S,) rows of each stratum."""
        return lengths_of_runs(self.first_rows, len(self.order))

    def centred(self, values: FloatArray) -> FloatArray:
        """(m, p) the values less their stratum's mean, in place: a stratum's level is no matter."""
        sums = np.add.reduceat(values, self.first_rows)
        return self.less(values, sums / self._sizes[:, None])

    def sum_failed(self, values: FloatArray) -> float:
        """Sum of (E,) values of the failures, each with its case weight."""
        return float(values.sum() if self.weight is None else values @ self.weight[self.failed])

    def members(self, block: int) -> Places:
        """Rows at risk at the event of one block: for the few sums a difference cannot give."""
        stratum = next(s for s in self.strata if s.start <= block < s.stop)
        stop = len(self.order) if block + 1 == len(self.starts) else self.starts[block + 1]
        rows = np.arange(self.starts[stratum.start], stop)
        absent = self.late[self.left <= block]
        return np.setdiff1d(rows, absent, assume_unique=True)


def _between(starts: list[int], end: int) -> tuple[slice, ...]:
    """From each start to the next."""
    return tuple(slice(low, high) for low, high in pairwise([*starts, end]))


def efron_share(deaths: Places) -> FloatArray:
    """(events,) l/d of the l-th of d tied failures, l from 0, slot by slot."""
    before = (deaths.cumsum() - deaths).repeat(deaths)
    return np.asarray((np.arange(len(before)) - before) / deaths.repeat(deaths))


def risk_sets(sample: Survival, strata: Places | None = None) -> RiskSets | None:
    """Sort once; strata (n,) codes from 0. None when there is no event.

    Rows that are at risk at no event of their stratum are left out. Rows must be in play.
    """
    if not sample.event.any():
        return None
    width = int(sample.days.max()) + 1
    count = 1 if strata is None else int(strata.max()) + 1
    first_place = 0 if strata is None else strata * width
    back = (width - 1) - sample.days.astype(np.intp) + first_place
    line = timeline(back[sample.event], width, count, sample.n)
    block = line.before(back)
    within, gone = line.same_stratum(block, strata), None
    if sample.entry is not None:
        gone = line.before((width - 1) - sample.entry.astype(np.intp) + first_place)
        within &= gone > block
    end = len(line.place)
    key = block * 2 + ~sample.event
    key[~within] = 2 * end
    order = stable_order(key, 2 * end)[: np.count_nonzero(within)]
    late = left = np.empty(0, dtype=np.intp)
    if gone is not None:
        late = np.flatnonzero(line.same_stratum(gone, strata)[order])
        late = late[np.argsort(gone[order][late], kind="stable")]
        left = gone[order][late]
    return _assemble(sample, order, key[order], line, late, left)


def _assemble(
    sample: Survival, order: Places, key: Places, line: Timeline, late: Places, left: Places
) -> RiskSets:
    failed = (key & 1 == 0).nonzero()[0]
    block = key[failed] >> 1
    first_failed = first_of_runs(block)
    strata = first_of_runs(line.place // line.width)
    return RiskSets(
        order=order,
        starts=failed[first_failed],  # failures of a day come first
        failed=failed,
        first_failed=first_failed,
        block=block,
        strata=_between(strata.tolist(), len(line.place)),
        late=late,
        left=left,
        weight=None if sample.weight is None else sample.weight[order],
    )

"""How much weight in a stretch of rows lies below, on and above a value? In n log n, by bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._numbers.columns import FloatArray, Places
from outcomes._numbers.running import sums_of_first
from outcomes._regression.risk_sets import LOST


@dataclass(frozen=True, eq=False)
class RankedSums:
    """A wavelet matrix over m rows: per bit of the rank, highest first, the rows stably parted.

    zeros : per bit, (m + 1,) how many rows before each place have a 0 there. weight : per bit,
    (m + 1,) running weight of the rows as parted by it.
    Source: Claude, Navarro and Ordóñez, Information Systems 2015;47:15-32.
    """

    bits: int
    weight_first: FloatArray
    zeros: tuple[Places, ...]
    weight: tuple[FloatArray, ...]

    def below_equal_above(
        self, low: Places, high: Places, rank: Places
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Weight of the rows low <= row < high with a rank below, on and above the one given."""
        everything = self.weight_first[high] - self.weight_first[low]
        below = np.zeros(len(low))
        equal = everything
        for level in range(self.bits):
            zeros, weight = self.zeros[level], self.weight[level]
            count = zeros[-1]
            one = (rank >> (self.bits - 1 - level)) & 1 == 1
            left, right = zeros[low], zeros[high]
            below += np.where(one, weight[right] - weight[left], 0.0)
            low = np.where(one, low - left + count, left)
            high = np.where(one, high - right + count, right)
            equal = weight[high] - weight[low]
        return below, equal, everything - below - equal


def ranked_sums(rank: Places, weight: FloatArray, highest: int) -> RankedSums:
    """Rows in their order: (m,) ranks from 0 on, and weights; highest rank ever asked for."""
    bits = max(1, highest.bit_length())
    first = sums_of_first(weight)
    zeros, weights = [], []
    for level in reversed(range(bits)):
        bit = (rank >> level) & 1
        zeros.append(np.concatenate(([0], np.cumsum(1 - bit))))
        order = np.concatenate((np.flatnonzero(bit == 0), np.flatnonzero(bit)))
        rank, weight = rank[order], weight[order]
        weights.append(sums_of_first(weight))
    return RankedSums(bits, first, tuple(zeros), tuple(weights))


@dataclass(frozen=True, eq=False)
class Stretches:
    """k stretches low <= place < high of rows in an order."""

    order: Places
    low: Places
    high: Places

    def sums(self, rank: Places, weight: FloatArray, asked: Places) -> FloatArray:
        """(3, k) weight of the rows of each stretch with a rank below, on and above asked (k,).

        rank, weight : (n,) of all rows.
        """
        ranked = ranked_sums(rank[self.order], weight[self.order], int(rank.max()))
        return np.array(ranked.below_equal_above(self.low, self.high, asked))

    def rows(self, stretch: int) -> Places:
        """The rows of one of them."""
        return self.order[self.low[stretch] : self.high[stretch]]


def partners(
    rank: Places, weight: FloatArray, asked: Places, there: Stretches, absent: Stretches | None
) -> FloatArray:
    """(3, k) weight of the rows of each stretch there, less those of absent, which are among them,
    with a rank below, on and above asked (k,).

    Differences of running sums leave rounding where there is no row: rows are counted, which is
    exact, and the few sums that lost their digits are added up row by row.
    """

    def sums(weight: FloatArray) -> FloatArray:
        found = there.sums(rank, weight, asked)
        return found if absent is None else found - absent.sums(rank, weight, asked)

    count = sums(np.ones(len(rank)))
    if (weight == 1).all():
        return count
    found = np.where(count > 0, np.maximum(sums(weight), 0.0), 0.0)
    lost = found.sum(axis=0) < LOST * weight[there.order].sum()
    for stretch in np.flatnonzero(lost & count.any(axis=0)).tolist():
        rows = there.rows(stretch)
        if absent is not None:
            rows = np.setdiff1d(rows, absent.rows(stretch), assume_unique=True)
        side = np.sign(rank[rows] - asked[stretch]) + 1
        found[:, stretch] = np.bincount(side, weight[rows], minlength=3)
    return found

"""How much weight in a stretch of rows lies below, on and above a value? In n log n, by bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._numbers.columns import FloatArray, Places
from outcomes._numbers.running import sums_of_first


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

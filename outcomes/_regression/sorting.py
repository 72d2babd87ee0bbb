"""In which order do rows enter the risk sets, when time runs backwards? Sorted by radix or table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes._numbers.columns import IntArray, Places
from outcomes._numbers.distinct import tabulable


@dataclass(frozen=True, eq=False)
class Timeline:
    """Strata one after the other, each from its last day back to day 0: where do events stand?

    place : (K,) places with an event, sorted. A stratum is width places long.
    """

    place: Places
    width: int
    seen: Places | None

    def before(self, places: Places) -> Places:
        """How many event places come before each of these."""
        if self.seen is None:
            return np.searchsorted(self.place, places)
        return self.seen[places]

    def same_stratum(self, block: Places, strata: Places | None) -> NDArray[np.bool_]:
        """Whether these blocks exist and lie in the rows' own stratum."""
        real = block < len(self.place)
        if strata is not None:
            real &= self.place[np.minimum(block, len(self.place) - 1)] // self.width == strata
        return real


def timeline(events: Places, width: int, count: int, n: int) -> Timeline:
    size = width * count
    if not tabulable(size, n):
        return Timeline(np.unique(events), width, None)
    held = np.zeros(size + 1, dtype=np.bool_)
    held[events + 1] = True
    return Timeline(held[1:].nonzero()[0], width, held.cumsum())


def stable_order(keys: Places | IntArray, top: int) -> Places:
    """Rows by key (0 to top), earlier rows first among equals: NumPy sorts 16 bits by radix."""
    low = keys.astype(np.uint16).argsort(kind="stable")  # of longer keys the last 16 bits
    if top < 1 << 16:
        return low
    return low[np.argsort(keys[low] >> 16, kind="stable")]

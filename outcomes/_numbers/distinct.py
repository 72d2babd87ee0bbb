"""Which days are there, and which of them is each row's? Found in a table of all days, or by sorting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from outcomes._numbers.columns import IntArray, Places

# A table of all days is cheaper than sorting the rows while it has few cells per row; and up to
# SMALL cells it is always cheaper.
CELLS_PER_ROW = 4
SMALL = 65_536


def tabulable(size: int, rows: int) -> bool:
    """Whether a table of so many cells costs less than sorting so many rows."""
    return size <= CELLS_PER_ROW * rows + SMALL


def first_of_runs(values: NDArray[np.integer]) -> Places:
    """The first place of each run of equal values."""
    new = np.empty(len(values), dtype=np.bool_)
    new[:1] = True
    np.not_equal(values[1:], values[:-1], out=new[1:])
    return new.nonzero()[0]


def lengths_of_runs(first: Places, end: int) -> Places:
    """(k,) how long each run is, from its first place to the next one's, the last one's to end."""
    lengths = np.empty_like(first)
    np.subtract(first[1:], first[:-1], out=lengths[:-1])
    lengths[-1:] = end - first[-1:]
    return lengths


def distinct(moments: Places | IntArray, size: int) -> tuple[Places, Places]:
    """The distinct moments in order, (k,), and the place of each row among them, (n,).

    moments : (n,) whole numbers from 0 to size - 1.
    """
    if not tabulable(size, len(moments)):
        found, place = np.unique(moments, return_inverse=True)
        return found.astype(np.intp, copy=False), place.astype(np.intp, copy=False)
    moments = moments.astype(np.intp, copy=False)  # indexing with other types is slow
    seen = np.zeros(size, dtype=np.bool_)
    seen[moments] = True
    found = seen.nonzero()[0]
    place_of = np.empty(size, dtype=np.intp)
    place_of[found] = np.arange(len(found))
    return found, place_of[moments]

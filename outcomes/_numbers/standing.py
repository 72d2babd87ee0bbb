"""How much weight is at risk in each column, when some of it comes late? Without losing digits."""

from __future__ import annotations

import numpy as np

from outcomes._numbers.columns import FloatArray, Places

LOST = 1e-6  # share of a running total below which a difference has lost too many digits


def standing(
    found: FloatArray, total: FloatArray, first: Places, last: Places, amount: FloatArray
) -> FloatArray:
    """(k,) sums over the rows that stand in each column, from first to last, both (n,) with amount.

    found : the same as differences, of the total that leaves in this column or later less what has
    not come yet. Exact while amounts are alike; beside heavy rows that come late light ones
    vanish. Such columns are added up row by row.
    """
    for column in np.flatnonzero(found < LOST * total).tolist():
        here = (first <= column) & (column <= last)
        found[column] = amount[here].sum()
    return found

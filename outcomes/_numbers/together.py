"""What do rows that belong together add up to, squared? Some rows at a time, to spare memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from outcomes._numbers.columns import FloatArray, Places

CELLS = 2**21  # rows times columns held at a time


def summed_squares(
    parts: Callable[[Places], FloatArray], rows: int, columns: int, cluster: Places | None
) -> FloatArray:
    """(c,) sums over the clusters of the squares of what their rows add up to.

    parts : (m,) places of rows to their (m, c) numbers. columns : of the largest array that parts
    makes on the way. cluster : (rows,) of each row; None = each row is its own.
    """
    order = np.arange(rows) if cluster is None else np.argsort(cluster, kind="stable")
    step = max(CELLS // max(columns, 1), 1)
    total: FloatArray | None = None
    open_sum: FloatArray | None = None  # of the cluster that the last rows belonged to
    for start in range(0, rows, step):
        some = order[start : start + step]
        found = parts(some)
        if cluster is not None:
            mine = cluster[some]
            new = np.flatnonzero(np.diff(mine, prepend=mine[0] - 1))
            found = np.add.reduceat(found, new, axis=0)
            if open_sum is not None:
                if start and cluster[order[start - 1]] == mine[0]:
                    found[0] += open_sum
                else:
                    found = np.concatenate((open_sum[None], found))
            found, open_sum = found[:-1], found[-1]
        squares = np.einsum("mc,mc->c", found, found)
        total = squares if total is None else total + squares
    assert total is not None
    return total if open_sum is None else total + open_sum**2

"""What has added up by each row of a table, and by all of them together? Rows run down axis 0."""

from __future__ import annotations

import numpy as np

from outcomes._numbers.columns import CHUNK_ROWS, FloatArray, Places


def add_up(values: FloatArray, parts: tuple[slice, ...] = (slice(None),)) -> FloatArray:
    """Running sums over the rows (k, ...) of each part, in place."""
    sums = values
    if values.ndim == 2 and not values.shape[1] % 2:
        # Each addition waits for the one before: two columns as one complex number take as long
        # as one column.
        sums = values.view(np.complex128)
    for part in parts:
        rows = sums[part]
        np.add.accumulate(rows, out=rows)
    return values


def sums_of_first_rows(values: FloatArray) -> FloatArray:
    """(K + 1, ...) sums of the first 0..K rows of (K, ...)."""
    sums = np.empty((len(values) + 1, *values.shape[1:]))
    sums[0], sums[1:] = 0.0, values
    return add_up(sums)


def sums_of_rest_rows(values: FloatArray) -> FloatArray:
    """(K + 1, ...) sums of all but the first 0..K rows of (K, ...)."""
    sums = np.empty((len(values) + 1, *values.shape[1:]))
    sums[-1], sums[:-1] = 0.0, values
    add_up(sums[::-1])
    return sums


def sums_up_to(last: Places, values: FloatArray, weight: FloatArray) -> FloatArray:
    """(K, p) sums of weight (n,) times values (n, p) over the rows up to each of last (K,), which
    rises."""
    end = int(last[-1]) + 1
    if end <= CHUNK_ROWS:
        return add_up(values[:end] * weight[:end, None]).take(last, axis=0)
    found, carried = np.empty((len(last), values.shape[1])), np.zeros(values.shape[1])
    # Some rows at a time: they stay in the processor's cache, and need no memory of their own.
    starts = range(0, end, CHUNK_ROWS)
    cuts = np.searchsorted(last, [*starts, end]).tolist()
    for first, low, high in zip(starts, cuts, cuts[1:], strict=False):
        rows = slice(first, min(first + CHUNK_ROWS, end))
        part = values[rows] * weight[rows, None]
        part[0] += carried
        carried = add_up(part)[-1]
        found[low:high] = part.take(last[low:high] - first, axis=0)
    return found


def weighted_square(values: FloatArray, weight: FloatArray) -> FloatArray:
    """values' diag(weight) values, (p, p), of (n, p) values."""
    n, p = values.shape
    if n <= CHUNK_ROWS:
        return np.asarray((values * weight[:, None]).T @ values)
    square, buffer = np.zeros((p, p)), np.empty((CHUNK_ROWS, p))
    for first in range(0, n, CHUNK_ROWS):
        rows = values[first : first + CHUNK_ROWS]
        part = weight[first : first + CHUNK_ROWS, None]
        square += np.multiply(rows, part, out=buffer[: len(rows)]).T @ rows
    return square

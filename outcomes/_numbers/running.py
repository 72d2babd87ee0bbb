"""What has added up by each column, and what is still to come? Sums that start anew in each part.

Columns are the last axis. bounds : first column of each part (a group, a stratum), and their
number in all; None is one part.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from outcomes._numbers.columns import FloatArray

Number = TypeVar("Number", np.int64, np.float64)
FEW_PARTS = 64  # up to here one sum per part is faster than one sum of all, put right afterwards


def running(operation: np.ufunc, values: FloatArray, bounds: Sequence[int]) -> FloatArray:
    """Sums or products up to and with each column."""
    found = np.empty(values.shape)
    for start, end in pairwise(bounds):
        operation.accumulate(values[..., start:end], axis=-1, out=found[..., start:end])
    return found


def from_here_on(values: NDArray[Number], bounds: Sequence[int] | None = None) -> NDArray[Number]:
    """Sums over each column and all later ones.

    Sums of weights are added within each part, from the end backwards: then no rounding is left
    behind at the end. Counts need no such care: many parts, such as matched pairs, go in one sum.
    """
    found = np.empty_like(values)
    parts = (0, values.shape[-1]) if bounds is None else bounds
    if values.dtype.kind == "f" or len(parts) <= FEW_PARTS:
        size, back, sums = values.shape[-1], values[..., ::-1], found[..., ::-1]
        for start, end in pairwise(parts):
            part = slice(size - end, size - start)
            np.add.accumulate(back[..., part], axis=-1, out=sums[..., part])
        return found
    np.add.accumulate(values[..., ::-1], axis=-1, out=found[..., ::-1])
    later = np.zeros((*values.shape[:-1], values.shape[-1] + 1), dtype=found.dtype)
    later[..., :-1] = found
    found -= later[..., parts[1:]].repeat(np.diff(parts), axis=-1)
    return found


def just_before(
    values: FloatArray, start: float, bounds: Sequence[int] | None = None
) -> FloatArray:
    """The values of the column before; start on the first one of each part."""
    found = np.full_like(values, start)
    found[..., 1:] = values[..., :-1]
    if bounds is not None:
        # An empty part has no first column; the part after it has.
        found[..., [one for one, end in pairwise(bounds) if one < end]] = start
    return found


def sums_of_first(amount: FloatArray) -> FloatArray:
    """(..., K + 1) sums of the first 0..K of (..., K)."""
    sums = np.zeros((*amount.shape[:-1], amount.shape[-1] + 1))
    np.add.accumulate(amount, axis=-1, out=sums[..., 1:])
    return sums


def sums_of_rest(amount: FloatArray) -> FloatArray:
    """(..., K + 1) sums of all but the first 0..K of (..., K)."""
    sums = np.zeros((*amount.shape[:-1], amount.shape[-1] + 1))
    np.add.accumulate(amount[..., ::-1], axis=-1, out=sums[..., -2::-1])
    return sums

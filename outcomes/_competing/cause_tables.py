"""How many rows leave on each day, in which group and for which cause? Whole days in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from outcomes._numbers.columns import (
    Counts,
    EmptySample,
    FloatArray,
    IntArray,
    Places,
    aligned,
    first_row,
)
from outcomes.sample import CompetingRisks, SampleError
from outcomes.terms import Factor

Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True, eq=False)
class Taken:
    """The n rows in play whose groups are all known. codes : (n,) per grouping."""

    days: IntArray
    cause: NDArray[np.int16]
    entry: IntArray | None
    weight: FloatArray | None
    codes: tuple[NDArray[np.int16], ...]


@dataclass(frozen=True, eq=False)
class Leaving:
    """Rows that leave, in m cells such as causes, at k distinct moments such as days.

    moment : (k,) in order. rows : (m, k) counts. total, squares : (m, k) sums of the weights and
    of their squares; the counts again when there are no weights. place : (n,) each row's moment.
    """

    moment: Places
    rows: Counts
    total: FloatArray
    squares: FloatArray
    place: Places


def take(risks: CompetingRisks, *groupings: Factor) -> Taken:
    """The rows that count. Raises SampleError, EmptySample when there are none."""
    keep = np.ones(risks.n, dtype=np.bool_) if risks.weight is None else risks.weight > 0
    for groups in groupings:
        aligned(len(groups.codes), risks.n, groups.name)
        keep &= groups.codes >= 0
    if not keep.any():
        names = ", ".join(groups.name for groups in groupings)
        raise EmptySample(f"{names}: no patient has a known group; check the coding")
    rows = slice(None) if keep.all() else keep
    return Taken(
        risks.days[rows],
        risks.cause[rows],
        None if risks.entry is None else risks.entry[rows],
        None if risks.weight is None else risks.weight[rows],
        tuple(groups.codes[rows] for groups in groupings),
    )


def leaving(moments: Places, cell: Places, cells: int, weight: FloatArray | None) -> Leaving:
    """Rows counted by cell and by moment; cell : (n,) from 0 to cells - 1."""
    moment, place = _distinct(moments)
    shape, size = (cells, len(moment)), cells * len(moment)
    key = cell * len(moment)
    key += place
    rows = np.bincount(key, minlength=size).reshape(shape)
    if weight is None:
        same: FloatArray = rows.astype(np.float64)
        return Leaving(moment, rows, same, same, place)
    total = sums(key, weight, size).reshape(shape)
    return Leaving(moment, rows, total, sums(key, weight**2, size).reshape(shape), place)


def _distinct(moments: Places) -> tuple[Places, Places]:
    """The distinct moments in order, and the place of each row among them."""
    last = int(moments.max())
    if last > 4 * len(moments) + 16_384:  # a table of all moments would cost more than sorting
        moment, place = np.unique(moments, return_inverse=True)
        return moment, place.astype(np.intp, copy=False)
    number = np.zeros(last + 1, dtype=np.intp)
    number[moments] = 1
    moment = np.flatnonzero(number)
    number[moment] = np.arange(len(moment))
    return moment, number[moments]


def sums(place: Places, values: FloatArray, length: int) -> FloatArray:
    """(length,) sum of the values at each place."""
    return np.bincount(place, values, minlength=length).astype(np.float64, copy=False)


def from_here_on(columns: NDArray[Number]) -> NDArray[Number]:
    """Sums over this day and all later ones; days are the last axis."""
    return columns[..., ::-1].cumsum(axis=-1)[..., ::-1]


def earlier(columns: FloatArray, start: float) -> FloatArray:
    """The values of the day before; start on the first one. Days are the last axis."""
    found = np.full_like(columns, start)
    found[..., 1:] = columns[..., :-1]
    return found


def whole_weights(weight: FloatArray | None, method: str) -> None:
    """Raises SampleError when a weight is no whole number, so that it cannot be replication."""
    if weight is not None and (weight != np.floor(weight)).any():
        row = first_row(weight != np.floor(weight))
        raise SampleError(f"weight: row {row} has a fraction; {method} is defined for whole ones")

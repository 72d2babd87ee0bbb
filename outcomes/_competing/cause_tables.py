"""How many rows leave on each day, in which group and for which cause? Whole days in one table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes._numbers.arguments import expect, expect_names
from outcomes._numbers.columns import (
    Codes,
    Counts,
    EmptySample,
    FloatArray,
    IntArray,
    Places,
    aligned,
    ids,
)
from outcomes._numbers.distinct import distinct
from outcomes.sample import CompetingRisks
from outcomes.terms import Factor, Term


@dataclass(frozen=True, eq=False)
class CauseRows:
    """The n rows in play whose groups are all known. codes : (n,) per grouping.

    cluster : (n,) what each row belongs to, None = each is its own.
    """

    days: IntArray
    cause: NDArray[np.int16]
    entry: IntArray | None
    weight: FloatArray | None
    codes: tuple[Codes, ...]
    cluster: Places | None = None


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


def cause_rows(
    risks: CompetingRisks,
    groups: Factor | None = None,
    strata: Factor | None = None,
    cluster: ArrayLike | None = None,
) -> CauseRows:
    """The rows that count. Raises TypeError, SampleError, EmptySample when there are none."""
    expect(risks, CompetingRisks, "risks")
    keep = np.ones(risks.n, dtype=np.bool_) if risks.weight is None else risks.weight > 0
    groupings = []
    for name, grouping in (("groups", groups), ("strata", strata)):
        if grouping is not None:
            expect(grouping, Factor, name)
            aligned(len(grouping.codes), risks.n, grouping.name)
            keep &= grouping.codes >= 0
            groupings.append(grouping)
    if not keep.any():
        names = ", ".join(grouping.name for grouping in groupings)
        raise EmptySample(f"{names}: no patient has a known group; check the coding")
    together = None
    if cluster is not None:
        expect_names(cluster, Term, "cluster")
        together = ids(cluster, risks.n, "cluster")[1][keep]
    rows = slice(None) if keep.all() else keep
    return CauseRows(
        risks.days[rows],
        risks.cause[rows],
        None if risks.entry is None else risks.entry[rows],
        None if risks.weight is None else risks.weight[rows],
        tuple(grouping.codes[rows] for grouping in groupings),
        together,
    )


def leaving(moments: Places, cell: Places, cells: int, weight: FloatArray | None) -> Leaving:
    """Rows counted by cell and by moment; cell : (n,) from 0 to cells - 1."""
    moment, place = distinct(moments, int(moments.max()) + 1)
    shape, size = (cells, len(moment)), cells * len(moment)
    key = cell * len(moment)
    key += place
    rows = np.bincount(key, minlength=size).reshape(shape)
    if weight is None:
        same: FloatArray = rows.astype(np.float64)
        return Leaving(moment, rows, same, same, place)
    total = sums(key, weight, size).reshape(shape)
    return Leaving(moment, rows, total, sums(key, weight**2, size).reshape(shape), place)


def sums(place: Places, values: FloatArray, length: int) -> FloatArray:
    """(length,) sum of the values at each place."""
    return np.bincount(place, values, minlength=length).astype(np.float64, copy=False)

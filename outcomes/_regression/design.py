"""Which columns does a Cox model have? Indicators, numbers and products, centred and scaled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import NamedTuple

import numpy as np

from outcomes._numbers.columns import CHUNK_ROWS, BoolArray, Codes, FloatArray, Places, read_only
from outcomes._regression.checked_terms import checked_terms
from outcomes._regression.rows import Kinds, Rows
from outcomes.reasons import Reason
from outcomes.sample import EmptySample
from outcomes.terms import Factor, Interaction, Numeric, Term

TOGETHER = 64  # combinations of levels whose indicators are looked up together
ROWS_OF_EACH = 16  # or more of them where each has so many rows,
MOST_TOGETHER = 8192  # while their table fits the processor's cache
REMEMBERED = 32  # tables of combinations


class Label(NamedTuple):
    """One column: its term, its level (None for a number), and why it cannot be estimated."""

    term: str
    level: str | None
    reason: Reason | None

    @property
    def text(self) -> str:
        return self.term if self.level is None else f"{self.term}: {self.level}"


@dataclass(frozen=True, eq=False)
class Design:
    """p columns for m rows, (x - centre) / scale; scale 1 for a constant column.

    centre : (p,) means. spread : (p,) largest less smallest value.
    """

    labels: tuple[Label, ...]
    rows: Rows
    centre: FloatArray
    scale: FloatArray
    spread: FloatArray

    @property
    def values(self) -> FloatArray:
        """(m, p), a row in one piece."""
        return self.rows.values


def complete_cases(n: int, terms: Sequence[Term]) -> BoolArray:
    """(n,) patients with every term known. Raises as checked_terms, and EmptySample."""
    names = checked_terms(terms, n)
    complete = np.ones(n, dtype=np.bool_)
    for term in terms:
        if not term.complete:
            complete &= term.known
    if not complete.any():
        raise EmptySample(f"terms: no patient has all of {names} known")
    return complete


def labels_of(terms: Sequence[Term]) -> tuple[Label, ...]:
    """The columns of complete terms, in their order."""
    labels: list[Label] = []
    for term in terms:
        if isinstance(term, Factor):
            labels += _factor_labels(term)
        elif isinstance(term, Numeric):
            labels.append(Label(term.name, None, None))
        else:
            labels += _product_labels(term)
    return tuple(labels)


def raw_columns(terms: Sequence[Term], rows: Places) -> FloatArray:
    """(p, len(rows)) columns on their own scale."""
    columns = [column for term in terms for column in _columns_of(term, rows)]
    return np.array(columns).reshape(len(columns), len(rows))


def design(terms: Sequence[Term], rows: Places) -> Design:
    """The columns of some rows of complete terms, standardised among these rows."""
    labels, raw, m = labels_of(terms), _raw(terms, rows), len(rows)
    centre, numbers = raw.counts / m, raw.numbers
    variance = centre * (1 - centre)
    width = (variance > 0).astype(np.float64)
    places = _in_one_piece(raw.places)
    if len(numbers):
        centre[places] = np.add.reduce(numbers, axis=1) / m
        width[places] = np.maximum.reduce(numbers, axis=1) - np.minimum.reduce(numbers, axis=1)
        numbers -= centre[places, None]
        variance[places] = np.einsum("ij,ij->i", numbers, numbers) / m
    width[variance == 0] = 0.0
    scale = np.sqrt(np.where(width > 0, variance, 1.0))
    numbers *= ((width > 0) / scale)[places, None]
    low, step = -centre / scale, 1 / scale
    tables = [_indicators(one.levels) * step[one.columns] + low[one.columns] for one in raw.factors]
    values = np.empty((m, len(labels)))
    # Some rows at a time: filling a whole column would fetch every row from memory once more.
    for first in range(0, m, CHUNK_ROWS):
        some = slice(first, first + CHUNK_ROWS)
        for one, table in zip(raw.factors, tables, strict=True):
            values[some, one.columns] = table.take(one.codes[some], axis=0, mode="clip")
        values[some, places] = numbers[:, some].T
    kinds = None
    if len(tables) == 1 and m > CHUNK_ROWS:
        one = raw.factors[0]
        kinds = Kinds(one.columns, tables[0], one.codes, places, numbers)
    return Design(labels, Rows(values, kinds), centre, scale, width / scale)


def _in_one_piece(places: Places) -> Places | slice:
    """Neighbouring columns as a slice, which is filled faster than a list of places."""
    if len(places) and places[-1] - places[0] == len(places) - 1:
        return slice(int(places[0]), int(places[-1]) + 1)
    return places


class _Factors(NamedTuple):
    """Neighbouring factors looked up as one: their columns, how many levels each has, and the
    place (m,) of each row's combination of levels, the last factor's running fastest."""

    columns: slice
    levels: tuple[int, ...]
    codes: Places

    def with_next(self, factor: Factor, rows: Places) -> _Factors | None:
        """With one more factor, while there are few enough combinations."""
        levels = len(factor.levels)
        most = min(max(TOGETHER, len(rows) // ROWS_OF_EACH), MOST_TOGETHER)
        if prod(self.levels) * levels > most:
            return None
        columns = slice(self.columns.start, self.columns.stop + levels - 1)
        return _Factors(
            columns, (*self.levels, levels), self.codes * levels + factor.codes.take(rows)
        )

    @property
    def counts(self) -> FloatArray:
        """Rows with the level of each column."""
        table = _indicators(self.levels)
        return np.bincount(self.codes, minlength=len(table)) @ table


@dataclass(frozen=True, eq=False)
class _Raw:
    """Which columns come from where, on their own scale.

    counts : (p,) rows with the level of a factor's column. places : (k,) columns that are numbers
    or products; numbers : (k, m).
    """

    factors: list[_Factors]
    counts: FloatArray
    places: Places
    numbers: FloatArray


def _raw(terms: Sequence[Term], rows: Places) -> _Raw:
    factors: list[_Factors] = []
    places, numbers, p = list[int](), list[FloatArray](), 0
    for term in terms:
        if isinstance(term, Factor):
            beside = factors[-1] if factors and factors[-1].columns.stop == p else None
            if beside and (joined := beside.with_next(term, rows)):
                factors[-1] = joined
            else:
                columns = slice(p, p + len(term.levels) - 1)
                codes = term.codes.take(rows).astype(np.intp)  # their products need the room
                factors.append(_Factors(columns, (len(term.levels),), codes))
            p = factors[-1].columns.stop
        else:
            found = _columns_of(term, rows)
            places += range(p, p + len(found))
            numbers += found
            p += len(found)
    counts = np.zeros(p)
    for factor in factors:
        counts[factor.columns] = factor.counts
    return _Raw(
        factors,
        counts,
        np.array(places, dtype=np.intp),
        np.array(numbers).reshape(len(places), len(rows)),
    )


@lru_cache(REMEMBERED)
def _indicators(levels: tuple[int, ...]) -> FloatArray:
    """(combinations, k) of every level but the first of each factor; the last one's run fastest."""
    codes = np.indices(levels).reshape(len(levels), -1)
    columns = [own == level for own, k in zip(codes, levels, strict=True) for level in range(1, k)]
    return read_only(np.reshape(columns, (len(columns), prod(levels))).T, np.float64)


def _columns_of(term: Term, rows: Places) -> list[FloatArray]:
    if isinstance(term, Numeric):
        return [term.values.take(rows)]
    if isinstance(term, Factor):
        codes = term.codes[rows]
        return [_indicator(codes, code) for code in range(1, len(term.levels))]
    a, b = _columns_of(term.a, rows), _columns_of(term.b, rows)
    return [first * second for first in a for second in b]


def _indicator(codes: Codes, code: int) -> FloatArray:
    return np.asarray(codes == code, dtype=np.float64)


def _factor_labels(factor: Factor) -> list[Label]:
    counts = factor.counts
    if all(counts):
        return [Label(factor.name, level, None) for level in factor.levels[1:]]
    reasons = [
        Reason.NO_REFERENCE if not counts[0] else Reason.NO_PATIENT if not count else None
        for count in counts
    ]
    return [
        Label(factor.name, level, reason)
        for level, reason in zip(factor.levels[1:], reasons[1:], strict=True)
    ]


def _product_labels(term: Interaction) -> list[Label]:
    """A number has no level: of a factor and a number the level of the factor stands alone."""
    labels = []
    for a, here in _levels_of(term.a):
        for b, there in _levels_of(term.b):
            level = " x ".join(one for one in (a, b) if one is not None) or None
            reason = None if (here & there).any() else Reason.NO_PATIENT
            labels.append(Label(term.name, level, reason))
    return labels


def _levels_of(part: Factor | Numeric) -> list[tuple[str | None, BoolArray]]:
    """The columns of a part of a product: their levels, and the rows (n,) that are there."""
    if isinstance(part, Numeric):
        return [(None, np.ones(part.n, dtype=np.bool_))]
    return [(level, part.codes == code) for code, level in enumerate(part.levels[1:], 1)]

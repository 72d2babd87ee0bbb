"""Which columns does a Cox model have? Indicators, numbers and products, centred and scaled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from outcomes._numbers.columns import CHUNK_ROWS, BoolArray, Codes, FloatArray, Places, read_only
from outcomes._regression.checked_terms import checked_terms
from outcomes.reasons import Reason
from outcomes.sample import EmptySample
from outcomes.terms import Factor, Interaction, Numeric, Term


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

    values : (m, p), a row in one piece. centre : (p,) means.
    spread : (p,) largest less smallest value.
    """

    labels: tuple[Label, ...]
    values: FloatArray
    centre: FloatArray
    scale: FloatArray
    spread: FloatArray


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
    tables = _tables(raw.factors, -centre / scale, 1 / scale)
    values = np.empty((m, len(labels)))
    # Some rows at a time: filling a whole column would fetch every row from memory once more.
    for first in range(0, m, CHUNK_ROWS):
        some = slice(first, first + CHUNK_ROWS)
        for (mine, codes), table in zip(raw.factors, tables, strict=True):
            values[some, mine] = table.take(codes[some], axis=0, mode="clip")
        values[some, places] = numbers[:, some].T
    return Design(labels, values, centre, scale, width / scale)


def _in_one_piece(places: Places) -> Places | slice:
    """Neighbouring columns as a slice, which is filled faster than a list of places."""
    if len(places) and places[-1] - places[0] == len(places) - 1:
        return slice(int(places[0]), int(places[-1]) + 1)
    return places


@dataclass(frozen=True, eq=False)
class _Raw:
    """Which columns come from where, on their own scale.

    factors : columns of each factor, and its codes (m,). counts : (p,) rows with the level of a
    factor's column. places : (k,) columns that are numbers or products; numbers : (k, m).
    """

    factors: list[tuple[slice, Places]]
    counts: FloatArray
    places: Places
    numbers: FloatArray


def _raw(terms: Sequence[Term], rows: Places) -> _Raw:
    factors: list[tuple[slice, Places]] = []
    counts, places, numbers = list[float](), list[int](), list[FloatArray]()
    for term in terms:
        place = len(counts)
        if isinstance(term, Factor):
            codes = term.codes[rows].astype(np.intp)  # bincount and take would each convert them
            counts += np.bincount(codes, minlength=len(term.levels))[1:].tolist()
            factors.append((slice(place, len(counts)), codes))
        else:
            columns = _columns_of(term, rows)
            counts += [0] * len(columns)
            places += range(place, len(counts))
            numbers += columns
    return _Raw(
        factors,
        np.array(counts, dtype=np.float64),
        np.array(places, dtype=np.intp),
        np.array(numbers).reshape(len(places), len(rows)),
    )


def _tables(
    factors: list[tuple[slice, Places]], low: FloatArray, step: FloatArray
) -> list[FloatArray]:
    """Per factor (levels, k), what each level has in its columns: low, and a step more in its own.

    low, step : (p,) of all columns.
    """
    return [_corner(mine.stop - mine.start) * step[mine] + low[mine] for mine, _ in factors]


@cache
def _corner(columns: int) -> FloatArray:
    """(levels, k) indicators of all levels but the first, one row per level."""
    return read_only(np.eye(columns + 1, columns, k=-1), np.float64)


def _columns_of(term: Term, rows: Places) -> list[FloatArray]:
    if isinstance(term, Numeric):
        return [term.values[rows]]
    if isinstance(term, Factor):
        codes = term.codes[rows]
        return [_indicator(codes, code) for code in range(1, len(term.levels))]
    a, b = term.a.codes[rows], term.b.codes[rows]
    return [
        _indicator(a, first) * _indicator(b, second)
        for first in range(1, len(term.a.levels))
        for second in range(1, len(term.b.levels))
    ]


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
    pairs = [(a, b) for a in term.a.levels[1:] for b in term.b.levels[1:]]
    columns = _columns_of(term, np.arange(len(term.a.codes)))
    return [
        Label(term.name, f"{a} x {b}", None if column.any() else Reason.NO_PATIENT)
        for (a, b), column in zip(pairs, columns, strict=True)
    ]

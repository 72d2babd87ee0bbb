"""Which columns does a Cox model have? Indicators, numbers and products, centred and scaled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes._numbers.columns import CHUNK_ROWS, BoolArray, FloatArray, Places
from outcomes.sample import EmptySample, SampleError, Survival
from outcomes.terms import Factor, Interaction, Numeric, Term

NO_PATIENT = "not estimable: no patient with this level"
NO_REFERENCE = "not estimable: no patient with the reference level"


@dataclass(frozen=True)
class Label:
    """One column: its term, its level (None for a number), and why it cannot be estimated."""

    term: str
    level: str | None
    reason: str | None

    @property
    def text(self) -> str:
        return self.term if self.level is None else f"{self.term}: {self.level}"


@dataclass(frozen=True, eq=False)
class Design:
    """p columns for m rows, (x - centre) / scale; scale 1 for a constant column.

    values : (m, p), a row in one piece.
    spread : (p,) largest less smallest value.
    """

    labels: tuple[Label, ...]
    values: FloatArray
    scale: FloatArray
    spread: FloatArray


def complete_cases(sample: Survival, terms: Sequence[Term]) -> BoolArray:
    """Patients with every term known. Raises SampleError (lengths, names), EmptySample."""
    names = [term.name for term in terms]
    if len(set(names)) != len(names):
        raise SampleError(f"terms: a name occurs twice in {names}; name every term differently")
    complete = np.ones(sample.n, dtype=np.bool_)
    for term in terms:
        if len(term.known) != sample.n:
            raise SampleError(f"{term.name}: {len(term.known)} rows, but the sample has {sample.n}")
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


@dataclass(frozen=True, eq=False)
class _Indicators:
    """The columns of a factor: heights (levels, k) of the indicators of all levels but the first,
    centred and scaled."""

    codes: NDArray[np.int16]
    heights: FloatArray
    scale: FloatArray
    spread: FloatArray

    def rows(self, some: slice) -> FloatArray:
        return self.heights.take(self.codes[some], axis=0, mode="clip")


@dataclass(frozen=True, eq=False)
class _Numbers:
    """Columns (k, m), centred and scaled."""

    values: FloatArray
    scale: FloatArray
    spread: FloatArray

    def rows(self, some: slice) -> FloatArray:
        return self.values[:, some].T


def design(terms: Sequence[Term], rows: Places) -> Design:
    """The columns of some rows of complete terms, standardised among these rows."""
    labels = labels_of(terms)
    parts = [_standardised(term, rows) for term in terms]
    values = np.empty((len(rows), len(labels)))
    # Some rows at a time: filling a whole column would fetch every row from memory once more.
    for first in range(0, len(rows), CHUNK_ROWS):
        some, place = slice(first, first + CHUNK_ROWS), 0
        for part in parts:
            values[some, place : place + len(part.scale)] = part.rows(some)
            place += len(part.scale)
    none = [np.empty(0)]
    scale = np.concatenate(none + [part.scale for part in parts])
    spread = np.concatenate(none + [part.spread for part in parts])
    return Design(labels, values, scale, spread)


def _standardised(term: Term, rows: Places) -> _Indicators | _Numbers:
    if isinstance(term, Factor):
        codes = term.codes[rows]
        share = np.bincount(codes, minlength=len(term.levels))[1:] / len(rows)
        varies = (share > 0) & (share < 1)
        scale = np.sqrt(np.where(varies, share * (1 - share), 1.0))
        heights = np.eye(len(term.levels))[:, 1:]
        return _Indicators(codes, (heights - share) / scale, scale, varies / scale)
    values = np.array(_columns_of(term, rows))
    scale, spread = np.empty(len(values)), np.empty(len(values))
    for place, column in enumerate(values):
        scale[place], spread[place] = _standardise(column)
    return _Numbers(values, scale, spread)


def _standardise(values: FloatArray) -> tuple[float, float]:
    """Centre and scale in place; returns the scale and the spread afterwards."""
    low, high = values.min(initial=np.inf), values.max(initial=-np.inf)
    values -= values.mean()
    scale = float(np.sqrt(values @ values / len(values)))
    if not low < high or scale == 0:
        values[:] = 0.0
        return 1.0, 0.0
    values /= scale
    return scale, float((high - low) / scale)


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


def _indicator(codes: NDArray[np.int16], code: int) -> FloatArray:
    return np.asarray(codes == code, dtype=np.float64)


def _factor_labels(factor: Factor) -> list[Label]:
    counts = factor.counts
    reasons = [
        NO_REFERENCE if not counts[0] else NO_PATIENT if not count else None for count in counts
    ]
    return [
        Label(factor.name, level, reason)
        for level, reason in zip(factor.levels[1:], reasons[1:], strict=True)
    ]


def _product_labels(term: Interaction) -> list[Label]:
    pairs = [(a, b) for a in term.a.levels[1:] for b in term.b.levels[1:]]
    columns = _columns_of(term, np.arange(len(term.a.codes)))
    return [
        Label(term.name, f"{a} x {b}", None if column.any() else NO_PATIENT)
        for (a, b), column in zip(pairs, columns, strict=True)
    ]

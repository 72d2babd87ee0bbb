"""Which columns does a Cox model have? Indicators, numbers and products, centred and scaled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outcomes._columns import BoolArray, FloatArray
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
    """p columns for n patients, (x - centre) / scale; scale 1 for a constant column."""

    labels: tuple[Label, ...]
    values: FloatArray
    scale: FloatArray

    def columns_of(self, term: str) -> list[int]:
        return [place for place, label in enumerate(self.labels) if label.term == term]


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


def design(terms: Sequence[Term], n: int) -> Design:
    """Columns of complete cases in the order of the terms."""
    labels: list[Label] = []
    columns: list[FloatArray] = []
    for term in terms:
        if isinstance(term, Factor):
            labels += _factor_labels(term)
            columns += [_indicator(term, code) for code in range(1, len(term.levels))]
        elif isinstance(term, Numeric):
            labels.append(Label(term.name, None, None))
            columns.append(term.values)
        else:
            more = _products(term)
            labels += [label for label, _ in more]
            columns += [column for _, column in more]
    values = np.empty((n, len(columns)))
    for place, column in enumerate(columns):
        values[:, place] = column
    return Design(tuple(labels), *_standardised(values))


def _standardised(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    values -= values.mean(axis=0)
    scale = np.sqrt(np.einsum("ij,ij->j", values, values) / len(values))
    scale[scale == 0] = 1.0
    values /= scale
    return values, scale


def _indicator(factor: Factor, code: int) -> FloatArray:
    return np.asarray(factor.codes == code, dtype=np.float64)


def _factor_labels(factor: Factor) -> list[Label]:
    counts = factor.counts
    reasons = [
        NO_REFERENCE if not counts[0] else NO_PATIENT if not count else None for count in counts
    ]
    return [
        Label(factor.name, level, reason)
        for level, reason in zip(factor.levels[1:], reasons[1:], strict=True)
    ]


def _products(term: Interaction) -> list[tuple[Label, FloatArray]]:
    pairs = []
    for first in range(1, len(term.a.levels)):
        for second in range(1, len(term.b.levels)):
            column = _indicator(term.a, first) * _indicator(term.b, second)
            level = f"{term.a.levels[first]} x {term.b.levels[second]}"
            reason = None if column.any() else NO_PATIENT
            pairs.append((Label(term.name, level, reason), column))
    return pairs

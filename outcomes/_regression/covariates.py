"""Which row of the design is a patient with these covariates? For predictions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from outcomes._numbers.columns import FloatArray, SampleError
from outcomes._regression.columns import Columns
from outcomes._regression.design import raw_columns
from outcomes.terms import Factor, Interaction, Numeric, Term

Value = float | int | str | None


def one_patient(terms: Sequence[Term], covariates: Mapping[str, Value]) -> FloatArray:
    """(p,) raw columns of the terms for one patient.

    covariates : each number and each factor by name; None is the reference level. Interactions
    follow from their factors, which must be named too.
    Raises SampleError for a name, level or number that is wrong or missing.
    """
    simple: dict[str, Factor | Numeric] = {}
    for term in terms:
        for part in (term.a, term.b) if isinstance(term, Interaction) else (term,):
            simple.setdefault(part.name, part)
    unknown = [name for name in covariates if name not in simple]
    if unknown:
        raise SampleError(f"covariates: no term {unknown[0]!r}; there are {sorted(simple)}")
    chosen = {name: _chosen(part, covariates) for name, part in simple.items()}
    row = [_with(term, chosen) for term in terms]
    return raw_columns(row, np.zeros(1, dtype=np.intp))[:, 0]


def _with(term: Term, chosen: Mapping[str, Factor | Numeric]) -> Term:
    if not isinstance(term, Interaction):
        return chosen[term.name]
    a, b = chosen[term.a.name], chosen[term.b.name]
    return Interaction(a, b)


def _chosen(term: Factor | Numeric, covariates: Mapping[str, Value]) -> Factor | Numeric:
    name = term.name
    if name not in covariates:
        raise SampleError(f"covariates: {name!r} is missing; give every term of the model")
    value = covariates[name]
    if isinstance(term, Factor):
        if value is not None and value not in term.levels:
            raise SampleError(f"covariates: {name!r} has no level {value!r}, only {term.levels}")
        return Factor(name, term.levels, [0 if value is None else term.levels.index(str(value))])
    if isinstance(value, str) or value is None or not math.isfinite(value):
        raise SampleError(f"covariates: {name!r} must be a number, got {value!r}")
    return Numeric(name, [float(value)])


def design_row(
    terms: Sequence[Term],
    columns: Columns,
    centre: FloatArray,
    covariates: Mapping[str, Value],
) -> FloatArray:
    """(p,) columns of one patient for a model of these terms; centre (p,) : their means in it.

    Raises SampleError as one_patient, and for what the model knows nothing about: a level nobody
    had, and a column without a coefficient, unless the patient is like all others there (not at
    the level; the number that all have).
    """
    row = one_patient(terms, covariates)
    for factor in _factors(terms):
        level = covariates[factor.name] or factor.levels[0]
        if not factor.counts[factor.levels.index(str(level))]:
            raise SampleError(
                f"covariates: no patient analysed has {factor.name!r} {level!r}; "
                "nothing can be predicted for it"
            )
    usual = [
        0.0 if label.level is not None else own
        for label, own in zip(columns.labels, centre, strict=True)
    ]
    for label, reason, own, known in zip(columns.labels, columns.reasons, row, usual, strict=True):
        if reason is not None and own != known:
            raise SampleError(
                f"covariates: {label.text} is {reason}; nothing can be predicted with it"
            )
    return row


def _factors(terms: Sequence[Term]) -> list[Factor]:
    parts = [p for t in terms for p in ((t.a, t.b) if isinstance(t, Interaction) else (t,))]
    return [part for part in parts if isinstance(part, Factor)]

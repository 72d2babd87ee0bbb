"""Which row of the design is a patient with these covariates?"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from outcomes._columns import FloatArray, SampleError
from outcomes.cox import CoxFit
from outcomes.terms import Factor, Interaction, Numeric, Term

Value = float | str


def design_row(fit: CoxFit, covariates: Mapping[str, Value]) -> FloatArray:
    """(p,) values of the columns. Raises SampleError for a name, level or number that is wrong."""
    terms = fit.inputs.terms
    known = {name for term in terms for name in _names(term)}
    for name in covariates:
        if name not in known:
            raise SampleError(f"covariates: no term {name!r}; there are {sorted(known)}")
    for name in sorted(known):
        if name not in covariates:
            raise SampleError(f"covariates: {name!r} is missing; give every term of the model")
    row = np.array([value for term in terms for value in _columns(term, covariates)])
    for place in np.flatnonzero(row):
        if place not in fit.analysed.kept:
            label = fit.analysed.labels[place]
            raise SampleError(
                f"covariates: {label.text} is {fit.coefficients[place].reason}; "
                "nothing can be predicted with it"
            )
    return row


def _names(term: Term) -> tuple[str, ...]:
    return (term.a.name, term.b.name) if isinstance(term, Interaction) else (term.name,)


def _columns(term: Term, covariates: Mapping[str, Value]) -> list[float]:
    """The columns of one term, as _design orders them."""
    if isinstance(term, Numeric):
        value = covariates[term.name]
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise SampleError(f"covariates: {term.name!r} must be a number, got {value!r}")
        return [float(value)]
    if isinstance(term, Factor):
        chosen = _level(term, covariates)
        return [float(code == chosen) for code in range(1, len(term.levels))]
    a, b = _level(term.a, covariates), _level(term.b, covariates)
    return [
        float((first, second) == (a, b))
        for first in range(1, len(term.a.levels))
        for second in range(1, len(term.b.levels))
    ]


def _level(factor: Factor, covariates: Mapping[str, Value]) -> int:
    level = covariates[factor.name]
    if level not in factor.levels:
        raise SampleError(
            f"covariates: {factor.name!r} has no level {level!r}; there are {factor.levels}"
        )
    code = factor.levels.index(str(level))
    if not factor.counts[code]:
        raise SampleError(
            f"covariates: no patient analysed has {factor.name!r} {level!r}; "
            "nothing can be predicted for it"
        )
    return code

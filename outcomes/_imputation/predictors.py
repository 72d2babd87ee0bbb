"""What predicts a missing value? The other columns and the outcome, checked and put in rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np

from outcomes._imputation.chained import Column, Method, column
from outcomes._numbers.columns import BoolArray, FloatArray, one_of
from outcomes._regression.checked_terms import checked_terms
from outcomes.nelson_aalen import nelson_aalen
from outcomes.sample import CompetingRisks, SampleError, Survival
from outcomes.terms import Factor, Interaction, Numeric


def prepared(
    terms: Sequence[Factor | Numeric],
    outcome: Survival | CompetingRisks | None,
    methods: Mapping[str, Method],
) -> tuple[list[Column], FloatArray]:
    """The columns, and the predictors they make with a constant and the outcome, (p, n)."""
    n = _size(terms, outcome)
    in_play = np.ones(n, dtype=np.bool_)
    if outcome is not None and outcome.weight is not None:
        in_play = np.asarray(outcome.weight > 0, dtype=np.bool_)
    fixed = [np.ones((1, n)), *_outcome_rows(outcome)]
    columns = _columns(terms, methods, len(fixed), in_play)
    return columns, np.concatenate([*fixed, *(c.encoded(c.value) for c in columns)])


def cumulative_hazard(sample: Survival) -> FloatArray:
    """(n,) Nelson-Aalen cumulative hazard over the days each patient was at risk."""
    curve = nelson_aalen(sample)
    steps = np.concatenate(([0.0], curve.hazard))
    hazard = steps[np.searchsorted(curve.day, sample.days, side="right")]
    if sample.entry is not None:
        hazard = hazard - steps[np.searchsorted(curve.day, sample.entry, side="right")]
    return np.asarray(hazard, dtype=np.float64)


def _outcome_rows(outcome: Survival | CompetingRisks | None) -> list[FloatArray]:
    if outcome is None:
        return []
    causes = (
        [outcome.only(cause) for cause in outcome.causes]
        if isinstance(outcome, CompetingRisks)
        else [outcome]
    )
    rows = []
    for sample in causes:
        hazard = cumulative_hazard(sample)
        spread = float(hazard.std()) or 1.0
        rows += [sample.event[None].astype(np.float64), (hazard[None] - hazard.mean()) / spread]
    return rows


def _size(terms: Sequence[Factor | Numeric], outcome: Survival | CompetingRisks | None) -> int:
    """The number of patients, once every term is fit to be completed."""
    if not terms:
        raise SampleError("terms: nothing to complete; pass at least one term")
    for term in terms:
        if isinstance(term, Interaction):
            raise SampleError(
                f"{term.name}: an interaction cannot be imputed; "
                "impute its factors and build it from the completed ones"
            )
    sizes = [len(term.known) for term in terms if isinstance(term, Factor | Numeric)]
    n = outcome.n if outcome is not None else sizes[0] if sizes else 0
    checked_terms(terms, n)
    return n


def _columns(
    terms: Sequence[Factor | Numeric],
    methods: Mapping[str, Method],
    first_row: int,
    in_play: BoolArray,
) -> list[Column]:
    unknown = set(methods) - {term.name for term in terms}
    if unknown:
        raise SampleError(f"methods: no column is called {sorted(unknown)}")
    columns: list[Column] = []
    for term in terms:
        if not (term.known & in_play).any():
            raise SampleError(f"{term.name}: no patient has a known value; leave the column out")
        columns.append(column(term, _method(term, methods.get(term.name)), first_row, in_play))
        first_row = columns[-1].rows.stop
    return columns


def _method(term: Factor | Numeric, asked: Method | None) -> Method:
    if isinstance(term, Numeric):
        suits: tuple[Method, ...] = ("pmm", "normal")
    elif len(term.levels) > 2:
        suits = ("multinomial", "multinomial-drawn", "pmm")
    else:
        suits = ("logistic", "pmm")
    if asked is None:
        return suits[0]
    one_of(asked, get_args(Method), "methods")
    if asked not in suits:
        raise SampleError(f"methods: {asked!r} does not suit {term.name}; use one of {suits}")
    return asked

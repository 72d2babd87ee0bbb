"""What exactly was a model fitted to? The rows, columns and coefficients that diagnostics need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

from outcomes._numbers.arguments import expect
from outcomes._numbers.columns import EmptySample, FloatArray, Places, aligned, numbers, one_of
from outcomes._regression.checked_terms import names_of_rows
from outcomes._regression.design import Label, complete_cases, raw_columns
from outcomes._regression.model import Model
from outcomes._regression.partial_likelihood import Ties
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Term


@dataclass(frozen=True, eq=False, repr=False)
class Inputs:
    """What a model is fitted to: complete rows in play, in the caller's order.

    rows : (n,) places in the caller's sample of size rows. codes : (n,) stratum of each row, or
    None.
    """

    sample: Survival
    rows: Places
    size: int
    terms: tuple[Term, ...]
    ties: Ties
    codes: Places | None
    strata_names: tuple[str, ...]
    offset: FloatArray | None
    cluster: Places | None


@dataclass(frozen=True, eq=False, repr=False)
class Analysed:
    """n rows that were complete and in play, in the caller's order; p columns on their own scale.

    rows : (n,) places in the caller's sample of size rows. values : (n, p). kept : columns
    estimated. beta : (p,), covariance : (p, p) model-based, 0 where not estimated. strata : (n,)
    codes into strata_names, all 0 without strata. offset, cluster : (n,) or None; cluster counts
    from 0.
    """

    sample: Survival
    rows: Places
    size: int
    values: FloatArray
    labels: tuple[Label, ...]
    kept: tuple[int, ...]
    beta: FloatArray
    covariance: FloatArray
    ties: Ties
    strata: Places
    strata_names: tuple[str, ...]
    offset: FloatArray | None
    cluster: Places | None

    @cached_property
    def estimated(self) -> FloatArray:
        """(q, q) model-based covariance of the columns estimated."""
        kept = list(self.kept)
        return np.asarray(self.covariance[np.ix_(kept, kept)], dtype=np.float64)

    @cached_property
    def centre(self) -> FloatArray:
        """(p,) what every row has of a column, or their mean."""
        mean: FloatArray = self.values.mean(axis=0)
        alike = (self.values == self.values[0]).all(axis=0)
        return np.where(alike, self.values[0], mean)


def gather(
    sample: Survival,
    terms: Sequence[Term],
    ties: Ties,
    strata: Factor | None = None,
    offset: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> tuple[Inputs, int]:
    """The complete rows in play, and how many rows in play are left out as incomplete.

    Raises SampleError (lengths, names), EmptySample (no complete row), ValueError (unknown ties).
    """
    one_of(ties, get_args(Ties), "ties")
    expect(sample, Survival, "sample")
    complete = complete_cases(sample.n, terms) & sample.in_play
    shift = None if offset is None else numbers(offset, "offset")
    if shift is not None:
        aligned(len(shift), sample.n, "offset")
        complete &= ~np.isnan(shift)
    if strata is not None:
        expect(strata, Factor, "strata")
        aligned(len(strata.codes), sample.n, strata.name)
        complete &= strata.known
    groups = None if cluster is None else names_of_rows(cluster, sample.n, "cluster")[1]
    rows = np.flatnonzero(complete)
    if not len(rows):
        raise EmptySample("terms: no row has all of its terms, stratum and offset known")
    if groups is not None and len(np.unique(groups[rows])) < 2:
        raise SampleError("cluster: all rows belong to one; a robust variance needs several")
    whole = len(rows) == sample.n
    some = slice(None) if whole else rows
    inputs = Inputs(
        sample if whole else sample.where(complete),
        rows,
        sample.n,
        tuple(terms if whole else (term.where(complete) for term in terms)),
        ties,
        None if strata is None else strata.codes[some].astype(np.intp),
        () if strata is None else strata.levels,
        None if shift is None else shift[some],
        None if groups is None else groups[some],
    )
    return inputs, int(np.count_nonzero(sample.in_play)) - len(rows)


def unscaled(model: Model) -> FloatArray:
    """(p, p) model-based covariance on the scale of the data."""
    return model.columns.unscaled(model.covariance)


def analysed(inputs: Inputs, model: Model) -> Analysed:
    """The model on the scale of the data, for diagnostics.

    Infinite coefficients are as large as they were when the slope was level. A column without a
    reference level has no ratio to report, but it is in the fit.
    """
    p, known = len(model.columns.labels), model.prepared.kept
    beta, covariance = np.zeros(p), np.zeros((p, p))
    beta[known] = (model.beta / model.columns.scale)[known]
    covariance[np.ix_(known, known)] = unscaled(model)[np.ix_(known, known)]
    every = np.arange(inputs.sample.n)
    return Analysed(
        sample=inputs.sample,
        rows=inputs.rows,
        size=inputs.size,
        values=np.ascontiguousarray(raw_columns(inputs.terms, every).T),
        labels=model.columns.labels,
        kept=tuple(known),
        beta=beta,
        covariance=covariance,
        ties=inputs.ties,
        strata=np.zeros(len(every), dtype=np.intp) if inputs.codes is None else inputs.codes,
        strata_names=inputs.strata_names,
        offset=inputs.offset,
        cluster=inputs.cluster,
    )

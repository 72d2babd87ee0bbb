"""What exactly was a model fitted to? The rows, columns and coefficients that diagnostics need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from outcomes._numbers.columns import EmptySample, FloatArray, Places, aligned, numbers, vector
from outcomes._regression.design import Label, complete_cases, raw_columns
from outcomes._regression.model import Model
from outcomes._regression.partial_likelihood import Ties
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Term


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a model is fitted to: complete rows in play, in the caller's order.

    rows : (n,) places in the caller's sample. codes : (n,) stratum of each row, or None.
    """

    sample: Survival
    rows: Places
    terms: tuple[Term, ...]
    ties: Ties
    codes: Places | None
    strata_names: tuple[str, ...]
    offset: FloatArray | None
    cluster: Places | None


@dataclass(frozen=True, eq=False)
class Analysed:
    """n rows that were complete and in play, in the caller's order; p columns on their own scale.

    rows : (n,) places in the caller's sample. values : (n, p). kept : columns estimated.
    beta : (p,), covariance : (p, p) model-based, 0 where not estimated. strata : (n,) codes into
    strata_names, all 0 without strata. offset, cluster : (n,) or None; cluster counts from 0.
    """

    sample: Survival
    rows: Places
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


def gather(
    sample: Survival,
    terms: Sequence[Term],
    ties: Ties,
    strata: Factor | None = None,
    offset: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> tuple[Inputs, int]:
    """The complete rows in play, and how many rows in play are left out as incomplete.

    Raises SampleError (lengths, names), EmptySample (no complete row).
    """
    complete, in_play = complete_cases(sample, terms), sample.in_play
    complete &= in_play
    shift = None if offset is None else numbers(offset, "offset")
    if shift is not None:
        aligned(len(shift), sample.n, "offset")
        complete &= ~np.isnan(shift)
    if strata is not None:
        aligned(len(strata.codes), sample.n, strata.name)
        complete &= strata.known
    groups = None if cluster is None else _clusters(cluster, sample.n)
    rows = np.flatnonzero(complete)
    if not len(rows):
        raise EmptySample("terms: no row has all of its terms, stratum and offset known")
    if groups is not None and len(np.unique(groups[rows])) < 2:
        raise SampleError("cluster: all rows belong to one; a robust variance needs several")
    dropped = int(np.count_nonzero(in_play)) - len(rows)
    if len(rows) < sample.n:
        sample = sample.where(complete)
        terms = [term.where(complete) for term in terms]
        strata = None if strata is None else strata.where(complete)
        shift = None if shift is None else shift[complete]
        groups = None if groups is None else groups[complete]
    inputs = Inputs(
        sample,
        rows,
        tuple(terms),
        ties,
        None if strata is None else strata.codes.astype(np.intp),
        () if strata is None else strata.levels,
        shift,
        groups,
    )
    return inputs, dropped


def _clusters(cluster: ArrayLike, n: int) -> Places:
    names = vector(cluster, "cluster")
    aligned(len(names), n, "cluster")
    if np.any(np.isnan(names) if names.dtype.kind == "f" else names == np.array(None)):
        raise SampleError("cluster: a row has none; give every row one, its own if it stands alone")
    try:
        return np.unique(names, return_inverse=True)[1].astype(np.intp)
    except TypeError as fault:
        raise SampleError("cluster: names of different types; use one type for all") from fault


def unscaled(model: Model) -> FloatArray:
    """(p, p) model-based covariance on the scale of the data."""
    scale = model.prepared.scale
    result: FloatArray = model.covariance / np.outer(scale, scale)
    return result


def _known(model: Model) -> list[int]:
    return [place for place, reason in enumerate(model.reasons) if reason is None]


def analysed(inputs: Inputs, model: Model) -> Analysed:
    """The model on the scale of the data, for diagnostics."""
    # Without a reference level a column has no ratio to report, but it is in the fit.
    known = model.prepared.kept if model.finite else _known(model)
    p = len(model.reasons)
    beta, covariance = np.zeros(p), np.zeros((p, p))
    beta[known] = (model.beta / model.prepared.scale)[known]
    covariance[np.ix_(known, known)] = unscaled(model)[np.ix_(known, known)]
    every = np.arange(inputs.sample.n)
    return Analysed(
        sample=inputs.sample,
        rows=inputs.rows,
        values=np.ascontiguousarray(raw_columns(inputs.terms, every).T),
        labels=model.prepared.labels,
        kept=tuple(known),
        beta=beta,
        covariance=covariance,
        ties=inputs.ties,
        strata=np.zeros(len(every), dtype=np.intp) if inputs.codes is None else inputs.codes,
        strata_names=inputs.strata_names,
        offset=inputs.offset,
        cluster=inputs.cluster,
    )

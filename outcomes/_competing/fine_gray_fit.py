"""Where is the pseudo-likelihood of one cause largest, and how sure is that, patient by patient?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outcomes._competing.subdistribution_likelihood import SubdistributionLikelihood
from outcomes._competing.subdistribution_sets import subdistribution_sets
from outcomes._numbers.columns import BoolArray, FloatArray, IntArray, Places
from outcomes._numbers.linear import flat, framed, independent
from outcomes._regression.columns import Columns, reasons_of
from outcomes._regression.design import Design, Label, design, labels_of
from outcomes._regression.newton import Optimum, maximise
from outcomes.reasons import Reason
from outcomes.sample import CompetingRisks
from outcomes.terms import Term


@dataclass(frozen=True, eq=False)
class Baseline:
    """The cumulative subdistribution hazard (K,) on days (K,) of a patient like the mean."""

    day: IntArray
    cumulative: FloatArray


@dataclass(frozen=True, eq=False, repr=False)
class SubdistributionFit:
    """A fit on p standardised columns (x - centre) / scale.

    beta (p,): 0 where a column is not used. robust, naive (p, p): NaN where not used.
    """

    columns: Columns
    centre: FloatArray
    beta: FloatArray
    robust: FloatArray
    naive: FloatArray
    log_likelihood: float
    log_likelihood_null: float
    iterations: int
    converged: bool
    baseline: Baseline | None


def fit_subdistribution(
    risks: CompetingRisks, code: int, terms: Sequence[Term], groups: Places | None
) -> SubdistributionFit:
    """The fit to complete patients; groups (n,) are those of censoring, or None."""
    sets = subdistribution_sets(risks, code, groups)
    if sets is None:
        return _without_events(labels_of(terms))
    columns = design(terms, sets.order)
    likelihood = SubdistributionLikelihood(columns.values, columns.spread, sets)
    p = len(columns.labels)
    null = likelihood.at(np.zeros(p))
    events = float(sets.deaths.sum())
    kept = independent(null.information, events)
    inner = likelihood.take(kept)
    best = maximise(inner, null.take(kept))
    beta = np.zeros(p)
    beta[kept] = best.beta
    hazard = inner.hazard(best.beta)
    # Inverse information times the sum of the squares of influences times it again.
    each = inner.influence(hazard) @ best.covariance
    return SubdistributionFit(
        columns=_columns(columns, kept, flat(null.information, events), best),
        centre=columns.centre,
        beta=beta,
        robust=framed(each.T @ each, kept, p),
        naive=framed(best.covariance, kept, p),
        log_likelihood=best.log_likelihood,
        log_likelihood_null=null.log_likelihood,
        iterations=best.iterations,
        converged=best.converged,
        baseline=Baseline(sets.day, np.add.accumulate(hazard.jump)),
    )


def _columns(columns: Design, kept: list[int], empty: BoolArray, best: Optimum) -> Columns:
    infinite = np.zeros(len(columns.labels), dtype=np.bool_)
    infinite[kept] = best.infinite
    lost = None if best.converged else Reason.NOT_FOLLOWED
    reasons = reasons_of(columns.labels, kept, infinite, empty=empty, lost=lost)
    return Columns(columns.labels, reasons, kept, columns.scale)


def _without_events(labels: tuple[Label, ...]) -> SubdistributionFit:
    p = len(labels)
    nothing = np.full((p, p), np.nan)
    return SubdistributionFit(
        columns=Columns(labels, reasons_of(labels, [], events=False), [], np.ones(p)),
        centre=np.zeros(p),
        beta=np.zeros(p),
        robust=nothing,
        naive=nothing.copy(),
        log_likelihood=0.0,
        log_likelihood_null=0.0,
        iterations=0,
        converged=True,
        baseline=None,
    )

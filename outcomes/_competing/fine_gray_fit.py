"""Where is the pseudo-likelihood of one cause largest, and how sure is that, patient by patient?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outcomes._competing.subdistribution_likelihood import SubdistributionLikelihood
from outcomes._competing.subdistribution_sets import subdistribution_sets
from outcomes._numbers.columns import FloatArray, IntArray, Places
from outcomes._numbers.linear import independent
from outcomes._regression.design import Label, design, labels_of, raw_columns
from outcomes._regression.model import ALIASED, MONOTONE, NO_EVENT, NOT_FOLLOWED
from outcomes._regression.newton import Optimum, maximise
from outcomes._regression.partial_likelihood import Slope
from outcomes.sample import CompetingRisks
from outcomes.terms import Term

NO_VARIANCE = "not estimable: too few patients for a robust variance"
LEAST_VARIANCE = 1e-12  # robust variance, as a share of that of the model, that is only rounding


@dataclass(frozen=True, eq=False)
class Baseline:
    """The cumulative subdistribution hazard (K,) on days (K,) that exp(eta) = exp(shift) meets."""

    day: IntArray
    cumulative: FloatArray
    shift: float


@dataclass(frozen=True, eq=False)
class SubdistributionFit:
    """A fit on p standardised columns (x - centre) / scale.

    beta (p,): 0 where a column is not used. robust, naive (p, p): NaN where not used.
    kept : columns used; reasons : per column, why its coefficient must not be reported, or None.
    """

    labels: tuple[Label, ...]
    reasons: tuple[str | None, ...]
    kept: list[int]
    centre: FloatArray
    scale: FloatArray
    beta: FloatArray
    robust: FloatArray
    naive: FloatArray
    log_likelihood: float
    log_likelihood_null: float
    iterations: int
    converged: bool
    baseline: Baseline | None

    def columns_of(self, term: str) -> list[int]:
        return [place for place, label in enumerate(self.labels) if label.term == term]


def fit_subdistribution(
    risks: CompetingRisks, code: int, terms: Sequence[Term], groups: Places | None
) -> SubdistributionFit:
    """The fit to complete patients; groups (n,) are those of censoring, or None."""
    sets = subdistribution_sets(risks, code, groups)
    if sets is None:
        return _without_events(labels_of(terms))
    columns = design(terms, sets.order)
    likelihood = SubdistributionLikelihood(
        np.ascontiguousarray(columns.values.T), columns.spread, sets
    )
    p = len(columns.labels)
    null = likelihood.at(np.zeros(p))
    kept = independent(null.information, float(sets.deaths.sum()))
    within = np.ix_(kept, kept)
    start = Slope(null.log_likelihood, null.score[kept], null.information[within])
    inner = likelihood.take(kept)
    best = maximise(inner, start)
    beta, robust, naive = np.zeros(p), np.full((p, p), np.nan), np.full((p, p), np.nan)
    beta[kept], naive[within] = best.beta, best.covariance
    robust[within] = _sandwich(inner, best)
    hazard = inner.hazard(best.beta)
    first = raw_columns(terms, sets.order[:1])[:, 0]
    return SubdistributionFit(
        labels=columns.labels,
        reasons=_reasons(columns.labels, kept, best, robust, naive),
        kept=kept,
        centre=first - columns.values[0] * columns.scale,
        scale=columns.scale,
        beta=beta,
        robust=robust,
        naive=naive,
        log_likelihood=best.log_likelihood,
        log_likelihood_null=null.log_likelihood,
        iterations=best.iterations,
        converged=best.converged,
        baseline=Baseline(sets.day, np.add.accumulate(hazard.jump), hazard.shift),
    )


def _sandwich(likelihood: SubdistributionLikelihood, best: Optimum) -> FloatArray:
    """Inverse information times the sum of the squares of influences times it again."""
    each = best.covariance @ likelihood.influence(best.beta)
    result: FloatArray = each @ each.T
    return result


def _reasons(
    labels: Sequence[Label],
    kept: list[int],
    best: Optimum,
    robust: FloatArray,
    naive: FloatArray,
) -> tuple[str | None, ...]:
    """Per column, why it has no number; the first that applies."""
    infinite = {place for place, away in zip(kept, best.infinite, strict=True) if away}
    used = set(kept)
    reasons: list[str | None] = []
    for place, label in enumerate(labels):
        if label.reason is not None:
            reasons.append(label.reason)
        elif place not in used:
            reasons.append(ALIASED)
        elif place in infinite:
            reasons.append(MONOTONE)
        elif not best.converged:
            reasons.append(NOT_FOLLOWED)
        elif not robust[place, place] > LEAST_VARIANCE * naive[place, place]:
            reasons.append(NO_VARIANCE)
        else:
            reasons.append(None)
    return tuple(reasons)


def _without_events(labels: tuple[Label, ...]) -> SubdistributionFit:
    p = len(labels)
    nothing = np.full((p, p), np.nan)
    return SubdistributionFit(
        labels=labels,
        reasons=(NO_EVENT,) * p,
        kept=[],
        centre=np.zeros(p),
        scale=np.ones(p),
        beta=np.zeros(p),
        robust=nothing,
        naive=nothing.copy(),
        log_likelihood=0.0,
        log_likelihood_null=0.0,
        iterations=0,
        converged=True,
        baseline=None,
    )

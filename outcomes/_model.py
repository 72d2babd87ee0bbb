"""What did the fit of a design find, column by column? The workings behind cox and stepwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outcomes._columns import BoolArray, FloatArray
from outcomes._design import Design, design
from outcomes._linear import independent, quadratic
from outcomes._newton import curvature, maximise, whitening
from outcomes._partial import PartialLikelihood, Slope, Ties, partial_likelihood
from outcomes.results import Test, chi_square_result
from outcomes.sample import Survival
from outcomes.terms import Term

MONOTONE = "not estimable: monotone likelihood"
ALIASED = "not estimable: collinear with the columns before it"
NO_EVENT = "not estimable: no events"
ONE_LEVEL = "not estimable: one level only"
NOT_FOLLOWED = "not estimable: monotone likelihood in another column, too steep to follow"


@dataclass(frozen=True, eq=False)
class Prepared:
    """Complete cases sorted for fitting, with the slope at zero and the usable columns."""

    sample: Survival
    terms: tuple[str, ...]
    design: Design
    ties: Ties
    likelihood: PartialLikelihood | None
    null: Slope
    kept: list[int]

    def null_of(self, columns: list[int]) -> Slope:
        """The slope at zero of some columns."""
        part = self.null.information[np.ix_(columns, columns)]
        return Slope(self.null.log_likelihood, self.null.score[columns], part)


@dataclass(frozen=True, eq=False)
class Model:
    """A fit on the scaled design: beta (p,), covariance (p, p), NaN outside the kept columns.

    reasons : per column, why its coefficient must not be reported; None = it may be.
    """

    n: int
    events: int
    ties: Ties
    terms: tuple[str, ...]
    design: Design
    kept: list[int]
    beta: FloatArray
    covariance: FloatArray
    infinite: BoolArray
    reasons: tuple[str | None, ...]
    converged: bool
    log_likelihood: float
    log_likelihood_null: float
    score: float
    iterations: int

    @property
    def aliased(self) -> tuple[str, ...]:
        return tuple(
            label.text
            for label, reason in zip(self.design.labels, self.reasons, strict=True)
            if reason == ALIASED
        )


def prepare(sample: Survival, terms: Sequence[Term], ties: Ties) -> Prepared:
    """Sort once and find the columns that can be estimated. Terms must be complete."""
    columns = design(terms, sample.n)
    p = len(columns.labels)
    names = tuple(term.name for term in terms)
    if not sample.events:
        empty = Slope(0.0, np.zeros(p), np.zeros((p, p)))
        return Prepared(sample, names, columns, ties, None, empty, [])
    likelihood = partial_likelihood(sample, columns.values, ties)
    null = likelihood.at(np.zeros(p))
    # The information at zero adds up the covariances within risk sets: a direction without
    # information is one that no risk set can tell apart, whatever the coefficients.
    kept = independent(null.information, sample.events)
    return Prepared(sample, names, columns, ties, likelihood, null, kept)


def fit_model(prepared: Prepared) -> Model:
    """The maximum of the partial likelihood over the usable columns."""
    kept, null = prepared.kept, prepared.null
    p = len(prepared.design.labels)
    beta, covariance = np.full(p, np.nan), np.full((p, p), np.nan)
    infinite = np.zeros(p, dtype=np.bool_)
    best, score, iterations, converged = null.log_likelihood, 0.0, 0, True
    if prepared.likelihood is not None and kept:
        start = prepared.null_of(kept)
        optimum = maximise(prepared.likelihood.take(kept), start)
        infinite[kept] = optimum.infinite
        beta[kept] = optimum.beta
        covariance[np.ix_(kept, kept)] = optimum.covariance
        best, iterations = optimum.log_likelihood, optimum.iterations
        score, converged = quadratic(start.score, start.information), optimum.converged
    reasons = _reasons(prepared, infinite, converged)
    return Model(
        n=prepared.sample.n,
        events=prepared.sample.events,
        ties=prepared.ties,
        terms=prepared.terms,
        design=prepared.design,
        kept=kept,
        beta=beta,
        covariance=covariance,
        infinite=infinite,
        reasons=reasons,
        converged=converged,
        log_likelihood=best,
        log_likelihood_null=null.log_likelihood,
        score=score,
        iterations=iterations,
    )


def _reasons(prepared: Prepared, infinite: BoolArray, converged: bool) -> tuple[str | None, ...]:
    """Per column, why it has no number; the first that applies."""
    reasons: list[str | None] = []
    for place, label in enumerate(prepared.design.labels):
        if prepared.likelihood is None:
            reasons.append(NO_EVENT)
        elif label.reason is not None:
            reasons.append(label.reason)
        elif place not in prepared.kept:
            reasons.append(ALIASED)
        elif infinite[place]:
            reasons.append(MONOTONE)
        else:
            reasons.append(None if converged else NOT_FOLLOWED)
    return tuple(reasons)


def entry_test(sample: Survival, inside: Sequence[Term], candidate: Term, ties: Ties) -> Test:
    """Score test for adding a term to a fitted model, as SPSS uses for entry.

    All terms complete. U'I^-1 U at the fit of the inner terms, candidate's coefficients 0.
    """
    prepared = prepare(sample, [*inside, candidate], ties)
    if prepared.likelihood is None:
        return Test(None, 0, None)
    new = set(prepared.design.columns_of(candidate.name))
    old = [place for place in prepared.kept if place not in new]
    df = len(prepared.kept) - len(old)
    if not df:
        return Test(None, 0, None)
    inner = maximise(prepared.likelihood.take(old), prepared.null_of(old))
    beta = np.zeros(len(prepared.kept))
    beta[[prepared.kept.index(place) for place in old]] = inner.beta
    slope = prepared.likelihood.take(prepared.kept).at(beta)
    whiten = whitening(prepared.null_of(prepared.kept).information)
    # Directions in which the inner model is infinite hold no information: left out here too.
    covariance = curvature(slope.information, whiten).covariance
    return chi_square_result(float(slope.score @ covariance @ slope.score), df)

"""What did the fit of a design find, column by column? The workings behind cox and stepwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from outcomes._numbers.columns import BoolArray, FloatArray, Places
from outcomes._numbers.linear import flat, framed, independent, quadratic
from outcomes._regression.columns import Columns, places_of, reasons_of
from outcomes._regression.design import Label, design, labels_of
from outcomes._regression.exact_likelihood import ExactLikelihood, exact_likelihood
from outcomes._regression.newton import curvature, maximise
from outcomes._regression.partial_likelihood import PartialLikelihood, Slope, Ties
from outcomes._regression.risk_sets import RiskSets, risk_sets
from outcomes._regression.rows import Rows
from outcomes.reasons import Reason
from outcomes.results import Test, chi_square_result
from outcomes.sample import SampleError, Survival
from outcomes.terms import Term

WIDEST_OFFSET = 100.0


@dataclass(frozen=True, eq=False, repr=False)
class Prepared:
    """Rows sorted for fitting, with the slope at zero and the usable columns.

    likelihood is None when there is no event. kept : usable among the labels' places.
    """

    n: int
    events: int
    ties: Ties
    terms: tuple[str, ...]
    labels: tuple[Label, ...]
    scale: FloatArray
    likelihood: PartialLikelihood | ExactLikelihood | None
    null: Slope
    kept: list[int]

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The columns of each term that has any."""
        return places_of(self.labels)

    @property
    def empty(self) -> BoolArray:
        """(p,) columns whose values no event tells apart."""
        return flat(self.null.information, self.events)

    def only(self, terms: Sequence[str]) -> Prepared:
        """The same rows with some of the terms: nothing is sorted or evaluated again."""
        places = [place for term in terms for place in self.places.get(term, ())]
        null = self.null.take(places)
        likelihood = self.likelihood
        if likelihood is not None:
            likelihood = likelihood.take(places)
        return replace(
            self,
            terms=tuple(terms),
            labels=tuple(self.labels[place] for place in places),
            scale=self.scale[places],
            likelihood=likelihood,
            null=null,
            kept=[] if likelihood is None else independent(null.information, self.events),
        )


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """A fit on the scaled design: beta (p,), covariance (p, p), NaN outside the kept columns."""

    prepared: Prepared
    columns: Columns
    beta: FloatArray
    covariance: FloatArray
    infinite: BoolArray
    converged: bool
    log_likelihood: float
    score: float
    iterations: int

    @property
    def finite(self) -> bool:
        """Whether every usable column has a coefficient."""
        return self.converged and not self.infinite.any()


def prepare(
    sample: Survival,
    terms: Sequence[Term],
    ties: Ties,
    strata: Places | None = None,
    offset: FloatArray | None = None,
) -> Prepared:
    """Sort once and find the columns that can be estimated. Terms complete, rows in play."""
    names = tuple(term.name for term in terms)
    sets = risk_sets(sample, strata)
    if sets is None:
        labels = labels_of(terms)
        p = len(labels)
        empty = Slope(0.0, np.zeros(p), np.zeros((p, p)))
        return Prepared(sample.n, 0, ties, names, labels, np.ones(p), None, empty, [])
    columns = design(terms, sets.order)
    rows, spread = columns.rows, columns.spread
    if len(sets.strata) > 1:
        rows = Rows(sets.centred(rows.values))
        spread = sets.widths(rows.values).max(axis=0)
    shift = _shift(sets, offset)
    likelihood: PartialLikelihood | ExactLikelihood
    if ties == "exact":
        likelihood = exact_likelihood(sets, rows.values, spread, shift)
    else:
        likelihood = PartialLikelihood(rows, spread, sets, ties == "efron", shift)
    null = likelihood.at(np.zeros(len(columns.labels)))
    # The information at zero adds up the covariances within risk sets: a direction without
    # information is one that no risk set can tell apart, whatever the coefficients.
    kept = independent(null.information, sample.events)
    return Prepared(
        sample.n, sample.events, ties, names, columns.labels, columns.scale, likelihood, null, kept
    )


def _shift(sets: RiskSets, offset: FloatArray | None) -> FloatArray | None:
    """(m,) offsets of the rows at risk."""
    if offset is None:
        return None
    shift = offset[sets.order]
    if sets.widths(shift).max() > WIDEST_OFFSET:
        raise SampleError(
            f"offset: rows of a stratum differ by more than {WIDEST_OFFSET:g}, so one of them has no "
            "weight at all; give the logarithm of a hazard ratio or of an exposure"
        )
    return sets.less(shift, np.maximum.reduceat(shift, sets.first_rows))


def fit_model(prepared: Prepared) -> Model:
    """The maximum of the partial likelihood over the usable columns."""
    kept, null = prepared.kept, prepared.null
    p = len(prepared.labels)
    beta, covariance = np.full(p, np.nan), np.full((p, p), np.nan)
    infinite = np.zeros(p, dtype=np.bool_)
    best, score, iterations, converged = null.log_likelihood, 0.0, 0, True
    if prepared.likelihood is not None and kept:
        start = prepared.null.take(kept)
        optimum = maximise(prepared.likelihood.take(kept), start)
        infinite[kept] = optimum.infinite
        beta[kept] = optimum.beta
        covariance = framed(optimum.covariance, kept, p)
        best, iterations = optimum.log_likelihood, optimum.iterations
        score, converged = quadratic(start.score, start.information), optimum.converged
    events = prepared.likelihood is not None
    lost = None if converged else Reason.NOT_FOLLOWED
    reasons = reasons_of(
        prepared.labels, kept, infinite, empty=prepared.empty, events=events, lost=lost
    )
    return Model(
        prepared=prepared,
        columns=Columns(prepared.labels, reasons, kept, prepared.scale),
        beta=beta,
        covariance=covariance,
        infinite=infinite,
        converged=converged,
        log_likelihood=best,
        score=score,
        iterations=iterations,
    )


def entry_test(prepared: Prepared, inside: Sequence[str], candidate: str) -> Test:
    """Score test for adding a term to a fitted model, as SPSS uses for entry.

    U'I^-1 U at the fit of the inner terms, candidate's coefficients 0.
    """
    both = prepared.only([*inside, candidate])
    if both.likelihood is None:
        return Test(None, 0, None)
    new = set(both.places.get(candidate, ()))
    old = [place for place in both.kept if place not in new]
    df = len(both.kept) - len(old)
    if not df:
        return Test(None, 0, None)
    inner = maximise(both.likelihood.take(old), both.null.take(old))
    beta = np.zeros(len(both.kept))
    beta[[both.kept.index(place) for place in old]] = inner.beta
    slope = both.likelihood.take(both.kept).at(beta)
    # Directions in which the inner model is infinite hold no information: left out here too.
    covariance = curvature(slope.information, both.null.take(both.kept).information).covariance
    return chi_square_result(float(slope.score @ covariance @ slope.score), df)

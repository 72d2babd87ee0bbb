"""What changes the hazard? Cox models, the screen, and backward selection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outcomes.cox import CoxFit, Ties, cox
from outcomes.pooled_cox import PooledCox
from outcomes.selection import Criterion, backward, screen
from outcomes.terms import Factor, Numeric

from .cohort import Covariate, Measured, Patients
from .numbers import put_count, put_none, put_p, put_ratio, settings

FEWEST_EVENTS = 5  # per coefficient; a model with fewer is not shown

Term = Factor | Numeric


def ties() -> Ties:
    """SPSS knows Breslow's approximation only."""
    return "breslow" if settings.convention == "SPSS" else "efron"


def coefficients_of(terms: Sequence[Term]) -> int:
    """One of a number; of a factor its levels with patients but the first."""
    return sum(
        1 if isinstance(term, Numeric) else max(sum(n > 0 for n in term.counts) - 1, 0)
        for term in terms
    )


def too_few(events: int, asked: int) -> bool:
    return events == 0 or events < FEWEST_EVENTS * asked


def cox_rows(
    id: str, patients: Patients, covariate: Covariate, term: Term, fit: CoxFit | None, places: int
) -> None:
    """A line for a number; for a grouping its overall P and a line for each level."""
    stem = f"{id}.{covariate.name}"
    if isinstance(covariate, Measured) or isinstance(term, Numeric):
        put_counts(stem, patients, patients.n, patients.events)
        put_ratios(stem, fit, covariate.name, None, places)
        return
    if len(covariate.levels) > 2:
        put_p(f"{stem}.p", fit.term(covariate.name).p if fit else None)
    for position, level in enumerate(covariate.levels):
        here = np.asarray(term.codes == position, dtype=np.bool_)
        deaths = int(np.count_nonzero(patients.event[here]))
        put_counts(f"{stem}.{level}", patients, int(np.count_nonzero(here)), deaths)
        if position:
            put_ratios(f"{stem}.{level}", fit, covariate.name, level, places)


def put_counts(key: str, patients: Patients, n: int, events: int) -> None:
    put_count(f"{key}.n", n)
    put_count(f"{key}.{patients.counted}", events)


def put_ratios(
    key: str, fit: CoxFit | PooledCox | None, name: str, level: str | None, places: int
) -> None:
    """Hazard ratio, limits and P of a coefficient, or that there are none."""
    if fit is None:
        put_none(*(f"{key}.{part}" for part in ("hr", "lo", "hi", "p")))
        return
    found = fit.coefficient(name, level)
    put_ratio(f"{key}.hr", found.hazard_ratio, places)
    put_ratio(f"{key}.lo", found.lower, places)
    put_ratio(f"{key}.hi", found.upper, places)
    put_p(f"{key}.p", found.p)


@dataclass(frozen=True, eq=False)
class Single:
    """A covariate alone, in the patients in whom it is known; p decides whether it passes."""

    covariate: Covariate
    patients: Patients
    term: Term
    fit: CoxFit | None
    p: float | None


def single_models(patients: Patients, covariates: Sequence[Covariate]) -> list[Single]:
    """Each covariate alone in the patients in whom it is known. What it gives is for `passed`."""
    return [_single(patients, covariate) for covariate in covariates]


def _single(patients: Patients, covariate: Covariate) -> Single:
    some = patients.where(covariate.of(patients.rows).known)
    term = covariate.of(some.rows)
    if some.sample is None or too_few(some.events, coefficients_of([term])):
        return Single(covariate, some, term, None, None)
    (found,) = screen(some.sample, [term], ties=ties())
    return Single(covariate, some, term, found.fit, found.p)


def univariate_cox(
    id: str, patients: Patients, covariates: Sequence[Covariate], places: int
) -> list[Single]:
    found = single_models(patients, covariates)
    for one in found:
        cox_rows(id, one.patients, one.covariate, one.term, one.fit, places)
    return found


def passed(found: Sequence[Single], threshold: float) -> list[Covariate]:
    """The covariates whose univariate P is at most the threshold."""
    return [one.covariate for one in found if one.p is not None and one.p <= threshold]


@dataclass(frozen=True, eq=False)
class Final:
    """A final model: the patients complete for its candidates, the covariates kept, and the fit."""

    patients: Patients
    covariates: dict[str, Covariate]
    terms: dict[str, Term]
    fit: CoxFit


def complete_for(patients: Patients, covariates: Sequence[Covariate]) -> Patients:
    whole = np.ones(patients.n, dtype=np.bool_)
    for covariate in covariates:
        whole &= covariate.of(patients.rows).known
    return patients.where(whole)


def _offered(
    patients: Patients, candidates: Sequence[Covariate]
) -> tuple[dict[str, Covariate], Patients, list[Term]]:
    """Each name once, the patients complete for all of them, and their terms."""
    covariates = {candidate.name: candidate for candidate in candidates}
    complete = complete_for(patients, list(covariates.values()))
    return covariates, complete, [one.of(complete.rows) for one in covariates.values()]


def model_of_all(patients: Patients, candidates: Sequence[Covariate]) -> Final | None:
    """One model of all candidates; None without one, or with too few events."""
    covariates, complete, terms = _offered(patients, candidates)
    few = too_few(complete.events, coefficients_of(terms))
    if complete.sample is None or not terms or few:
        return None
    fit = cox(complete.sample, terms, ties=ties())
    return Final(complete, covariates, {term.name: term for term in terms}, fit)


def model_by_selection(
    patients: Patients,
    candidates: Sequence[Covariate],
    remove_above: float,
    enter_below: float,
    criterion: Criterion,
) -> Final | None:
    """The model of the candidates that backward selection keeps; None when it keeps none."""
    covariates, complete, terms = _offered(patients, candidates)
    if complete.sample is None or complete.events < coefficients_of(terms):
        return None
    found = backward(
        complete.sample,
        terms,
        ties=ties(),
        remove_above=remove_above,
        enter_below=enter_below,
        criterion=criterion,
    )
    print(found)
    if found.fit is None:
        return None
    kept = {term.name: term for term in terms if term.name in found.kept}
    return Final(complete, {name: covariates[name] for name in kept}, kept, found.fit)


def multivariable_cox(id: str, model: Final | None, places: int) -> Final | None:
    """The lines of a final model, to which an interaction can be added; none with few events."""
    if model is None:
        put_none(f"{id}.model")
        return None
    few = too_few(model.patients.events, coefficients_of(list(model.terms.values())))
    for name, covariate in model.covariates.items():
        shown = None if few else model.fit
        cox_rows(id, model.patients, covariate, model.terms[name], shown, places)
    return model


def all_estimable(fit: CoxFit, *names: str) -> bool:
    """Whether every level of these factors but the first has a coefficient in the fit."""
    return all(one.beta is not None for one in fit.coefficients if one.term in names)

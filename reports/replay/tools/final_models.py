"""What else is asked of a final model? Interactions, proportional hazards, imputed values."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import combinations

from outcomes.coefficients import TermTest
from outcomes.cox import CoxFit, cox, likelihood_ratio
from outcomes.imputation import Method, impute
from outcomes.pooled_cox import PooledCox, pool_cox
from outcomes.proportional import proportional_hazards as trends_of
from outcomes.results import Test
from outcomes.sample import SampleError
from outcomes.terms import Factor, Interaction

from .cohort import Covariate, Grouping, Measured, Patients
from .models import Final, Term, all_estimable, coefficients_of, put_ratios, ties, too_few
from .numbers import put_count, put_decimals, put_none, put_p

ROUNDS = 5  # of the chained equations


def put_test(key: str, test: Test | TermTest | None) -> None:
    if test is None or test.p is None or test.statistic is None:
        put_none(f"{key}.df", f"{key}.chi2", f"{key}.p")
        return
    put_count(f"{key}.df", int(test.df or 0))
    put_decimals(f"{key}.chi2", test.statistic, 2)
    put_p(f"{key}.p", test.p)


# ---- Interactions: the likelihood-ratio test of a product of two factors added to a final model


def interaction_test(model: Final | None, first: str, second: str) -> Test | None:
    factors = factors_of(model)
    if model is None or model.patients.sample is None or not {first, second} <= factors.keys():
        return None
    a, b = factors[first], factors[second]
    terms = list(model.terms.values())
    asked = coefficients_of(terms) + coefficients_of([a]) * coefficients_of([b])
    if too_few(model.patients.events, asked) or not all_estimable(model.fit, first, second):
        return None
    larger = cox(model.patients.sample, [*terms, Interaction(a, b)], ties=ties())
    return likelihood_ratio(model.fit, larger)


def factors_of(model: Final | None) -> dict[str, Factor]:
    terms = model.terms if model else {}
    return {name: term for name, term in terms.items() if isinstance(term, Factor)}


def put_interaction(key: str, model: Final | None, first: Grouping, second: Grouping) -> None:
    test = interaction_test(model, first.name, second.name)
    put_p(key, test.p if test else None)


def interaction_tests(
    id: str, model: Final | None, pairs: Sequence[Sequence[Grouping]] | None = None
) -> None:
    """Each pair of factors added alone; without pairs, every one of the final model."""
    named = [(one.name, other.name) for one, other in pairs or ()]
    if pairs is None:
        named = list(combinations(factors_of(model), 2))
    if not named:
        put_none(f"{id}.pairs")
    for first, second in named:
        put_test(f"{id}.{first}.{second}", interaction_test(model, first, second))


# ---- Proportional hazards: a trend in time, term by term and for all


def proportional_hazards(id: str, model: Final | None) -> None:
    """Score tests of a trend on the Kaplan-Meier scale (Grambsch and Therneau)."""
    found = None
    with suppress(SampleError):  # a coefficient is infinite
        found = trends_of(model.fit, "km") if model else None
    for test in found.terms if found else ():
        put_test(f"{id}.{test.term}", test)
    put_test(f"{id}.global", found.overall if found else None)


# ---- What is missing is filled in several times; the same seed gives the same values


def imputed_cox(
    id: str,
    model: Final | None,
    patients: Patients,
    covariates: Sequence[Covariate],
    imputed: Grouping,
    predictors: Sequence[Covariate],
    times: int,
    seed: int,
    places: int,
) -> None:
    """The final model on complete cases, and pooled by Rubin's rules over the completed data.

    covariates : all that were offered to the model. predictors : what helps to guess.
    """
    if model is None:
        put_none(f"{id}.model")
        return
    own = [one for one in covariates if one.name in model.terms]
    helpers = [one for one in predictors if all(one is not other for other in own)]
    few = too_few(model.patients.events, coefficients_of(list(model.terms.values())))
    pooled = _pooled(patients, own, helpers, imputed, times, seed)
    put_count(f"{id}.complete.n", model.patients.n)
    put_count(f"{id}.imputed.n", patients.n)
    put_count(f"{id}.complete.{patients.counted}", model.patients.events)
    put_count(f"{id}.imputed.{patients.counted}", patients.events)
    for one in own:
        for side, fit in (("complete", None if few else model.fit), ("imputed", pooled)):
            _side(f"{id}.{side}.{one.name}", one, fit, places, fmi=side == "imputed")


def _pooled(
    patients: Patients,
    own: Sequence[Covariate],
    helpers: Sequence[Covariate],
    imputed: Grouping,
    times: int,
    seed: int,
) -> PooledCox | None:
    terms = [one.of(patients.rows) for one in own]
    sample = patients.sample
    if sample is None or imputed.name not in {one.name for one in own}:
        return None
    known = all(term.known.any() for term in terms)
    if not known or too_few(patients.events, coefficients_of(terms)):
        return None
    others = [term for one in helpers if (term := one.of(patients.rows)).known.any()]
    filled = impute(
        terms,
        outcome=sample,
        auxiliaries=others,
        m=times,
        iterations=ROUNDS,
        seed=seed,
        methods=_methods([*terms, *others]),
    )
    return pool_cox([cox(sample, copy, ties=ties()) for copy in filled.completed])


def _methods(terms: Sequence[Term]) -> dict[str, Method]:
    """Rubin's rules ask that the coefficients of more than two levels be drawn too."""
    several = [one for one in terms if isinstance(one, Factor) and len(one.levels) > 2]
    return {one.name: "multinomial-drawn" for one in several}


def _side(
    stem: str, covariate: Covariate, fit: CoxFit | PooledCox | None, places: int, *, fmi: bool
) -> None:
    """The overall P of a factor, and the ratios of each level but the first."""
    levels: tuple[str | None, ...] = (None,)
    if not isinstance(covariate, Measured):
        levels = covariate.levels[1:]
        if len(covariate.levels) > 2:
            put_p(f"{stem}.p", fit.term(covariate.name).p if fit else None)
    for level in levels:
        key = stem if level is None else f"{stem}.{level}"
        put_ratios(key, fit, covariate.name, level, places)
        if fmi:
            share = None
            if isinstance(fit, PooledCox):
                share = fit.coefficient(covariate.name, level).log_hazard.missing_information
            put_decimals(f"{key}.fmi", share, 2)

"""What would a model say if nothing were missing? Complete cases beside imputed values."""

from outcomes.cox import cox as fit_cox
from outcomes.imputation import Imputations, impute
from outcomes.pooled_cox import pool_cox
from reports import numbers
from reports.compute.cox import (
    NOBODY_COMPLETE,
    final_model,
    model_covariates,
    model_table,
    ties_of,
)
from reports.compute.population import Context, FinalModel, Patients, why_nobody
from reports.compute.ratios import coefficients, too_few
from reports.compute.two_models import COLUMNS, Side, counts, lines
from reports.groupings import Covariate
from reports.model_words import ImputedCox, MultivariableCox
from reports.results import Row, Table

ROUNDS = 5  # as mice does unless told otherwise
WAYS = {
    "pmm": "predictive mean matching",
    "logistic": "logistic regression",
    "multinomial": "polytomous regression",
}


def imputed_table(context: Context, word: ImputedCox) -> Table:
    """The lines of the final model, each twice: on complete cases, and over the completed data."""
    table = model_table(context, word.of)
    final = final_model(context, table)
    if final is None or final.fit is None or not final.terms:
        return _without_model(context, word, final)
    covariates = {one.name: one for one in model_covariates(context, table)}
    own = tuple(covariates[term.name] for term in final.terms)
    patients = context.patients(word.on, table.end_point)
    helpers = _helpers(word.predictors or tuple(covariates.values()), own, patients)
    filled, imputed = _completed(context, word, patients, own, helpers)
    few = too_few(final.sample.events, coefficients(final.terms), final.counted)
    sides = (Side("complete", final.sample.n, final.sample.events, final.fit, few), imputed)
    rows = counts(context, word, final.counted, sides)
    for covariate in own:
        rows += lines(context, word, final.counted, covariate, sides)
    notes = _notes(word, table, patients, filled, own, helpers)
    return Table(word.id, word.label, word.title, COLUMNS, tuple(rows), notes)


def _helpers(
    offered: tuple[Covariate, ...], own: tuple[Covariate, ...], patients: Patients
) -> tuple[Covariate, ...]:
    """The predictors that are not in the model and are known in somebody."""
    names = {one.name for one in own}
    return tuple(one for one in offered if one.name not in names and patients.term(one).known.any())


def _without_model(context: Context, word: ImputedCox, final: FinalModel | None) -> Table:
    value = context.write.instead(f"{word.id}.model", final.reason if final else NOBODY_COMPLETE)
    row = Row("Final model", (value, *(None,) * (len(COLUMNS) - 1)))
    return Table(word.id, word.label, word.title, COLUMNS, (row,), ())


def _completed(
    context: Context,
    word: ImputedCox,
    patients: Patients,
    own: tuple[Covariate, ...],
    helpers: tuple[Covariate, ...],
) -> tuple[Imputations | None, Side]:
    """The completed copies and the model pooled over them."""
    sample = patients.sample
    n, events = (sample.n, sample.events) if sample else (0, 0)
    terms = [patients.term(one) for one in own] if sample else []
    unknown = [one.label for one, term in zip(own, terms, strict=False) if not term.known.any()]
    counted = patients.end_point.counted
    reason = ""
    if sample is None:
        reason = why_nobody(patients)
    elif word.imputed.name not in {one.name for one in own}:
        reason = f"Not imputed: {word.imputed.label} is not in the final model."
    elif unknown:
        reason = f"Not imputed: {' and '.join(unknown)} not known in any patient."
    elif refused := too_few(events, coefficients(terms), counted):
        reason = refused
    if sample is None or reason:
        return None, Side("imputed", n, events, None, reason)
    others = [patients.term(one) for one in helpers]
    filled = impute(
        terms,
        outcome=sample,
        auxiliaries=others,
        m=word.times,
        iterations=ROUNDS,
        seed=word.seed,
    )
    ties = ties_of(context)
    pooled = pool_cox([fit_cox(sample, copy, ties=ties) for copy in filled.completed])
    return filled, Side("imputed", n, events, pooled, "")


def _notes(
    word: ImputedCox,
    table: MultivariableCox,
    patients: Patients,
    filled: Imputations | None,
    own: tuple[Covariate, ...],
    helpers: tuple[Covariate, ...],
) -> tuple[str, ...]:
    notes = [f"On the left the final model of {table.label}, on complete cases."]
    left_out = patients.n - (patients.sample.n if patients.sample else 0)
    if left_out:
        notes.append(f"Left out: {numbers.count(left_out)} without a usable follow-up.")
    if filled is None:
        return tuple(notes)
    labels = {one.name: one.label for one in (*own, *helpers)}
    label, n = labels.pop(word.imputed.name), numbers.count(patients.n - left_out)
    gaps = {column.name: column for column in filled.columns}
    if gap := gaps.pop(word.imputed.name, None):
        notes.append(
            f"Imputed: {label}, missing in {numbers.count(gap.n)} of {n} patients, "
            f"{word.times} times by chained equations ({WAYS[gap.method]}, {ROUNDS} rounds, seed "
            f"{word.seed}), from "
            f"{', '.join(labels.values())}, the event and the Nelson-Aalen cumulative hazard."
        )
    else:
        notes.append(f"{label} is known in all {n} patients.")
    if gaps:
        told = ", ".join(f"{labels[name]} ({numbers.count(g.n)})" for name, g in gaps.items())
        notes.append(f"Completed in the same way, so that nobody is left out: {told}.")
    notes.append(
        "Pooled by Rubin's rules; limits and P by Student's t with the degrees of freedom of "
        "Barnard and Rubin. FMI: fraction of missing information."
    )
    return tuple(notes)

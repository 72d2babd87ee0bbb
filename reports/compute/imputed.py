"""What would a model say if nothing were missing? Complete cases beside imputed values."""

from dataclasses import dataclass

from outcomes.cox import cox as fit_cox
from outcomes.imputation import Imputations, Method, impute
from outcomes.pooled_cox import PooledCox, pool_cox
from outcomes.sample import Survival
from outcomes.terms import Factor, Numeric
from reports import numbers
from reports.compute.cox import candidates_named, listed, model_named, straight, ties_of
from reports.compute.done import Deed, Made, deeds_in, made
from reports.compute.final import NOBODY_COMPLETE, final_model, refused
from reports.compute.population import Context, FinalModel, Patients, why_nobody
from reports.compute.ratios import RATIOS, coefficients, too_few
from reports.compute.two_models import COLUMNS, Side, counts, lines
from reports.groupings import Covariate
from reports.model_words import ImputedCox, MultivariableCox
from reports.results import Row, Table

ROUNDS = 5  # as mice does unless told otherwise
WAYS = {
    "pmm": "predictive mean matching",
    "logistic": "logistic regression",
    "multinomial-drawn": "polytomous regression with drawn coefficients",
}
POOLED = (
    "Pooled by Rubin's rules; limits and P by Student's t with the degrees of freedom of "
    "Barnard and Rubin. FMI: fraction of missing information."
)


@dataclass(frozen=True, eq=False)
class _Filled:
    """What was imputed for whom.

    own : the covariates of the final model. helpers : predictors that are not in it.
    copies : None where nothing could be imputed.
    """

    word: ImputedCox
    model: MultivariableCox
    patients: Patients
    own: tuple[Covariate, ...]
    helpers: tuple[Covariate, ...]
    copies: Imputations | None

    @property
    def n(self) -> int:
        """The followed patients."""
        return self.patients.sample.n if self.patients.sample else 0

    @property
    def labels(self) -> dict[str, str]:
        """Of everything that took part, by name."""
        return {one.name: one.label for one in (*self.own, *self.helpers)}

    @property
    def gaps(self) -> dict[str, int]:
        """Values imputed, by name."""
        return {one.name: one.n for one in self.copies.columns} if self.copies else {}


def imputed_table(context: Context, word: ImputedCox) -> Made:
    """The lines of the final model, each twice: on complete cases, and over the completed data."""
    table = model_named(context.study, word.of)
    final = final_model(context, table)
    if final is None or final.fit is None or not final.terms:
        return _without_model(context, word, final)
    covariates = {one.name: one for one in candidates_named(context.study, table)}
    own = tuple(covariates[term.name] for term in final.terms)
    patients = context.patients(word.on, table.end_point)
    helpers = _helpers(word.predictors or tuple(covariates.values()), own, patients)
    copies, imputed = _completed(context, word, patients, own, helpers)
    filled = _Filled(word, table, patients, own, helpers, copies)
    few = refused(final)
    sides = (Side("complete", final.sample.n, final.sample.events, final.fit, few), imputed)
    rows = counts(context, word, final.counted, sides)
    for covariate in own:
        rows += lines(context, word, final.counted, covariate, sides)
    finished = Table(word.id, word.label, word.title, COLUMNS, tuple(rows), _notes(filled))
    return _with_deeds(filled, finished)


def _helpers(
    offered: tuple[Covariate, ...], own: tuple[Covariate, ...], patients: Patients
) -> tuple[Covariate, ...]:
    """The predictors that are not in the model and are known in somebody."""
    names = {one.name for one in own}
    return tuple(one for one in offered if one.name not in names and patients.term(one).known.any())


def _without_model(context: Context, word: ImputedCox, final: FinalModel | None) -> Made:
    value = context.write.instead(f"{word.id}.model", final.reason if final else NOBODY_COMPLETE)
    row = Row("Final model", (value, *(None,) * (len(COLUMNS) - 1)))
    return made(Table(word.id, word.label, word.title, COLUMNS, (row,), ()), (), on=word.on)


def _completed(
    context: Context,
    word: ImputedCox,
    patients: Patients,
    own: tuple[Covariate, ...],
    helpers: tuple[Covariate, ...],
) -> tuple[Imputations | None, Side]:
    """The completed copies and the model pooled over them."""
    sample = patients.sample
    if sample is None:
        return None, Side("imputed", 0, 0, None, why_nobody(patients))
    terms = [patients.term(one) for one in own]
    reason = _not_imputed(word, own, terms) or too_few(
        sample.events, coefficients(terms), patients.end_point.counted
    )
    if reason:
        return None, Side("imputed", sample.n, sample.events, None, reason)
    others = [patients.term(one) for one in helpers]
    copies = _drawn(word, sample, terms, others)
    return copies, Side("imputed", sample.n, sample.events, _pooled(context, sample, copies), "")


def _not_imputed(
    word: ImputedCox, own: tuple[Covariate, ...], terms: list[Factor | Numeric]
) -> str:
    """What stands in the way of imputing, "" for nothing."""
    if word.imputed.name not in {one.name for one in own}:
        return f"Not imputed: {word.imputed.label} is not in the final model."
    unknown = [one.label for one, term in zip(own, terms, strict=True) if not term.known.any()]
    return f"Not imputed: {' and '.join(unknown)} not known in any patient." if unknown else ""


def _drawn(
    word: ImputedCox,
    sample: Survival,
    terms: list[Factor | Numeric],
    others: list[Factor | Numeric],
) -> Imputations:
    """Rubin's rules ask that coefficients be drawn, which "multinomial" does not."""
    drawn: Method = "multinomial-drawn"
    several = {
        term.name: drawn
        for term in (*terms, *others)
        if isinstance(term, Factor) and len(term.levels) > 2
    }
    return impute(
        terms,
        outcome=sample,
        auxiliaries=others,
        m=word.times,
        iterations=ROUNDS,
        seed=word.seed,
        methods=several,
    )


def _pooled(context: Context, sample: Survival, copies: Imputations) -> PooledCox:
    ties = ties_of(context)
    return pool_cox([fit_cox(sample, copy, ties=ties) for copy in copies.completed])


def _with_deeds(filled: _Filled, table: Table) -> Made:
    """Nothing is claimed of complete cases, which the final model has told."""
    word = filled.word
    deeds = set(deeds_in(table.rows, RATIOS, under=f"{word.id}.imputed."))
    if Deed.COX not in deeds:
        return made(table, (), on=word.on)
    deeds |= {Deed.SENSITIVITY, *straight(list(filled.own))}
    deeds.add(Deed.ADJUSTED if len(filled.own) > 1 else Deed.UNADJUSTED)
    if filled.gaps:
        deeds.add(Deed.IMPUTED)
    points = (filled.model.end_point,)
    return made(table, deeds, (_told(filled),), end_points=points, on=word.on)


def _told(filled: _Filled) -> str:
    """The sentence of the method section."""
    word = filled.word
    if not filled.gaps:
        return f"{word.label}: no value was missing, and none was imputed."
    every = [*filled.own, *filled.helpers]
    gaps = listed([one for one in every if one.name in filled.gaps])
    return (
        f"{word.label}: missing values of {gaps} were imputed {word.times} times by chained "
        f"equations ({ROUNDS} rounds), each from the others of {listed(every)}, the event and the "
        "Nelson-Aalen cumulative hazard; the models were pooled by Rubin's rules, with limits and "
        "P by Student's t with the degrees of freedom of Barnard and Rubin."
    )


def _notes(filled: _Filled) -> tuple[str, ...]:
    """What stands on either side, who is left out, and what was imputed."""
    notes = [f"On the left the final model of {filled.model.label}, on complete cases."]
    if left_out := filled.patients.n - filled.n:
        notes.append(f"Left out: {numbers.count(left_out)} without a usable follow-up.")
    if filled.copies is None:
        return tuple(notes)
    return (*notes, *_imputed_notes(filled, filled.copies), POOLED)


def _imputed_notes(filled: _Filled, copies: Imputations) -> tuple[str, ...]:
    """What was imputed of whom: the one that is asked for, and the others on the way."""
    word, labels, gaps = filled.word, filled.labels, filled.gaps
    label, n = labels.pop(word.imputed.name), numbers.count(filled.n)
    told = f"{label} is known in all {n} patients."
    if gap := gaps.pop(word.imputed.name, 0):
        way = WAYS[copies.column(word.imputed.name).method]
        told = (
            f"Imputed: {label}, missing in {numbers.count(gap)} of {n} patients, {word.times} "
            f"times by chained equations ({way}, {ROUNDS} rounds, seed {word.seed}), from "
            f"{', '.join(labels.values())}, the event and the Nelson-Aalen cumulative hazard."
        )
    if not gaps:
        return (told,)
    others = ", ".join(f"{labels[name]} ({numbers.count(n)})" for name, n in gaps.items())
    return told, f"Completed in the same way, so that nobody is left out: {others}."

"""With which covariates does a model end? The screen, backward selection, and the model itself."""

import numpy as np

from outcomes.cox import cox as fit_cox
from outcomes.sample import EmptySample, Survival
from outcomes.selection import Screen, Selection, backward
from outcomes.terms import Factor, Numeric
from reports import numbers
from reports.compute.cox import model_named, screens_of, straight, ties_of, univariate
from reports.compute.done import Deed, Made, deeds_in, made
from reports.compute.population import Context, FinalModel
from reports.compute.ratios import RATIOS, Style, block, coefficients, headers, no_events, too_few
from reports.compute.selection_told import note, sentences
from reports.groupings import Covariate
from reports.model_words import MultivariableCox
from reports.results import Row, Table

NOBODY_COMPLETE = "No patient is complete for the candidates."
Ended = tuple[Selection | None, FinalModel | None]


def candidates(context: Context, word: MultivariableCox) -> tuple[Covariate, ...]:
    """The covariates that passed the screen, then those always offered, without repeats."""
    passed: list[Covariate] = []
    for table in screens_of(context.study, word):
        screens = univariate(context, table)
        passed += [c for c in table.covariates if _passes(screens[c.name], word.screen)]
    return tuple({c.name: c for c in (*passed, *word.offered)}.values())


def _passes(found: Screen | None, threshold: float) -> bool:
    return found is not None and found.p is not None and found.p <= threshold


def final_of(context: Context, name: str) -> FinalModel | None:
    """The final model of the table with this id."""
    return final_model(context, model_named(context.study, name))


def final_model(context: Context, word: MultivariableCox) -> FinalModel | None:
    """The model selection ends with; None when no patient is complete for the candidates."""
    if word.id not in context.finals:
        context.selections[word.id], context.finals[word.id] = _ended(context, word)
    return context.finals[word.id]


def _ended(context: Context, word: MultivariableCox) -> Ended:
    """How the selection went, when there was one, and what it left."""
    patients = context.patients(word.on, word.end_point)
    if patients.sample is None:
        return None, None
    factors = [patients.term(c) for c in candidates(context, word)]
    complete = np.ones(patients.sample.n, dtype=np.bool_)
    for factor in factors:
        complete &= factor.known
    try:
        sample = patients.sample.where(complete)
    except EmptySample:
        return None, None
    factors = [factor.where(complete) for factor in factors]
    counted = patients.end_point.counted
    if word.selection == "none":
        return None, _fixed(context, sample, factors, counted)
    return _selected(context, word, sample, factors, counted)


def _selected(
    context: Context,
    word: MultivariableCox,
    sample: Survival,
    factors: list[Factor | Numeric],
    counted: str,
) -> Ended:
    """Backward selection, unless fewer events than coefficients leave nothing to select from."""
    asked = coefficients(factors)
    if sample.events < asked:
        deaths, terms = numbers.count(sample.events), numbers.count(asked)
        reason = f"Not estimated: {deaths} {counted} for {terms} coefficients of the candidates."
        reason = reason if sample.events else no_events(counted)
        return None, FinalModel(sample, (), None, reason, counted)
    selection = backward(
        sample,
        factors,
        ties=ties_of(context),
        remove_above=word.remove_above,
        enter_below=word.enter_below,
        criterion=word.criterion,
    )
    kept = tuple(factor for factor in factors if factor.name in selection.kept)
    return selection, FinalModel(sample, kept, selection.fit, "No variable was kept.", counted)


def _fixed(
    context: Context, sample: Survival, factors: list[Factor | Numeric], counted: str
) -> FinalModel:
    """The model of all candidates, unless its events are too few or there is no candidate."""
    asked = coefficients(factors)
    reason = (
        too_few(sample.events, asked, counted) if factors else "No covariate passed the screen."
    )
    if reason:
        return FinalModel(sample, (), None, reason, counted)
    fit = fit_cox(sample, factors, ties=ties_of(context))
    return FinalModel(sample, tuple(factors), fit, "", counted)


def refused(final: FinalModel) -> str:
    """Why a final model is not shown although it was fitted, "" when it is."""
    return too_few(final.sample.events, coefficients(final.terms), final.counted)


def multivariable_table(context: Context, word: MultivariableCox) -> Made:
    """The final model; the footnotes tell the candidates and every step of a selection."""
    final = final_model(context, word)
    offered = {covariate.name: covariate for covariate in candidates(context, word)}
    selection = context.selections[word.id]
    rows = _rows(context, word, final, offered)
    notes = [note(word, selection, offered), *_left_out(context, word, final)]
    n, events = (final.sample.n, final.sample.events) if final else (0, 0)
    titles = headers(context.study.end_point_named(word.end_point).counted)
    table = Table(word.id, word.label, word.title, titles, tuple(rows), tuple(notes), n, events)
    told = sentences(word, selection, final, offered, refused(final) if final else "")
    deeds = _deeds(rows, final, offered, selection)
    return made(table, deeds, told, end_points=(word.end_point,) if deeds else (), on=word.on)


def _rows(
    context: Context,
    word: MultivariableCox,
    final: FinalModel | None,
    offered: dict[str, Covariate],
) -> list[Row]:
    """The lines of each covariate, or the line that says why there is no model."""
    if final is None or final.fit is None:
        value = context.write.instead(
            f"{word.id}.model", final.reason if final else NOBODY_COMPLETE
        )
        return [Row("Final model", (None, None, value, None, None, None))]
    style = Style(word.id, final.counted, word.ratio_places, refused(final))
    return [
        row
        for term in final.terms
        for row in block(context, style, offered[term.name], term, final.sample, final.fit)
    ]


def _deeds(
    rows: list[Row],
    final: FinalModel | None,
    offered: dict[str, Covariate],
    selection: Selection | None,
) -> set[Deed]:
    """Of a single covariate nothing is adjusted for anything."""
    deeds = set(deeds_in(rows, RATIOS))
    if final is not None and Deed.COX in deeds:
        deeds |= straight([offered[term.name] for term in final.terms])
        deeds.add(Deed.ADJUSTED if len(final.terms) > 1 else Deed.UNADJUSTED)
    return deeds | ({Deed.SELECTED} if selection is not None else set())


def _left_out(context: Context, word: MultivariableCox, final: FinalModel | None) -> list[str]:
    followed = context.patients(word.on, word.end_point).sample
    if final is None or final.fit is None or followed is None or followed.n == final.sample.n:
        return []
    left_out = numbers.count(followed.n - final.sample.n)
    return [f"{left_out} patients with a missing candidate are left out."]

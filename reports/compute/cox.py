"""What changes the hazard? Univariate models, the screen, backward selection."""

import numpy as np

from outcomes.cox import Ties
from outcomes.cox import cox as fit_cox
from outcomes.sample import EmptySample, Survival
from outcomes.selection import Screen, Selection, backward, screen
from outcomes.terms import Factor, Numeric
from reports import numbers
from reports.compute.population import Context, FinalModel, why_nobody
from reports.compute.ratios import Style, block, coefficients, headers, no_events, too_few
from reports.groupings import Covariate
from reports.model_words import MultivariableCox, UnivariateCox
from reports.results import Row, Table

NOT_KNOWN = "Not estimated: not known in any patient."
NOBODY_COMPLETE = "No patient is complete for the candidates."


def ties_of(context: Context) -> Ties:
    """SPSS knows Breslow's approximation only; R takes Efron's unless told otherwise."""
    return "breslow" if context.study.convention == "SPSS" else "efron"


def univariate_table(context: Context, word: UnivariateCox) -> Table:
    """Each covariate alone; the overall Wald P stands on the line of the covariate."""
    patients = context.patients(word.on, word.end_point)
    counted, places = patients.end_point.counted, word.ratio_places
    screens = univariate(context, word)
    rows: list[Row] = []
    for covariate in word.covariates:
        found = screens[covariate.name]
        term, sample = _complete(patients.sample, patients.term(covariate))
        fit = found.fit if found else None
        reason = ""
        if patients.sample is None:
            reason = why_nobody(patients)
        elif sample is None:
            reason = NOT_KNOWN
        else:
            reason = too_few(sample.events, coefficients([term]), counted)
        style = Style(word.id, counted, places, reason)
        rows += block(context, style, covariate, term, sample, fit)
    n = patients.sample.n if patients.sample else 0
    events = patients.sample.events if patients.sample else 0
    notes = ("Each covariate alone, in the patients in whom it is known. P: Wald.",)
    titles = headers(counted)
    return Table(word.id, word.label, word.title, titles, tuple(rows), notes, n, events)


def univariate(context: Context, word: UnivariateCox) -> dict[str, Screen | None]:
    """The model of each covariate by name; None where it is not known or deaths are too few."""
    if word.id not in context.screens:
        patients = context.patients(word.on, word.end_point)
        found: dict[str, Screen | None] = {}
        for covariate in word.covariates:
            term, sample = _complete(patients.sample, patients.term(covariate))
            found[covariate.name] = None
            if sample is not None and not too_few(
                sample.events, coefficients([term]), patients.end_point.counted
            ):
                found[covariate.name] = screen(sample, [term], ties=ties_of(context))[0]
        context.screens[word.id] = found
    return context.screens[word.id]


def candidates(context: Context, word: MultivariableCox) -> tuple[Covariate, ...]:
    """The covariates that passed the screen, then those always offered, without repeats."""
    passed: list[Covariate] = []
    for table in _screens_of(context, word):
        screens = univariate(context, table)
        passed += [c for c in table.covariates if _passes(screens[c.name], word.screen)]
    return tuple({c.name: c for c in (*passed, *word.offered)}.values())


def _screens_of(context: Context, word: MultivariableCox) -> list[UnivariateCox]:
    """The univariate table it is screened by, and one that nobody prints for its own list."""
    tables = [
        w for w in context.study.tables if isinstance(w, UnivariateCox) and w.id == word.screened_by
    ]
    if word.screened:
        own = UnivariateCox(word.id, "", "", word.screened, on=word.on, end_point=word.end_point)
        tables.append(own)
    return tables


def _passes(found: Screen | None, threshold: float) -> bool:
    return found is not None and found.p is not None and found.p <= threshold


def model_table(context: Context, name: str) -> MultivariableCox:
    """The table of a model by its id; a study that names another id was refused when loaded."""
    words = context.study.tables
    return next(w for w in words if isinstance(w, MultivariableCox) and w.id == name)


def model_covariates(context: Context, word: MultivariableCox) -> tuple[Covariate, ...]:
    """All that were screened for a model or offered to it, whether they entered or not."""
    screened = [c for table in _screens_of(context, word) for c in table.covariates]
    return tuple({c.name: c for c in (*screened, *word.offered)}.values())


def final_model(context: Context, word: MultivariableCox) -> FinalModel | None:
    """The model selection ends with; None when no patient is complete for the candidates."""
    if word.id not in context.finals:
        context.selections[word.id], context.finals[word.id] = _select(context, word)
    return context.finals[word.id]


def _select(context: Context, word: MultivariableCox) -> tuple[Selection | None, FinalModel | None]:
    patients = context.patients(word.on, word.end_point)
    counted = patients.end_point.counted
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
    asked = coefficients(factors)
    if word.selection == "none":
        return None, _fixed(context, sample, factors, counted)
    if sample.events < asked:
        # Fewer deaths than coefficients fit any data: there is nothing to select from.
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


def multivariable_table(context: Context, word: MultivariableCox) -> Table:
    """The final model; the footnotes tell the candidates and every step of a selection."""
    final = final_model(context, word)
    groupings = {grouping.name: grouping for grouping in candidates(context, word)}
    counted = context.study.end_point_named(word.end_point).counted
    rows: list[Row] = []
    notes = [_selection_note(context, word, groupings)]
    if final is None:
        rows.append(_nothing(context, word, NOBODY_COMPLETE))
    elif final.fit is None:
        rows.append(_nothing(context, word, final.reason))
    else:
        reason = too_few(final.sample.events, coefficients(final.terms), counted)
        style = Style(word.id, counted, word.ratio_places, reason)
        for factor in final.terms:
            grouping, sample = groupings[factor.name], final.sample
            rows += block(context, style, grouping, factor, sample, final.fit)
        notes += _quality_notes(context, word, final)
    n, events = (final.sample.n, final.sample.events) if final else (0, 0)
    titles = headers(counted)
    return Table(word.id, word.label, word.title, titles, tuple(rows), tuple(notes), n, events)


def _nothing(context: Context, word: MultivariableCox, reason: str) -> Row:
    value = context.write.instead(f"{word.id}.model", reason)
    return Row("Final model", (None, None, value, None, None, None))


def _selection_note(
    context: Context, word: MultivariableCox, groupings: dict[str, Covariate]
) -> str:
    offered = ", ".join(grouping.label for grouping in groupings.values()) or "none"
    if word.selection == "none":
        return f"Covariates: {offered}, all of them in one model."
    selection = context.selections.get(word.id)
    steps = [
        f"{'removed' if step.action == 'remove' else 're-entered'} {groupings[step.term].label}"
        + (f" (P {numbers.with_sign(numbers.p_value(step.p))})" if step.p is not None else "")
        for step in (selection.steps if selection else ())
    ]
    told = "; ".join(steps) or ("nothing removed" if selection else "not run")
    return f"Candidates: {offered}. Backward selection: {told}."


def _quality_notes(context: Context, word: MultivariableCox, final: FinalModel) -> list[str]:
    followed = context.patients(word.on, word.end_point).sample
    left_out = (followed.n if followed else 0) - final.sample.n
    notes = []
    if left_out:
        notes.append(f"{numbers.count(left_out)} patients with a missing candidate are left out.")
    return notes


def _complete(
    sample: Survival | None, factor: Factor | Numeric
) -> tuple[Factor | Numeric, Survival | None]:
    if sample is None or not factor.known.any():
        return factor.where(factor.known), None
    return factor.where(factor.known), sample.where(factor.known)

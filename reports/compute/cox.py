"""What changes the hazard? Univariate models, the screen, backward selection, interactions."""

from collections.abc import Iterable

import numpy as np

from outcomes.cox import CoxFit, Ties, likelihood_ratio
from outcomes.cox import cox as fit_cox
from outcomes.sample import EmptySample, Survival
from outcomes.selection import Screen, Selection, backward, screen
from outcomes.terms import Factor, Interaction
from reports import numbers
from reports.compute.population import Context, FinalModel, why_nobody
from reports.groupings import Grouping
from reports.results import Row, Table, Value
from reports.words import InteractionP, MultivariableCox, UnivariateCox

HEADERS = ("n", "Deaths", "HR", "95% CI lower", "95% CI upper", "P")
FEWEST_EVENTS = 5  # per coefficient; below it a model is not shown (studies.md, section 4)
NOT_KNOWN = "Not estimated: not known in any patient."
NO_EVENTS = "Not estimated: no deaths."
NO_TEST = "No overall test: a coefficient is not estimable."


def ties_of(context: Context) -> Ties:
    """SPSS knows Breslow's approximation only; R takes Efron's unless told otherwise."""
    return "breslow" if context.study.convention == "SPSS" else "efron"


def univariate_table(context: Context, word: UnivariateCox) -> Table:
    """Each covariate alone; the overall Wald P stands on the line of the covariate."""
    patients = context.populations[word.on]
    screens = univariate(context, word)
    rows: list[Row] = []
    for covariate in word.covariates:
        found = screens[covariate.name]
        factor, sample = _complete(patients.sample, patients.factor(covariate))
        fit = found.fit if found else None
        reason = ""
        if patients.sample is None:
            reason = why_nobody(patients)
        elif sample is None:
            reason = NOT_KNOWN
        else:
            reason = too_few(sample.events, coefficients([factor]))
        rows += _block(context, word.id, covariate, factor, sample, fit, reason)
    n = patients.sample.n if patients.sample else 0
    events = patients.sample.events if patients.sample else 0
    notes = ("Each covariate alone, in the patients in whom it is known. P: Wald.",)
    return Table(word.id, word.label, word.title, HEADERS, tuple(rows), notes, n, events)


def univariate(context: Context, word: UnivariateCox) -> dict[str, Screen | None]:
    """The model of each covariate by name; None where it is not known or deaths are too few."""
    if word.id not in context.screens:
        patients = context.populations[word.on]
        found: dict[str, Screen | None] = {}
        for covariate in word.covariates:
            factor, sample = _complete(patients.sample, patients.factor(covariate))
            found[covariate.name] = None
            if sample is not None and not too_few(sample.events, coefficients([factor])):
                found[covariate.name] = screen(sample, [factor], ties=ties_of(context))[0]
        context.screens[word.id] = found
    return context.screens[word.id]


def candidates(context: Context, word: MultivariableCox) -> tuple[Grouping, ...]:
    """The covariates that passed the screen, then those always offered, without repeats."""
    table = next(
        w for w in context.study.tables if isinstance(w, UnivariateCox) and w.id == word.screened_by
    )
    screens = univariate(context, table)
    passed = [c for c in table.covariates if _passes(screens[c.name], word.screen)]
    return tuple({c.name: c for c in (*passed, *word.offered)}.values())


def _passes(found: Screen | None, threshold: float) -> bool:
    return found is not None and found.p is not None and found.p <= threshold


def final_model(context: Context, word: MultivariableCox) -> FinalModel | None:
    """The model selection ends with; None when no patient is complete for the candidates."""
    if word.id not in context.finals:
        context.selections[word.id], context.finals[word.id] = _select(context, word)
    return context.finals[word.id]


def _select(context: Context, word: MultivariableCox) -> tuple[Selection | None, FinalModel | None]:
    patients = context.populations[word.on]
    if patients.sample is None:
        return None, None
    factors = [patients.factor(c) for c in candidates(context, word)]
    complete = np.ones(patients.sample.n, dtype=np.bool_)
    for factor in factors:
        complete &= factor.known
    try:
        sample = patients.sample.where(complete)
    except EmptySample:
        return None, None
    factors = [factor.where(complete) for factor in factors]
    asked = coefficients(factors)
    if sample.events < asked:
        # Fewer deaths than coefficients fit any data: there is nothing to select from.
        deaths, terms = numbers.count(sample.events), numbers.count(asked)
        reason = f"Not estimated: {deaths} deaths for {terms} coefficients of the candidates."
        return None, FinalModel(sample, (), None, reason if sample.events else NO_EVENTS)
    selection = backward(
        sample,
        factors,
        ties=ties_of(context),
        remove_above=word.remove_above,
        enter_below=word.enter_below,
        criterion=word.criterion,
    )
    kept = tuple(factor for factor in factors if factor.name in selection.kept)
    return selection, FinalModel(sample, kept, selection.fit, "No variable was kept.")


def multivariable_table(context: Context, word: MultivariableCox) -> Table:
    """The final model of backward selection; the footnotes tell every step."""
    final = final_model(context, word)
    groupings = {grouping.name: grouping for grouping in candidates(context, word)}
    rows: list[Row] = []
    notes = [_selection_note(context, word, groupings)]
    if final is None:
        rows.append(_nothing(context, word, "No patient is complete for the candidates."))
    elif final.fit is None:
        rows.append(_nothing(context, word, final.reason))
    else:
        reason = too_few(final.sample.events, coefficients(final.terms))
        for factor in final.terms:
            grouping, sample = groupings[factor.name], final.sample
            rows += _block(context, word.id, grouping, factor, sample, final.fit, reason)
        notes += _quality_notes(context, word, final)
    n, events = (final.sample.n, final.sample.events) if final else (0, 0)
    return Table(word.id, word.label, word.title, HEADERS, tuple(rows), tuple(notes), n, events)


def _nothing(context: Context, word: MultivariableCox, reason: str) -> Row:
    value = context.write.instead(f"{word.id}.model", reason)
    return Row("Final model", (None, None, value, None, None, None))


def _selection_note(
    context: Context, word: MultivariableCox, groupings: dict[str, Grouping]
) -> str:
    offered = ", ".join(grouping.label for grouping in groupings.values()) or "none"
    selection = context.selections.get(word.id)
    steps = [
        f"{'removed' if step.action == 'remove' else 're-entered'} {groupings[step.term].label}"
        + (f" (P {numbers.with_sign(numbers.p_value(step.p))})" if step.p is not None else "")
        for step in (selection.steps if selection else ())
    ]
    told = "; ".join(steps) or ("nothing removed" if selection else "not run")
    return f"Candidates: {offered}. Backward selection: {told}."


def _quality_notes(context: Context, word: MultivariableCox, final: FinalModel) -> list[str]:
    followed = context.populations[word.on].sample
    left_out = (followed.n if followed else 0) - final.sample.n
    notes = []
    if left_out:
        notes.append(f"{numbers.count(left_out)} patients with a missing candidate are left out.")
    return notes


def _complete(sample: Survival | None, factor: Factor) -> tuple[Factor, Survival | None]:
    if sample is None or not factor.known.any():
        return factor.where(factor.known), None
    return factor.where(factor.known), sample.where(factor.known)


def _block(
    context: Context,
    table: str,
    grouping: Grouping,
    factor: Factor,
    sample: Survival | None,
    fit: CoxFit | None,
    refused: str,
) -> list[Row]:
    """The line of the covariate with its overall P, and one line per level.

    refused : the sentence in the place of every number, "" when there is a model to show.
    """
    stem = f"{table}.{grouping.name}"
    overall: Value | None = None
    if len(grouping.levels) > 2:
        test = fit.term(grouping.name) if fit and not refused else None
        why = refused or _sentence(test.reason if test else None) or NO_TEST
        overall = context.write.p(f"{stem}.p", test.p if test else None, why)
    rows = [Row(grouping.label, (*(None,) * 5, overall), heading=True)]
    for position, (level, label) in enumerate(grouping.levels.items()):
        key = f"{stem}.{level}"
        here = factor.codes == position
        n = int(np.count_nonzero(here))
        events = int(np.count_nonzero(sample.event[here])) if sample else 0
        counts = context.write.count(f"{key}.n", n), context.write.count(f"{key}.deaths", events)
        if position == 0:
            rows.append(Row(label, (*counts, Value(1, "1 (reference)"), None, None, None), 1))
        else:
            numbers_of_level = _level(context, key, grouping.name, level, fit, refused)
            rows.append(Row(label, (*counts, *numbers_of_level), 1))
    return rows


def _level(
    context: Context, key: str, term: str, level: str, fit: CoxFit | None, refused: str
) -> tuple[Value, ...]:
    write = context.write
    found = fit.coefficient(term, level) if fit and not refused else None
    why = refused or _sentence(found.reason if found else None)
    ratio, lower, upper, p = (
        (found.hazard_ratio, found.lower, found.upper, found.p) if found else (None,) * 4
    )
    return (
        write.ratio(f"{key}.hr", ratio, why),
        write.ratio(f"{key}.lo", lower, why),
        write.ratio(f"{key}.hi", upper, why),
        write.p(f"{key}.p", p, why),
    )


def coefficients(factors: Iterable[Factor]) -> int:
    """Coefficients of a model with these factors: levels with patients beyond the first."""
    return sum(max(sum(n > 0 for n in factor.counts) - 1, 0) for factor in factors)


def too_few(events: int, asked: int) -> str:
    """Why a model with so many coefficients is not shown, "" when it is."""
    if events == 0:
        return NO_EVENTS
    if events >= FEWEST_EVENTS * asked:
        return ""
    deaths = "1 death" if events == 1 else f"{numbers.count(events)} deaths"
    terms = "1 coefficient" if asked == 1 else f"{numbers.count(asked)} coefficients"
    return f"Not estimated: {deaths} for {terms}; at least {FEWEST_EVENTS} each are needed."


def _sentence(reason: str | None) -> str:
    if not reason:
        return ""
    return f"Not estimable: {reason.removeprefix('not estimable: ').rstrip('.')}."


def interaction_p(context: Context, word: InteractionP) -> Value:
    """Likelihood-ratio test of the final model against the same with an interaction."""
    table = next(
        w for w in context.study.tables if isinstance(w, MultivariableCox) and w.id == word.added_to
    )
    final = final_model(context, table)
    if final is None or final.fit is None:
        return context.write.instead(word.key, "Not tested: there is no final model.")
    terms = {factor.name: factor for factor in final.terms}
    absent = [grouping.label for grouping in word.of if grouping.name not in terms]
    if absent:
        reason = f"Not tested: {' and '.join(absent)} not in the final model."
        return context.write.instead(word.key, reason)
    pair = Interaction(*(terms[grouping.name] for grouping in word.of))
    products = coefficients([pair.a]) * coefficients([pair.b])
    refused = too_few(final.sample.events, coefficients(final.terms) + products)
    if refused:
        return context.write.instead(word.key, refused.replace("estimated", "tested"))
    ties = ties_of(context)
    test = likelihood_ratio(final.fit, fit_cox(final.sample, [*final.terms, pair], ties=ties))
    if test.p is None:
        return context.write.instead(word.key, "Not tested: no combination of levels to compare.")
    value = context.write.p(word.key, test.p, "")
    return context.write.value(
        word.key, test.p, value.text, f"Likelihood ratio, {int(test.df or 0)} df."
    )

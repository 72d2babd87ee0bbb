"""What does a treatment do from its day on? Cox models in which it switches from no to yes.

Below the model stands the biased comparison that it replaces.
"""

from dataclasses import dataclass, replace

import numpy as np

from outcomes.counting_process import CountingRows, counting_rows
from outcomes.cox import CoxFit, likelihood_ratio
from outcomes.cox import cox as fit_cox
from outcomes.sample import Survival
from outcomes.terms import Factor, Interaction, Numeric
from reports import numbers
from reports.columns import Mask
from reports.compute.cox import ties_of
from reports.compute.from_the_first_day import as_if_known, as_published
from reports.compute.population import Context, Patients, why_nobody
from reports.compute.ratios import Style, block, coefficients, headers, ratio_cells, too_few
from reports.compute.switches import Switched, left_out_of, nobody, switched
from reports.model_words import Switch, TimeDependentCox
from reports.results import Row, Table, Value

NOBODY = "No patient is complete for the covariates."


@dataclass(frozen=True, eq=False)
class _Model:
    """The complete patients, their rows in time and the fit, or the sentence in its place.

    terms : of the patients. switches : in all followed patients, by name. left_out : sentences.
    """

    sample: Survival | None
    terms: tuple[Factor | Numeric, ...]
    switches: dict[str, Switched]
    complete: Mask
    rows: CountingRows | None
    fit: CoxFit | None
    reason: str
    left_out: tuple[str, ...]


def time_dependent_table(context: Context, word: TimeDependentCox) -> Table:
    """The switches and covariates, the interactions, and the comparison that is biased."""
    patients = context.patients(word.on, word.end_point)
    model = _fitted(context, word, patients)
    counted = patients.end_point.counted
    style = Style(word.id, counted, word.ratio_places, model.reason)
    rows = [_switch(context, style, one, model) for one in word.switches]
    for covariate, term in zip(word.covariates, model.terms, strict=False):
        rows += block(context, style, covariate, term, model.sample, model.fit)
    rows += _interactions(context, word, model, counted)
    if word.compared is not None:
        rows += as_published(context, word, word.compared, style)
    else:
        rows += as_if_known(
            context, word, style, model.sample, model.terms, model.switches, model.complete
        )
    n, events = (model.sample.n, model.sample.events) if model.sample else (0, 0)
    notes = tuple(_notes(word, model, counted))
    return Table(word.id, word.label, word.title, headers(counted), tuple(rows), notes, n, events)


def _fitted(context: Context, word: TimeDependentCox, patients: Patients) -> _Model:
    terms = tuple(patients.term(one) for one in word.covariates)
    found = {one.name: switched(patients, one) for one in word.switches}
    covered = np.ones(int(np.count_nonzero(patients.followed)), dtype=np.bool_)
    for term in terms:
        covered &= term.known
    complete = covered.copy()
    for one in found.values():
        complete &= one.known
    left_out = left_out_of(word.switches, patients, found, covered)
    if patients.sample is None or not complete.any():
        reason = why_nobody(patients) if patients.sample is None else NOBODY
        return _Model(None, terms, found, complete, None, None, reason, left_out)
    sample = patients.sample.where(complete)
    terms = tuple(term.where(complete) for term in terms)
    rows = counting_rows(sample, [one.change(complete) for one in found.values()])
    seen = [rows.factor(s.name) for s in rows.seen if s.before + s.during]
    counted = patients.end_point.counted
    reason = too_few(sample.events, len(seen) + coefficients(terms), counted)
    fit = None
    if not reason:
        fixed = [_in_rows(rows, term) for term in terms]
        fit = fit_cox(rows.sample, [*seen, *fixed], ties=ties_of(context))
    return _Model(sample, terms, found, complete, rows, fit, reason, left_out)


def _in_rows(rows: CountingRows, term: Factor | Numeric) -> Factor | Numeric:
    """What was known of the patients, for each of their rows."""
    if isinstance(term, Factor):
        return rows.expand(term)
    return rows.expand(term)


def _switch(context: Context, style: Style, switch: Switch, model: _Model) -> Row:
    """Patients in whom it happened while they were followed, and the deaths after it."""
    key = f"{style.table}.{switch.name}"
    n = events = 0
    if model.rows is not None:
        seen = next(one for one in model.rows.seen if one.name == switch.name)
        n = seen.before + seen.during
        after = model.rows.factor(switch.name).codes == 1
        events = int(np.count_nonzero(model.rows.sample.event & after))
    reason = style.refused or ("" if n else nobody(switch, model.switches[switch.name]))
    counts = (
        context.write.count(f"{key}.n", n),
        context.write.count(f"{key}.{style.counted}", events),
    )
    found = model.fit.coefficient(switch.name) if model.fit and not reason else None
    cells = ratio_cells(context, replace(style, refused=reason), key, found)
    return Row(f"{switch.label}, from its day on", (*counts, *cells))


def _interactions(
    context: Context, word: TimeDependentCox, model: _Model, counted: str
) -> list[Row]:
    """The likelihood-ratio P of each switch with the covariate that may change its effect."""
    if word.interacts is None:
        return []
    rows = []
    for switch in word.switches:
        key = f"{word.id}.{switch.name}.{word.interacts.name}.p"
        label = f"{switch.label} × {numbers.in_sentence(word.interacts.label)}"
        value = _interaction(context, key, switch, word.interacts.name, model, counted)
        rows.append(Row(label, (*(None,) * 5, value)))
    return rows


def _interaction(
    context: Context, key: str, switch: Switch, with_name: str, model: _Model, counted: str
) -> Value:
    if model.fit is None or model.rows is None:
        return context.write.instead(key, model.reason.replace("estimated", "tested"))
    names = [term.term for term in model.fit.terms]
    if switch.name not in names:
        return context.write.instead(
            key, nobody(switch, model.switches[switch.name]).replace("estimated", "tested")
        )
    rows = model.rows
    fixed = next(term for term in model.terms if term.name == with_name)
    assert isinstance(fixed, Factor)
    pair = Interaction(rows.factor(switch.name), rows.expand(fixed))
    asked = len(model.fit.coefficients) + coefficients([fixed])
    if refused := too_few(model.fit.events, asked, counted):
        return context.write.instead(key, refused.replace("estimated", "tested"))
    larger = fit_cox(rows.sample, [*model.fit.inputs.terms, pair], ties=ties_of(context))
    test = likelihood_ratio(model.fit, larger)
    if test.p is None:
        return context.write.instead(key, "Not tested: no combination of levels to compare.")
    value = context.write.p(key, test.p, "")
    return context.write.value(key, test.p, value.text, f"Likelihood ratio, {test.df:g} df.")


def _notes(word: TimeDependentCox, model: _Model, counted: str) -> list[str]:
    from_its_day = (
        "From its day on: a patient counts as switched from the day after it, and before among "
        "those who are not. Nobody owes the days of waiting to what came after them."
    )
    notes = [from_its_day]
    for switch, seen in zip(word.switches, model.rows.seen if model.rows else (), strict=False):
        told = [f"{numbers.count(seen.during)} while followed"]
        if seen.before:
            told.append(f"{numbers.count(seen.before)} before the first day")
        if seen.too_late:
            told.append(f"{numbers.count(seen.too_late)} too late to count")
        notes.append(f"{switch.label}: {', '.join(told)}.")
    if model.left_out:
        notes.append(f"Left out: {'; '.join(model.left_out)}.")
    before = "died" if counted == "deaths" else "had the event"
    notes.append(
        f"Biased: counted from the first day, whoever {before} before it could happen stands with "
        "the others; this immortal time makes it look better than it is."
    )
    return notes

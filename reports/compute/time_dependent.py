"""What does a treatment do from its day on? Cox models in which it switches from no to yes.

Below the model stands the biased comparison that it replaces.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from outcomes.counting_process import CountingRows, counting_rows
from outcomes.cox import CoxFit
from outcomes.cox import cox as fit_cox
from outcomes.sample import Survival
from outcomes.terms import Factor, Interaction, Numeric
from reports import numbers
from reports.columns import Mask
from reports.compute.cox import listed, straight, ties_of
from reports.compute.done import Deed, Made, deeds_in, made
from reports.compute.from_the_first_day import FirstDay, as_if_known, as_published
from reports.compute.interactions import with_product
from reports.compute.population import Context, FinalModel, Patients, why_nobody
from reports.compute.ratios import (
    RATIOS,
    Style,
    block,
    coefficients,
    headers,
    ratio_cells,
    too_few,
)
from reports.compute.switches import Switched, left_out_of, nobody, switched
from reports.model_words import Switch, TimeDependentCox
from reports.results import Row, Table, Value

PAIRS = {"p": (Deed.INTERACTION, Deed.TESTED)}
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


def time_dependent_table(context: Context, word: TimeDependentCox) -> Made:
    """The switches and covariates, the interactions, and the comparison that is biased."""
    patients = context.patients(word.on, word.end_point)
    model = _fitted(context, word, patients)
    counted = patients.end_point.counted
    style = Style(word.id, counted, word.ratio_places, model.reason)
    rows = [_switch(context, style, one, model) for one in word.switches]
    for covariate, term in zip(word.covariates, model.terms, strict=False):
        rows += block(context, style, covariate, term, model.sample, model.fit)
    pairs = _interactions(context, word, model, counted)
    biased = _biased(context, word, style, model)
    n, events = (model.sample.n, model.sample.events) if model.sample else (0, 0)
    notes, every = tuple(_notes(word, model, counted)), (*rows, *pairs, *biased)
    table = Table(word.id, word.label, word.title, headers(counted), every, notes, n, events)
    deeds = _deeds(word, model, rows) | deeds_in(pairs, PAIRS)
    told = _told(word, deeds, Deed.COX in deeds_in(biased, RATIOS))
    return made(table, deeds, told, end_points=(word.end_point,), on=word.on)


def _deeds(word: TimeDependentCox, model: _Model, rows: list[Row]) -> set[Deed]:
    """What the model itself tells; the comparison below it serves for nothing."""
    deeds = set(deeds_in(rows, RATIOS))
    if model.fit is None or Deed.COX not in deeds:
        return set()
    deeds.add(Deed.ADJUSTED if len(model.fit.terms) > 1 else Deed.UNADJUSTED)
    switches = [rows[place] for place in range(len(word.switches))]
    if deeds_in(switches, RATIOS):
        deeds |= {Deed.AGAINST_IMMORTAL_TIME, Deed.SENSITIVITY}
    return deeds | straight(list(word.covariates))


def _told(word: TimeDependentCox, deeds: set[Deed], below: bool) -> Iterator[str]:
    if Deed.COX not in deeds:
        return
    covariates = listed(list(word.covariates))
    if Deed.AGAINST_IMMORTAL_TIME not in deeds:
        yield f"{word.label} holds {covariates}; nothing that switches in time could be estimated."
    else:
        switches = " or ".join(numbers.in_sentence(one.label) for one in word.switches)
        biased = (
            "; what is counted from the first day stands below it and is biased by immortal time"
        )
        yield (
            f"{word.label}: {switches} counts from the day after it on (rows of time before and "
            f"after it){f', beside {covariates}' if covariates else ''}{biased if below else ''}."
        )
    if Deed.INTERACTION in deeds and word.interacts is not None:
        with_it = numbers.in_sentence(word.interacts.label)
        yield (
            f"{word.label}: the interaction of each with {with_it} was added to its model alone "
            "and tested by the likelihood ratio."
        )


def _biased(context: Context, word: TimeDependentCox, style: Style, model: _Model) -> list[Row]:
    """The comparison that the model replaces."""
    if word.compared is not None:
        return as_published(context, word, word.compared, style)
    known = FirstDay(model.sample, model.terms, model.switches, model.complete)
    return as_if_known(context, word, style, known)


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
    rows, fit = model.rows, model.fit
    fixed = next(term for term in model.terms if term.name == with_name)
    assert isinstance(fixed, Factor)
    terms = tuple(term for term in fit.inputs.terms if not isinstance(term, Interaction))
    in_time = FinalModel(rows.sample, terms, fit, "", counted)
    pair = Interaction(rows.factor(switch.name), rows.expand(fixed))
    asked = len(fit.coefficients) + coefficients([fixed])
    test, reason = with_product(context, in_time, fit, pair, asked)
    if test is None or test.p is None:
        return context.write.instead(key, reason)
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

"""What does a treatment do from its day on? Cox models in rows of time, and landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from outcomes.counting_process import Change, CountingRows, counting_rows
from outcomes.cox import CoxFit, cox, likelihood_ratio
from outcomes.sample import Survival
from outcomes.terms import MISSING, Factor, Interaction, Numeric

from .cohort import Covariate, Grouping, Mask, Patients
from .models import (
    Final,
    Term,
    all_estimable,
    coefficients_of,
    complete_for,
    cox_rows,
    put_counts,
    put_ratios,
    ties,
    too_few,
)
from .numbers import put_count, put_none, put_p
from .survival import horizons, log_rank_p


@dataclass(frozen=True)
class Switch:
    """Something that happens to a patient on a day, and then stays.

    column : its date. status : a grouping of two levels, not happened and happened, or None.
    """

    name: str
    column: str
    status: Grouping | None = None


@dataclass(frozen=True, eq=False)
class Switched:
    """days from the origin (NaN = never, -1 = before it), known (whether and when), and ever."""

    days: NDArray[np.float64]
    known: Mask
    ever: Factor


switched = Switch


def switch_of(patients: Patients, one: Switch, origin: str) -> Switched:
    day = patients.rows[one.column]
    dated = ~np.isnat(day)
    days = np.full(len(day), np.nan)
    days[dated] = np.maximum((day - patients.rows[origin])[dated].astype(np.int64), -1)
    codes = dated.astype(np.int16)
    undated = np.zeros(len(day), dtype=np.bool_)
    if one.status is not None:
        told = one.status.of(patients.rows).codes
        codes = np.where(dated, 1, told).astype(np.int16)
        undated = (told == 1) & ~dated
    return Switched(days, (codes != MISSING) & ~undated, Factor(one.name, ("no", "yes"), codes))


@dataclass(frozen=True, eq=False)
class InTime:
    """The complete patients in rows of time, the switches that somebody had, and the fit.

    found : the switches of the patients. seen : how many had each of them. terms : the covariates.
    """

    patients: Patients
    covariates: dict[str, Covariate]
    found: dict[str, Switched]
    terms: dict[str, Term]
    rows: CountingRows | None = None
    seen: dict[str, int] = field(default_factory=dict)
    fit: CoxFit | None = None


def model_in_time(
    patients: Patients, origin: str, switches: Sequence[Switch], covariates: Sequence[Covariate]
) -> InTime:
    """A model in which each switch counts from its day on. covariates : known on the first day."""
    complete = complete_for(patients, covariates)
    for one in switches:
        complete = complete.where(switch_of(complete, one, origin).known)
    found = {one.name: switch_of(complete, one, origin) for one in switches}
    terms = {one.name: one.of(complete.rows) for one in covariates}
    model = InTime(complete, {one.name: one for one in covariates}, found, terms)
    if complete.sample is None:
        return model
    rows = counting_rows(complete.sample, [Change(name, one.days) for name, one in found.items()])
    seen = {one.name: one.before + one.during for one in rows.seen if one.before + one.during}
    model = replace(model, rows=rows, seen=seen)
    if too_few(complete.events, len(seen) + coefficients_of(list(terms.values()))):
        return model
    fixed = [_expanded(rows, term) for term in terms.values()]
    return replace(model, fit=cox(rows.sample, [*map(rows.factor, seen), *fixed], ties=ties()))


def _expanded(rows: CountingRows, term: Term) -> Term:
    """What was known of the patients, for each of their rows; one line for each type."""
    if isinstance(term, Factor):
        return rows.expand(term)
    return rows.expand(term)


def time_dependent_cox(id: str, model: InTime, places: int) -> None:
    """The switches, each from its day on, and the covariates."""
    for name in model.found:
        _switch(f"{id}.{name}", model, name, places)
    for name, covariate in model.covariates.items():
        cox_rows(id, model.patients, covariate, model.terms[name], model.fit, places)


def _switch(key: str, model: InTime, name: str, places: int) -> None:
    """Patients in whom it happened while they were followed, and the events after it."""
    events = 0
    if model.rows is not None:
        after = model.rows.factor(name).codes == 1
        events = int(np.count_nonzero(model.rows.sample.event & after))
    put_counts(key, model.patients, model.seen.get(name, 0), events)
    put_ratios(key, model.fit if name in model.seen else None, name, None, places)


def switch_interactions(id: str, model: InTime, covariate: Grouping) -> None:
    """Likelihood-ratio P of each switch with one of the covariates."""
    for name in model.found:
        put_p(f"{id}.{name}.{covariate.name}.p", _interaction_p(model, name, covariate.name))


def _interaction_p(model: InTime, name: str, other: str) -> float | None:
    fixed = model.terms[other]
    if model.fit is None or model.rows is None or isinstance(fixed, Numeric):
        return None
    if name not in model.seen or not all_estimable(model.fit, name, other):
        return None
    if too_few(model.fit.events, len(model.fit.coefficients) + coefficients_of([fixed])):
        return None
    pair = Interaction(model.rows.factor(name), model.rows.expand(fixed))
    larger = cox(model.rows.sample, [*model.fit.inputs.terms, pair], ties=ties())
    return likelihood_ratio(model.fit, larger).p


def as_if_known(id: str, model: InTime, places: int) -> None:
    """The biased comparison: the same model with the switches as if known on the first day."""
    had = [one.ever for one in model.found.values() if one.ever.counts[1]]
    sample, fit = model.patients.sample, None
    if sample is not None and model.fit is not None:
        fit = cox(sample, [*had, *model.terms.values()], ties=ties())
    for name, one in model.found.items():
        here, key = one.ever.codes == 1, f"{id}.naive.{name}"
        n, events = (int(np.count_nonzero(mask)) for mask in (here, here & model.patients.event))
        put_counts(key, model.patients, n, events)
        put_ratios(key, fit if n else None, name, None, places)


def as_published(
    id: str, model: Final | None, compared: Grouping, against: str, places: int
) -> None:
    """The comparison that was printed: a grouping of a final model against another level."""
    key = f"{id}.published"
    if model is None or compared.name not in model.terms or model.patients.sample is None:
        put_none(key)
        return
    levels = (against, *(level for level in compared.levels if level != against))
    other = replace(compared, levels=levels)
    terms = {**model.terms, compared.name: other.of(model.patients.rows)}
    few = too_few(model.patients.events, coefficients_of(list(terms.values())))
    fit = None if few else cox(model.patients.sample, list(terms.values()), ties=ties())
    cox_rows(key, model.patients, other, terms[compared.name], fit, places)


def landmark(
    id: str,
    patients: Patients,
    origin: str,
    one: Switch,
    at_days: int,
    at_years: Sequence[float],
) -> None:
    """Who had the switch by the day against who had not, among those followed longer."""
    found = switch_of(patients, one, origin)
    days: NDArray[Any] = patients.sample.days if patients.sample else np.zeros(patients.n)
    gone = np.asarray(days <= at_days, dtype=np.bool_)
    by_then = Factor(one.name, ("no", "yes"), (found.days <= at_days).astype(np.int16))
    kept = ~gone & found.known
    some = patients.where(kept)
    if some.sample is not None:
        some = replace(some, sample=Survival(some.sample.days - at_days, some.sample.event))
    group = by_then.where(kept)
    for level in group.levels:
        here = some.in_level(group, level)
        put_counts(f"{id}.{level}", here, here.n, here.events)
        horizons(f"{id}.{level}", here, at_years)
    put_p(f"{id}.logrank.p", log_rank_p(some, group))
    put_count(f"{id}.left_out.event", int(np.count_nonzero(gone & patients.event)))
    put_count(f"{id}.left_out.censored", int(np.count_nonzero(gone & ~patients.event)))
    if unknown := int(np.count_nonzero(~gone & ~found.known)):
        put_count(f"{id}.left_out.unknown", unknown)

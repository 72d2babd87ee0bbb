"""How is a Cox model written, line by line? Counts, hazard ratios with limits, or the sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from outcomes.coefficients import Coefficient
from outcomes.cox import CoxFit
from outcomes.pooled_cox import PooledCoefficient
from outcomes.sample import Survival
from outcomes.terms import Factor, Numeric
from reports import numbers
from reports.compute.done import Deed
from reports.compute.population import Context
from reports.groupings import Covariate, Grouping, Measured
from reports.results import Row, Value

LIMITS = ("95% CI lower", "95% CI upper")
FEWEST_EVENTS = 5  # per coefficient; below it a model is not shown (studies.md, section 4)
RATIOS = {"hr": (Deed.COX,), "p": (Deed.TESTED,)}
NO_TEST = "No overall test: a coefficient is not estimable."


def headers(counted: str) -> tuple[str, ...]:
    return ("n", counted.capitalize(), "HR", *LIMITS, "P")


@dataclass(frozen=True)
class Style:
    """How the lines of a table are written.

    counted : what its events are called. places : decimals of hazard ratios.
    refused : the sentence in the place of every number, "" when there is a model to show.
    """

    table: str
    counted: str
    places: int
    refused: str


def block(
    context: Context,
    style: Style,
    covariate: Covariate,
    term: Factor | Numeric,
    sample: Survival | None,
    fit: CoxFit | None,
) -> list[Row]:
    """The lines of a covariate: one for a number, one per level and a heading for a grouping."""
    if isinstance(term, Factor) and not isinstance(covariate, Measured):
        return _levels(context, style, covariate, term, sample, fit)
    key, events = f"{style.table}.{covariate.name}", sample.events if sample else 0
    counts = (
        context.write.count(f"{key}.n", int(np.count_nonzero(term.known))),
        context.write.count(f"{key}.{style.counted}", events),
    )
    found = fit.coefficient(covariate.name) if fit and not style.refused else None
    label = covariate.step if isinstance(covariate, Measured) else covariate.label
    return [Row(label, (*counts, *ratio_cells(context, style, key, found)))]


def _levels(
    context: Context,
    style: Style,
    grouping: Grouping,
    factor: Factor,
    sample: Survival | None,
    fit: CoxFit | None,
) -> list[Row]:
    """The line of the grouping with its overall P, and one line per level."""
    stem, refused = f"{style.table}.{grouping.name}", style.refused
    overall: Value | None = None
    if len(grouping.levels) > 2:
        test = fit.term(grouping.name) if fit and not refused else None
        why = refused or sentence(test.reason if test else None) or NO_TEST
        overall = context.write.p(f"{stem}.p", test.p if test else None, why)
    rows = [Row(grouping.label, (*(None,) * 5, overall), heading=True)]
    for position, (level, label) in enumerate(grouping.levels.items()):
        key = f"{stem}.{level}"
        here = factor.codes == position
        n = int(np.count_nonzero(here))
        events = int(np.count_nonzero(sample.event[here])) if sample else 0
        died = context.write.count(f"{key}.{style.counted}", events)
        counts = context.write.count(f"{key}.n", n), died
        if position == 0:
            rows.append(Row(label, (*counts, Value(1, "1 (reference)"), None, None, None), 1))
        else:
            found = fit.coefficient(grouping.name, level) if fit and not refused else None
            rows.append(Row(label, (*counts, *ratio_cells(context, style, key, found)), 1))
    return rows


def ratio_cells(
    context: Context, style: Style, key: str, found: Coefficient | PooledCoefficient | None
) -> tuple[Value, ...]:
    """Hazard ratio, limits and P of a coefficient, or why there are none."""
    write, places = context.write, style.places
    why = style.refused or sentence(found.reason if found else None)
    ratio, lower, upper, p = (
        (found.hazard_ratio, found.lower, found.upper, found.p) if found else (None,) * 4
    )
    return (
        write.ratio(f"{key}.hr", ratio, why, places),
        write.ratio(f"{key}.lo", lower, why, places),
        write.ratio(f"{key}.hi", upper, why, places),
        write.p(f"{key}.p", p, why),
    )


def coefficients(terms: Iterable[Factor | Numeric]) -> int:
    """Coefficients of a model: one of a number, of a factor its levels with patients but the first."""
    return sum(1 if isinstance(term, Numeric) else _beyond_first(term) for term in terms)


def _beyond_first(factor: Factor) -> int:
    return max(sum(n > 0 for n in factor.counts) - 1, 0)


def too_few(events: int, asked: int, counted: str) -> str:
    """Why a model with so many coefficients is not shown, "" when it is."""
    if events == 0:
        return no_events(counted)
    if events >= FEWEST_EVENTS * asked:
        return ""
    deaths = f"{numbers.count(events)} {counted.removesuffix('s') if events == 1 else counted}"
    terms = "1 coefficient" if asked == 1 else f"{numbers.count(asked)} coefficients"
    return f"Not estimated: {deaths} for {terms}; at least {FEWEST_EVENTS} each are needed."


def no_events(counted: str) -> str:
    return f"Not estimated: no {counted}."


def sentence(reason: str | None) -> str:
    """The reason of a coefficient or a test as a sentence, "" for none."""
    if not reason:
        return ""
    return f"Not estimable: {reason.removeprefix('not estimable: ').rstrip('.')}."

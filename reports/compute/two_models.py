"""How do two fits of one model stand side by side? On complete cases, and pooled over imputations."""

from dataclasses import dataclass

from outcomes.cox import CoxFit
from outcomes.pooled_cox import PooledCox
from reports.compute.population import Context
from reports.compute.ratios import NO_TEST, Style, ratio_cells, sentence
from reports.groupings import Covariate, Measured
from reports.model_words import ImputedCox
from reports.results import Row, Value

HALF = ("HR", "95% CI lower", "95% CI upper", "P")
COLUMNS = (*HALF, *(f"Imputed {name}" for name in HALF), "FMI")


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two models: what it counts and its fit, or the sentence in the fit's place."""

    name: str
    n: int
    events: int
    fit: CoxFit | PooledCox | None
    reason: str


def counts(context: Context, word: ImputedCox, counted: str, sides: tuple[Side, Side]) -> list[Row]:
    """The patients and the events of both models."""
    complete, imputed = sides
    rows = []
    for label, part in (("Patients", "n"), (counted.capitalize(), "events")):
        name = counted if part == "events" else part
        one, other = (
            context.write.count(f"{word.id}.{side.name}.{name}", getattr(side, part))
            for side in (complete, imputed)
        )
        rows.append(Row(label, (one, None, None, None, other, None, None, None, None)))
    return rows


def lines(
    context: Context,
    word: ImputedCox,
    counted: str,
    covariate: Covariate,
    sides: tuple[Side, Side],
) -> list[Row]:
    """One line for a number; for a grouping its heading and a line for each level."""
    if isinstance(covariate, Measured):
        return [Row(covariate.step, _both(context, word, counted, covariate.name, None, sides))]
    overall: tuple[Value | None, ...] = (None,) * len(COLUMNS)
    if len(covariate.levels) > 2:
        complete, imputed = (_overall(context, word, covariate.name, side) for side in sides)
        overall = (None, None, None, complete, None, None, None, imputed, None)
    rows = [Row(covariate.label, overall, heading=True)]
    for position, (level, label) in enumerate(covariate.levels.items()):
        if position:
            cells = _both(context, word, counted, covariate.name, level, sides)
        else:
            one = Value(1, "1 (reference)")
            cells = (one, None, None, None, one, None, None, None, None)
        rows.append(Row(label, cells, 1))
    return rows


def _both(
    context: Context,
    word: ImputedCox,
    counted: str,
    name: str,
    level: str | None,
    sides: tuple[Side, Side],
) -> tuple[Value | None, ...]:
    """Ratio, limits and P of both models, and how much of the second is missing information."""
    cells: list[Value | None] = []
    key = ""
    for side in sides:
        key = ".".join(part for part in (word.id, side.name, name, level) if part)
        style = Style(word.id, counted, word.ratio_places, side.reason)
        found = side.fit.coefficient(name, level) if side.fit and not side.reason else None
        cells += ratio_cells(context, style, key, found)
    pooled = sides[1].fit
    share, why = None, sides[1].reason
    if isinstance(pooled, PooledCox):
        row = pooled.coefficient(name, level)
        share, why = row.log_hazard.missing_information, sentence(row.reason)
    return (*cells, context.write.number(f"{key}.fmi", share, 2, why))


def _overall(context: Context, word: ImputedCox, name: str, side: Side) -> Value:
    test = side.fit.term(name) if side.fit and not side.reason else None
    why = side.reason or sentence(test.reason if test else None) or NO_TEST
    return context.write.p(f"{word.id}.{side.name}.{name}.p", test.p if test else None, why)

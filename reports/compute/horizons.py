"""How many live after one, two, five years? Survival at horizons, with standard error and limits."""

from outcomes.curve import Curve
from outcomes.endpoints import DAYS_PER_YEAR
from reports import numbers
from reports.compute.done import Deed, Made, deeds_in, made
from reports.compute.population import Context, Patients, why_nobody
from reports.compute.survival import curves, log_rank_p, survival_percent
from reports.compute.values import NO_PATIENTS
from reports.groupings import Grouping
from reports.results import Row, Table, Value
from reports.text_words import SurvivalAt
from reports.words import SurvivalAtHorizons, UnivariateLogRank

NO_ERROR = "Not estimable: survival is 100% or 0%."
BLOCK = ("risk", "s", "se", "lo", "hi")
GREENWOOD = "Standard errors (SE) by Greenwood"
AT_HORIZONS = {
    "s": (Deed.KAPLAN_MEIER, Deed.ABSOLUTE),
    "se": (Deed.HORIZON_ERROR,),
    "lo": (Deed.HORIZON_LIMITS,),
    "hi": (Deed.HORIZON_LIMITS,),
}
SINGLY = {
    "s": (Deed.KAPLAN_MEIER, Deed.ABSOLUTE, Deed.UNADJUSTED),
    "se": (Deed.HORIZON_ERROR,),
    "p": (Deed.LOG_RANK, Deed.TESTED, Deed.UNADJUSTED),
}
CARRIED = "At risk: patients followed to the horizon or longer."


def survival_at(context: Context, word: SurvivalAt, patients: Patients) -> Value:
    """One number of the curve of all patients at a horizon."""
    curve = curves(patients, None).get("global")
    if curve is None:
        return context.write.instead(word.key, why_nobody(patients))
    day = word.years * DAYS_PER_YEAR
    if word.statistic == "survival":
        return survival_percent(context, word.key, curve, day)
    if word.statistic == "error":
        return _error(context, word.key, curve, day)
    lower, upper = _limits(curve, day)
    return _percent(context, word.key, lower if word.statistic == "lower" else upper)


def survival_at_horizons(context: Context, word: SurvivalAtHorizons) -> Made:
    """A block of horizons for each end point, and within it for each level."""
    rows: list[Row] = []
    for name in word.end_points:
        patients = context.patients(word.on, name)
        stem = ".".join(part for part in (word.id, name) if part)
        if word.by is None:
            rows += _block(context, f"{stem}.global", "", word, patients, None)
            continue
        for level, label in word.by.levels.items():
            rows += _block(context, f"{stem}.{word.by.name}.{level}", label, word, patients, level)
    headers = ("At risk", "Survival, %", "SE", "95% CI lower", "95% CI upper")
    notes = (f"Kaplan-Meier. {CARRIED} {GREENWOOD}, 95% limits log-log.",)
    sample = context.patients(word.on, word.end_points[0]).sample
    n = sample.n if sample else 0
    table = Table(word.id, word.label, word.title, headers, tuple(rows), notes, n)
    deeds = deeds_in(rows, AT_HORIZONS)
    return made(table, deeds, section="survival", end_points=word.end_points, on=word.on)


def _block(
    context: Context,
    key: str,
    label: str,
    word: SurvivalAtHorizons,
    patients: Patients,
    level: str | None,
) -> list[Row]:
    """The heading with patients and events, and a line for each horizon."""
    point = patients.end_point
    curve = curves(patients, word.by).get("global" if level is None else level)
    heading = f"{point.label}: {label}" if label else point.label
    if curve:
        events = numbers.count(curve.events)
        heading += f" ({numbers.count(curve.n)} patients, {events} {point.counted})"
    rows = [Row(heading, (None,) * len(BLOCK), heading=True)]
    reason = NO_PATIENTS if level is not None else why_nobody(patients)
    for years in word.at_years:
        here = f"{key}.{years:g}y"
        cells = (
            horizon_cells(context, here, curve, years * DAYS_PER_YEAR)
            if curve
            else tuple(context.write.instead(f"{here}.{part}", reason) for part in BLOCK)
        )
        rows.append(Row(numbers.horizon(years), cells, 1))
    return rows


def horizon_cells(context: Context, key: str, curve: Curve, day: float) -> tuple[Value, ...]:
    """At risk, survival with its standard error and limits, in the order of BLOCK."""
    lower, upper = _limits(curve, day)
    return (
        context.write.count(f"{key}.risk", curve.at_risk_at(day)),
        survival_percent(context, f"{key}.s", curve, day),
        _error(context, f"{key}.se", curve, day),
        _percent(context, f"{key}.lo", lower),
        _percent(context, f"{key}.hi", upper),
    )


def _error(context: Context, key: str, curve: Curve, day: float) -> Value:
    """The standard error in percent; an error of 0 would tell of a certainty that is not there."""
    return _percent(context, key, curve.std_error_at(day) or None)


def _limits(curve: Curve, day: float) -> tuple[float | None, float | None]:
    found = curve.interval_at(day)
    return found.lower, found.upper


def _percent(context: Context, key: str, share: float | None) -> Value:
    return context.write.number(key, None if share is None else 100 * share, 1, NO_ERROR)


def univariate_log_rank(context: Context, word: UnivariateLogRank) -> Made:
    """Each covariate alone; the P of its log-rank test stands on its own line."""
    patients = context.patients(word.on, word.end_point)
    rows = [row for covariate in word.covariates for row in _covariate(context, word, covariate)]
    horizon, counted = numbers.horizon(word.at_years), patients.end_point.counted.capitalize()
    headers = ("n", counted, f"Survival at {horizon}, %", "SE", "P")
    note = (
        f"{patients.end_point.label}, Kaplan-Meier. {GREENWOOD}. P: log-rank, in the patients in "
        "whom the covariate is known."
    )
    n, events = (patients.sample.n, patients.sample.events) if patients.sample else (0, 0)
    table = Table(word.id, word.label, word.title, headers, tuple(rows), (note,), n, events)
    points = (word.end_point,)
    return made(table, deeds_in(rows, SINGLY), section="survival", end_points=points, on=word.on)


def _covariate(context: Context, word: UnivariateLogRank, covariate: Grouping) -> list[Row]:
    patients = context.patients(word.on, word.end_point)
    write, counted = context.write, patients.end_point.counted
    stem = f"{word.id}.{covariate.name}"
    p, _ = log_rank_p(context, f"{stem}.p", patients, covariate)
    rows = [Row(covariate.label, (None, None, None, None, p), heading=True)]
    found = curves(patients, covariate)
    day = word.at_years * DAYS_PER_YEAR
    for level, label in covariate.levels.items():
        key, curve = f"{stem}.{level}", found.get(level)
        counts = (
            write.count(f"{key}.n", curve.n if curve else 0),
            write.count(f"{key}.{counted}", curve.events if curve else 0),
        )
        if curve:
            share = survival_percent(context, f"{key}.s", curve, day)
            error = _error(context, f"{key}.se", curve, day)
        else:
            share, error = (write.instead(f"{key}.{part}", NO_PATIENTS) for part in ("s", "se"))
        rows.append(Row(label, (*counts, share, error, None), 1))
    return rows

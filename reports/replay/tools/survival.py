"""How long did they live? Kaplan-Meier curves, medians, and the log-rank test."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from outcomes.competing_risks import CumulativeIncidence
from outcomes.curve import Curve, Quantile
from outcomes.descriptive import summarise
from outcomes.kaplan_meier import kaplan_meier, reverse_kaplan_meier
from outcomes.logrank import log_rank
from outcomes.terms import Factor

from .cohort import Grouping, Patients
from .numbers import DAYS_IN, put_count, put_decimals, put_duration, put_none, put_p, settings

YEAR = DAYS_IN["years"]


def percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def median_of(patients: Patients) -> Quantile | None:
    """By the convention of the study: SPSS symmetric limits, R log-log limits."""
    if patients.sample is None:
        return None
    return _median(kaplan_meier(patients.sample))


def _median(curve: Curve) -> Quantile:
    if settings.convention == "SPSS":
        return curve.quantile_spss()
    return curve.quantile_r(kind="log-log")


def limits_of(middle: Quantile | None) -> tuple[float | None, float | None]:
    """The limits of the median; those of no width (all die on one day) are not shown."""
    if middle is None:
        return None, None
    lower, upper = middle.interval.lower, middle.interval.upper
    return (None, None) if lower is not None and lower == upper else (lower, upper)


def log_rank_p(patients: Patients, by: Factor) -> float | None:
    """P of the two-sided log-rank test; None with fewer than two groups at risk at an event."""
    if patients.sample is None or not by.known.any():
        return None
    return log_rank(patients.sample, by).p


# ---- The words of a study


def _survival_row(
    key: str, patients: Patients, at_years: float, unit: str, places: int | None
) -> None:
    put_count(f"{key}.n", patients.n)
    parts = [f"{key}.{part}" for part in (patients.counted, "risk", "s", "median", "lo", "hi")]
    if patients.sample is None:
        put_none(*parts)
        return
    curve, day = kaplan_meier(patients.sample), at_years * YEAR
    middle = _median(curve)
    lower, upper = limits_of(middle)
    of_limits = 1 if unit == "days" and places is None else places
    put_count(parts[0], curve.events)
    put_count(parts[1], curve.at_risk_at(day))
    put_decimals(parts[2], 100 * curve.at(day), 1)
    put_duration(parts[3], middle.days, unit, places)
    put_duration(parts[4], lower, unit, of_limits)
    put_duration(parts[5], upper, unit, of_limits)


def survival_table(
    id: str, patients: Patients, by: Grouping, at_years: float, unit: str, places: int | None = None
) -> None:
    """Survival at a horizon and median with limits, for each level and for all; log-rank test."""
    group = by.of(patients.rows)
    for level in by.levels:
        some = patients.in_level(group, level)
        _survival_row(f"{id}.{by.name}.{level}", some, at_years, unit, places)
    _survival_row(f"{id}.global", patients, at_years, unit, places)
    put_p(f"{id}.logrank.p", log_rank_p(patients, group))


def horizons(key: str, patients: Patients, at_years: Sequence[float]) -> None:
    for years in at_years:
        parts = [f"{key}.{years:g}y.{part}" for part in ("risk", "s", "se", "lo", "hi")]
        if patients.sample is None:
            put_none(*parts)
            continue
        put_height(parts, kaplan_meier(patients.sample), years * YEAR)


def put_height(parts: Sequence[str], curve: Curve | CumulativeIncidence, day: float) -> None:
    """At risk on a day, the height of the curve in per cent, its standard error and its limits."""
    limits = curve.interval_at(day, "log-log")
    put_count(parts[0], curve.at_risk_at(day))
    put_decimals(parts[1], 100 * curve.at(day), 1)
    put_decimals(parts[2], percent(curve.std_error_at(day) or None), 1)
    put_decimals(parts[3], percent(limits.lower), 1)
    put_decimals(parts[4], percent(limits.upper), 1)


def survival_at_horizons(
    id: str, patients: Patients, at_years: Sequence[float], by: Grouping | None = None
) -> None:
    """Survival after so many years with standard error and limits, for all or for each level."""
    if by is None:
        horizons(f"{id}.global", patients, at_years)
        return
    group = by.of(patients.rows)
    for level in by.levels:
        horizons(f"{id}.{by.name}.{level}", patients.in_level(group, level), at_years)


def univariate_log_rank(
    id: str, patients: Patients, covariates: Sequence[Grouping], at_years: float
) -> None:
    """For each grouping: patients, events and survival of its levels, and its log-rank test."""
    for by in covariates:
        group = by.of(patients.rows)
        put_p(f"{id}.{by.name}.p", log_rank_p(patients, group))
        for level in by.levels:
            key, some = f"{id}.{by.name}.{level}", patients.in_level(group, level)
            put_count(f"{key}.n", some.n)
            put_count(f"{key}.{patients.counted}", some.events)
            if some.sample is None:
                put_none(f"{key}.s", f"{key}.se")
                continue
            curve, day = kaplan_meier(some.sample), at_years * YEAR
            put_decimals(f"{key}.s", 100 * curve.at(day), 1)
            put_decimals(f"{key}.se", percent(curve.std_error_at(day) or None), 1)


def survival_figure(
    id: str, patients: Patients, ticks_months: Sequence[int], by: Grouping | None = None
) -> None:
    """The numbers below a figure: patients at risk at the ticks, and the log-rank test."""
    groups = {f"{id}.global": patients}
    if by is not None:
        group = by.of(patients.rows)
        groups = {f"{id}.{by.name}.{one}": patients.in_level(group, one) for one in by.levels}
        put_p(f"{id}.p", log_rank_p(patients, group))
    for key, some in groups.items():
        for month in ticks_months if some.sample else ():
            curve = kaplan_meier(some.sample) if some.sample else None
            at_risk = curve.at_risk_at(month * DAYS_IN["months"]) if curve else 0
            put_count(f"{key}.risk{month}", at_risk)


def log_minus_log_figure(
    id: str, patients: Patients, ticks_months: Sequence[int], by: Grouping
) -> None:
    """The numbers below a figure of log(-log S): patients at risk at the ticks, and the height of
    each curve there; none where S is 1 or 0, or the last patient was seen before."""
    group = by.of(patients.rows)
    for level in by.levels:
        some = patients.in_level(group, level)
        if some.sample is None:
            continue
        key, curve = f"{id}.{by.name}.{level}", kaplan_meier(some.sample)
        for month in ticks_months:
            day = month * DAYS_IN["months"]
            put_count(f"{key}.risk{month}", curve.at_risk_at(day))
            s = curve.at(day)
            drawn = 0 < s < 1 and day <= curve.last_day
            put_decimals(f"{key}.at{month}", log(-log(s)) if drawn else None, 2)


def put_median_survival(
    key: str, patients: Patients, statistic: str, unit: str, places: int | None = None
) -> None:
    """The median ("median") or one of its limits ("lower", "upper")."""
    middle = median_of(patients)
    lower, upper = limits_of(middle)
    days = {"median": middle.days if middle else None, "lower": lower, "upper": upper}[statistic]
    put_duration(key, days, unit, places)


def put_survival_at(key: str, patients: Patients, years: float, statistic: str) -> None:
    """Survival after so many years in percent, its "error", or one of its limits."""
    if patients.sample is None:
        put_none(key)
        return
    curve, day = kaplan_meier(patients.sample), years * YEAR
    limits = curve.interval_at(day, "log-log")
    shares = {
        "survival": curve.at(day),
        "error": curve.std_error_at(day) or None,
        "lower": limits.lower,
        "upper": limits.upper,
    }
    put_decimals(key, percent(shares[statistic]), 1)


def put_follow_up(
    key: str, patients: Patients, whose: str, statistic: str, unit: str, places: int | None = None
) -> None:
    """Observed time of "all" or of the "survivors", or the median by "reverse" Kaplan-Meier."""
    days: float | None = None
    if patients.sample is not None and whose == "reverse":
        reverse = reverse_kaplan_meier(patients.sample)
        found = reverse.quantile_r() if settings.convention == "R" else reverse.quantile_spss()
        days = found.days
    elif patients.sample is not None:
        times, event = patients.sample.days, patients.sample.event
        found_times = summarise(times if whose == "all" else times[~event])
        days = getattr(found_times, statistic)
    put_duration(key, days, unit, places)


def put_log_rank(key: str, patients: Patients, by: Grouping) -> None:
    put_p(key, log_rank_p(patients, by.of(patients.rows)))

"""How long did they live? Kaplan-Meier tables and figures with their log-rank tests."""

import numpy as np

from outcomes.curve import Curve, Quantile
from outcomes.endpoints import DAYS_PER_MONTH, DAYS_PER_YEAR
from outcomes.kaplan_meier import kaplan_meier, kaplan_meier_by
from outcomes.logrank import log_rank
from reports import numbers
from reports.catalogue import column
from reports.compute.done import Deed, Made, deeds_in, made
from reports.compute.population import Context, Patients, why_nobody
from reports.compute.values import NO_PATIENTS
from reports.groupings import Grouping
from reports.results import Figure, Row, Series, Table, Value
from reports.words import KaplanMeierFigure, SurvivalTable

NOT_REACHED = "Not reached: survival never falls to 50%."
NO_LIMITS = "Not estimable: the rule of SPSS needs days with survival above 55% and below 45%."
NO_LIMITS_R = "Not estimable: this limit of survival never falls to 50%."
ONE_DAY = "Not estimable: survival falls to 0 in one step."
ONE_GROUP = "Not tested: fewer than two groups with patients at risk at a death."

DEEDS = {
    "s": (Deed.KAPLAN_MEIER, Deed.ABSOLUTE),
    "median": (Deed.KAPLAN_MEIER, Deed.MEDIAN_SURVIVAL),
    "lo": (Deed.MEDIAN_LIMITS,),
    "hi": (Deed.MEDIAN_LIMITS,),
    "p": (Deed.LOG_RANK, Deed.TESTED),
}


def curves(patients: Patients, by: Grouping | None) -> dict[str, Curve]:
    """The curve of each level with patients; of all under "global" when there is no grouping."""
    if patients.sample is None:
        return {}
    if by is None:
        return {"global": kaplan_meier(patients.sample)}
    return kaplan_meier_by(patients.sample, patients.factor(by))


def log_rank_p(context: Context, key: str, patients: Patients, by: Grouping) -> tuple[Value, int]:
    """P and degrees of freedom of the log-rank test between the levels with patients."""
    if patients.sample is None or not patients.factor(by).known.any():
        return context.write.instead(key, why_nobody(patients, by)), 0
    test = log_rank(patients.sample, patients.factor(by))
    reason = ONE_GROUP if sum(test.observed) else f"Not tested: no {patients.end_point.counted}."
    return context.write.p(key, test.p, reason), test.df


def median(curve: Curve, convention: str) -> Quantile:
    """The median by the rules of the convention (limits: SPSS symmetric, R log-log)."""
    return curve.quantile_spss() if convention == "SPSS" else curve.quantile_r(kind="log-log")


def limits_of(curve: Curve, convention: str) -> tuple[float | None, float | None, str]:
    """The 95% limits of the median in days, and the sentence in the place of a missing one."""
    middle = median(curve, convention)
    unlimited = NO_LIMITS if convention == "SPSS" else NO_LIMITS_R
    if middle.days is None:
        unlimited = NOT_REACHED
    lower, upper = middle.interval.lower, middle.interval.upper
    if lower is not None and lower == upper:
        # All die on one day: the standard error is 0, and limits of no width would mislead.
        return None, None, ONE_DAY
    return lower, upper, unlimited


def survival_table(context: Context, word: SurvivalTable) -> Made:
    """One row per level and one for all, with the log-rank test as the last row."""
    patients = context.patients(word.on, word.end_point)
    counted = patients.end_point.counted
    found = curves(patients, word.by)
    rows = [
        _row(context, word, f"{word.id}.{word.by.name}.{level}", label, found.get(level), counted)
        for level, label in word.by.levels.items()
    ]
    everyone = curves(patients, None).get("global")
    rows.append(_row(context, word, f"{word.id}.global", word.overall, everyone, counted))
    p, df = log_rank_p(context, f"{word.id}.logrank.p", patients, word.by)
    label = f"Log-rank test ({df} df)" if df else "Log-rank test"
    rows.append(Row(label, (*(None,) * 7, p)))
    horizon = numbers.horizon(word.at_years)
    headers = (
        *("n", counted.capitalize(), f"At risk at {horizon}", f"Survival at {horizon}, %"),
        *(f"Median, {word.unit}", "95% CI lower", "95% CI upper", "P"),
    )
    n, events = (everyone.n, everyone.events) if everyone else (0, 0)
    notes = tuple(_notes(context, word, patients))
    table = Table(word.id, word.label, word.title, headers, tuple(rows), notes, n, events)
    points = (word.end_point,)
    return made(table, deeds_in(rows, DEEDS), section="survival", end_points=points, on=word.on)


def _notes(context: Context, word: SurvivalTable, patients: Patients) -> list[str]:
    notes = [
        f"{patients.end_point.label}, Kaplan-Meier. At risk: patients followed to the horizon or longer."
    ]
    if context.study.convention == "SPSS":
        notes.append("Medians and their symmetric limits by the rules of SPSS; not cut at 0.")
    else:
        notes.append("Limits of the median: Brookmeyer-Crowley, log-log.")
    unknown = int(np.count_nonzero(~patients.factor(word.by).known)) if patients.sample else 0
    if unknown:
        label = numbers.in_sentence(word.by.label)
        without = f"{numbers.count(unknown)} patients without a known {label}"
        notes.append(f"{without} count only in the row {word.overall}.")
    return notes


def _row(
    context: Context, word: SurvivalTable, key: str, label: str, curve: Curve | None, counted: str
) -> Row:
    write = context.write
    if curve is None:
        parts = (counted, "risk", "s", "median", "lo", "hi")
        nobody = tuple(write.instead(f"{key}.{part}", NO_PATIENTS) for part in parts)
        return Row(label, (write.count(f"{key}.n", 0), *nobody, None))
    day = word.at_years * DAYS_PER_YEAR
    middle = median(curve, context.study.convention)
    lower, upper, unlimited = limits_of(curve, context.study.convention)
    places = 1 if word.unit == "days" and word.places is None else word.places
    cells = (
        write.count(f"{key}.n", curve.n),
        write.count(f"{key}.{counted}", curve.events),
        write.count(f"{key}.risk", curve.at_risk_at(day)),
        survival_percent(context, f"{key}.s", curve, day),
        write.duration(f"{key}.median", middle.days, word.unit, word.places, NOT_REACHED),
        write.duration(f"{key}.lo", lower, word.unit, places, unlimited),
        write.duration(f"{key}.hi", upper, word.unit, places, unlimited),
        None,
    )
    return Row(label, cells)


def survival_percent(context: Context, key: str, curve: Curve, day: float) -> Value:
    """Survival as a percentage; a curve carried forward to the horizon says from which day."""
    percent = 100 * curve.at(day)
    note = None
    if curve.last_day < day:
        last = f"day {numbers.count(curve.last_day)}"
        died = "died, so survival is 0" if percent == 0 else "was the last; carried forward"
        note = f"The last patient at risk, on {last}, {died}."
    return context.write.value(key, percent, numbers.decimals(percent, 1), note)


def figure(context: Context, word: KaplanMeierFigure) -> tuple[Figure, dict[str, Value]]:
    """The figure, and its numbers at risk and P by key."""
    patients = context.patients(word.on, word.end_point)
    found = curves(patients, word.by)
    labels = word.by.levels if word.by else {"global": "All patients"}
    stem = f"{word.id}.{word.by.name}" if word.by else word.id
    drawn = [
        _series(labels[level], found[level], word.ticks_months, f"{stem}.{level}")
        for level in labels
        if level in found
    ]
    answers = {
        f"{stem}.{level}.risk{month}": context.write.count(f"{stem}.{level}.risk{month}", n)
        for level, curve in found.items()
        for month, n in _at_risk(curve, word.ticks_months).items()
    }
    test, p = None, None
    if word.by is not None:
        p, _ = log_rank_p(context, f"{word.id}.p", patients, word.by)
        answers[f"{word.id}.p"] = p
        test = p.reason or f"Log-rank P {numbers.with_sign(p.text)}"
    finished = Figure(
        *(word.id, word.label, word.title, _caption(word, patients, found)),
        x_label=months_after(patients.end_point.origin),
        y_label="Survival",
        ticks_months=word.ticks_months,
        series=tuple(drawn),
        test=test,
        p=p,
    )
    return finished, answers


def months_after(origin: str) -> str:
    """The time axis in words: "Months after relapse or progression"."""
    return f"Months after {column(origin).label.removeprefix('Date of ').lower()}"


def _caption(word: KaplanMeierFigure, patients: Patients, found: dict[str, Curve]) -> str:
    point = patients.end_point
    n = numbers.count(sum(curve.n for curve in found.values()))
    events = numbers.count(sum(curve.events for curve in found.values()))
    by = f" by {numbers.in_sentence(word.by.label)}" if word.by else ""
    if not found:
        return f"{point.label}{by}. {why_nobody(patients, word.by)}"
    left = "patients alive" if point.event == "death" else "patients without the event"
    return (
        f"{point.label}{by}, Kaplan-Meier; {n} patients, {events} {point.counted}. "
        f"Ticks: {left} at last contact. Below: patients at risk."
    )


def _at_risk(curve: Curve, ticks: tuple[int, ...]) -> dict[int, int]:
    return {month: curve.at_risk_at(month * DAYS_PER_MONTH) for month in ticks}


def _series(label: str, curve: Curve, ticks: tuple[int, ...], key: str) -> Series:
    shown = curve.died > 0
    shown[-1] = True  # the curve reaches to the last patient, also when that one was censored
    days, height = curve.day[shown], curve.survival[shown]
    left = curve.censored > 0
    return Series(
        label=label,
        n=curve.n,
        events=curve.events,
        months=(0.0, *(float(day / DAYS_PER_MONTH) for day in days)),
        survival=(1.0, *(float(s) for s in height)),
        censor=tuple(
            (float(day / DAYS_PER_MONTH), float(s))
            for day, s in zip(curve.day[left], curve.survival[left], strict=True)
        ),
        at_risk=tuple(_at_risk(curve, ticks).values()),
        key=key,
    )

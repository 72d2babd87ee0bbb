"""Which numbers stand in the running text? Counts, shares, medians, follow-up and P values."""

from dataclasses import replace

import numpy as np

from outcomes.descriptive import summarise
from outcomes.kaplan_meier import follow_up
from reports.compute.horizons import survival_at
from reports.compute.interactions import interaction_p
from reports.compute.population import Context, Patients, why_nobody
from reports.compute.survival import NOT_REACHED, curves, limits_of, log_rank_p, median
from reports.compute.values import NO_PATIENTS
from reports.results import Row, Table, TextNumber, Value
from reports.text_words import (
    CountOf,
    DistinctOf,
    FollowUp,
    InteractionP,
    LogRankP,
    MedianOf,
    MedianSurvival,
    ShareOf,
    SurvivalAt,
    TextWord,
    TimeBetween,
    TransplantsOf,
    YearOf,
)
from reports.words import SideBySide

NO_DATES = "No patient with both dates."
NOBODY_ALIVE = "No patient is alive at last contact."


def text(context: Context, word: TextWord, group: str) -> TextNumber:
    """The number with its label, under the heading of its sentence."""
    return TextNumber(word.label, answer(context, word), group)


def answer(context: Context, word: TextWord) -> Value:
    """The number of a word, or the sentence in its place."""
    write = context.write
    if isinstance(word, InteractionP):
        return interaction_p(context, word)
    patients = context.patients(word.on, getattr(word, "end_point", ""))
    match word:
        case CountOf():
            return write.count(word.key, int(np.count_nonzero(patients.where(word.where))))
        case ShareOf():
            among = patients.where(word.among)
            part = int(np.count_nonzero(among & patients.where(word.where)))
            return write.percent(word.key, part, int(np.count_nonzero(among)))
        case DistinctOf():
            known = patients.columns[word.column][patients.columns.known(word.column)]
            return write.count(word.key, len(np.unique(known)))
        case TransplantsOf():
            again = patients.columns.known("second_transplant_date")
            return write.count(word.key, patients.n + int(np.count_nonzero(again)))
        case YearOf():
            return _year(context, word, patients)
        case MedianOf():
            values = patients.columns[word.column][patients.where(word.where)]
            summary = summarise(values, context.study.convention)
            if not word.unit and word.places is not None:
                return write.number(word.key, summary.median, word.places, NO_PATIENTS)
            unit = word.unit or "days"
            return write.duration(word.key, summary.median, unit, word.places, NO_PATIENTS)
        case TimeBetween():
            return _time_between(context, word, patients)
        case FollowUp():
            return _follow_up(context, word, patients)
        case MedianSurvival():
            return _median_survival(context, word, patients)
        case SurvivalAt():
            return survival_at(context, word, patients)
        case LogRankP():
            return log_rank_p(context, word.key, patients, word.by)[0]


def _year(context: Context, word: YearOf, patients: Patients) -> Value:
    dates = patients.columns[word.column][patients.columns.known(word.column)]
    if not len(dates):
        return context.write.instead(word.key, NO_PATIENTS)
    day = dates.min() if word.which == "first" else dates.max()
    return context.write.count(word.key, day.astype(object).year)


def _time_between(context: Context, word: TimeBetween, patients: Patients) -> Value:
    columns = patients.columns
    who = patients.where(word.where) & columns.known(word.start) & columns.known(word.end)
    days = (columns[word.end] - columns[word.start])[who].astype("timedelta64[D]").astype(float)
    told = getattr(summarise(days, context.study.convention), word.statistic)
    return context.write.duration(word.key, told, word.unit, word.places, NO_DATES)


def _follow_up(context: Context, word: FollowUp, patients: Patients) -> Value:
    if patients.sample is None:
        return context.write.instead(word.key, why_nobody(patients))
    found = follow_up(patients.sample, context.study.convention)
    reason = NOBODY_ALIVE
    if word.patients == "reverse":
        days = found.reverse.days
        reason = "Not reached: fewer than half would have been followed so long."
    else:
        spread = found.all_patients if word.patients == "all" else found.survivors
        days = getattr(spread, word.statistic)
    return context.write.duration(word.key, days, word.unit, word.places, reason)


def _median_survival(context: Context, word: MedianSurvival, patients: Patients) -> Value:
    curve = curves(patients, None).get("global")
    days, reason = None, why_nobody(patients)
    if curve:
        convention = context.study.convention
        middle, (lower, upper, unlimited) = median(curve, convention), limits_of(curve, convention)
        days = {"median": middle.days, "lower": lower, "upper": upper}[word.statistic]
        reason = NOT_REACHED if word.statistic == "median" else unlimited
    return context.write.duration(word.key, days, word.unit, word.places, reason)


def side_by_side(context: Context, word: SideBySide) -> Table:
    """The same numbers in several populations; the first row counts the patients."""
    counts = tuple(
        context.write.count(f"{word.id}.{population}.n", context.populations[population].n)
        for population in word.columns
    )
    rows = [Row("Patients", counts)]
    for line in word.rows:
        cells = tuple(
            answer(context, replace(line, on=population, key=f"{word.id}.{population}.{line.key}"))
            for population in word.columns
        )
        rows.append(Row(line.label, cells))
    headers = tuple(word.columns.values())
    return Table(word.id, word.label, word.title, headers, tuple(rows), ())

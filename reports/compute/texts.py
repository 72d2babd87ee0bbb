"""Which numbers stand in the running text? Counts, shares, medians, follow-up and P values."""

from dataclasses import replace

import numpy as np

from outcomes.descriptive import summarise
from outcomes.endpoints import DAYS_PER_MONTH
from outcomes.kaplan_meier import follow_up
from reports import numbers
from reports.compute.cox import interaction_p
from reports.compute.population import Context, Patients, why_nobody
from reports.compute.survival import NOT_REACHED, curves, log_rank_p, median
from reports.compute.values import NO_PATIENTS
from reports.results import Row, Table, TextNumber, Value
from reports.words import (
    CountOf,
    DistinctOf,
    FollowUp,
    InteractionP,
    LogRankP,
    MedianOf,
    MedianSurvival,
    ShareOf,
    SideBySide,
    TextWord,
)

NOBODY_ALIVE = "No patient is alive at last contact."


def text(context: Context, word: TextWord, group: str) -> TextNumber:
    """The number with its label, under the heading of its sentence."""
    return TextNumber(word.label, answer(context, word), group)


def answer(context: Context, word: TextWord) -> Value:
    """The number of a word, or the sentence in its place."""
    write = context.write
    if isinstance(word, InteractionP):
        return interaction_p(context, word)
    patients = context.populations[word.on]
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
        case MedianOf():
            values = patients.columns[word.column][patients.where(word.where)]
            summary = summarise(values, context.study.convention)
            return write.days(word.key, summary.median, NO_PATIENTS)
        case FollowUp():
            return _follow_up(context, word, patients)
        case MedianSurvival():
            curve = curves(patients, None).get("global")
            days = median(curve, context.study.convention).days if curve else None
            return write.days(word.key, days, NOT_REACHED if curve else why_nobody(patients))
        case LogRankP():
            return log_rank_p(context, word.key, patients, word.by)[0]


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
    if word.unit == "days" or days is None:
        return context.write.days(word.key, days, reason)
    return context.write.value(word.key, days / DAYS_PER_MONTH, numbers.months(days))


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

"""Which numbers stand in the running text? Counts, shares, medians, follow-up and P values."""

from dataclasses import replace

import numpy as np

from outcomes.descriptive import summarise
from outcomes.kaplan_meier import follow_up
from reports.compute.done import Deed, Done, Made, made
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
    SideWord,
    SurvivalAt,
    TextWord,
    TimeBetween,
    TransplantsOf,
    YearOf,
)
from reports.words import SideBySide

NO_DATES = "No patient with both dates."
NOBODY_ALIVE = "No patient is alive at last contact."

Answer = tuple[Value, Done]
Counting = CountOf | ShareOf | DistinctOf | TransplantsOf | YearOf


def text(context: Context, word: TextWord, group: str) -> tuple[TextNumber, Done]:
    """The number with its label, under the heading of its sentence, and what was done for it."""
    value, done = _answer(context, word)
    return TextNumber(word.label, value, group), done


def _answer(context: Context, word: TextWord) -> Answer:
    """The number of a word, or the sentence in its place."""
    if isinstance(word, InteractionP):
        return interaction_p(context, word)
    patients = context.patients(word.on, getattr(word, "end_point", ""))
    match word:
        case MedianOf():
            return _median_of(context, word, patients), Done(word.label)
        case TimeBetween():
            return _time_between(context, word, patients), Done(word.label)
        case FollowUp():
            return _follow_up(context, word, patients)
        case MedianSurvival():
            return _median_survival(context, word, patients)
        case SurvivalAt():
            return _survival_at(context, word, patients)
        case LogRankP():
            value, _ = log_rank_p(context, word.key, patients, word.by)
            return value, _done(word, value, Deed.LOG_RANK, Deed.TESTED)
        case _:
            return _counted(context, word, patients), Done(word.label)


def _done(
    word: FollowUp | MedianSurvival | SurvivalAt | LogRankP, value: Value, *deeds: Deed
) -> Done:
    """What stands behind a number; only of a test that could not be made the reason is kept."""
    if value.value is not None:
        points = (word.end_point,)
        return Done(word.label, frozenset(deeds), section="survival", end_points=points, on=word.on)
    reason = str(value.reason) if isinstance(word, LogRankP) else ""
    return Done(word.label, reason=reason, section="survival")


def _counted(context: Context, word: Counting, patients: Patients) -> Value:
    """Counts, shares and calendar years."""
    write = context.write
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


def _year(context: Context, word: YearOf, patients: Patients) -> Value:
    dates = patients.columns[word.column][patients.columns.known(word.column)]
    if not len(dates):
        return context.write.instead(word.key, NO_PATIENTS)
    day = dates.min() if word.which == "first" else dates.max()
    return context.write.count(word.key, day.astype(object).year)


def _median_of(context: Context, word: MedianOf, patients: Patients) -> Value:
    values = patients.columns[word.column][patients.where(word.where)]
    middle = summarise(values, context.study.convention).median
    if not word.unit and word.places is not None:
        return context.write.number(word.key, middle, word.places, NO_PATIENTS)
    return context.write.duration(word.key, middle, word.unit or "days", word.places, NO_PATIENTS)


def _time_between(context: Context, word: TimeBetween, patients: Patients) -> Value:
    columns = patients.columns
    who = patients.where(word.where) & columns.known(word.start) & columns.known(word.end)
    days = (columns[word.end] - columns[word.start])[who].astype("timedelta64[D]").astype(float)
    told = getattr(summarise(days, context.study.convention), word.statistic)
    return context.write.duration(word.key, told, word.unit, word.places, NO_DATES)


def _follow_up(context: Context, word: FollowUp, patients: Patients) -> Answer:
    if patients.sample is None:
        return context.write.instead(word.key, why_nobody(patients)), Done(word.label)
    found, reason = follow_up(patients.sample, context.study.convention), NOBODY_ALIVE
    match word.patients:
        case "reverse":
            days, deed = found.reverse.days, Deed.REVERSE_FOLLOW_UP
            reason = "Not reached: fewer than half would have been followed so long."
        case "all":
            days, deed = getattr(found.all_patients, word.statistic), Deed.FOLLOW_UP_OF_ALL
        case "survivors":
            days, deed = getattr(found.survivors, word.statistic), Deed.FOLLOW_UP_OF_SURVIVORS
    value = context.write.duration(word.key, days, word.unit, word.places, reason)
    return value, _done(word, value, deed)


def _median_survival(context: Context, word: MedianSurvival, patients: Patients) -> Answer:
    curve = curves(patients, None).get("global")
    days, reason = None, why_nobody(patients)
    if curve:
        convention = context.study.convention
        middle, (lower, upper, unlimited) = median(curve, convention), limits_of(curve, convention)
        days = {"median": middle.days, "lower": lower, "upper": upper}[word.statistic]
        reason = NOT_REACHED if word.statistic == "median" else unlimited
    value = context.write.duration(word.key, days, word.unit, word.places, reason)
    deed = Deed.MEDIAN_SURVIVAL if word.statistic == "median" else Deed.MEDIAN_LIMITS
    return value, _done(word, value, Deed.KAPLAN_MEIER, deed)


def _survival_at(context: Context, word: SurvivalAt, patients: Patients) -> Answer:
    value = survival_at(context, word, patients)
    precision = {
        "survival": (),
        "error": (Deed.HORIZON_ERROR,),
        "lower": (Deed.HORIZON_LIMITS,),
        "upper": (Deed.HORIZON_LIMITS,),
    }[word.statistic]
    return value, _done(word, value, Deed.KAPLAN_MEIER, *precision)


def side_by_side(context: Context, word: SideBySide) -> Made:
    """The same numbers in several populations; the first row counts the patients."""
    counts = tuple(
        context.write.count(f"{word.id}.{population}.n", context.populations[population].n)
        for population in word.columns
    )
    rows, every = [Row("Patients", counts)], list[Done]()
    for line in word.rows:
        answers = [_answer(context, _of_population(word, line, name)) for name in word.columns]
        rows.append(Row(line.label, tuple(value for value, _ in answers)))
        every += [done for _, done in answers]
    headers = tuple(word.columns.values())
    table = Table(word.id, word.label, word.title, headers, tuple(rows), ())
    deeds = {deed for done in every for deed in done.deeds}
    if any(value.value for value in counts):
        deeds.add(Deed.DESCRIBES)
    points = tuple(dict.fromkeys(point for done in every for point in done.end_points))
    return made(table, deeds, section="description", end_points=points)


def _of_population(word: SideBySide, line: SideWord, population: str) -> SideWord:
    return replace(line, on=population, key=f"{word.id}.{population}.{line.key}")

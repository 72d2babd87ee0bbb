"""Who lives longer from a day on: those who had something by that day, or those who had not?"""

from dataclasses import dataclass

import numpy as np

from outcomes.curve import Curve
from outcomes.endpoints import DAYS_PER_YEAR
from outcomes.kaplan_meier import kaplan_meier_by
from outcomes.landmark import landmark, status_by
from outcomes.logrank import log_rank
from outcomes.sample import EmptySample
from outcomes.terms import MISSING, Factor
from reports import numbers
from reports.compute.done import Deed, Made, deeds_in, made
from reports.compute.horizons import BLOCK, CARRIED, GREENWOOD, horizon_cells
from reports.compute.population import Context, Patients, why_nobody
from reports.compute.survival import ONE_GROUP
from reports.compute.switches import switched
from reports.compute.values import NO_PATIENTS
from reports.model_words import Landmark
from reports.results import Row, Table, Value

DEEDS = {
    "s": (Deed.KAPLAN_MEIER, Deed.ABSOLUTE),
    "se": (Deed.HORIZON_ERROR,),
    "lo": (Deed.HORIZON_LIMITS,),
    "hi": (Deed.HORIZON_LIMITS,),
    "p": (Deed.LOG_RANK, Deed.TESTED, Deed.SENSITIVITY, Deed.AGAINST_IMMORTAL_TIME),
}
COLUMNS = ("At risk", "Survival, %", "SE", "95% CI lower", "95% CI upper", "P")


@dataclass(frozen=True, eq=False)
class _Kept:
    """The curves from the landmark on, by level, and the test between them.

    event, censored, unknown : patients left out. later : switched after the landmark, and kept
    among those who were not by then. reason : why nobody is left.
    """

    curves: dict[str, Curve]
    p: float | None
    df: int
    event: int
    censored: int
    unknown: int
    later: int
    reason: str


def landmark_table(context: Context, word: Landmark) -> Made:
    """The two groups from the landmark on, the log-rank test, and who was left out."""
    patients = context.patients(word.on, word.end_point)
    counted, kept = patients.end_point.counted, _kept(patients, word)
    rows: list[Row] = []
    for level in ("no", "yes"):
        label = f"{word.switch.label} by day {numbers.count(word.at_days)}: {level}"
        rows += _group(context, word, label, level, counted, kept)
    reason = kept.reason or (ONE_GROUP if _events(kept) else f"Not tested: no {counted}.")
    p = context.write.p(f"{word.id}.logrank.p", kept.p, reason)
    test = f"Log-rank test ({kept.df} df)" if kept.df else "Log-rank test"
    rows.append(Row(test, (*(None,) * 7, p)))
    rows += _left_out(context, word, counted, kept)
    headers = ("n", counted.capitalize(), *COLUMNS)
    n = sum(curve.n for curve in kept.curves.values())
    notes = _notes(word, patients, kept)
    table = Table(word.id, word.label, word.title, headers, tuple(rows), notes, n, _events(kept))
    deeds, points = deeds_in(rows, DEEDS), (word.end_point,)
    told = _told(word, deeds)
    return made(table, deeds, told, section="survival", end_points=points, on=word.on)


def _told(word: Landmark, deeds: frozenset[Deed]) -> tuple[str, ...]:
    if not deeds:
        return ()
    label, day = numbers.in_sentence(word.switch.label), numbers.count(word.at_days)
    compared = "compared" if Deed.TESTED in deeds else "followed, not compared,"
    told = (
        f"{word.label}: groups by {label} up to day {day}, {compared} from that day on in those "
        "still followed after it (landmark)."
    )
    return (told,)


def _events(kept: _Kept) -> int:
    return sum(curve.events for curve in kept.curves.values())


def _kept(patients: Patients, word: Landmark) -> _Kept:
    sample, day = patients.sample, word.at_days
    if sample is None:
        return _Kept({}, None, 0, 0, 0, 0, 0, why_nobody(patients))
    switch = switched(patients, word.switch)
    by_then = status_by(word.switch.name, np.maximum(switch.days, 0), day)
    codes = np.where(switch.known, by_then.codes, MISSING)
    groups = Factor(word.switch.name, by_then.levels, codes)
    gone = sample.days <= day
    counts = (gone & sample.event, gone & ~sample.event, ~gone & ~switch.known)
    later = ~gone & switch.known & (switch.days > day)
    event, censored, unknown, after = (int(np.count_nonzero(one)) for one in (*counts, later))
    try:
        found = landmark(sample, day, groups)
    except EmptySample:
        reason = f"Nobody is followed beyond day {numbers.count(day)} with a known group."
        return _Kept({}, None, 0, event, censored, unknown, after, reason)
    assert found.groups is not None
    test = log_rank(found.sample, found.groups)
    curves = kaplan_meier_by(found.sample, found.groups)
    return _Kept(curves, test.p, test.df, event, censored, unknown, after, "")


def _group(
    context: Context, word: Landmark, label: str, level: str, counted: str, kept: _Kept
) -> list[Row]:
    """The patients and events of a group, and a line for each horizon."""
    write, key, curve = context.write, f"{word.id}.{level}", kept.curves.get(level)
    counts = (
        write.count(f"{key}.n", curve.n if curve else 0),
        write.count(f"{key}.{counted}", curve.events if curve else 0),
    )
    rows = [Row(label, (*counts, *(None,) * 6))]
    for years in word.at_years:
        here = f"{key}.{years:g}y"
        cells: tuple[Value, ...]
        if curve:
            cells = horizon_cells(context, here, curve, years * DAYS_PER_YEAR)
        else:
            reason = kept.reason or NO_PATIENTS
            cells = tuple(write.instead(f"{here}.{part}", reason) for part in BLOCK)
        rows.append(Row(f"{numbers.horizon(years)} later", (None, None, *cells, None), 1))
    return rows


def _left_out(context: Context, word: Landmark, counted: str, kept: _Kept) -> list[Row]:
    """Who is not compared, each with the reason."""
    day = numbers.count(word.at_days)
    gone = "died" if counted == "deaths" else "had the event"
    told = [
        (f"Left out: {gone} by day {day}", "event", kept.event),
        (f"Left out: followed no longer than day {day}", "censored", kept.censored),
    ]
    if kept.unknown:
        label = numbers.in_sentence(word.switch.label)
        told.append((f"Left out: {label}, or its day, is not known", "unknown", kept.unknown))
    write = context.write
    return [
        Row(label, (write.count(f"{word.id}.left_out.{name}", n), *(None,) * 7))
        for label, name, n in told
    ]


def _notes(word: Landmark, patients: Patients, kept: _Kept) -> tuple[str, ...]:
    label, day = numbers.in_sentence(word.switch.label), numbers.count(word.at_days)
    from_day = (
        f"{patients.end_point.label}, Kaplan-Meier, counted from day {day} on, in those who were "
        "still followed after it; groups as they were on that day, so that no time is immortal."
    )
    notes = [from_day, f"{GREENWOOD}, limits log-log. {CARRIED}"]
    if kept.later:
        n = numbers.count(kept.later)
        notes.append(f"{n} with {label} after day {day} count among those without.")
    unfollowed = patients.n - int(np.count_nonzero(patients.followed))
    if unfollowed:
        notes.append(f"Left out too: {numbers.count(unfollowed)} without a usable follow-up.")
    return tuple(notes)

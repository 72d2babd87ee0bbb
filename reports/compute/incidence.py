"""How many relapse, how many die without it? Cumulative incidence with death as a competing event."""

from dataclasses import dataclass

import numpy as np

from outcomes.competing_endpoints import relapse_and_non_relapse_mortality
from outcomes.competing_risks import (
    AalenJohansen,
    cumulative_incidence,
    cumulative_incidence_by,
)
from outcomes.endpoints import DAYS_PER_MONTH, DAYS_PER_YEAR
from outcomes.gray import gray_test
from outcomes.incidence import CumulativeIncidence as Incidence
from outcomes.sample import CompetingRisks, EmptySample
from reports import numbers
from reports.columns import Columns, Mask
from reports.compute.done import Deed, Made, deeds_in, made
from reports.compute.population import NO_DATES, Context, dead_undated, failed_undated
from reports.compute.survival import months_after
from reports.compute.values import NO_FOLLOW_UP, NO_PATIENTS
from reports.groupings import Grouping
from reports.results import Figure, Row, Series, Table, Value
from reports.study import EndPoint
from reports.words import CumulativeIncidence, CumulativeIncidenceFigure

# What outcomes calls the causes, what a key calls them, and what a reader reads.
CAUSES = {
    "relapse": ("relapse", "Relapse or progression"),
    "non-relapse mortality": ("nrm", "Death without relapse or progression"),
}
PARTS = ("risk", "ci", "se", "lo", "hi")
DEEDS = {
    "ci": (Deed.AALEN_JOHANSEN, Deed.ABSOLUTE),
    "se": (Deed.INCIDENCE_ERROR,),
    "p": (Deed.GRAY, Deed.TESTED),
}
NO_EVENT_YET = "Not estimable: nobody had the event by then, or everybody had."


@dataclass(frozen=True, eq=False)
class Competing:
    """A population followed to the first of the two causes.

    followed : (n,) mask of the rows in `risks`, which is None when there are none.
    """

    columns: Columns
    followed: Mask
    risks: CompetingRisks | None

    def curves(self, by: Grouping | None) -> dict[str, AalenJohansen]:
        """The curves of each level with patients; of all under "global" without a grouping."""
        if self.risks is None:
            return {}
        if by is None:
            return {"global": cumulative_incidence(self.risks)}
        factor = by.factor(self.columns).where(self.followed)
        return cumulative_incidence_by(self.risks, factor)

    def why_nobody(self, by: Grouping | None) -> str:
        """The sentence that stands for a number when nobody can be analysed."""
        if self.columns.n == 0:
            return NO_PATIENTS
        if self.risks is None or by is None:
            return NO_FOLLOW_UP
        return f"{by.label} is not known in any patient."


def competing(columns: Columns, end_point: EndPoint) -> Competing:
    """Who of these rows can be followed from the origin of the end point."""
    dated = ~(dead_undated(columns) | failed_undated(columns))
    usable = columns.where(dated)
    followed = np.zeros(columns.n, dtype=np.bool_)
    try:
        found = relapse_and_non_relapse_mortality(
            usable[end_point.origin],
            usable["failure_date"],
            usable["death_date"],
            usable["last_contact_date"],
            cutoff=end_point.cutoff,
        )
    except EmptySample:
        return Competing(columns, followed, None)
    followed[np.flatnonzero(dated)] = found.kept
    return Competing(columns, followed, found.sample)


def incidence_table(context: Context, word: CumulativeIncidence) -> Made:
    """A block of horizons for each cause, and within it for each level; then Gray's tests."""
    patients = _competing(context, word)
    found = patients.curves(word.by)
    rows: list[Row] = []
    for cause, (short, name) in CAUSES.items():
        levels = word.by.levels if word.by else {"global": ""}
        for level, label in levels.items():
            stem = f"{word.id}.{word.by.name}.{level}" if word.by else word.id
            curve = found[level].of(cause) if level in found else None
            reason = NO_PATIENTS if word.by and found else patients.why_nobody(word.by)
            heading = f"{name}: {label}" if label else name
            rows += _block(context, f"{stem}.{short}", heading, word, curve, reason)
        if word.by:
            p = gray_p(context, f"{word.id}.{short}.p", patients, word.by, cause)
            rows.append(Row("Gray's test", (*(None,) * len(PARTS), p), 1))
    headers = ("At risk", "Incidence, %", "SE", "95% CI lower", "95% CI upper")
    told = (
        "Cumulative incidence by Aalen and Johansen, each of the two a competing event of the "
        "other. At risk: patients free of both and followed to the horizon or longer. Standard "
        "errors (SE) by the jackknife, 95% limits log-log."
    )
    notes = (told, *_left_out(context, word.on, patients))
    n = patients.risks.n if patients.risks else 0
    columns = (*headers, "P") if word.by else headers
    table = Table(word.id, word.label, word.title, columns, tuple(rows), notes, n)
    points = (word.end_point,)
    return made(table, deeds_in(rows, DEEDS), section="survival", end_points=points, on=word.on)


def _competing(
    context: Context, word: CumulativeIncidence | CumulativeIncidenceFigure
) -> Competing:
    point = context.study.end_point_named(word.end_point)
    return competing(context.populations[word.on].columns, point)


def _left_out(context: Context, on: str, patients: Competing) -> tuple[str, ...]:
    missing = context.populations[on].n - int(np.count_nonzero(patients.followed))
    return (f"{numbers.count(missing)} left out: {NO_DATES}.",) if missing else ()


def _block(
    context: Context,
    key: str,
    heading: str,
    word: CumulativeIncidence,
    curve: Incidence | None,
    reason: str,
) -> list[Row]:
    """The heading with patients and events, and a line for each horizon."""
    write = context.write
    if curve:
        heading += f" ({numbers.count(curve.n)} patients, {numbers.count(curve.events)} events)"
    width = len(PARTS) + int(word.by is not None)
    rows = [Row(heading, (None,) * width, heading=True)]
    for years in word.at_years:
        here = f"{key}.{years:g}y"
        cells = (
            _at(context, here, curve, years * DAYS_PER_YEAR)
            if curve
            else tuple(write.instead(f"{here}.{part}", reason) for part in PARTS)
        )
        padding = (None,) * (width - len(cells))
        rows.append(Row(numbers.horizon(years), (*cells, *padding), 1))
    return rows


def _at(context: Context, key: str, curve: Incidence, day: float) -> tuple[Value, ...]:
    share, limits, write = 100 * curve.at(day), curve.interval_at(day), context.write
    note = None
    if curve.last_day < day:
        last = numbers.count(curve.last_day)
        note = f"The last patient at risk, on day {last}, was the last; carried forward."

    def percent(part: str, of_one: float | None) -> Value:
        value = None if of_one is None else 100 * of_one
        return write.number(f"{key}.{part}", value, 1, NO_EVENT_YET)

    return (
        write.count(f"{key}.risk", curve.at_risk_at(day)),
        write.value(f"{key}.ci", share, numbers.decimals(share, 1), note),
        percent("se", curve.std_error_at(day) or None),
        percent("lo", limits.lower),
        percent("hi", limits.upper),
    )


def gray_p(context: Context, key: str, patients: Competing, by: Grouping, cause: str) -> Value:
    """P of Gray's test for one cause between the levels with patients."""
    factor = by.factor(patients.columns).where(patients.followed)
    if patients.risks is None or not factor.known.any():
        return context.write.instead(key, patients.why_nobody(by))
    test = gray_test(patients.risks, factor, cause)
    return context.write.p(key, test.p, f"Not tested: {test.reason}.")


def incidence_figure(
    context: Context, word: CumulativeIncidenceFigure
) -> tuple[Figure, dict[str, Value]]:
    """The figure, and its numbers at risk and the P of Gray's test by key."""
    patients = _competing(context, word)
    found = patients.curves(word.by)
    stems = {level: f"{word.id}.{word.by.name}.{level}" if word.by else word.id for level in found}
    answers = {
        f"{stems[level]}.risk{month}": context.write.count(f"{stems[level]}.risk{month}", n)
        for level, curves in found.items()
        for month, n in zip(word.ticks_months, _at_risk(curves, word), strict=True)
    }
    test, p = None, None
    if word.by:
        p = gray_p(context, f"{word.id}.p", patients, word.by, word.cause)
        answers[f"{word.id}.p"] = p
        test = p.reason or f"Gray's test P {numbers.with_sign(p.text)}"
    origin = context.study.end_point_named(word.end_point).origin
    finished = Figure(
        *(word.id, word.label, word.title, _caption(word, patients, found)),
        x_label=months_after(origin),
        y_label="Cumulative incidence",
        ticks_months=word.ticks_months,
        series=_drawn(word, found),
        test=test,
        p=p,
    )
    return finished, answers


def _drawn(word: CumulativeIncidenceFigure, found: dict[str, AalenJohansen]) -> tuple[Series, ...]:
    """One cause by level, or both causes of all patients."""
    if word.by:
        labels = word.by.levels.items()
        return tuple(
            _series(label, found[level], word.cause, word, f"{word.by.name}.{level}")
            for level, label in labels
            if level in found
        )
    return tuple(
        _series(told, curves, cause, word, short)
        for curves in found.values()
        for cause, (short, told) in CAUSES.items()
    )


def _series(
    label: str, curves: AalenJohansen, cause: str, word: CumulativeIncidenceFigure, key: str
) -> Series:
    curve = curves.of(cause)
    shown = curve.ended > 0
    shown[-1] = True  # the curve reaches to the last patient
    return Series(
        label=label,
        n=curve.n,
        events=curve.events,
        months=(0.0, *(float(day / DAYS_PER_MONTH) for day in curve.day[shown])),
        survival=(0.0, *(float(height) for height in curve.probability[shown])),
        censor=(),
        at_risk=_at_risk(curves, word),
        key=f"{word.id}.{key}",
    )


def _at_risk(curves: AalenJohansen, word: CumulativeIncidenceFigure) -> tuple[int, ...]:
    free = curves.event_free
    return tuple(free.at_risk_at(month * DAYS_PER_MONTH) for month in word.ticks_months)


def _caption(
    word: CumulativeIncidenceFigure, patients: Competing, found: dict[str, AalenJohansen]
) -> str:
    causes = (word.cause,) if word.by else tuple(CAUSES)
    named = " and of ".join(CAUSES[cause][1].lower() for cause in causes)
    by = f" by {numbers.in_sentence(word.by.label)}" if word.by else ""
    start = f"Cumulative incidence of {named}{by}"
    if not found:
        return f"{start}. {patients.why_nobody(word.by)}"
    n = numbers.count(sum(curves.n for curves in found.values()))
    counts = (sum(c.of(cause).events for c in found.values()) for cause in causes)
    events = " and ".join(numbers.count(count) for count in counts)
    return (
        f"{start}, competing events, Aalen-Johansen; {n} patients, {events} events. "
        "Below: patients at risk, free of both events."
    )

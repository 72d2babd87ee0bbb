"""Which tables are ready to be analysed? One row per allogeneic transplant, one per first relapse.

The columns are those that studies use (reports.catalogue), and the end points are found by the same
functions, so that what is computed from the files agrees with the reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from outcomes.competing_endpoints import first_of
from outcomes.sample import EmptySample
from reports.catalogue import Column as Described
from reports.catalogue import catalogue
from reports.columns import Columns
from reports.compute.incidence import competing
from reports.compute.population import dead_undated, followed
from reports.exports.computed import AGE_RULE
from reports.exports.names import Names
from reports.exports.variables import (
    Category,
    Column,
    Table,
    Variable,
    categories,
    days,
    numbered,
    texts,
    whole,
    why,
)
from reports.extract import WHY_OPEN, Row
from reports.study import EndPoint

TRANSPLANTS = "analysis_transplants"
RELAPSES = "analysis_first_relapses"
AGES = {
    "age_at_transplant": AGE_RULE,
    "age_at_diagnosis": "Completed years: the age at transplant less the interval / 365.25.",
}
"""The ages of a patient, and how they are cut before they come here (reports.exports.content)."""
PLACES = {
    "age_at_transplant": 1,
    "bmi": 1,
    "cd34_dose": 3,
    "haemoglobin": 2,
    "lymphocytes": 3,
    "ldh": 1,
    "ferritin": 1,
}
UNDATED = (
    "Missing of who died on an unknown day, and where a date is not known. What counts relapses is "
    "missing too where it is not known whether one came, or when."
)
OPEN_FAILURE = (
    "Missing, with all that is told of a failure, where a relapse whose kind or whose transplant "
    "is not known may have been the first."
)
_IN_TURN = itemgetter(*catalogue)
Array = NDArray[Any]


def analysis_tables(rows: Sequence[Row]) -> list[Table]:
    """rows : of reports.extract.row_of, of patients without errors, with ages that may leave."""
    as_found = Columns(_values(rows))
    order = as_found.order()
    told: list[Any] = [row.get(WHY_OPEN) for row in rows]
    columns, reasons = as_found.rows(order), why(told)[order]
    failed = columns.where(columns["failure"] == "yes")
    return [
        _table(
            TRANSPLANTS,
            "Allogeneic transplants, ready to be analysed",
            "One row per allogeneic transplant of a patient whose records have no errors; times "
            "in days from day 0.",
            columns,
            _from_transplant(columns),
            reasons,
        ),
        _table(
            RELAPSES,
            "First relapses after a transplant, ready to be analysed",
            "One row per allogeneic transplant that a relapse or progression followed, the first "
            "of them; times in days from it. For one row per patient keep allo_number 1.",
            failed,
            _from_failure(failed),
        ),
    ]


def _values(rows: Sequence[Row]) -> dict[str, Any]:
    """The columns of the catalogue. One look at each row takes all that is in it."""
    nothing = dict.fromkeys(catalogue)
    every = zip(*(_IN_TURN(nothing | row) for row in rows), strict=True)
    found: dict[str, Any] = dict.fromkeys(catalogue, ()) | dict(zip(catalogue, every, strict=False))
    dates = {one.name for one in catalogue.values() if one.kind == "date"}
    return {name: days(found[name]) if name in dates else found[name] for name in catalogue}


def _table(
    name: str,
    label: str,
    help: str,
    columns: Columns,
    more: Iterable[Column],
    open_failures: NDArray[np.uint8] | None = None,
) -> Table:
    """open_failures : (n,) why it is not known whether there was a failure."""
    names = Names()
    told = [_column(catalogue[one], columns[one], names) for one in catalogue]
    if open_failures is not None:
        told = [_open(one, open_failures, names) for one in told]
    for one in more:
        names.new(one.variable.name)
        told.append(one)
    return Table(name, label, help, tuple(told), columns.n)


def _column(described: Described, values: Array, names: Names) -> Column:
    name = names.new("pseudonym" if described.name == "patient" else described.name)
    told: dict[str, Any] = {
        "role": "key" if described.name == "patient" else "computed",
        "unit": described.unit if described.kind == "number" else "",
        "rule": described.description,
    }
    if described.name in AGES:
        told["rule"] = AGES[described.name]
    if described.kind == "number":
        told["places"] = PLACES.get(described.name, 0)
        return Column(Variable(name, described.label, "number", **told), values)
    if described.kind == "date":
        return Column(Variable(name, described.label, "date", **told), values)
    if not described.codes:
        return Column(Variable(name, described.label, "text", **told), texts(values.tolist()))
    if described.kind == "yes_no":
        told["categories"] = whole("No", "Yes")
        flags = np.select([values == "no", values == "yes"], [0.0, 1.0], np.nan)
        return Column(Variable(name, described.label, "flag", **told), flags)
    told["categories"] = categories((one, one.replace("_", " ")) for one in described.codes)
    variable = Variable(name, described.label, "code", **told)
    return Column(variable, numbered(values.tolist(), variable.categories))


def _open(column: Column, reasons: NDArray[np.uint8], names: Names) -> Column:
    """The column of failures with the reasons why some are not known; any other as it is."""
    if column.variable.name != "failure":
        return column
    told = replace(column.variable, missing=names.new("failure", "_missing"), rule=OPEN_FAILURE)
    return Column(told, column.values, reasons)


def _from_transplant(columns: Columns) -> Iterator[Column]:
    death = EndPoint("Overall survival", "transplant_date")
    either = EndPoint("Relapse-free survival", "transplant_date", "failure or death")
    yield from _survival("os", "Overall survival", "Death", columns, death)
    yield from _survival("rfs", "Relapse-free survival", "Relapse or death", columns, either)
    yield from _relapse_or_death(columns, death)


def _from_failure(columns: Columns) -> Iterator[Column]:
    death = EndPoint("Overall survival after relapse", "failure_date")
    yield from _survival("os", "Overall survival after relapse", "Death", columns, death)
    yield from _second_transplant(columns)


def _survival(
    stem: str, label: str, event: str, columns: Columns, end_point: EndPoint
) -> Iterator[Column]:
    found = followed(columns, end_point)
    days, event_seen = (
        (None, None) if found.sample is None else (found.sample.days, found.sample.event)
    )
    yield _days(stem, label, found.followed, days)
    yield _event(stem, label, found.followed, event_seen, whole("Censored", event))


def _relapse_or_death(columns: Columns, end_point: EndPoint) -> Iterator[Column]:
    found = competing(columns, end_point)
    label, risks = "Relapse and death without it", found.risks
    days, cause = (None, None) if risks is None else (risks.days, risks.cause + 1)
    told = whole("Censored", "Relapse or progression", "Death without it")
    yield _days("ci", label, found.followed, days)
    yield _event("ci", label, found.followed, cause, told)


def _second_transplant(columns: Columns) -> Iterator[Column]:
    dated = ~dead_undated(columns)
    usable, mask = columns.where(dated), np.zeros(columns.n, dtype=np.bool_)
    label, days, cause = "Second transplant and death without it", None, None
    causes = {
        "second transplant": usable["second_transplant_date"],
        "death": usable["death_date"],
    }
    try:
        found = first_of(label, usable["failure_date"], causes, usable["last_contact_date"])
    except EmptySample:
        pass
    else:
        mask[np.flatnonzero(dated)] = found.kept
        days, cause = found.sample.days, found.sample.cause + 1
    told = whole("Censored", "Second transplant", "Death without it")
    yield _days("hsct2", label, mask, days)
    yield _event("hsct2", label, mask, cause, told)


def _days(stem: str, label: str, mask: Array, values: Any) -> Column:
    told = {"unit": "days", "rule": f"To the event, or to the last contact. {UNDATED}"}
    variable = Variable(f"{stem}_days", f"{label}: time", "number", role="computed", **told)  # type: ignore[arg-type]
    return Column(variable, _spread(mask, values))


def _event(stem: str, label: str, mask: Array, values: Any, told: tuple[Category, ...]) -> Column:
    words = ", ".join(f"{one.number} {one.label.lower()}" for one in told)
    variable = Variable(
        f"{stem}_event",
        f"{label}: event",
        "flag",
        role="computed",
        categories=told,
        rule=f"{words}. {UNDATED}",
    )
    return Column(variable, _spread(mask, values))


def _spread(mask: Array, values: Any) -> Array:
    """The values in the rows that are followed, NaN in the others."""
    found = np.full(len(mask), np.nan)
    if values is not None:
        found[mask] = values
    return found

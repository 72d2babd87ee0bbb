"""Who is in, how are patients told apart, and how long was each followed?

Rows are columns by name: text ("" = missing), numbers (NaN) and dates (NaT), all of one length. A
row whose value is missing does not meet a condition.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from outcomes.competing_endpoints import relapse_and_non_relapse_mortality
from outcomes.endpoints import disease_free_survival, overall_survival
from outcomes.sample import CompetingRisks, EmptySample, Survival
from outcomes.terms import MISSING, Factor, Numeric

from .numbers import put_count, put_percent

Column = NDArray[Any]
Mask = NDArray[np.bool_]
Rows = dict[str, Column]

# ---- Data


def read_columns(file: str, numbers: Sequence[str], dates: Sequence[str]) -> Rows:
    """The columns of a CSV file, with `row` as the number of each row."""
    with open(file, encoding="utf-8", newline="") as opened:
        names, *lines = list(csv.reader(opened))
    rows: Rows = {}
    for place, name in enumerate(names):
        told = [line[place] for line in lines]
        if name in numbers:
            rows[name] = np.array([float(text or "nan") for text in told], dtype=np.float64)
        elif name in dates:
            rows[name] = np.array([text or "NaT" for text in told], dtype="datetime64[D]")
        else:
            rows[name] = np.array(told, dtype=np.str_)
    rows["row"] = np.arange(len(lines))
    return rows


def count(rows: Rows) -> int:
    return len(rows["row"])


def some(rows: Rows, chosen: Mask) -> Rows:
    return {name: values[chosen] for name, values in rows.items()}


def as_of(rows: Rows, cutoff: str) -> Rows:
    """The rows as they stood on the cutoff: what happened later has not happened yet."""
    end, never = np.datetime64(cutoff, "D"), np.datetime64("NaT", "D")
    died_later = rows["death_date"] > end
    failed_later = rows["failure_date"] > end
    second_later = failed_later | (rows["second_transplant_date"] > end)
    dli_later = failed_later | (rows["first_dli_date"] > end)
    treatment = rows["treatment"]
    untreated = (
        failed_later
        | (second_later & (treatment == "second_hsct"))
        | (dli_later & np.isin(treatment, ("dli", "chemo_dli")))
    )
    # Whoever died after the cutoff was known to be alive on it.
    contact_later = died_later | (rows["last_contact_date"] > end)
    undone: tuple[tuple[str, Mask, Any], ...] = (
        ("last_contact_date", contact_later, end),
        ("death", died_later, "no"),
        ("death_date", died_later, never),
        ("failure", failed_later, "no"),
        ("failure_date", failed_later, never),
        ("failure_kind", failed_later, ""),
        ("days_to_failure", failed_later, np.nan),
        ("treatment", untreated, ""),
        ("second_transplant_date", second_later, never),
        ("first_dli_date", dli_later, never),
    )
    changed = {name: np.where(later, value, rows[name]) for name, later, value in undone}
    return {**rows, **changed}


# ---- Conditions on the rows, True or False for each


def is_one_of(rows: Rows, name: str, codes: Sequence[str]) -> Mask:
    return np.asarray(np.isin(rows[name], codes), dtype=np.bool_)


def is_between(rows: Rows, name: str, first: str, last: str) -> Mask:
    dates = rows[name]
    found = (dates >= np.datetime64(first, "D")) & (dates <= np.datetime64(last, "D"))
    return np.asarray(found, dtype=np.bool_)


def is_below(rows: Rows, name: str, limit: float) -> Mask:
    return np.asarray(rows[name] < limit, dtype=np.bool_)


def is_known(rows: Rows, name: str) -> Mask:
    values = rows[name]
    missing = values == "" if values.dtype.kind == "U" else np.isnan(values)
    if values.dtype.kind == "M":
        missing = np.isnat(values)
    return np.asarray(~missing, dtype=np.bool_)


def is_allogeneic(rows: Rows, number: int) -> Mask:
    found = (rows["transplant_type"] == "allo") & (rows["allo_number"] == number)
    return np.asarray(found, dtype=np.bool_)


def all_of(rows: Rows, *conditions: Mask) -> Mask:
    return reduce(np.logical_and, conditions, np.ones(count(rows), dtype=np.bool_))


def keep(rows: Rows, sentence: str, condition: Mask) -> Rows:
    """The rows that meet the condition; prints how many they are."""
    kept = some(rows, condition)
    print(f"{count(kept):7d}  {sentence}")
    return kept


def those_not_in(before: Rows, rows: Rows) -> Rows:
    return some(before, ~np.isin(before["row"], rows["row"]))


def flow_box(name: str, rows: Rows, before: Rows | None = None, excluded: bool = False) -> None:
    """A box of the flow chart, its share of the box before, and who dropped out on the way."""
    put_count(f"flow.{name}.n", count(rows))
    if before is None:
        return
    n, whole = count(rows), count(before)
    if whole:
        put_percent(f"flow.{name}.pct", n, whole)
    if excluded:
        put_count(f"flow.{name}.excluded.n", whole - n)
        if whole:
            put_percent(f"flow.{name}.excluded.pct", whole - n, whole)


# ---- Groupings: the first level is the reference


@dataclass(frozen=True)
class Grouping:
    """`codes` of a column form each level, or `starts` of its bands, in the order of `levels`."""

    name: str
    column: str
    levels: tuple[str, ...]
    codes: dict[str, list[str]]
    starts: dict[str, float]

    def of(self, rows: Rows) -> Factor:
        values = rows[self.column]
        found = np.full(len(values), MISSING, dtype=np.int16)
        # Bands end where the next one starts; the last is open, before the first is missing.
        for level, start in self.starts.items():
            found[values >= start] = self.levels.index(level)
        for level, meant in self.codes.items():
            found[np.isin(values, meant)] = self.levels.index(level)
        return Factor(self.name, self.levels, found)


@dataclass(frozen=True)
class Measured:
    """A number as it was measured; its hazard ratio is that of `per` units more."""

    name: str
    column: str
    per: float = 1

    def of(self, rows: Rows) -> Numeric:
        return Numeric(self.name, rows[self.column] / self.per)


Covariate = Grouping | Measured


def category(
    name: str, column: str, levels: Sequence[str], joined: dict[str, list[str]] | None = None
) -> Grouping:
    codes = {level: (joined or {}).get(level, [level]) for level in levels}
    return Grouping(name, column, tuple(levels), codes, {})


def bands(
    name: str, column: str, levels: Sequence[str], starts: Sequence[float], reference: str = ""
) -> Grouping:
    first = reference or levels[0]
    told = (first, *(level for level in levels if level != first))
    return Grouping(name, column, told, {}, dict(zip(levels, starts, strict=True)))


measured = Measured


# ---- Follow-up in whole days


@dataclass(frozen=True)
class EndPoint:
    """From a date to "death", or to "failure or death"; nothing after the cutoff is known."""

    origin: str
    event: str
    cutoff: str | None = None

    @property
    def counted(self) -> str:
        return "deaths" if self.event == "death" else "events"


@dataclass(frozen=True, eq=False)
class Patients:
    """The rows with a usable start and end of follow-up, and their times; None for nobody."""

    rows: Rows
    counted: str
    sample: Survival | None
    risks: CompetingRisks | None = None

    @property
    def n(self) -> int:
        return count(self.rows)

    @property
    def events(self) -> int:
        return self.sample.events if self.sample else 0

    def where(self, chosen: Mask) -> Patients:
        rows = some(self.rows, chosen)
        if self.sample is None or not chosen.any():
            return Patients(rows, self.counted, None)
        risks = self.risks.where(chosen) if self.risks else None
        return Patients(rows, self.counted, self.sample.where(chosen), risks)

    @property
    def event(self) -> Mask:
        """(n,) who had the event."""
        return self.sample.event if self.sample else np.zeros(self.n, dtype=np.bool_)

    def in_level(self, by: Factor, level: str) -> Patients:
        return self.where(np.asarray(by.codes == by.levels.index(level), dtype=np.bool_))


end_point = EndPoint


def follow(rows: Rows, point: EndPoint) -> Patients:
    """The rows followed to the end point; "failure or death" as competing risks too."""
    rows = some(rows, ~((rows["death"] == "yes") & ~is_known(rows, "death_date")))
    if point.event != "death":
        # Neither failed on a known day nor known to be free of failure.
        rows = some(rows, (rows["failure"] == "no") | is_known(rows, "failure_date"))
    origin, death, contact = rows[point.origin], rows["death_date"], rows["last_contact_date"]
    try:
        if point.event == "death":
            found = overall_survival(origin, death, contact, cutoff=point.cutoff)
            return Patients(some(rows, found.kept), point.counted, found.sample)
        failure = rows["failure_date"]
        found = disease_free_survival(origin, failure, death, contact, cutoff=point.cutoff)
        # Death on the day of failure counts as failure.
        parts = relapse_and_non_relapse_mortality(
            origin, failure, death, contact, cutoff=point.cutoff
        )
    except EmptySample:
        return Patients(some(rows, np.zeros(count(rows), dtype=np.bool_)), point.counted, None)
    return Patients(some(rows, found.kept), point.counted, found.sample, parts.sample)

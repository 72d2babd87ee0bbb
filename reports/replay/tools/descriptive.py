"""What were the patients like? Counts, percentages of the known, medians, tests of tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from outcomes.descriptive import chi_square, default_test, summarise
from outcomes.descriptive import cross_table as counts_of

from .cohort import Column, Grouping, Mask, Rows, count, is_known
from .numbers import (
    count_text,
    half_up,
    percent_text,
    put,
    put_count,
    put_decimals,
    put_duration,
    put_none,
    put_p,
    put_percent,
    put_text,
    settings,
)


@dataclass(frozen=True)
class Quantity:
    """A number to be told by its median and range."""

    name: str
    column: str
    places: int


quantity = Quantity


def put_share(key: str, part: Mask, among: Mask) -> None:
    put_percent(key, int(np.count_nonzero(part & among)), int(np.count_nonzero(among)))


def convention() -> Literal["SPSS", "R"]:
    return "SPSS" if settings.convention == "SPSS" else "R"


def characteristics(id: str, rows: Rows, of: Sequence[Grouping | Quantity]) -> None:
    """Counts and percentages of the known for groupings; median and range of quantities."""
    for part in of:
        stem = f"{id}.{part.name}"
        if isinstance(part, Quantity):
            _quantity_row(stem, rows[part.column], part.places)
            continue
        counts = part.of(rows).counts
        known = sum(counts)
        for level, n in zip(part.levels, counts, strict=True):
            put_count(f"{stem}.{level}.n", n)
            put_percent(f"{stem}.{level}.pct", n, known)
        if known < count(rows):
            put_count(f"{stem}.missing.n", count(rows) - known)


def _quantity_row(stem: str, values: Column, places: int) -> None:
    found = summarise(values, convention())
    put_count(f"{stem}.n", found.n)
    put_decimals(f"{stem}.median", found.median, places)
    if found.minimum is not None and found.maximum is not None:
        joint = " to " if found.minimum < 0 else "\u2013"
        low, high = half_up(found.minimum, places), half_up(found.maximum, places)
        put_text(f"{stem}.range", f"{low}{joint}{high}")


def cross_table(
    id: str, rows: Rows, down: Grouping, across: Grouping, median: Quantity | None = None
) -> None:
    """Counts with row percentages, the test of independence; the median of a quantity by row."""
    one, other_one = down.of(rows), across.of(rows)
    counts = counts_of(one, other_one).astype(np.int64)
    for place, (level, line) in enumerate(zip(down.levels, counts, strict=True)):
        total = int(line.sum())
        for other, n in zip(across.levels, line.tolist(), strict=True):
            share = f" ({percent_text(n, total)})" if total else ""
            put(f"{id}.{level}.{other}.n", n, count_text(n) + share)
        put_count(f"{id}.{level}.n", total)
        if median is not None:
            here = rows[median.column][(one.codes == place) & other_one.known]
            middle = summarise(here, convention()).median
            put_decimals(f"{id}.{level}.median", middle, median.places)
    put_p(f"{id}.p", association_p(counts))


def association_p(counts: NDArray[np.int64]) -> float | None:
    """Fisher, two-sided, for two rows or columns and an expected count below 5; else Pearson."""
    if not counts.any():
        return None
    if min(np.count_nonzero(counts.any(axis=1)), np.count_nonzero(counts.any(axis=0))) <= 2:
        return default_test(counts).p
    return chi_square(counts).p


def put_distinct(key: str, values: Column) -> None:
    put_count(key, len(np.unique(values[values != ""])))


def put_year(key: str, dates: Column, which: str) -> None:
    known = dates[~np.isnat(dates)]
    if not len(known):
        put_none(key)
        return
    day = known.min() if which == "first" else known.max()
    put_count(key, day.astype(object).year)


def put_time_between(
    key: str,
    rows: Rows,
    start: str,
    end: str,
    chosen: Mask,
    statistic: str,
    unit: str,
    places: int | None = None,
) -> None:
    """Days from one date to another in the chosen rows that have both."""
    who = chosen & is_known(rows, start) & is_known(rows, end)
    days = (rows[end] - rows[start])[who].astype("timedelta64[D]").astype(np.float64)
    put_duration(key, getattr(summarise(days, convention()), statistic), unit, places)


def put_transplants(key: str, rows: Rows) -> None:
    """One transplant of each patient, and the second of whom it is dated."""
    again = is_known(rows, "second_transplant_date")
    put_count(key, count(rows) + int(np.count_nonzero(again)))


def put_median(key: str, values: Column, unit: str = "", places: int | None = None) -> None:
    """The median of a number; of days in a unit when one is named."""
    middle = summarise(values, convention()).median
    if not unit and places is not None:
        put_decimals(key, middle, places)
    else:
        put_duration(key, middle, unit or "days", places)

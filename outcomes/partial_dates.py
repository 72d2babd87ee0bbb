"""On which day did it happen when only the month or the year is known? By a declared rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes._dates.first_event import NO_DATE, Dates, column_of, day_of, full_dates
from outcomes._numbers.columns import (
    BoolArray,
    SampleError,
    aligned,
    first_row,
    one_of,
    read_only,
    wrong_row,
)

__all__ = ["Completed", "Rule", "complete_dates"]

Rule = Literal["middle", "midpoint", "earliest", "latest", "refuse"]

NONE, YEAR, MONTH, DAY = 0, 4, 7, 10  # precision = length of the text
_PRECISIONS = (NONE, YEAR, MONTH, DAY)
_DIGITS = (0, 1, 2, 3, 5, 6, 8, 9)
_DASHES = (4, 7)
_NOT_A_DATE = 'write "2014", "2014-03" or "2014-03-07", and nothing for a missing date'


@dataclass(frozen=True, eq=False)
class Completed:
    """n dates, each a full day, and what was done to get there. All arrays (n,), read-only.

    dates : datetime64[D], NaT = missing. first, last : the days between which it lies.
    by_month, by_year : rows known to the month or year only, completed by the rule. moved : of
    those, rows moved to a bound. outside : rows, full dates too, that break a bound on every day
    they can mean; they stay where the rule puts them. rule, year_rule : as asked.
    """

    dates: Dates
    first: Dates
    last: Dates
    by_month: BoolArray
    by_year: BoolArray
    moved: BoolArray
    outside: BoolArray
    rule: Rule
    year_rule: Rule

    def __repr__(self) -> str:
        facts = "".join(f", {count} {what}" for what, count in self.counts)
        return f"Completed(n={len(self.dates)}{facts})"

    @property
    def completed(self) -> BoolArray:
        """(n,) rows whose day is not known but put there by the rule."""
        return self.by_month | self.by_year

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """What to report, each with its number of rows; what did not occur is left out."""
        found = (
            (f"known to the month only: {_WORDS[self.rule][0]}", self.by_month),
            (f"known to the year only: {_WORDS[self.year_rule][1]}", self.by_year),
            ("of these, moved to a bound", self.moved),
            ("cannot lie within its bounds", self.outside),
        )
        return tuple((what, int(rows.sum())) for what, rows in found if rows.any())


_WORDS: dict[Rule, tuple[str, str]] = {
    "middle": ("the 15th", "1 July"),
    "midpoint": ("its middle day", "its middle day"),
    "earliest": ("its first day", "1 January"),
    "latest": ("its last day", "31 December"),
    "refuse": ("refused", "refused"),
}


def complete_dates(
    texts: ArrayLike,
    *,
    rule: Rule = "middle",
    year_rule: Rule | None = None,
    not_before: ArrayLike | None = None,
    not_after: ArrayLike | None = None,
    name: str = "dates",
) -> Completed:
    """Full days for dates of which some are known to the month or the year only.

    texts : (n,) ISO text "2014", "2014-03" or "2014-03-07"; "", None, NaN, NA or NaT = missing. Columns
    of datetime64 in years, months or days are of that precision.
    rule : middle = the 15th and 1 July; midpoint = the day half-way (16 March, 2 July 2014), as
    the registry shows partial dates; earliest; latest; refuse. year_rule : the rule for years
    where another one is wanted.
    not_before, not_after : dates (n,) or one for all, NaT = no bound. The rule's day is moved to
    a bound that it breaks when the month or year reaches that far; when it does not, or for full
    dates, the row is `outside` and not changed.
    name : of the column, for the errors.
    Raises SampleError for text that is no date and for what a rule refuses, naming the row
    (counted from 0) and never the value; ValueError for an unknown rule.
    Source: our own rules; midpoint is docs/adr/0003-partial-dates.md.
    Checked: by hand, and every day of 1896-2104 against Python's calendar.

    >>> found = complete_dates(["2014-03-07", "2014-03", "2014", ""], not_before="2014-08-10")
    >>> found
    Completed(n=4, 1 known to the month only: the 15th, 1 known to the year only: 1 July, 1 of \
these, moved to a bound, 2 cannot lie within its bounds)
    >>> found.dates.astype(str).tolist()
    ['2014-03-07', '2014-03-15', '2014-08-10', 'NaT']
    >>> found.counts[-2:]
    (('of these, moved to a bound', 1), ('cannot lie within its bounds', 2))
    """
    rules = (rule, rule if year_rule is None else year_rule)
    one_of(rules[0], get_args(Rule), "rule")
    one_of(rules[1], get_args(Rule), "year_rule")
    first, precision = _read(texts, name)
    months, years = precision == MONTH, precision == YEAR
    last = first.copy()
    last[months] = first[months].astype("datetime64[M]") + 1
    last[years] = first[years].astype("datetime64[Y]") + 1
    last[months | years] -= np.timedelta64(1, "D")
    dates = first.copy()
    for rows, one, word in ((months, rules[0], "month"), (years, rules[1], "year")):
        dates[rows] = _apply(one, first[rows], last[rows], rows, f"{name}: row", word)
    low = _bound(not_before, len(dates), "not_before")
    high = _bound(not_after, len(dates), "not_after")
    outside = (last < low) | (first > high) | ((high < low) & ~np.isnat(first))
    free = (months | years) & ~outside
    inside = np.fmin(np.fmax(dates, low), high)
    moved = free & (inside != dates)
    dates = np.where(free, inside, dates)
    for column in (dates, first, last):
        column.setflags(write=False)
    flags = (read_only(rows, np.bool_) for rows in (months, years, moved, outside))
    by_month, by_year, is_moved, is_outside = flags
    return Completed(dates, first, last, by_month, by_year, is_moved, is_outside, *rules)


def _apply(rule: Rule, first: Dates, last: Dates, rows: BoolArray, where: str, word: str) -> Dates:
    if rule == "refuse" and rows.any():
        raise SampleError(
            f"{where} {first_row(rows)} is known to the {word} only; find the day or choose a rule "
            "(rows count from 0)"
        )
    if rule == "midpoint":
        half = (last - first).astype(np.int64) // 2
        return np.asarray(first + half.astype("timedelta64[D]"), dtype="datetime64[D]")
    if rule == "middle":
        if word == "month":
            return np.asarray(first + np.timedelta64(14, "D"))
        return (first.astype("datetime64[M]") + 6).astype("datetime64[D]")
    return last if rule == "latest" else first


def _bound(values: ArrayLike | None, n: int, name: str) -> Dates:
    if values is None:
        return np.full(n, NO_DATE)
    if isinstance(values, str) or np.ndim(values) == 0:
        return np.full(n, day_of(np.datetime64(str(values)), name))
    dates = full_dates(values, name)
    aligned(len(dates), n, name)
    return dates


def _read(texts: ArrayLike, name: str) -> tuple[Dates, NDArray[np.intp]]:
    """First possible day and precision of each text."""
    array = _as_text(column_of(texts), name)
    length = np.strings.str_len(array)
    bad = ~np.isin(length, _PRECISIONS)
    letters = array.astype("U10").view(np.uint32).reshape(len(array), DAY).astype(np.int64)
    digits = letters - ord("0")
    for place in _DIGITS:
        bad |= (length > place) & ((digits[:, place] < 0) | (digits[:, place] > 9))
    for place in _DASHES:
        bad |= (length > place) & (letters[:, place] != ord("-"))
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    month = np.where(length >= MONTH, digits[:, 5] * 10 + digits[:, 6], 1)
    day = np.where(length >= DAY, digits[:, 8] * 10 + digits[:, 9], 1)
    known = (length > 0) & ~bad
    bad |= known & ((year < 1) | (month < 1) | (month > 12) | (day < 1))
    known &= ~bad
    start = np.full(len(array), np.datetime64("NaT", "M"))
    start[known] = ((year[known] - 1970) * 12 + month[known] - 1).astype("datetime64[M]")
    first = start.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    # 30 February would have become a day of March.
    bad |= known & (first.astype("datetime64[M]") != start)
    if bad.any():
        raise wrong_row(name, bad, f"is not a date; {_NOT_A_DATE}")
    return first, length


def _as_text(array: NDArray[Any], name: str) -> NDArray[np.str_]:
    """One column of text, "" = missing."""
    if array.ndim != 1 or array.dtype.kind not in "OUM":
        raise SampleError(
            f"{name}: expected one column of text, got {array.dtype} {array.shape}; {_NOT_A_DATE}"
        )
    if array.dtype.kind == "M" and np.datetime_data(array.dtype)[0] not in ("Y", "M"):
        array = array.astype("datetime64[D]")
    if array.dtype.kind == "O":
        array = np.array(["" if value is None else str(value) for value in array], dtype=np.str_)
    text = array.astype(np.str_)
    return np.where(text == "NaT", "", text)

"""Of which cut is a report, which part of it is taken, and with what is it made?"""

from dataclasses import dataclass

import numpy as np

from reports import numbers
from reports.catalogue import catalogue
from reports.columns import Columns, Mask
from reports.results import Period

LATEST = np.datetime64("2200-12-31")  # as outcomes has it, which refuses later days
OTHER_PATIENTS = (
    "These are other patients than the paper's: its numbers stand beside ours and are not "
    "compared with them."
)


@dataclass(frozen=True)
class Source:
    """The cut that a report is computed on, and with what.

    cut_date : ISO date of the cut. code_version, dictionary_version : with what it was made.
    synthetic : the rows are invented, and every document says so.
    period : only transplants of these dates are taken; the others are counted.
    linked : the pseudonyms of each person who stands in several centres.
    """

    cut_date: str
    code_version: str
    dictionary_version: str
    synthetic: bool = False
    period: Period | None = None
    linked: tuple[tuple[str, ...], ...] = ()


def never_dates(columns: Columns) -> dict[str, Mask]:
    """By column the rows with a date after LATEST: some files write such days for "never".

    No record that is typed in or sent can hold one (registry.dictionary.values); a cut from elsewhere
    may. Columns without any are not named.
    """
    dated = (name for name in columns.names if catalogue[name].kind == "date")
    late = {name: np.asarray(columns[name] > LATEST, dtype=np.bool_) for name in dated}
    return {name: rows for name, rows in late.items() if rows.any()}


def possible(columns: Columns) -> Columns:
    """The rows without a date that no patient can have."""
    late = never_dates(columns)
    return columns.where(~np.logical_or.reduce(list(late.values()))) if late else columns


def never_dates_told(columns: Columns) -> str:
    """How many rows are left out for such dates, and what to do; "" for none."""
    late = never_dates(columns)
    if not late:
        return ""
    n = columns.n - possible(columns).n
    where = ", ".join(
        f"{numbers.in_sentence(catalogue[name].label)} in {numbers.count(int(rows.sum()))}"
        for name, rows in late.items()
    )
    rows = "1 transplant" if n == 1 else f"{numbers.count(n)} transplants"
    return (
        f"Left out: {rows} with a date after {LATEST} ({where}), which no patient can have. Correct "
        "the date, or leave it empty for what never happened."
    )


def done_in(columns: Columns, period: Period | None) -> Columns:
    """The transplants done in the period, with possible dates; one without a date is in none."""
    columns = possible(columns)
    if period is None:
        return columns
    done = columns["transplant_date"]
    taken = columns.known("transplant_date")
    if period.first is not None:
        taken &= done >= np.datetime64(period.first, "D")
    if period.last is not None:
        taken &= done <= np.datetime64(period.last, "D")
    return columns.where(taken)


def period_in_words(period: Period) -> str:
    """ "from 2005-01-01 to 2009-12-31"; with one end open "on or after …", "on or before …"."""
    if period.last is None:
        return f"on or after {period.first}"
    if period.first is None:
        return f"on or before {period.last}"
    return f"from {period.first} to {period.last}"

"""Of which cut is a report, which part of it is taken, and with what is it made?"""

from dataclasses import dataclass

import numpy as np

from reports.columns import Columns
from reports.results import Period

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
    """

    cut_date: str
    code_version: str
    dictionary_version: str
    synthetic: bool = False
    period: Period | None = None


def done_in(columns: Columns, period: Period | None) -> Columns:
    """The transplants done in the period; one without a date is in none."""
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

"""Which part of a cut is taken, and what stands beside its numbers when they are not judged?"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from reports.columns import Columns
from reports.published import Paper
from reports.results import Period, Value

OTHER_PATIENTS = (
    "These are other patients than the paper's: its numbers stand beside ours and are not "
    "compared with them."
)


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


def beside_the_paper(answers: Mapping[str, Value], paper: Paper | None) -> dict[str, Value]:
    """Our values with the number that the paper prints in each place, and no word on the two."""
    printed = paper.by_key() if paper else {}
    return {
        key: replace(answers[key], printed=entries[0].printed)
        for key, entries in printed.items()
        if key in answers
    }

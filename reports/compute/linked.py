"""How many persons stand among the patients of a report more than once?"""

from collections.abc import Iterable

import numpy as np

from reports import numbers
from reports.columns import Columns, Mask

NOT_JOINED = (
    "Their records are not joined: those of one centre may be of another transplant than those of "
    "the other."
)


def linked_told(linked: Iterable[tuple[str, ...]], patients: Columns) -> str:
    """Who is counted in two centres, and how many rows of the report are theirs; "" for nobody.

    linked : the pseudonyms of each person. patients : those whom the report is about.
    """
    if "patient" not in patients:
        return ""
    of_each = [np.isin(patients["patient"], sorted(names)) for names in linked]
    twice = [rows for rows in of_each if len(set(patients["patient"][rows])) > 1]
    if not twice:
        return ""
    n, theirs = len(twice), int(sum(rows.sum() for rows in twice))
    same = sum(_same_day(patients, rows) for rows in twice)
    who = "1 person stands" if n == 1 else f"{numbers.count(n)} persons stand"
    is_are = "is" if n == 1 else "are"
    day = f", {numbers.count(same)} with a transplant of the same day in both" if same else ""
    return (
        f"{who} in two centres (linked by the registry office) and {is_are} counted in each: "
        f"{numbers.count(theirs)} of the {numbers.count(patients.n)} transplants in this report{day}. "
        f"{NOT_JOINED}"
    )


def _same_day(patients: Columns, rows: Mask) -> bool:
    days = patients["transplant_date"][rows & patients.known("transplant_date")]
    return len(set(days.tolist())) < len(days)

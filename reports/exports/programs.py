"""For which programs are the tables written, and what does each of them make of a missing reason?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reports.exports.variables import REASONS, Category, Column, Table, Variable

FIRST_MISSING = 90
"""In SPSS reason n is -(90 + n): no item takes such a number (tests/reports/test_export_tables.py)."""

REASON_CODES = tuple(
    Category(number, one.value, one.label) for number, one in enumerate(REASONS, 1)
)


@dataclass(frozen=True)
class Program:
    """kind : as Export.kind. ending : of its files. longest_label : characters of a variable's.

    own_missing : whether a number can be one of several kinds of missing in it.
    """

    kind: str
    name: str
    ending: str
    own_missing: bool
    longest_label: int = 250

    def reason(self, number: int) -> str:
        """How reason `number` stands in a column of numbers or dates; "" where it cannot."""
        if self.kind == "spss":
            return str(-(FIRST_MISSING + number))
        return f".{stata_letter(number)}" if self.kind == "stata" else ""


def stata_letter(number: int) -> str:
    """Reason 1 is .a in Stata, 2 is .b, and so on."""
    return "abcdefghijklmnopqrstuvwxyz"[number - 1]


PROGRAMS = {
    one.kind: one
    for one in (
        Program("spss", "SPSS", "sav", own_missing=True),
        Program("stata", "Stata", "dta", own_missing=True, longest_label=80),
        Program("sas", "SAS", "xpt", own_missing=False),
        Program("csv", "CSV and R", "csv", own_missing=False),
    )
}


def laid_out(table: Table, program: Program) -> Iterator[Column]:
    """The columns as the program gets them: with `<item>_missing` where it needs them.

    A program with missing values of its own needs them for texts only.
    """
    columns = table.columns
    last = {one.variable.missing: place for place, one in enumerate(columns)}
    for place, column in enumerate(columns):
        yield column
        variable = column.variable
        if column.reasons is None or last[variable.missing] != place:
            continue
        if not program.own_missing or variable.kind == "text":
            yield _reason(column)


def _reason(column: Column) -> Column:
    told, reasons = column.variable, column.reasons
    assert reasons is not None
    label = told.label.partition(":")[0] if told.kind == "flag" else told.label
    variable = Variable(
        told.missing,
        f"{label}: why there is no value",
        "code",
        role="reason" if told.source else "computed",
        source=told.source,
        categories=REASON_CODES,
    )
    return Column(variable, np.where(reasons == 0, np.nan, reasons.astype(np.float64)))

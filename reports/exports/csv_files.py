"""How does a table read as CSV? UTF-8, RFC 4180, and nothing in it that a spreadsheet computes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.exports.programs import PROGRAMS, laid_out
from reports.exports.variables import Column, Table, Variable

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # spreadsheets read the wide ones too

_TO_QUOTE = re.compile(r'[,"\r\n]')


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with ' before = + - @, tab, CR or LF.

    A text that begins so already gets one ' more, so that read.R can take one away.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def csv_table(table: Table, _moment: datetime | None = None) -> bytes:
    """One table; no time is in it. Codes stand as their codes, dates as YYYY-MM-DD, what is missing is empty."""
    columns = list(laid_out(table, PROGRAMS["csv"]))
    header = ",".join(one.variable.name for one in columns)
    # Each different cell is quoted once, in _told: csv looks at every one.
    lines = map(",".join, zip(*map(_told, columns), strict=True))
    return "\r\n".join([header, *lines, ""]).encode()


def csv_bytes(header: Sequence[str], lines: Iterable[Iterable[str]]) -> bytes:
    """Rows of texts that are already guarded."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(lines)
    return out.getvalue().encode()


def _told(column: Column) -> list[str]:
    variable, values = column.variable, column.values
    if variable.kind == "text":
        word = {one: _quoted(guarded(one)) for one in set(values)}
        return [word[one] for one in values]
    known = ~(np.isnat(values) if variable.kind == "date" else np.isnan(values))
    # Most cells of most tables are empty: only the others are looked at one by one.
    told = np.full(len(values), "", dtype=object)
    told[known] = _words(variable, values[known])
    found: list[str] = told.tolist()
    return found


def _quoted(text: str) -> str:
    """A text as csv writes it."""
    return '"' + text.replace('"', '""') + '"' if _TO_QUOTE.search(text) else text


def _words(variable: Variable, values: NDArray[Any]) -> NDArray[np.object_]:
    """Dates, codes and numbers, none of them missing."""
    if variable.kind == "date":
        return np.datetime_as_string(values).astype(object)
    if variable.kind == "code":
        word = {float(one.number): _quoted(one.value) for one in variable.categories}
    else:
        word = {one: _number(one, variable.places) for one in set(values.tolist())}
    return np.array([word[one] for one in values.tolist()], dtype=object)


def _number(value: float, places: int) -> str:
    """A minus sign in a number makes no formula: spreadsheets read it as the number that it is."""
    text = format(value, f".{places}f")
    return text.rstrip("0").rstrip(".") if places else text

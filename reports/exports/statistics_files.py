"""How is a table written for SPSS, Stata and SAS? By ReadStat; imported by the worker only (ADR 0012).

ReadStat writes the file of one row, and the rows of the table take the place of it. It puts the
present time into each file: that is overwritten with the one of the data cut, so that the same cut
gives the same bytes.
"""

from __future__ import annotations

import re
import struct
import tempfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from reports.exports.programs import FIRST_MISSING, PROGRAMS, laid_out, stata_letter
from reports.exports.statistics_rows import (
    SPSS_MISSING,
    STATA_MISSING,
    STATA_REASON,
    Rows,
    sas_rows,
    spss_rows,
    stata_rows,
    widest,
)
from reports.exports.variables import REASONS, Category, Column, Table

SPSS_EPOCH = np.datetime64("1582-10-14", "D")
STATA_AND_SAS_EPOCH = np.datetime64("1960-01-01", "D")
SECONDS_PER_DAY = 86_400
LONGEST_SPSS_LABEL = 120  # bytes of a value's label
SPSS_HEADER = (92, 109)  # where the header holds the date and the time
SPSS_COUNT = 80  # where it holds the number of rows, and what stands before that of 64 bits
SPSS_LONG_COUNT = struct.pack("<iiiiq", 7, 16, 8, 2, 1)
STATA_MAP, STATA_DATA = 14, 9  # the parts of a file, and which of them holds the rows
SAS_HEADER = 1200
SAS_COUNT = 32  # the last bytes before the rows, which hold their number
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

Write = Callable[[Table, datetime], bytes]


def spss(table: Table, moment: datetime) -> bytes:
    """A .sav file. Codes are numbers with labels, reasons user-missing values -91 to -96."""
    columns, labels = list(laid_out(table, PROGRAMS["spss"])), {}
    missing = [{"lo": -(FIRST_MISSING + len(REASONS)), "hi": -(FIRST_MISSING + 1)}]
    for one in columns:
        labels[one.variable.name] = _spss_labels(one)
    told = {
        "variable_value_labels": {name: found for name, found in labels.items() if found},
        "missing_ranges": {one.variable.name: missing for one in columns if _has_reasons(one)},
        "variable_format": {one.variable.name: _spss_format(one) for one in columns},
        "variable_measure": {one.variable.name: _measure(one) for one in columns},
        "row_compress": True,
    }
    rows = _rows(columns, _spss_values, table.n)
    raw = _of_one_row(pyreadstat.write_sav, table, columns, rows, "spss", told)
    head = _without(raw, len(raw), spss_rows(rows.sample()))
    day = f"{moment.day:02} {_MONTHS[moment.month - 1]} {moment:%y}{moment:%H:%M:%S}"
    start, end = SPSS_HEADER
    count = head.index(SPSS_LONG_COUNT, end) + len(SPSS_LONG_COUNT)
    head[start:end] = day.encode()
    struct.pack_into("<i", head, SPSS_COUNT, rows.n)
    struct.pack_into("<q", head, count, rows.n)
    return bytes(head) + spss_rows(rows)


def stata(table: Table, moment: datetime) -> bytes:
    """A .dta file for Stata 14 and later. Reasons are the extended missing values .a to .f."""
    columns = list(laid_out(table, PROGRAMS["stata"]))
    letters = [stata_letter(number) for number in range(1, len(REASONS) + 1)]
    told = {
        "version": 14,
        "variable_value_labels": {
            one.variable.name: found for one in columns if (found := _stata_labels(one))
        },
        "missing_user_values": {
            one.variable.name: letters for one in columns if _tells_reasons(one)
        },
        "variable_format": {
            one.variable.name: "%td" for one in columns if one.variable.kind == "date"
        },
    }
    rows = _rows(columns, _stata_values, table.n)
    raw = _of_one_row(pyreadstat.write_dta, table, columns, rows, "stata", told)
    stamp = f"{moment.day:02} {_MONTHS[moment.month - 1]} {moment:%Y %H:%M}".encode()
    raw = re.sub(rb"(<timestamp>\x11).{17}", lambda m: m[1] + stamp, raw, count=1, flags=re.DOTALL)
    sample, every = stata_rows(rows.sample()), stata_rows(rows)
    start = raw.index(b"<map>") + len(b"<map>")
    places = list(struct.unpack_from(f"<{STATA_MAP}Q", raw, start))
    at = places[STATA_DATA] + len(b"<data>")
    head, tail = (
        _without(raw[: at + len(sample)], at + len(sample), sample),
        raw[at + len(sample) :],
    )
    moved = len(every) - len(sample)
    places[STATA_DATA + 1 :] = [one + moved for one in places[STATA_DATA + 1 :]]
    struct.pack_into(f"<{STATA_MAP}Q", head, start, *places)
    struct.pack_into("<Q", head, head.index(b"<N>") + len(b"<N>"), rows.n)
    return bytes(head) + every + tail


def sas(table: Table, moment: datetime) -> bytes:
    """A transport file of version 8. It has no labels of values: formats.sas gives them."""
    columns = list(laid_out(table, PROGRAMS["sas"]))
    told = {
        "table_name": table.name,
        "file_format_version": 8,
        "variable_format": {
            one.variable.name: "YYMMDD10" for one in columns if one.variable.kind == "date"
        },
    }
    rows = _rows(columns, _sas_values, table.n)
    raw = _of_one_row(pyreadstat.write_xport, table, columns, rows, "sas", told)
    stamp = f"{moment.day:02}{_MONTHS[moment.month - 1].upper()}{moment:%y:%H:%M:%S}".encode()
    raw = re.sub(rb"\d\d[A-Z]{3}\d\d(:\d\d){3}", stamp, raw[:SAS_HEADER]) + raw[SAS_HEADER:]
    head = _without(raw, len(raw), sas_rows(rows.sample()))
    head[-SAS_COUNT:] = f"{rows.n:>15}".encode().ljust(SAS_COUNT)
    return bytes(head) + sas_rows(rows)


WRITERS: dict[str, Write] = {"spss": spss, "stata": stata, "sas": sas}


def _rows(columns: list[Column], values: Callable[[Column], Any], n: int) -> Rows:
    cells = tuple(values(one) for one in columns)
    texts = [one.variable.kind == "text" for one in columns]
    widths = (widest(one) if text else 0 for one, text in zip(cells, texts, strict=True))
    return Rows(cells, tuple(widths), n)


def _of_one_row(
    write: Callable[..., None],
    table: Table,
    columns: list[Column],
    rows: Rows,
    kind: str,
    told: dict[str, Any],
) -> bytes:
    """What the library writes to a file, which is gone again when this returns: no patient is in it."""
    program, sample = PROGRAMS[kind], rows.sample()
    named = zip((one.variable.name for one in columns), sample.cells, strict=True)
    # Texts stand as objects: pandas would make them Arrow's.
    frame = pd.DataFrame({name: pd.Series(one, dtype=one.dtype) for name, one in named})
    labels = [one.variable.label[: program.longest_label] for one in columns]
    with tempfile.NamedTemporaryFile(suffix=f".{program.ending}") as file:
        write(frame, file.name, file_label=table.label[:40], column_labels=labels, **told)
        return file.read()


def _without(raw: bytes, end: int, sample: bytes) -> bytearray:
    """The file before the one row that ends there. Raises ValueError when another stands there."""
    start = end - len(sample)
    if raw[start:end] != sample:
        raise ValueError("the library wrote the row of a table in another way")
    return bytearray(raw[:start])


def _has_reasons(column: Column) -> bool:
    return column.reasons is not None and column.variable.kind != "text"


def _tells_reasons(column: Column) -> bool:
    """Whether any value of it is missing for a reason: only then Stata needs mixed cells."""
    return _has_reasons(column) and column.reasons is not None and bool(column.reasons.any())


def _since(column: Column, epoch: np.datetime64) -> Any:
    days = (column.values - epoch).astype(np.float64)
    return np.where(np.isnat(column.values), np.nan, days)


def _plain(column: Column, epoch: np.datetime64) -> Any:
    kind = column.variable.kind
    if kind == "text":
        return column.values
    return _since(column, epoch) if kind == "date" else column.values


def _spss_values(column: Column) -> Any:
    values = _plain(column, SPSS_EPOCH)
    if column.variable.kind == "text":
        return values
    if column.variable.kind == "date":
        values = values * SECONDS_PER_DAY
    values = np.nan_to_num(values, nan=SPSS_MISSING)
    if not _has_reasons(column):
        return values
    numbers = -(FIRST_MISSING + column.reasons.astype(np.float64))  # type: ignore[union-attr]
    return np.where(column.reasons == 0, values, numbers)


def _spss_labels(column: Column) -> dict[float, str]:
    labels = {float(one.number): _short(one) for one in column.variable.categories}
    if _has_reasons(column):
        labels |= {
            -float(FIRST_MISSING + number): one.label for number, one in enumerate(REASONS, 1)
        }
    return labels


def _short(category: Category) -> str:
    return category.label.encode()[:LONGEST_SPSS_LABEL].decode(errors="ignore")


def _spss_format(column: Column) -> str:
    """Whole numbers without decimals; as wide as -96 and the largest value need."""
    variable = column.variable
    if variable.kind == "date":
        return "SDATE10"
    if variable.kind == "text":
        longest = max((len(one.encode()) for one in set(column.values)), default=1)
        return f"A{max(longest, 1)}"
    if variable.kind == "number":
        return f"F{12 if variable.places else 8}.{variable.places}"
    return "F4.0"


def _measure(column: Column) -> str:
    return "scale" if column.variable.kind in ("number", "date") else "nominal"


def _stata_values(column: Column) -> Any:
    values = _plain(column, STATA_AND_SAS_EPOCH)
    if column.variable.kind == "text":
        return values
    unknown, missing = np.isnan(values), np.full(len(values), STATA_MISSING, dtype=np.uint64)
    if _tells_reasons(column):
        reasons = column.reasons.astype(np.uint64)  # type: ignore[union-attr]
        unknown, missing = unknown | (reasons > 0), missing + reasons * np.uint64(STATA_REASON)
    return np.where(unknown, missing.view(np.float64), values)


def _stata_labels(column: Column) -> dict[float | str, str]:
    labels: dict[float | str, str] = {
        float(one.number): one.label for one in column.variable.categories
    }
    if _tells_reasons(column):
        labels |= {stata_letter(number): one.label for number, one in enumerate(REASONS, 1)}
    return labels


def _sas_values(column: Column) -> Any:
    return _plain(column, STATA_AND_SAS_EPOCH)

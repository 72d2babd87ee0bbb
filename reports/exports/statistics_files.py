"""How is a table written for SPSS, Stata and SAS? By ReadStat; imported by the worker only (ADR 0012).

ReadStat puts the present time into each file. It is overwritten with that of the data cut, so that
the same cut gives the same bytes.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
from numpy.typing import NDArray

from reports.exports.programs import FIRST_MISSING, PROGRAMS, laid_out, stata_letter
from reports.exports.variables import REASONS, Category, Column, Table

SPSS_EPOCH = np.datetime64("1582-10-14", "D")
STATA_AND_SAS_EPOCH = np.datetime64("1960-01-01", "D")
SPSS_MISSING = np.finfo(np.float64).min
SAS_MISSING = np.uint64(0xFFFFD10000000000).view(np.float64)
"""The system-missing values: of SPSS as it stands in a file; of SAS as the NaN that it stands for."""
SECONDS_PER_DAY = 86_400
LONGEST_SPSS_LABEL = 120  # bytes of a value's label
SPSS_HEADER = (92, 109)  # where the header holds the date and the time
SAS_HEADER = 1200
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
    raw = _written(pyreadstat.write_sav, table, columns, _spss_values, "spss", told)
    day = f"{moment.day:02} {_MONTHS[moment.month - 1]} {moment:%y}{moment:%H:%M:%S}"
    start, end = SPSS_HEADER
    return raw[:start] + day.encode() + raw[end:]


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
    raw = _written(pyreadstat.write_dta, table, columns, _stata_values, "stata", told)
    stamp = f"{moment.day:02} {_MONTHS[moment.month - 1]} {moment:%Y %H:%M}".encode()
    return re.sub(rb"(<timestamp>\x11).{17}", lambda m: m[1] + stamp, raw, count=1, flags=re.DOTALL)


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
    raw = _written(pyreadstat.write_xport, table, columns, _sas_values, "sas", told)
    stamp = f"{moment.day:02}{_MONTHS[moment.month - 1].upper()}{moment:%y:%H:%M:%S}".encode()
    head = re.sub(rb"\d\d[A-Z]{3}\d\d(:\d\d){3}", stamp, raw[:SAS_HEADER])
    return head + raw[SAS_HEADER:]


WRITERS: dict[str, Write] = {"spss": spss, "stata": stata, "sas": sas}


def _written(
    write: Callable[..., None],
    table: Table,
    columns: list[Column],
    values: Callable[[Column], Any],
    kind: str,
    told: dict[str, Any],
) -> bytes:
    """What the library writes to a file, which is gone again when this returns."""
    program = PROGRAMS[kind]
    frame = pd.DataFrame({one.variable.name: _series(values(one)) for one in columns}, copy=False)
    labels = [one.variable.label[: program.longest_label] for one in columns]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{program.ending}"
        write(frame, path, file_label=table.label[:40], column_labels=labels, **told)
        return path.read_bytes()


class _Numbers(pd.arrays.FloatingArray):  # type: ignore[misc]
    """Numbers as the library takes them out of a frame quickest: NaN is one like the others.

    Of a column in which something is missing it asks of each cell by itself whether it is that.
    """

    def __init__(self, values: NDArray[np.float64], mask: NDArray[np.bool_] | None = None) -> None:
        nothing = np.zeros(values.shape, dtype=np.bool_)
        super().__init__(values, nothing if mask is None else mask)

    def __iter__(self) -> Iterator[float]:
        return iter(self._data.tolist())


def _series(values: Any) -> pd.Series[Any]:
    """Texts stand as objects: pandas would make them Arrow's, and they are taken out one by one."""
    numbers = isinstance(values, np.ndarray) and values.dtype == np.float64
    return pd.Series(
        _Numbers(values) if numbers else values, dtype=None if numbers else values.dtype
    )


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
    if not _tells_reasons(column):
        return values
    mixed, letters = values.astype(object), set[str]()
    for number in np.unique(column.reasons[column.reasons > 0]).tolist():  # type: ignore[index,operator]
        letters.add(stata_letter(number))
        mixed[column.reasons == number] = stata_letter(number)
    # The library looks at the first cells only, and takes a column that begins with many letters
    # for text. Of categories it looks at the first category.
    own = np.unique(values[(column.reasons == 0) & ~np.isnan(values)])
    return pd.Categorical(mixed, categories=[*own.tolist(), *sorted(letters)])


def _stata_labels(column: Column) -> dict[float | str, str]:
    labels: dict[float | str, str] = {
        float(one.number): one.label for one in column.variable.categories
    }
    if _tells_reasons(column):
        labels |= {stata_letter(number): one.label for number, one in enumerate(REASONS, 1)}
    return labels


def _sas_values(column: Column) -> Any:
    values = _plain(column, STATA_AND_SAS_EPOCH)
    if column.variable.kind == "text":
        return values
    return np.where(np.isnan(values), SAS_MISSING, values)

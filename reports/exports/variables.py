"""What is a column of an exported table? A variable, described once, with its values as an array."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from registry.dictionary.intervals import middle
from registry.dictionary.values import Missing, PartialDate

Kind = Literal["number", "code", "flag", "date", "text"]
"""flag : whole numbers that stand for themselves, such as 0 and 1. code : numbered from 1."""

Role = Literal["key", "answer", "entered", "unit", "precision", "reason", "computed"]

REASONS = tuple(Missing)
"""Reason n of an array of reasons is REASONS[n - 1]; 0 is none."""

_DAY_0 = date(1970, 1, 1).toordinal()
_NO_DAY = np.datetime64("NaT").astype(np.int64)

REASON_NUMBER = {one.value: number for number, one in enumerate(REASONS, 1)}


@dataclass(frozen=True)
class Category:
    """One permitted value of a variable: its number in SPSS, Stata and SAS, its code and label."""

    number: int
    value: str
    label: str


@dataclass(frozen=True)
class Variable:
    """name : legal in every program and unique in its table (reports.exports.names). source : the
    item it is the answer to, as "transplant.date"; "" when it is computed. missing : the column
    that tells why there is no value, where a program has no missing values of its own for it.
    rule : how it was computed or is to be read.
    """

    name: str
    label: str
    kind: Kind
    role: Role = "answer"
    source: str = ""
    unit: str = ""
    places: int = 0
    categories: tuple[Category, ...] = ()
    missing: str = ""
    rule: str = ""


@dataclass(frozen=True, eq=False)
class Column:
    """values : (n,) float64 (NaN = none) of a number, code or flag; datetime64[D] of a date; str
    ("" = none) of a text. reasons : (n,) uint8 by REASONS, or None where it cannot have one.
    """

    variable: Variable
    values: NDArray[Any]
    reasons: NDArray[np.uint8] | None = None


@dataclass(frozen=True, eq=False)
class Table:
    """n rows. name : of its file; label, help : what one row is."""

    name: str
    label: str
    help: str
    columns: tuple[Column, ...]
    n: int

    def column(self, name: str) -> Column:
        """Raises KeyError."""
        for one in self.columns:
            if one.variable.name == name:
                return one
        raise KeyError(name)

    @property
    def sha256(self) -> str:
        """The hash of what is in it, whatever the program it is written for."""
        found = hashlib.sha256(f"{self.name} {self.n}".encode())
        for column in self.columns:
            found.update(f"\n{column.variable!r}\n".encode())
            found.update(_bytes(column.values))
            if column.reasons is not None:
                found.update(column.reasons.tobytes())
        return found.hexdigest()


def _bytes(values: NDArray[Any]) -> bytes:
    if values.dtype == object:
        return "\x1f".join(values.tolist()).encode()
    return values.tobytes()


def categories(pairs: Iterable[tuple[str, str]]) -> tuple[Category, ...]:
    """Numbered from 1 in this order. Of two with one label both labels get their code."""
    listed = list(pairs)
    labels = [label for _, label in listed]
    return tuple(
        Category(number, value, label if labels.count(label) == 1 else f"{label} ({value})")
        for number, (value, label) in enumerate(listed, 1)
    )


def whole(*labels: str) -> tuple[Category, ...]:
    """The categories of a flag: 0 is the first label, 1 the second, and so on."""
    return tuple(Category(number, str(number), label) for number, label in enumerate(labels))


def numbered(values: Sequence[str | None], listed: Sequence[Category]) -> NDArray[np.float64]:
    """Codes as the numbers of their categories; NaN for None and "". Raises KeyError."""
    if _nowhere(values):
        return np.full(len(values), np.nan)
    number = {one.value: float(one.number) for one in listed}
    number |= {"": np.nan, None: np.nan}  # type: ignore[dict-item]
    return np.array([number[value] for value in values], dtype=np.float64)  # type: ignore[index]


def numbers(values: Sequence[Any]) -> NDArray[np.float64]:
    """Whole numbers and decimals as floats; NaN for None."""
    if _nowhere(values):
        return np.full(len(values), np.nan)
    return np.array([np.nan if one is None else float(one) for one in values], dtype=np.float64)


def days(values: Sequence[date | None]) -> NDArray[np.datetime64]:
    """Dates; NaT for None."""
    # numpy reads a list of dates five times as slowly as one of whole numbers.
    told = [_NO_DAY if one is None else one.toordinal() - _DAY_0 for one in values]
    return np.array(told, dtype=np.int64).view("datetime64[D]")


def middles(values: Sequence[date | None], precision: Sequence[str | None]) -> NDArray[Any]:
    """Partial dates as the days that stand for them; NaT for None."""
    told = zip(values, precision, strict=True)
    return days([day if day is None or sure == "D" else _middle(day, sure) for day, sure in told])


@lru_cache(10_000)
def _middle(first: date, precision: str) -> date:
    return middle(PartialDate(first, precision))


def texts(values: Iterable[str | None]) -> NDArray[np.object_]:
    """Texts; "" for None."""
    told = [value or "" for value in values]
    found = np.empty(len(told), dtype=object)
    found[:] = told
    return found


def why(values: Sequence[str | None]) -> NDArray[np.uint8]:
    """Missing reasons as their numbers; 0 for None."""
    if _nowhere(values):
        return np.zeros(len(values), dtype=np.uint8)
    return np.array([REASON_NUMBER.get(one, 0) if one else 0 for one in values], dtype=np.uint8)


def _nowhere(values: Sequence[object]) -> bool:
    """Whether there is no value at all, as in most columns of most centres."""
    return values.count(None) == len(values)

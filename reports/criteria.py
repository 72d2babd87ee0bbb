"""Who is in? Conditions on a row, each a sentence a reader can check and a mask the data answer.

A row whose value is missing does not meet a condition.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from reports import numbers
from reports.catalogue import ColumnError, Kind, column, suggestion
from reports.columns import Columns, Mask


class StudyError(ValueError):
    """A study that cannot be meant: the message says what, where, and what to write instead."""


@runtime_checkable
class Criterion(Protocol):
    """A condition on a row of the columns."""

    @property
    def sentence(self) -> str:
        """The condition in words."""
        ...

    @property
    def columns_named(self) -> tuple[str, ...]:
        """The columns it asks."""
        ...

    def holds(self, columns: Columns) -> Mask:
        """True for every row that meets it, shape (n,)."""
        ...


def checked_column(name: str, word: str, *kinds: Kind) -> None:
    """Refuse a column that does not exist or is of another kind, when the study is loaded."""
    try:
        described = column(name)
    except ColumnError as fault:
        raise StudyError(f"{word}: {fault}") from fault
    if described.kind not in kinds:
        wanted = " or ".join(kinds)
        raise StudyError(f"{word}: column {name!r} is a {described.kind}, not a {wanted}.")


def checked_codes(name: str, codes: tuple[str, ...], word: str) -> None:
    """Refuse a code the column cannot hold."""
    allowed = column(name).codes
    for code in codes:
        if allowed and code not in allowed:
            hint = suggestion(code, allowed) or f" It has {', '.join(allowed)}."
            raise StudyError(f"{word}: column {name!r} has no code {code!r}.{hint}")


def checked_name(name: str, kind: str, label: str) -> None:
    """Refuse a part without a name, when the study is loaded: its numbers would have no address."""
    if not name.strip():
        of = f" labelled {label!r}" if label else ""
        raise StudyError(
            f"A {kind}{of} has no name. Give it a short one, such as 'sex': the keys of its "
            "numbers are made of it."
        )


def checked_years(word: str, years: tuple[float, ...]) -> None:
    """Refuse horizons that no reader could mean."""
    if not years or list(years) != sorted(set(years)) or years[0] <= 0:
        raise StudyError(f"{word}: write the horizons in years, each after the one before it.")


@dataclass(frozen=True, init=False)
class Is:
    """The column holds one of the codes: Is("diagnosis", "ALL", "AML")."""

    column: str
    codes: tuple[str, ...]

    def __init__(self, column: str, *codes: str) -> None:
        checked_column(column, "Is", "code", "yes_no")
        checked_codes(column, codes, "Is")
        if not codes:
            raise StudyError(f"Is: say which code {column!r} is to have.")
        object.__setattr__(self, "column", column)
        object.__setattr__(self, "codes", codes)

    @property
    def sentence(self) -> str:
        return f"{column(self.column).label}: {' or '.join(self.codes)}"

    @property
    def columns_named(self) -> tuple[str, ...]:
        return (self.column,)

    def holds(self, columns: Columns) -> Mask:
        return np.asarray(np.isin(columns[self.column], self.codes), dtype=np.bool_)


@dataclass(frozen=True)
class Between:
    """The date lies between two days, both included: Between("transplant_date", "2000-01-01", …)."""

    column: str
    first: str
    last: str

    def __post_init__(self) -> None:
        checked_column(self.column, "Between", "date")
        try:
            backwards = np.datetime64(self.first, "D") > np.datetime64(self.last, "D")
        except ValueError as fault:
            raise StudyError(f"Between {self.column!r}: write dates as 2000-12-31.") from fault
        if backwards:
            raise StudyError(f"Between {self.column!r}: {self.first} is after {self.last}.")

    @property
    def sentence(self) -> str:
        return f"{column(self.column).label} from {self.first} to {self.last}"

    @property
    def columns_named(self) -> tuple[str, ...]:
        return (self.column,)

    def holds(self, columns: Columns) -> Mask:
        dates = columns[self.column]
        first, last = np.datetime64(self.first, "D"), np.datetime64(self.last, "D")
        return np.asarray((dates >= first) & (dates <= last), dtype=np.bool_)


@dataclass(frozen=True)
class Below:
    """The number is smaller than the limit: Below("age_at_transplant", 18)."""

    column: str
    limit: float

    def __post_init__(self) -> None:
        checked_column(self.column, "Below", "number")

    @property
    def sentence(self) -> str:
        described = column(self.column)
        limit = numbers.days(self.limit)
        return f"{described.label} below {limit} {described.unit}".rstrip()

    @property
    def columns_named(self) -> tuple[str, ...]:
        return (self.column,)

    def holds(self, columns: Columns) -> Mask:
        return np.asarray(columns[self.column] < self.limit, dtype=np.bool_)


@dataclass(frozen=True)
class Known:
    """The column holds a value."""

    column: str

    def __post_init__(self) -> None:
        checked_column(self.column, "Known", "code", "number", "date", "yes_no")

    @property
    def sentence(self) -> str:
        return f"{column(self.column).label} is known"

    @property
    def columns_named(self) -> tuple[str, ...]:
        return (self.column,)

    def holds(self, columns: Columns) -> Mask:
        return columns.known(self.column)


@dataclass(frozen=True)
class FirstAllogeneicTransplant:
    """The row is the patient's first allogeneic transplant."""

    sentence: str = "First allogeneic transplant"

    @property
    def columns_named(self) -> tuple[str, ...]:
        return ("transplant_type", "allo_number")

    def holds(self, columns: Columns) -> Mask:
        first = (columns["transplant_type"] == "allo") & (columns["allo_number"] == 1)
        return np.asarray(first, dtype=np.bool_)


@dataclass(frozen=True)
class SecondAllogeneicTransplant:
    """The row is the patient's second allogeneic transplant."""

    sentence: str = "Second allogeneic transplant"

    @property
    def columns_named(self) -> tuple[str, ...]:
        return ("transplant_type", "allo_number")

    def holds(self, columns: Columns) -> Mask:
        second = (columns["transplant_type"] == "allo") & (columns["allo_number"] == 2)
        return np.asarray(second, dtype=np.bool_)

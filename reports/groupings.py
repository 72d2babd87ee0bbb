"""How are patients told apart? Categories and bands, the reference first; numbers as measured."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from outcomes.terms import MISSING, Factor, Numeric
from reports.catalogue import column, suggestion
from reports.columns import Columns
from reports.criteria import Is, StudyError, checked_codes, checked_column, checked_name


@dataclass(frozen=True, eq=False)
class Category:
    """Levels of a coded column: {code: label}, reference first; other codes count as missing.

    join : codes that form one level, {level: (code, …)}, when a level is not a code itself.
    """

    name: str
    label: str
    column: str
    levels: Mapping[str, str]
    join: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checked_name(self.name, "Category", self.label)
        word = f"Category {self.name!r}"
        checked_column(self.column, word, "code", "yes_no")
        if not self.levels:
            raise StudyError(f"{word}: name its levels, the reference first.")
        for level in self.join:
            if level not in self.levels:
                raise StudyError(f"{word}: joins codes to {level!r}, which is no level.")
        for level in self.levels:
            checked_codes(self.column, self.join.get(level, (level,)), word)
        object.__setattr__(self, "levels", MappingProxyType(dict(self.levels)))
        object.__setattr__(self, "join", MappingProxyType(dict(self.join)))

    def at(self, *levels: str) -> tuple[Is]:
        """The condition of being in one of these levels, for the words that ask `where`."""
        for level in levels:
            if level not in self.levels:
                hint = suggestion(level, self.levels)
                raise StudyError(f"Category {self.name!r}: no level {level!r}.{hint}")
        codes = (code for level in levels for code in self.join.get(level, (level,)))
        return (Is(self.column, *codes),)

    def factor(self, columns: Columns) -> Factor:
        """The grouping of the n rows."""
        values = columns[self.column]
        codes = np.full(columns.n, MISSING, dtype=np.int16)
        for position, level in enumerate(self.levels):
            codes[np.isin(values, self.join.get(level, (level,)))] = position
        return Factor(self.name, tuple(self.levels), codes)


def yes_no(name: str, label: str, column: str) -> Category:
    """A yes/no column with "no" as the reference."""
    return Category(name, label, column, {"no": "No", "yes": "Yes"})


def whether(name: str, label: str, column_name: str, *codes: str) -> Category:
    """Yes with one of the codes of a column, no with any other: "no" is the reference."""
    word = f"whether {name!r}"
    checked_column(column_name, word, "code")
    checked_codes(column_name, codes, word)
    others = tuple(code for code in column(column_name).codes if code not in codes)
    if not codes or not others:
        raise StudyError(f"{word}: name some of the codes of {column_name!r}, and not all.")
    levels = {"no": "No", "yes": "Yes"}
    return Category(name, label, column_name, levels, {"no": others, "yes": codes})


@dataclass(frozen=True, eq=False)
class Bands:
    """Bands of a number: {label: first value of the band}, the first band is the reference.

    A band ends where the next begins; the last is open. Values before the first are missing.
    unit : the unit of the labels, when it is not that of the column ("0-6 months" cut in days).
    reference : the band the others are compared with, when it is not the first; it is told first.
    Years count completed years, days whole days: "0-4" from 0 and "5-9" from 5 put 4.99 in "0-4".
    """

    name: str
    label: str
    column: str
    starts: Mapping[str, float]
    unit: str = ""
    reference: str = ""

    def __post_init__(self) -> None:
        checked_name(self.name, "Bands", self.label)
        word = f"Bands {self.name!r}"
        checked_column(self.column, word, "number")
        if not self.starts:
            raise StudyError(f"{word}: say where each band starts.")
        if any(low >= high for low, high in pairwise(self.starts.values())):
            raise StudyError(f"{word}: each band must start after the one before it.")
        if self.reference and self.reference not in self.starts:
            hint = suggestion(self.reference, self.starts)
            raise StudyError(f"{word}: no band {self.reference!r}.{hint}")
        object.__setattr__(self, "starts", MappingProxyType(dict(self.starts)))

    @property
    def levels(self) -> Mapping[str, str]:
        """The level as it is printed, with its unit."""
        unit = self.unit or column(self.column).unit
        shown = {
            level: level.replace(">=", "≥").replace("<=", "≤").replace("-", "–")
            for level in self._in_order
        }
        return {level: f"{text} {unit}".rstrip() for level, text in shown.items()}

    def factor(self, columns: Columns) -> Factor:
        """The grouping of the n rows."""
        values = columns[self.column]
        bands = np.searchsorted(list(self.starts.values()), values, side="right") - 1
        unknown = np.isnan(values) | (bands < 0)
        told = np.array([self._in_order.index(level) for level in self.starts])
        codes = np.where(unknown, MISSING, told[bands]).astype(np.int16)
        return Factor(self.name, self._in_order, codes)

    @property
    def _in_order(self) -> tuple[str, ...]:
        """The bands, the reference before the others."""
        return tuple(sorted(self.starts, key=lambda level: level != (self.reference or level)))


Grouping = Category | Bands


@dataclass(frozen=True)
class Measured:
    """A number as it was measured, in a Cox model: its hazard ratio is that of `per` units more."""

    name: str
    label: str
    column: str
    per: float = 1

    def __post_init__(self) -> None:
        checked_name(self.name, "Measured", self.label)
        word = f"Measured {self.name!r}"
        checked_column(self.column, word, "number")
        if not self.per > 0:
            raise StudyError(f"{word}: the hazard ratio needs a step above 0.")

    @property
    def step(self) -> str:
        """The label with the step of the hazard ratio: "LDH, U/L: per 100 more"."""
        named = f"{self.label}, {column(self.column).unit}".removesuffix(", ")
        return f"{named}: per {self.per:g} more"

    def number(self, columns: Columns) -> Numeric:
        """The numbers of the n rows, in steps."""
        return Numeric(self.name, columns[self.column] / self.per)


Covariate = Grouping | Measured


def checked_groupings(word: str, parts: Iterable[Covariate]) -> None:
    """Refuse a measured number where groups are multiplied, when the study is loaded."""
    for part in parts:
        if isinstance(part, Measured):
            raise StudyError(
                f"{word}: {part.name!r} is a measured number, and interactions are tested between "
                "groupings; cut it into Bands."
            )


@dataclass(frozen=True)
class Quantity:
    """A number told by its median and range."""

    name: str
    label: str
    column: str
    places: int = 0

    def __post_init__(self) -> None:
        checked_name(self.name, "Quantity", self.label)
        checked_column(self.column, f"Quantity {self.name!r}", "number")

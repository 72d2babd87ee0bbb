"""What may explain survival? Factors, numbers and interactions, one value per patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from outcomes._numbers.arguments import expect
from outcomes._numbers.columns import (
    MISSING,
    BoolArray,
    Codes,
    FloatArray,
    SampleError,
    checked_mask,
    code_type,
    is_missing,
    numbers,
    present_codes,
    read_only,
    vector,
    wrong_row,
)

__all__ = ["MISSING", "Factor", "Interaction", "Numeric", "Term"]

_REMEDY = "code a missing one as -1, or use Factor.from_labels"


@dataclass(frozen=True, init=False, eq=False)
class Factor:
    """A grouping of n patients; the first level is the reference.

    codes : (n,) position in levels, -1 = missing. 0 is the first level: codes that count from 1
    (R, SPSS, most registries) would name every patient by the level after their own, and only the
    last code is refused. Give such columns to from_labels.
    Raises SampleError for repeated levels or a code outside them.

    >>> Factor("stage", ["early", "late"], [0, 1, 1, -1])
    Factor('stage', early=1, late=2, missing=1)
    """

    name: str
    levels: tuple[str, ...]
    codes: Codes

    def __init__(self, name: str, levels: Sequence[str], codes: ArrayLike) -> None:
        names = _distinct(name, levels, "levels come before codes: Factor(name, levels, codes)")
        array = present_codes(vector(codes, name), name, _REMEDY)
        if array.size and array.dtype.kind not in "iu":
            raise SampleError(f"{name}: codes must be whole numbers, got {array.dtype}; {_REMEDY}")
        bad = (array < MISSING) | (array >= len(names))
        if bad.any():
            fault = f"has a code outside 0 to {len(names) - 1} of {len(names)} levels"
            raise wrong_row(name, bad, f"{fault}; {_REMEDY}")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "levels", names)
        object.__setattr__(self, "codes", read_only(array, code_type(len(names))))

    @classmethod
    def from_labels(cls, name: str, labels: Sequence[str | None], levels: Sequence[str]) -> Factor:
        """A factor from one label per patient; the first of the levels is the reference.

        labels : (n,) text; None, NaN and pandas.NA are missing. levels : in the order wanted.
        Raises SampleError for levels that repeat (the last two arguments swapped?) and for a label
        outside the levels, naming the row and never the label.

        >>> Factor.from_labels("sex", ["m", "f", None, "f"], ["f", "m"])
        Factor('sex', f=2, m=1, missing=1)
        """
        names = _distinct(
            name, levels, "labels come before levels: Factor.from_labels(name, labels, levels)"
        )
        code: dict[object, int] = {level: place for place, level in enumerate(names)}
        found = list(labels)
        codes = np.array([code.get(label, MISSING) for label in found], dtype=code_type(len(code)))
        unknown = [row for row in np.flatnonzero(codes == MISSING) if not is_missing(found[row])]
        if unknown:
            raise SampleError(
                f"{name}: row {unknown[0]} holds a label outside the {len(names)} levels; add the "
                "level or pass None for missing (rows count from 0); labels come before levels"
            )
        return cls(name, names, codes)

    def __repr__(self) -> str:
        counts = [f"{level}={count}" for level, count in zip(self.levels, self.counts, strict=True)]
        missing = len(self.codes) - sum(self.counts)
        return _short("Factor", self.name, *counts, *_told(missing))

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.codes)

    @property
    def known(self) -> BoolArray:
        """(n,) rows with a level."""
        return np.asarray(self.codes >= 0, dtype=np.bool_)

    @property
    def complete(self) -> bool:
        """Whether every row has one."""
        return sum(self.counts) == self.n

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Patients per level, in the order of levels; missing are not counted."""
        found = np.bincount(self.codes - MISSING, minlength=len(self.levels) + 1)
        return tuple(found[1:].tolist())

    def where(self, mask: ArrayLike) -> Factor:
        """The rows for which the mask is True."""
        return Factor(self.name, self.levels, self.codes[checked_mask(mask, len(self.codes))])


@dataclass(frozen=True, init=False, eq=False)
class Numeric:
    """A number per patient, NaN = missing. Raises SampleError for infinite values.

    A coefficient is per unit of the values: give age / 10 for a ratio per ten years.

    >>> Numeric("age", [41, 63, float("nan")])
    Numeric('age', n=3, missing=1)
    """

    name: str
    values: FloatArray

    def __init__(self, name: str, values: ArrayLike) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "values", numbers(values, name))

    def __repr__(self) -> str:
        missing = len(self.values) - int(np.count_nonzero(self.known))
        return _short("Numeric", self.name, f"n={len(self.values)}", *_told(missing))

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.values)

    @property
    def known(self) -> BoolArray:
        """(n,) rows with a number."""
        return ~np.isnan(self.values)

    @cached_property
    def complete(self) -> bool:
        """Whether every row has one."""
        return bool(self.known.all())

    def where(self, mask: ArrayLike) -> Numeric:
        """The rows for which the mask is True."""
        return Numeric(self.name, self.values[checked_mask(mask, len(self.values))])


@dataclass(frozen=True, eq=False)
class Interaction:
    """The product of two terms, factors or numbers: one column per pair of their columns.

    A factor has a column for each level but the reference, a number has one. Of a factor and a
    number each coefficient is how much more a unit changes the log hazard at that level.
    A model with it needs both parts too: without them the product measures something else
    (Nelder, J R Stat Soc A 1977;140:48-77). alone : True says that a part's own effect is left
    out on purpose, because the baseline hazard holds it: the stratum of the model, or the period
    of counting_process rows.
    Raises TypeError (no Factor, no Numeric), SampleError (different numbers of patients).
    Checked: numbers against R coxph(~ a * b) (golden/numeric_interactions.csv) 1e-7.

    >>> sex = Factor("sex", ["f", "m"], [0, 1, 0, 1])
    >>> tbi = Factor("TBI", ["no", "yes"], [0, 0, 1, 1])
    >>> Interaction(sex, tbi), Interaction(sex, Numeric("age", [41, 63, 12, 8]))
    (Interaction('sex x TBI', n=4), Interaction('sex x age', n=4))
    """

    a: Factor | Numeric
    b: Factor | Numeric
    alone: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        expect(self.a, (Factor, Numeric), "a")
        expect(self.b, (Factor, Numeric), "b")
        if self.a.n != self.b.n:
            raise SampleError(f"{self.name}: the two terms have different numbers of patients")

    def __repr__(self) -> str:
        missing = len(self.known) - int(np.count_nonzero(self.known))
        return _short("Interaction", self.name, f"n={len(self.known)}", *_told(missing))

    @property
    def name(self) -> str:
        """Both names, "a x b"."""
        return f"{self.a.name} x {self.b.name}"

    @property
    def n(self) -> int:
        """Rows."""
        return self.a.n

    @property
    def known(self) -> BoolArray:
        """(n,) rows with a level or a number of both."""
        return self.a.known & self.b.known

    @property
    def complete(self) -> bool:
        """Whether every row has both."""
        return self.a.complete and self.b.complete

    def where(self, mask: ArrayLike) -> Interaction:
        """The rows for which the mask is True."""
        return Interaction(self.a.where(mask), self.b.where(mask), alone=self.alone)


Term = Factor | Numeric | Interaction


def _distinct(name: str, levels: Sequence[str], order: str) -> tuple[str, ...]:
    """The levels. They are never shown: a column of patients' labels may stand in their place."""
    names = tuple(levels)
    distinct = len(set(names))
    if not names or distinct != len(names):
        raise SampleError(
            f"{name}: levels must be distinct and at least one, got {len(names)} of which "
            f"{distinct} distinct; {order}"
        )
    return names


def _short(kind: str, name: str, *facts: str) -> str:
    return f"{kind}({', '.join([repr(name), *facts])})"


def _told(missing: int) -> list[str]:
    return [f"missing={missing}"] if missing else []

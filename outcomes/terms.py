"""What may explain survival? Factors, numbers and interactions, one value per patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes._numbers.columns import (
    MISSING,
    BoolArray,
    FloatArray,
    SampleError,
    checked_mask,
    first_row,
    numbers,
    read_only,
    vector,
)

__all__ = ["MISSING", "Factor", "Interaction", "Numeric", "Term"]


@dataclass(frozen=True, init=False, eq=False)
class Factor:
    """A grouping of n patients; the first level is the reference.

    codes : (n,) position in levels, -1 = missing.
    Raises SampleError for repeated levels or a code outside them.
    """

    name: str
    levels: tuple[str, ...]
    codes: NDArray[np.int16]

    def __init__(self, name: str, levels: Sequence[str], codes: ArrayLike) -> None:
        names = tuple(levels)
        if not names or len(set(names)) != len(names):
            raise SampleError(f"{name}: levels must be distinct and at least one, got {names}")
        array = vector(codes, name)
        if array.size and array.dtype.kind not in "iu":
            raise SampleError(f"{name}: codes must be whole numbers, got {array.dtype}")
        bad = (array < MISSING) | (array >= len(names))
        if bad.any():
            raise SampleError(
                f"{name}: row {first_row(bad)} has a code outside {len(names)} levels"
            )
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "levels", names)
        object.__setattr__(self, "codes", read_only(array, np.int16))

    @classmethod
    def from_labels(cls, name: str, labels: Sequence[str | None], levels: Sequence[str]) -> Factor:
        """A factor from one label per patient; None is missing. Unknown labels are refused."""
        code = {level: position for position, level in enumerate(levels)}
        codes = np.empty(len(labels), dtype=np.int16)
        for row, label in enumerate(labels):
            if label is not None and label not in code:
                raise SampleError(
                    f"{name}: row {row} holds a label outside {tuple(levels)}; "
                    "add the level or pass None for missing"
                )
            codes[row] = MISSING if label is None else code[label]
        return cls(name, levels, codes)

    @property
    def known(self) -> BoolArray:
        return np.asarray(self.codes >= 0, dtype=np.bool_)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Patients per level, in the order of levels; missing are not counted."""
        found = np.bincount(self.codes - MISSING, minlength=len(self.levels) + 1)
        return tuple(found[1:].tolist())

    def where(self, mask: ArrayLike) -> Factor:
        return Factor(self.name, self.levels, self.codes[checked_mask(mask, len(self.codes))])


@dataclass(frozen=True, init=False, eq=False)
class Numeric:
    """A number per patient, NaN = missing. Raises SampleError for infinite values."""

    name: str
    values: FloatArray

    def __init__(self, name: str, values: ArrayLike) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "values", numbers(values, name))

    @property
    def known(self) -> BoolArray:
        return ~np.isnan(self.values)

    def where(self, mask: ArrayLike) -> Numeric:
        return Numeric(self.name, self.values[checked_mask(mask, len(self.values))])


@dataclass(frozen=True, eq=False)
class Interaction:
    """The product of two factors: one column per pair of non-reference levels."""

    a: Factor
    b: Factor

    def __post_init__(self) -> None:
        if len(self.a.codes) != len(self.b.codes):
            raise SampleError(f"{self.name}: the two factors have different numbers of patients")

    @property
    def name(self) -> str:
        return f"{self.a.name} x {self.b.name}"

    @property
    def known(self) -> BoolArray:
        return self.a.known & self.b.known

    def where(self, mask: ArrayLike) -> Interaction:
        return Interaction(self.a.where(mask), self.b.where(mask))


Term = Factor | Numeric | Interaction

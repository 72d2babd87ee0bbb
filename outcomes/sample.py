"""What goes into an analysis? Times, events, factors, numbers and interactions, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]

MISSING = -1  # code of a missing label in a Factor
LONGEST_DAYS = 2**31 - 1


class SampleError(ValueError):
    """Data that cannot be analysed: the message names the argument, the row and the remedy."""


class EmptySample(SampleError):
    """No patient is left to analyse."""


def read_only(values: ArrayLike, dtype: type) -> NDArray[Any]:
    """A private copy of the values that nobody can change afterwards."""
    copy: NDArray[Any] = np.array(values, dtype=dtype)
    copy.setflags(write=False)
    return copy


def _first(mask: BoolArray) -> int:
    return int(np.flatnonzero(mask)[0])


def _vector(values: ArrayLike, name: str) -> NDArray[Any]:
    array: NDArray[Any] = np.asarray(values)
    if array.ndim != 1:
        raise SampleError(f"{name}: expected one column, got shape {array.shape}; pass a flat list")
    return array


def _whole_days(days: ArrayLike) -> IntArray:
    array = _vector(days, "days")
    if array.dtype.kind not in "iuf":
        raise SampleError(
            f"days: expected whole numbers, got {array.dtype}; pass date differences in days"
        )
    if array.dtype.kind == "f":
        for bad, fault in (
            (~np.isfinite(array.astype(np.float64)), "is missing or infinite; drop the row first"),
            (array != np.floor(array.astype(np.float64)), "is a fraction; keep whole days"),
        ):
            if bad.any():
                raise SampleError(f"days: row {_first(bad)} {fault}")
    if array.size and (array < 0).any():
        raise SampleError(
            f"days: row {_first(array < 0)} is negative; check that the event follows the origin"
        )
    if array.size and (array > LONGEST_DAYS).any():
        raise SampleError(f"days: row {_first(array > LONGEST_DAYS)} exceeds int32; use days")
    return read_only(array, np.int32).astype(np.int32, copy=False)


def _truth(event: ArrayLike) -> BoolArray:
    array = _vector(event, "event")
    if array.dtype.kind == "O":
        bad = np.array([value is None for value in array], dtype=np.bool_)
        if bad.any():
            raise SampleError(f"event: row {_first(bad)} is missing; drop the row first")
        array = np.asarray(array.tolist())
    if array.dtype.kind not in "biuf":
        raise SampleError(f"event: expected True/False, got {array.dtype}")
    if array.dtype.kind != "b":
        bad = (array != 0) & (array != 1)
        if bad.any():
            raise SampleError(f"event: row {_first(bad)} is neither 0 nor 1; code deaths as True")
    return read_only(array, np.bool_).astype(np.bool_, copy=False)


@dataclass(frozen=True, init=False, eq=False)
class Survival:
    """n patients: whole days from the origin, and whether the event (True) ended them.

    days : (n,) non-negative whole days; day 0 is allowed.
    event : (n,) True = event, False = censored.
    Raises SampleError (negative, missing or fractional days, different lengths), EmptySample.
    """

    days: IntArray
    event: BoolArray

    def __init__(self, days: ArrayLike, event: ArrayLike) -> None:
        whole, truth = _whole_days(days), _truth(event)
        if len(whole) != len(truth):
            raise SampleError(f"event: {len(truth)} rows, but days has {len(whole)}; align them")
        if not len(whole):
            raise EmptySample("days: no patient; check the cohort definition")
        object.__setattr__(self, "days", whole)
        object.__setattr__(self, "event", truth)

    @property
    def n(self) -> int:
        return len(self.days)

    @property
    def events(self) -> int:
        return int(np.count_nonzero(self.event))

    def where(self, mask: ArrayLike) -> Survival:
        """The patients for whom the mask is True. Raises EmptySample if there are none."""
        keep = checked_mask(mask, self.n)
        return Survival(self.days[keep], self.event[keep])


def checked_mask(mask: ArrayLike, n: int) -> BoolArray:
    """The mask as a bool array of length n. Raises SampleError otherwise."""
    keep = np.asarray(mask)
    if keep.dtype != np.bool_ or keep.shape != (n,):
        raise SampleError(f"mask: expected {n} True/False values, got {keep.dtype} {keep.shape}")
    return keep


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
        array = _vector(codes, name)
        if array.size and array.dtype.kind not in "iu":
            raise SampleError(f"{name}: codes must be whole numbers, got {array.dtype}")
        bad = (array < MISSING) | (array >= len(names))
        if bad.any():
            raise SampleError(f"{name}: row {_first(bad)} has a code outside {len(names)} levels")
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

    @property
    def counts(self) -> tuple[int, ...]:
        """Patients per level, in the order of levels; missing are not counted."""
        found = np.bincount(self.codes[self.known], minlength=len(self.levels))
        return tuple(int(count) for count in found)

    def where(self, mask: ArrayLike) -> Factor:
        return Factor(self.name, self.levels, self.codes[checked_mask(mask, len(self.codes))])


@dataclass(frozen=True, init=False, eq=False)
class Numeric:
    """A number per patient, NaN = missing. Raises SampleError for infinite values."""

    name: str
    values: FloatArray

    def __init__(self, name: str, values: ArrayLike) -> None:
        array = _vector(np.asarray(values, dtype=np.float64), name)
        if np.isinf(array.astype(np.float64)).any():
            row = _first(np.isinf(array.astype(np.float64)))
            raise SampleError(f"{name}: row {row} is infinite; use NaN for missing")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "values", read_only(array, np.float64))

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

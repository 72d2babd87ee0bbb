"""Is a column fit for analysis? Checks that name the argument, the row and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
Counts = NDArray[np.int64]
Places = NDArray[np.intp]
Codes = NDArray[np.int16] | NDArray[np.int32]  # of levels; -1 is missing

MISSING = -1  # code of a missing label in a Factor
CHUNK_ROWS = 2048  # rows times 20 columns stay in the processor's cache between two steps
LONGEST_DAYS = 2**31 - 1
HEAVIEST = 1e100  # a case weight, of which squares are taken and added up
LIGHTEST = 1e-100  # above 0, of which squares are divided by


class SampleError(ValueError):
    """Data that cannot be analysed: the message names the argument, the row (counted from 0) and
    the remedy, and never shows the value of a patient."""


class EmptySample(SampleError):
    """No patient is left to analyse."""


def one_of(value: object, choices: Iterable[str], name: str) -> None:
    """An option must be one of the choices. Raises ValueError that lists them."""
    known = tuple(choices)
    if value not in known:
        raise ValueError(f"{name}: expected one of {', '.join(map(repr, known))}; got {value!r}")


def code_type(levels: int) -> type[np.int16 | np.int32]:
    """The smallest type that holds the codes of so many levels."""
    return np.int16 if levels <= np.iinfo(np.int16).max else np.int32


def read_only(values: ArrayLike, dtype: type) -> NDArray[Any]:
    """A private copy of the values that nobody can change afterwards."""
    copy: NDArray[Any] = np.array(values, dtype=dtype)
    copy.setflags(write=False)
    return copy


def first_row(mask: BoolArray) -> int:
    """The first row where the mask is True."""
    return int(np.flatnonzero(mask)[0])


def wrong_row(name: str, bad: BoolArray, fault: str) -> SampleError:
    """The error that names the first row at fault."""
    return SampleError(f"{name}: row {first_row(bad)} {fault} (rows count from 0)")


def is_missing(value: object) -> bool:
    """None, NaN, NaT, and the missing values of pandas, which is not imported for them."""
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    if isinstance(value, float | np.floating):
        return bool(np.isnan(value))
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def present(array: NDArray[Any], name: str, remedy: str = "drop the row first") -> NDArray[Any]:
    """A column of objects as one of values. Raises SampleError for the first missing one."""
    if array.dtype.kind != "O":
        return array
    bad = np.array([is_missing(value) for value in array], dtype=np.bool_)
    if bad.any():
        raise wrong_row(name, bad, f"is missing; {remedy}")
    return np.asarray(array.tolist())


def present_codes(
    array: NDArray[Any], name: str, remedy: str = "drop the row first"
) -> NDArray[Any]:
    """A column of codes, none of them missing, as NaN is in a column of floats."""
    array = present(array, name, remedy)
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise wrong_row(name, np.isnan(array), f"is missing; {remedy}")
    return array


def vector(values: ArrayLike, name: str) -> NDArray[Any]:
    """One column of values. Raises SampleError for any other shape, and for a masked row."""
    array: NDArray[Any] = np.asarray(values)
    if isinstance(values, np.ma.MaskedArray) and values.ndim:
        # numpy would lay bare what stands below the mask.
        bad: BoolArray = np.asarray(np.ma.getmaskarray(values).reshape(len(array), -1).any(axis=1))
        if bad.any():
            raise wrong_row(name, bad, "is masked; drop the row, or fill in what means missing")
    if array.ndim != 1:
        raise SampleError(f"{name}: expected one column, got shape {array.shape}; pass a flat list")
    return array


def whole_days(days: ArrayLike, name: str = "days", least: int = 0) -> IntArray:
    """Whole days from least on, (n,) int32 read-only. Raises SampleError."""
    array = present(vector(days, name), name)
    if array.dtype.kind not in "iuf":
        raise SampleError(
            f"{name}: expected whole numbers, got {array.dtype}; pass date differences in days"
        )
    if array.dtype.kind == "f":
        for bad, fault in (
            (~np.isfinite(array.astype(np.float64)), "is missing or infinite; drop the row first"),
            (
                array != np.floor(array.astype(np.float64)),
                "is a fraction; keep whole days: months x 30.4375, rounded",
            ),
        ):
            if bad.any():
                raise wrong_row(name, bad, fault)
    if array.size and array.min() < least:
        fault = "is negative; check that the event follows the origin"
        if least < 0:
            fault = f"is below {least}, which means at risk from day 0 on; correct the day"
        raise wrong_row(name, array < least, fault)
    if array.size and array.max() > LONGEST_DAYS:
        raise wrong_row(name, array > LONGEST_DAYS, "exceeds int32; use days")
    return read_only(array, np.int32).astype(np.int32, copy=False)


def truth(event: ArrayLike) -> BoolArray:
    """True = event, (n,) read-only. Raises SampleError."""
    array = present(vector(event, "event"), "event")
    if array.dtype.kind not in "biuf":
        raise SampleError(
            f"event: expected True/False, got {array.dtype}; compare, as in column == 'yes'"
        )
    if array.dtype.kind != "b":
        for bad, fault in (
            (np.isnan(array.astype(np.float64)), "is missing; drop the row first"),
            ((array != 0) & (array != 1), "is neither 0 nor 1; code deaths as True"),
        ):
            if bad.any():
                raise wrong_row("event", bad, fault)
    return read_only(array, np.bool_).astype(np.bool_, copy=False)


def ids(values: ArrayLike, n: int, name: str) -> tuple[NDArray[Any], Places]:
    """The distinct ids of n rows in order, and the place of each row's own among them (n,).

    Raises SampleError (length, a row without an id, ids of different types).
    """
    array = vector(values, name)
    aligned(len(array), n, name)
    if array.dtype.kind in "US" and not hasattr(values, "dtype"):
        array = np.array(values, dtype=object)  # a list of names in which NaN is no name
    if array.dtype.kind in "OfMm":
        if array.dtype.kind == "O":
            missing = np.array([is_missing(value) for value in array], dtype=np.bool_)
        else:
            missing = np.isnan(array) if array.dtype.kind == "f" else np.isnat(array)
        if missing.any():
            raise wrong_row(name, missing, "has none; give every row one, its own if it is alone")
    try:
        distinct, place = np.unique(array, return_inverse=True)
    except TypeError as fault:
        raise SampleError(f"{name}: ids of different types; use one type for all") from fault
    return distinct, place.astype(np.intp)


def checked_mask(mask: ArrayLike, n: int) -> BoolArray:
    """The mask as a bool array of length n. Raises SampleError otherwise."""
    keep = np.asarray(mask)
    if keep.dtype != np.bool_ or keep.shape != (n,):
        raise SampleError(f"mask: expected {n} True/False values, got {keep.dtype} {keep.shape}")
    return keep


def weights(values: ArrayLike) -> FloatArray:
    """Case weights, 0 or from LIGHTEST to HEAVIEST, not all 0, (n,) read-only. Raises SampleError."""
    array = numbers(values, "weight", "use a finite weight, and 0 to leave the row out")
    light = f"is above 0 and less than {LIGHTEST:g}, whose squares may vanish"
    for bad, fault in (
        (np.isnan(array), "is missing; use 0 to leave the row out"),
        (array < 0, "is negative; use 0 to leave the row out"),
        ((array > 0) & (array < LIGHTEST), f"{light}; multiply all by one number"),
    ):
        if bad.any():
            raise wrong_row("weight", bad, fault)
    if array.size and not array.any():
        raise EmptySample("weight: every row has weight 0; check the weights")
    if (array > HEAVIEST).any():
        fault = f"is more than {HEAVIEST:g}, whose sums may overflow; divide all by one number"
        raise wrong_row("weight", array > HEAVIEST, fault)
    return array


def numbers(values: ArrayLike, name: str, remedy: str = "use NaN for missing") -> FloatArray:
    """Finite numbers or NaN, (n,) read-only; a masked row is NaN. Raises SampleError."""
    if isinstance(values, np.ma.MaskedArray) and values.dtype.kind in "biuf":
        values = np.ma.filled(values.astype(np.float64), np.nan)
    try:
        found = np.asarray(values)
        if found.dtype.kind in "cmM":  # as floats they would lose a part, or their unit
            raise TypeError(f"got {found.dtype}")
        array = vector(found.astype(np.float64), name)
    except (TypeError, ValueError) as fault:
        if isinstance(fault, SampleError):
            raise
        raise SampleError(f"{name}: not all values are numbers; {remedy}") from fault
    if np.isinf(array).any():
        raise wrong_row(name, np.isinf(array), f"is infinite; {remedy}")
    return read_only(array, np.float64)


def same_labels(columns: Mapping[str, object]) -> None:
    """Columns that carry row labels, as those of pandas do, must carry the same ones.

    Only positions are read. Raises SampleError when two columns were sorted or chosen differently;
    another number of rows is the business of aligned.
    """
    labels = {name: getattr(column, "index", None) for name, column in columns.items()}
    # The index of a list or of text is a method.
    given = {name: one for name, one in labels.items() if one is not None and not callable(one)}
    for (first, ours), (second, theirs) in pairwise(given.items()):
        if ours is theirs or len(ours) != len(theirs):
            continue
        if not np.array_equal(np.asarray(ours), np.asarray(theirs)):
            raise SampleError(
                f"{first} and {second}: their rows have different labels (index); rows go by "
                "position, so align the two columns and pass .to_numpy() of each"
            )


def aligned(length: int, n: int, name: str) -> None:
    """Raises SampleError when a column has another number of rows than the sample."""
    if length != n:
        raise SampleError(f"{name}: {length} rows, but the sample has {n}; align them")

"""What does a data cut hold? The columns of the catalogue, checked once, as arrays and as bytes.

A missing code is "", a missing number NaN, a missing date NaT.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.catalogue import Column, ColumnError, Kind, catalogue, column

Array = NDArray[Any]
Mask = NDArray[np.bool_]

FORMAT = "engraft-columns-1"
_NUMPY_KIND = {"number": "f", "date": "M", "code": "U", "yes_no": "U"}
_NUMPY_TYPE = {"number": "f8", "date": "M8[D]", "code": "U", "yes_no": "U"}


@dataclass(frozen=True, init=False, eq=False)
class Columns:
    """n rows of the catalogue's columns, checked once and read-only.

    Raises ColumnError for an unknown column, a code outside its list, or unequal lengths. The
    message names column and row, never the value: a value may identify a patient.
    """

    _values: Mapping[str, Array]
    n: int

    def __init__(self, values: Mapping[str, Any]) -> None:
        arrays = {
            name: _checked(column(name), values[name]) for name in catalogue if name in values
        }
        for name in values:
            column(name)
        lengths = {len(array) for array in arrays.values()}
        if len(lengths) > 1:
            raise ColumnError(f"columns of different lengths: {sorted(lengths)}")
        self._hold(arrays)

    def _hold(self, arrays: dict[str, Array]) -> None:
        for array in arrays.values():
            array.setflags(write=False)
        object.__setattr__(self, "_values", MappingProxyType(arrays))
        object.__setattr__(self, "n", len(next(iter(arrays.values()))) if arrays else 0)

    def rows(self, chosen: Mask | NDArray[np.intp]) -> "Columns":
        """Some rows of columns that are already checked: those of a mask, or of these places."""
        some = object.__new__(Columns)
        some._hold({name: values[chosen] for name, values in self._values.items()})
        return some

    def __getitem__(self, name: str) -> Array:
        described = column(name)
        if name not in self._values:
            raise ColumnError(f"this data cut has no column {name!r} ({described.label})")
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._values

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are here, in the order of the catalogue."""
        return tuple(self._values)

    def where(self, mask: Mask) -> "Columns":
        """The rows for which the mask is True."""
        return self.rows(np.asarray(mask, dtype=np.bool_))

    def changed(self, **values: Any) -> "Columns":
        """The same rows with some columns replaced, checked like new ones."""
        return Columns({**self._values, **values})

    def known(self, name: str) -> Mask:
        """True where the column holds a value."""
        values = self[name]
        if catalogue[name].kind == "date":
            return np.asarray(~np.isnat(values), dtype=np.bool_)
        if catalogue[name].kind == "number":
            return np.asarray(~np.isnan(values), dtype=np.bool_)
        return np.asarray(values != "", dtype=np.bool_)

    def in_order(self) -> "Columns":
        """The same rows, sorted by transplant, then every other column, the patient's name last.

        Two cuts with the same rows in another order are the same cut. Pseudonyms are drawn at
        random, and imputation draws row by row: what a registry finds must not hang on them.
        """
        return self.rows(self.order())

    def order(self) -> Array:
        """Which row stands first in that order, which second, and so on, shape (n,)."""
        first = [name for name in ("transplant_date", "allo_number") if name in self]
        last = [name for name in ("patient",) if name in self]
        keys = [*first, *(name for name in self.names if name not in first + last), *last]
        if not keys or not self.n:
            return np.arange(self.n)
        return np.lexsort([self._values[name] for name in reversed(keys)])

    def to_bytes(self) -> bytes:
        """Canonical UTF-8 JSON: rows in order, ISO dates, null for missing numbers and dates."""
        rows = self.in_order()
        plain = {name: _as_text(catalogue[name].kind, rows[name]) for name in rows.names}
        document = {"format": FORMAT, "rows": self.n, "columns": plain}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    @property
    def sha256(self) -> str:
        """The hash by which a data cut is known."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Columns":
        """A cut read back. Raises ColumnError when the bytes are not one."""
        document = json.loads(data)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ColumnError(f"not a data cut of the format {FORMAT}")
        return cls(document["columns"])


def _checked(described: Column, values: Any) -> Array:
    """The values in the type of their kind, closed lists enforced, read-only."""
    try:
        array = _typed(described.kind, values)
    except (TypeError, ValueError) as fault:
        raise ColumnError(
            f"{described.name}: values are not of the kind {described.kind}"
        ) from fault
    if array.ndim != 1:
        raise ColumnError(f"{described.name}: expected one column, got shape {array.shape}")
    if described.codes and array.size:
        foreign = ~np.isin(array, ("", *described.codes))
        if foreign.any():
            row = int(np.flatnonzero(foreign)[0])
            raise ColumnError(
                f"{described.name}: row {row} is none of {', '.join(described.codes)}"
            )
    if described.kind == "number" and np.isinf(array).any():
        raise ColumnError(f"{described.name}: a number is infinite; missing is NaN")
    return array


def _typed(kind: Kind, values: Any) -> Array:
    if isinstance(values, np.ndarray) and values.dtype.kind == _NUMPY_KIND[kind]:
        return values.astype(_NUMPY_TYPE[kind])
    if kind == "number":
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    if kind == "date":
        return np.array(["NaT" if v is None else v for v in values], dtype="datetime64[D]")
    texts = ["" if value is None else str(value) for value in values]
    return np.array(texts, dtype=np.str_) if texts else np.empty(0, dtype="<U1")


def _as_text(kind: Kind, values: Array) -> list[str | float | None]:
    if kind == "number":
        return [None if np.isnan(v) else float(v) for v in values]
    if kind == "date":
        return [None if np.isnat(v) else str(v) for v in values]
    return [str(value) for value in values]

"""How do the rows of a table stand in the files of SPSS, Stata and SAS? All of them at once.

The library writes a file cell by cell: nearly a second for the tables of a large centre. It writes
all but the rows (reports.exports.statistics_files). Checked: the same bytes as those of the library,
in tests/reports/test_statistics_files.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]
Numbers = NDArray[np.float64]

SPSS_MISSING = np.finfo(np.float64).min
STATA_MISSING = 0x7FE0000000000000
STATA_REASON = 1 << 40
"""The bits of . in a double of Stata; .a is one of these more, .b two."""
_SAS_MISSING = 0x2E << 56  # a full stop and seven zeros
_SPACES = 0x2020202020202020
_LONGEST_PIECE = 255
"""SPSS holds a longer text in several pieces of so many bytes, a space after each."""

_RAW, _BLANK, _MISSING, _END, _BIAS = 253, 254, 255, 252, 100
"""What a byte of the compression of SPSS says of eight bytes: that they follow as they are, are
spaces, are missing, that no more follow; any other is a whole number with this added."""


@dataclass(frozen=True)
class Rows:
    """cells : by column, (n,) each, numbers as the program has them (missing ones too) or texts.

    widths : by column, the bytes of the longest text; 0 of numbers.
    """

    cells: tuple[NDArray[Any], ...]
    widths: tuple[int, ...]
    n: int

    def sample(self) -> Rows:
        """One row that makes the library write the same head: a 0, or a text of the same width."""
        cells = [_object("x" * width) if width else np.zeros(1) for width in self.widths]
        return Rows(tuple(cells), self.widths, 1)


def widest(texts: Texts) -> int:
    """The bytes of the longest text, at least 1."""
    return max(1, max((len(one.encode()) for one in set(texts.tolist())), default=1))


def spss_rows(rows: Rows) -> bytes:
    """Compressed: a byte for each eight bytes of a row, eight such bytes together, then what they
    announce; a row begins with new ones."""
    eights = [_pieces(width) // 8 if width else 1 for width in rows.widths]
    told, n = np.empty((rows.n, sum(eights)), dtype=np.uint64), rows.n
    number, at = np.zeros(sum(eights), dtype=np.bool_), 0
    for cells, width, wide in zip(rows.cells, rows.widths, eights, strict=True):
        if width:
            padded = _fixed(cells, wide * 8, " ", in_pieces=width > _LONGEST_PIECE)
            told[:, at : at + wide] = padded.view(np.uint64).reshape(n, wide)
        else:
            told[:, at], number[at] = cells.view(np.uint64), True
        at += wide
    blocks = at // 8 + 1
    says = np.zeros((n, blocks * 8), dtype=np.uint8)
    says[:, :at] = np.where(told == _SPACES, _BLANK, _RAW)
    says[:, :at][:, number] = _said_of(told[:, number].view(np.float64))
    if n:
        says[-1, at] = _END
    every = np.zeros((n, blocks, 9), dtype=np.uint64)
    every[:, :, 0] = says.view(np.uint64)
    follows = np.zeros((n, blocks * 8), dtype=np.uint64)
    follows[:, :at] = told
    every[:, :, 1:] = follows.reshape(n, blocks, 8)
    kept = np.ones((n, blocks, 9), dtype=np.bool_)
    kept[:, :, 1:] = (says == _RAW).reshape(n, blocks, 8)
    return every[kept].tobytes()


def stata_rows(rows: Rows) -> bytes:
    """Doubles, and texts filled up with zeros."""
    return _side_by_side(rows, "<f8", "\0")


def sas_rows(rows: Rows) -> bytes:
    """Numbers of IBM's mainframes, and texts filled up with spaces; whole lines of 80 bytes."""
    cells: list[NDArray[Any]] = [
        one if width else _of_ibm(one) for one, width in zip(rows.cells, rows.widths, strict=True)
    ]
    raw = _side_by_side(Rows(tuple(cells), rows.widths, rows.n), ">u8", " ")
    return raw + b" " * (-len(raw) % 80)


def _side_by_side(rows: Rows, number: str, fill: str) -> bytes:
    kinds = [f"S{width}" if width else number for width in rows.widths]
    table = np.empty(rows.n, dtype=[(f"c{at}", kind) for at, kind in enumerate(kinds)])
    for at, (cells, width) in enumerate(zip(rows.cells, rows.widths, strict=True)):
        table[f"c{at}"] = _fixed(cells, width, fill) if width else cells
    return table.tobytes()


def _of_ibm(values: Numbers) -> NDArray[np.uint64]:
    """A sign, 64 more than a power of 16, and 56 bits of a fraction of it; exact for any double."""
    fraction, power = np.frexp(np.abs(values))
    sixteens = -(-power // 4)
    # 53 bits of the fraction, moved by what four times the power of 16 is more than that of 2.
    bits = np.ldexp(np.nan_to_num(fraction), 53).astype(np.uint64)
    bits <<= (3 - (4 * sixteens - power)).astype(np.uint64)
    found: NDArray[np.uint64] = bits | ((sixteens + 64).astype(np.uint64) << np.uint64(56))
    found |= np.signbit(values).astype(np.uint64) << np.uint64(63)
    found[values == 0] = 0
    found[np.isnan(values)] = _SAS_MISSING
    return found


def _said_of(values: Numbers) -> NDArray[np.uint8]:
    """What is said of numbers: whole ones from -99 to 151 stand in the byte itself."""
    small = (values > -_BIAS) & (values < _END - _BIAS)
    whole = np.where(small, values, 0.5)
    small &= whole == np.trunc(whole)
    said = np.where(small, whole + _BIAS, np.where(values == SPSS_MISSING, _MISSING, _RAW))
    return said.astype(np.uint8)


def _pieces(width: int) -> int:
    """The bytes that SPSS keeps for a text, a multiple of eight."""
    if width <= _LONGEST_PIECE:
        return -(-width // 8) * 8
    full = (width + 251) // 252 - 1
    return full * 256 + -(-(width - full * 252) // 8) * 8


def _fixed(cells: Texts, width: int, fill: str, in_pieces: bool = False) -> NDArray[np.bytes_]:
    """Texts in so many bytes each. No text of a database holds a zero."""
    raw = [one.encode() for one in cells.tolist()]
    if in_pieces:
        raw = [b" ".join(_cut(one)) for one in raw]
    found = np.array(raw, dtype=f"S{width}")
    each = found.view(np.uint8)
    each[each == 0] = ord(fill)
    return found


def _cut(raw: bytes) -> Iterator[bytes]:
    return (raw[at : at + _LONGEST_PIECE] for at in range(0, len(raw), _LONGEST_PIECE))


def _object(text: str) -> Texts:
    found = np.empty(1, dtype=object)
    found[0] = text
    return found

"""What may a variable be called in R, SPSS, Stata and SAS alike? At most 29 letters, digits and _."""

from __future__ import annotations

import re

LONGEST = 29
"""Stata and SAS transport files of version 8 take 32, SPSS 64; ReadStat names the labels of a
Stata variable after it and its place, of up to three digits, and may use 32 for that."""

_SPSS = "all and by eq ge gt le lt ne not or to with"
_STATA = (
    "aggregate array boolean break byte case catch class colvector complex const continue default "
    "delegate delete do double else eltypedef end enum explicit export external float for friend "
    "function global goto if in inline int local long mata matrix namespace new null numeric "
    "nullmat operator orgtypedef pointer polymorphic pragma private protected public quad real "
    "return rowvector scalar short signed static strl string struct super switch template this "
    "throw transmorphic try typedef typename union unsigned using vector version virtual void "
    "volatile while with"
)
_R = "else false for function if in inf na nan next null repeat true while"
RESERVED = frozenset(f"{_SPSS} {_STATA} {_R}".split())
"""Words that one of the programs keeps for itself."""


class Names:
    """The names of one table: each that is given out is legal and unlike all before it."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, *parts: str) -> str:
        """A name from its parts, such as an item and "_missing": the first part is cut to fit.

        SPSS and SAS read capitals and small letters as the same, so all are small.
        """
        first, *rest = (re.sub(r"[^a-z0-9]+", "_", part.lower()) for part in parts)
        tail = "".join(rest)
        if not first[:1].isalpha():
            first = f"v_{first}"
        wished, number = _fitted(first, tail), 1
        while wished in self._taken or wished in RESERVED:
            number += 1
            wished = _fitted(first, f"{tail}_{number}")
        self._taken.add(wished)
        return wished


def _fitted(first: str, tail: str) -> str:
    # A name that ends in _ is not clean in SPSS.
    if len(tail) >= LONGEST:
        tail = tail[: LONGEST - 8]
    return (first[: LONGEST - len(tail)].rstrip("_") + tail).rstrip("_")[:LONGEST]

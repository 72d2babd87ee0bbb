"""What can a field hold? A value, or one reason why there is none."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

KEY_LENGTH = 64
"""Characters of a record's name in the centre's own system, and of an item's name."""
LONGEST_REASON = 1000
"""Characters of the words that somebody gives for keeping or changing a value."""

LONGEST_MESSAGE = 2000
"""Characters of a question about a record, or of one thing said about it."""

EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 12, 31)
"""Nobody means a later day, and rules may count decades on from every date that was read."""


class Kind(StrEnum):
    """What sort of answer an item takes."""

    CODE = "code"
    CODES = "set of codes"
    DATE = "date"
    NUMBER = "number"
    INTEGER = "whole number"
    TEXT = "text"


class Missing(StrEnum):
    """The one reason why a field holds no value (dictionary.md 2.1)."""

    NOT_DONE = "ND"
    UNKNOWN = "UNK"
    NOT_APPLICABLE = "NA"
    NOT_YET_AVAILABLE = "NYA"
    REFUSED = "REF"
    WITHDRAWN = "WD"

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()


OF_A_PERSON = (
    Missing.UNKNOWN,
    Missing.NOT_YET_AVAILABLE,
    Missing.REFUSED,
    Missing.WITHDRAWN,
)
"""The reasons why somebody's name, birth date or sex is not here: everybody has one, and none is done."""


class BadValue(ValueError):
    """A value that the item cannot hold; the message says what to write instead."""


LONGEST_QUOTE = 60


def quoted(raw: object) -> str:
    """What was sent, in quotation marks, for a message; the middle is left out of a long one."""
    text = repr(raw[: LONGEST_QUOTE + 1] if isinstance(raw, str) else raw)
    return text if len(text) <= LONGEST_QUOTE + 2 else f"{text[:LONGEST_QUOTE]}…"


_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the day, the month or the year.

    `first` is the earliest day it can be, `precision` one of "D", "M", "Y".
    """

    first: date
    precision: str = "D"

    @property
    def last(self) -> date:
        """The latest day it can be."""
        if self.precision == "D":
            return self.first
        month = self.first.month if self.precision == "M" else 12
        return date(self.first.year, month, calendar.monthrange(self.first.year, month)[1])

    @property
    def exact(self) -> bool:
        return self.precision == "D"

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read `2008-02-26`, `2008-02` or `2008`.

        >>> PartialDate.parse("2008-02").last
        datetime.date(2008, 2, 29)
        """
        found = _PARTIAL.fullmatch(text)
        if not found or not text.isascii():
            raise BadValue(f"{quoted(text)} is not a date: write YYYY-MM-DD, or YYYY-MM, or YYYY")
        year, month, day = found.groups()
        try:
            first = date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            raise BadValue(f"{text!r} is not a day of the calendar") from None
        if not EARLIEST <= first <= LATEST:
            years = f"{EARLIEST:%Y} to {LATEST:%Y}"
            raise BadValue(f"{text!r} is outside the years {years}: check the year")
        return cls(first, "D" if day else "M" if month else "Y")

    def __str__(self) -> str:
        return self.first.isoformat()[: {"D": 10, "M": 7, "Y": 4}[self.precision]]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as entered, with the unit it was entered in, and the same in the item's own unit."""

    entered: Decimal
    unit: str
    normalised: Decimal


Value = str | int | bool | Decimal | PartialDate | Quantity | frozenset[str]
"""What a field can hold when it holds a value."""

Answer = Value | Missing | None
"""What a record says of one item; None where it says nothing, or that it is to be cleared."""

Answers = Mapping[str, Answer]
"""The answers of one record, by item name."""

"""How is what came in read as the answer to an item? JSON values and typed text alike."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from registry.dictionary.values import (
    LONGEST_MESSAGE,
    LONGEST_REASON,
    BadValue,
    Kind,
    Missing,
    PartialDate,
    Quantity,
    Value,
    quoted,
)

if TYPE_CHECKING:
    from registry.dictionary.language import Item

MOST_DIGITS = 20
LARGEST_POWER = 13
"""Numbers from 10^-13 up to 10^14: what no item holds, and what decimal arithmetic cannot fail on."""
ENTERED = Decimal("0.000001")
"""A number with a unit of its own is kept as entered to so many decimals."""
MOST_CODES_NAMED = 20


def read_answer(item: Item, raw: object) -> Value | Missing | None:
    """A value, a missing reason, or None for nothing.

    Raises BadValue with a sentence that says what to write instead; never anything else. Of an
    identifying item the sentence does not quote what was sent: receipts and logs keep sentences.
    """
    try:
        return _read(item, raw)
    except BadValue:
        if item.identifying:
            raise BadValue(_unquoted(item)) from None
        raise


def _unquoted(item: Item) -> str:
    if item.kind is Kind.DATE:
        return "is not a date that can be: write YYYY-MM-DD, or YYYY-MM, or YYYY"
    return f"cannot be read: write text of at most {item.length} characters"


def _read(item: Item, raw: object) -> Value | Missing | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, dict):
        return _object(item, raw)
    return _READERS[item.kind](item, raw)


def _object(item: Item, raw: dict[str, object]) -> Value | Missing:
    if set(raw) == {"missing"}:
        given = raw["missing"]
        if isinstance(given, str) and given in list(Missing):
            return Missing(given)
        raise BadValue(f"{quoted(given)} is not a missing reason: use {', '.join(Missing)}")
    if item.units and set(raw) == {"value", "unit"}:
        return _quantity(item, raw["value"], raw["unit"])
    names = "|".join([item.unit, *(unit.name for unit in item.units)])
    hint = f' or {{"value": number, "unit": {names}}}' if item.units else ""
    raise BadValue('an object here is {"missing": reason}' + hint)


def _quantity(item: Item, raw: object, unit: object) -> Quantity:
    factors = {item.unit: Decimal(1), **{one.name: one.factor for one in item.units}}
    if not isinstance(unit, str) or unit not in factors:
        known = ", ".join(factors)
        raise BadValue(f"{quoted(unit)} is not a unit of {item.label}: use {known}")
    entered = _decimal(raw).quantize(ENTERED)
    return Quantity(entered, unit, _in_range(item, _rounded(item, entered * factors[unit])))


def _rounded(item: Item, number: Decimal) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-item.places))


def _in_range(item: Item, number: Decimal) -> Decimal:
    too_low = item.low is not None and number < item.low
    too_high = item.high is not None and number > item.high
    if too_low or too_high:
        bounds = f"{item.low} to {item.high} {item.unit}".strip()
        raise BadValue(f"{number} is outside {bounds}: check the value and its unit")
    return number


def _decimal(raw: object) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str, Decimal)):
        raise BadValue("a number is expected")
    if isinstance(raw, int) and abs(raw) >= 10 ** (LARGEST_POWER + 1):
        raise BadValue("the number is too large")
    text = str(raw).strip().replace(",", ".") if isinstance(raw, str) else str(raw)
    if not text.isascii() or "_" in text:
        raise BadValue(f"{quoted(raw)} is not a number")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadValue(f"{quoted(raw)} is not a number") from None
    if not number.is_finite():
        raise BadValue(f"{quoted(raw)} is not a number")
    if len(number.as_tuple().digits) > MOST_DIGITS or abs(number.adjusted()) > LARGEST_POWER:
        raise BadValue(f"{quoted(raw)} has too many digits")
    return number


def _code(item: Item, raw: object) -> str:
    if isinstance(raw, str) and raw in item.code_values:
        return raw
    raise BadValue(f"{quoted(raw)} is not {_permitted(item, raw)}")


def _permitted(item: Item, raw: object) -> str:
    if len(item.code_values) <= MOST_CODES_NAMED:
        return f"one of {', '.join(item.code_values)}"
    near = difflib.get_close_matches(raw[:32], item.code_values) if isinstance(raw, str) else []
    hint = f": did you mean {', '.join(near)}?" if near else ""
    return f"one of the {len(item.code_values)} codes of this item{hint}"


def _codes(item: Item, raw: object) -> frozenset[str]:
    if not isinstance(raw, (list, tuple)):
        raise BadValue("a list of codes is expected")
    return frozenset(_code(item, code) for code in raw)


def _date(item: Item, raw: object) -> PartialDate:
    if not isinstance(raw, str):
        raise BadValue("a date is expected: write YYYY-MM-DD")
    parsed = PartialDate.parse(raw)
    if not item.partial and not parsed.exact:
        raise BadValue(f"{raw!r} lacks the day: {item.label} is needed to the day")
    return parsed


def _number(item: Item, raw: object) -> Decimal | Quantity:
    if item.units:
        return _quantity(item, raw, item.unit)
    number = _in_range(item, _decimal(raw))
    rounded = _rounded(item, number)
    if rounded != number:
        raise BadValue(f"{number} has more than {item.places} decimals")
    return rounded


def _integer(item: Item, raw: object) -> int:
    number = _in_range(item, _decimal(raw))
    if number != number.to_integral_value():
        raise BadValue(f"{number} is not a whole number")
    return int(number)


# Controls (C0 without tab and line feed, DEL, C1), line and paragraph separators, and the marks
# that turn the direction of what follows: they make one text look like another. Half surrogate
# pairs are no text at all.
_CONTROLS = frozenset(
    chr(code)
    for block in (
        (0, 9),
        (11, 32),
        (127, 160),
        (0x2028, 0x202F),
        (0x2066, 0x206A),
        (0xD800, 0xE000),
        (0xFEFF, 0xFF00),
    )
    for code in range(*block)
)


def has_controls(text: str) -> bool:
    """Does the text hold characters that nobody sees and that change what is read?"""
    return not _CONTROLS.isdisjoint(text)


def without_controls(text: str) -> str:
    """The text as somebody sees it who reads it."""
    return "".join(sign for sign in text if sign not in _CONTROLS)


def read_reason(raw: object) -> str:
    """Why somebody keeps, changes or deletes a value; empty for None and blanks.

    Raises BadValue for what is no text, too long, or holds characters that nobody sees.
    """
    return "" if raw is None else _words(raw, LONGEST_REASON)


def read_message(raw: object) -> str:
    """What somebody asks or answers. Raises BadValue for what is empty, too long or no text."""
    text = _words(raw, LONGEST_MESSAGE)
    if not text:
        raise BadValue("is empty: write what you want to say")
    return text


def _text(item: Item, raw: object) -> str | None:
    return _words(raw, item.length) or None


def _words(raw: object, most: int) -> str:
    if not isinstance(raw, str):
        raise BadValue("text is expected")
    text = unicodedata.normalize("NFC", raw.strip())
    if len(text) > most:
        raise BadValue(f"is {len(text)} characters long: {most} at most")
    if has_controls(text):
        raise BadValue("holds control characters: remove them")
    return text


_READERS: dict[Kind, Callable[[Item, object], Value | None]] = {
    Kind.CODE: _code,
    Kind.CODES: _codes,
    Kind.DATE: _date,
    Kind.NUMBER: _number,
    Kind.INTEGER: _integer,
    Kind.TEXT: _text,
}

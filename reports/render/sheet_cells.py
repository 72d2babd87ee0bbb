"""How is one answer put into a cell: a number that looks as printed, or a text that stays a text?"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from reports.numbers import NARROW_SPACE
from reports.render.xml_text import for_xml
from reports.results import STORED_DIGITS, Value

FONT = "IBM Plex Sans"
# What one cell of Excel holds, and what a number format holds.
LONGEST_TEXT, LONGEST_FORMAT = 32767, 255
_WHOLE = rf"\d+(?:{NARROW_SPACE}\d{{3}})*"
_DIGITS = re.compile(rf"(?:{_WHOLE})?\.\d+|{_WHOLE}")
_PLAIN = re.compile(r"-?\d*\.?\d+")


@dataclass(frozen=True)
class Look:
    """How a cell is written."""

    bold: bool = False
    colour: str = "#17212b"
    side: Literal["left", "right"] = "left"
    indent: int = 0
    wrap: bool = False


PLAIN = Look()


def write(sheet: Worksheet, row: int, column: int, content: str, look: Look = PLAIN) -> None:
    """A text. It stays one: "=1+1" is four letters, not a sum."""
    cell: Any = sheet.cell(row, column)
    cell.value = for_xml(content)[:LONGEST_TEXT]
    cell.data_type = "s"
    # Should somebody edit the cell, Excel still takes what begins with = for a text.
    cell.quotePrefix = content[:1] in tuple("=+-@")
    _dress(cell, look)


def write_number(
    sheet: Worksheet, row: int, column: int, number: float, text: str, look: Look = PLAIN
) -> None:
    """The full number, shown as `text` says it."""
    cell: Any = sheet.cell(row, column)
    cell.value = stored(number)
    cell.number_format = format_of(number, text)
    _dress(cell, look)


def write_value(sheet: Worksheet, row: int, column: int, value: Value, look: Look = PLAIN) -> None:
    """A number, or the sentence that stands in its place."""
    if value.value is not None:
        write_number(sheet, row, column, value.value, value.text, look)
    else:
        write(sheet, row, column, value.reason or value.text, PLAIN if value.reason else look)


def write_printed(
    sheet: Worksheet, row: int, column: int, printed: str, look: Look = PLAIN
) -> None:
    """What the paper has: a number where it is nothing else ("0.60", ".001"), else a text."""
    if _PLAIN.fullmatch(printed):
        write_number(sheet, row, column, float(printed), printed, look)
    else:
        write(sheet, row, column, printed, look)


def stored(number: float) -> float | int:
    """As many digits as a stored run keeps: the same from a run just computed."""
    return number if isinstance(number, int) else float(format(number, f".{STORED_DIGITS}g"))


def format_of(number: float, text: str) -> str:
    """The number format with which Excel shows `number` as `text`.

    174 as "174 (60.4%)" is 0" (60.4%)". What is no rounding of the number, as "<0.001", is shown
    as it is; the cell still holds the number.
    """
    for found in _DIGITS.finditer(text):
        digits = found[0].replace(NARROW_SPACE, "")
        places = len(digits.partition(".")[2])
        exact = Decimal(repr(abs(stored(number))))
        if exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) != Decimal(digits):
            continue
        before, after = text[: found.start()], _literal(text[found.end() :])
        if number < 0 and before.endswith("-"):  # Excel writes the sign itself
            return _if_not_too_long(_literal(before[:-1]) + _pattern(found[0]) + after)
        made = _literal(before) + _pattern(found[0]) + after
        return _if_not_too_long(f"{made};{made}" if number < 0 else made)
    return _if_not_too_long(";".join([_literal(text)] * 3) if text else "")


def _if_not_too_long(made: str) -> str:
    return made if 0 < len(made) <= LONGEST_FORMAT else "General"


def _pattern(digits: str) -> str:
    """ "0.00" for "12.34"; ".000" for ".001"; groups of three keep their narrow space."""
    whole, point, places = digits.partition(".")
    first, *groups = whole.split(NARROW_SPACE)
    started = "".join(("0" if first else "", *(f'"{NARROW_SPACE}"000' for _ in groups)))
    return started + point + "0" * len(places)


def _literal(text: str) -> str:
    """Letters of a format, none of them read as a sign of it."""
    clean = for_xml(text)
    parts = (part for part in re.split('(")', clean) if part)
    return "".join(r"\"" if part == '"' else f'"{part}"' for part in parts)


def _dress(cell: Cell, look: Look) -> None:
    cell.font = Font(name=FONT, size=10, bold=look.bold, color=look.colour.removeprefix("#"))
    cell.alignment = Alignment(
        horizontal=look.side, indent=look.indent, wrap_text=look.wrap, vertical="top"
    )

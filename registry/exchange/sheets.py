"""Reads a spreadsheet in a process of its own, which may take so much memory and time and no more.

A file of a few kilobytes can name a cell in the last corner of a sheet of 17 thousand million, or
unpack to whatever it likes. Who reads it must not be the web process. Run as a program: the file
comes in on stdin, JSON of a bounded size goes out; nothing of the registry's data can be reached.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from registry.exchange.odd_cells import PERCENT, Odd, Unknown, odd_cells

MOST_MEMORY = 2 * 2**30
MOST_SECONDS = 20
"""Well below what a web worker may take for a page."""
MOST_LINES = 50_040
"""Lines that hold anything: those of a table, and what may stand above it."""
LONGEST_CELL = 10_000
MOST_SIGNS = 64 * 2**20
"""Characters of all cells together, each cell with SIGNS_OF_A_CELL more."""
SIGNS_OF_A_CELL = 8
SIGNIFICANT = ".15g"
"""Digits that Excel itself shows of a number; the rest is the noise of binary fractions."""

EMPTY, PROTECTED, UNREADABLE, OLD = "empty", "protected", "unreadable", "old"
TOO_LONG, TOO_MANY, TOO_LARGE = "too long", "too many", "too large"

Lines = list[tuple[int, list[str]]]


class TooMuch(Exception):
    """More than anybody's table holds; the message is the problem."""


def answer(body: bytes) -> dict[str, object]:
    """{"sheet": name, "lines": [[line, texts], ...]} of the first visible sheet that holds
    anything, or {"problem": one of the words above}."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(body)) as book:
            for one in book.sheets_metadata:
                hidden = one.visible is not SheetVisibleEnum.Visible
                if hidden or one.typ is not SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_name(one.name)
                if _formats_are_hidden(body) and sheet.start is not None:
                    return {"problem": OLD}
                if lines := _lines(sheet, partial(odd_cells, body, one.name)):
                    return {"sheet": one.name, "lines": lines}
    except PasswordError:
        return {"problem": PROTECTED}
    except TooMuch as problem:
        return {"problem": str(problem)}
    except (CalamineError, Unknown, OSError, ValueError):
        return {"problem": UNREADABLE}
    return {"problem": EMPTY}


def _formats_are_hidden(body: bytes) -> bool:
    """Is it a binary workbook, .xls or .xlsb, in which nobody sees what is a percentage?"""
    if not body.startswith(b"PK"):
        return True
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return any(one.lower().endswith("workbook.bin") for one in packed.namelist())


def _lines(sheet: CalamineSheet, odd_of: Callable[[], Odd]) -> Lines:
    """The lines that hold anything, counted from 1 as the spreadsheet shows them."""
    if sheet.start is None:
        return []
    lines: Lines = []
    signs, odd = 0, odd_of()
    for line, row in _rows(sheet, odd):
        texts = _texts(row, odd.get(line - 1, {}))
        if not texts:
            continue
        lines.append((line, texts))
        if len(lines) > MOST_LINES:
            raise TooMuch(TOO_MANY)
        if max(map(len, texts)) > LONGEST_CELL:
            raise TooMuch(TOO_LONG)
        signs += sum(map(len, texts)) + SIGNS_OF_A_CELL * len(texts)
        if signs > MOST_SIGNS:
            raise TooMuch(TOO_LARGE)
    return lines


def _texts(row: list[object], odd: dict[int, str]) -> list[str]:
    """The cells of a line as texts, up to the last one that holds anything."""
    texts = [text_of(cell) for cell in row]
    for place, mark in odd.items():
        if mark != PERCENT:
            texts += [""] * (place + 1 - len(texts))
            texts[place] = mark
        elif place < len(row):
            texts[place] = percent_of(row[place])
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _rows(sheet: CalamineSheet, odd: Odd) -> Iterator[tuple[int, list[object]]]:
    """The lines of a sheet, and those of which only `odd` knows: formulas without a value."""
    first = sheet.start
    assert first is not None, "an empty sheet has no rows"
    left = [None] * first[1]
    rows = sheet.to_python(skip_empty_area=True)
    yield from ((line + 1, []) for line in sorted(odd) if line < first[0])
    for line, row in enumerate(rows, start=first[0] + 1):
        yield line, [*left, *row]
    yield from ((line + 1, []) for line in sorted(odd) if line >= first[0] + len(rows))


def text_of(cell: object) -> str:
    """A cell as the text that means the same: numbers with a point, dates as ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{int(cell)}" if cell.is_integer() and abs(cell) < 1e15 else f"{cell:{SIGNIFICANT}}"
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def percent_of(cell: object) -> str:
    """A cell that shows a fraction as a percentage, as it shows it: 34% for 0.34."""
    number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
    return f"{text_of(float(f'{cell * 100:{SIGNIFICANT}}'))}%" if number else text_of(cell)


def main() -> None:
    """Read stdin within the limits, and answer on stdout."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(answer(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()

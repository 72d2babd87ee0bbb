"""Reads a spreadsheet in a process of its own, which may take so much memory and time and no more.

A file of a few kilobytes can name a cell in the last corner of a sheet of 17 thousand million, or
unpack to whatever it likes. Who reads it must not be the web process. Run as a program: the file
comes in on stdin, JSON goes out; nothing of the registry is imported.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MOST_MEMORY = 2 * 2**30
MOST_SECONDS = 60
MOST_LINES = 200_000
"""Lines that hold anything, of which the caller says what is too many."""
SIGNIFICANT = ".15g"
"""Digits that Excel itself shows of a number; the rest is the noise of binary fractions."""

EMPTY, PROTECTED, UNREADABLE = "empty", "protected", "unreadable"

Lines = list[tuple[int, list[str]]]


def answer(body: bytes) -> dict[str, object]:
    """{"sheet": name, "lines": [[line, texts], ...]} of the first visible sheet that holds
    anything, or {"problem": EMPTY, PROTECTED or UNREADABLE}."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(body)) as book:
            for one in book.sheets_metadata:
                hidden = one.visible is not SheetVisibleEnum.Visible
                if hidden or one.typ is not SheetTypeEnum.WorkSheet:
                    continue
                if lines := _lines(book.get_sheet_by_name(one.name)):
                    return {"sheet": one.name, "lines": lines}
    except PasswordError:
        return {"problem": PROTECTED}
    except (CalamineError, OSError, ValueError):
        return {"problem": UNREADABLE}
    return {"problem": EMPTY}


def _lines(sheet: CalamineSheet) -> Lines:
    """The lines that hold anything, counted from 1 as the spreadsheet shows them."""
    if sheet.start is None:
        return []
    lines: Lines = []
    for line, row in _rows(sheet):
        texts = [text_of(cell) for cell in row]
        if any(texts) and len(lines) < MOST_LINES:
            lines.append((line, texts))
    return lines


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[object]]]:
    first = sheet.start
    assert first is not None, "an empty sheet has no rows"
    left = [None] * first[1]
    for line, row in enumerate(sheet.to_python(skip_empty_area=True), start=first[0] + 1):
        yield line, [*left, *row]


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


def main() -> None:
    """Read stdin within the limits, and answer on stdout."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(answer(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()

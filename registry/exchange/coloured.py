"""How does a table go back to its owner? Its own columns and lines, red where something is to be corrected."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from registry.dates import iso_of
from registry.dictionary.values import Kind
from registry.exchange.columns import NOTES, fold, item_of
from registry.exchange.lines import FindingJson, places_of
from registry.models import ImportFile, ImportRow

RED = PatternFill("solid", fgColor="F6B9B9")
YELLOW = PatternFill("solid", fgColor="FFE9B3")
BOLD = Font(bold=True)
AUTHOR = "Engraft"
FIRST_DAY = date(1900, 3, 1)
"""Before it Excel counts a 29 February 1900 that never was."""

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,14})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class _Column:
    """A column of the owner's: its place in the lines, and the kind of its item."""

    place: int
    header: str
    kind: Kind | None


def coloured(file: ImportFile, rows: Iterable[ImportRow]) -> bytes:
    """An Excel file of these lines, each where its owner has it, with the words of what is wrong.

    Red cells and yellow ones (asked about) carry a comment, and the last column says it once more.
    A text that a spreadsheet would take for a formula stays a text. Read again, every cell says the
    same as before.
    """
    columns = _columns(file)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Table")
    sheet.freeze_panes = f"A{file.head_line + 1}"
    for place in range(len(columns) + 1):
        letter = _letter(place)
        sheet.column_dimensions[letter].width = 90 if place == len(columns) else 18
    for _n in range(1, file.head_line):
        sheet.append([])
    heads = [_text(sheet, one.header) for one in columns]
    heads.append(_text(sheet, NOTES))
    for cell in heads:
        cell.font = BOLD
    sheet.append(heads)
    line = file.head_line
    for row in rows:
        for _n in range(line + 1, row.line):
            sheet.append([])
        sheet.append(_line(sheet, columns, row))
        line = row.line
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _columns(file: ImportFile) -> list[_Column]:
    """The columns without the notes of an earlier round. One that was added stands at the end."""
    out = []
    for place, one in enumerate(file.columns):
        found = item_of(one["target"])
        if not one["header"] or fold(one["header"]) != fold(NOTES):
            out.append(_Column(place, one["header"], found[1].kind if found else None))
    return out


def _line(
    sheet: WriteOnlyWorksheet, columns: Sequence[_Column], row: ImportRow
) -> list[WriteOnlyCell | None]:
    findings = [one for one in row.findings if one["severity"] in ("error", "warning", "query")]
    cells: list[WriteOnlyCell | None] = []
    texts = row.texts
    for column in columns:
        text = texts[column.place] if column.place < len(texts) else ""
        own = [one for one in findings if column.place in places_of(one)]
        if not text and not own:
            cells.append(None)
            continue
        cell = _typed(sheet, text, column.kind)
        if own:
            wrong = any(one["severity"] == "error" for one in own)
            cell.fill = RED if wrong else YELLOW
            cell.comment = Comment(_clean("\n".join(str(one["says"]) for one in own)), AUTHOR)
        cells.append(cell)
    if findings:
        cells.append(_text(sheet, "; ".join(_note(columns, one) for one in findings)))
    return cells


def _note(columns: Sequence[_Column], told: FindingJson) -> str:
    headers = {one.place: one.header for one in columns}
    where = ", ".join(headers[one] for one in places_of(told) if one in headers)
    values = f" ({told['values']})" if told.get("values") else ""
    lacking = item_of(str(told.get("asks", "")))
    column = f"{lacking[0].label}: {lacking[1].label}" if lacking else ""
    do = _("; add a column “%s” and answer it") % column if column else ""
    return f"{where}{': ' if where else ''}{told['says']}{values}{do}"


def _typed(sheet: WriteOnlyWorksheet, text: str, kind: Kind | None) -> WriteOnlyCell:
    """Numbers and days as a spreadsheet has them, if they are read again as the same text."""
    if kind in (Kind.NUMBER, Kind.INTEGER) and _NUMBER.fullmatch(text):
        value = float(text)
        if f"{value:.15g}" == text:
            return WriteOnlyCell(sheet, int(value) if value.is_integer() else value)
    day = _day(text) if kind is Kind.DATE else None
    if day is None:
        return _text(sheet, text)
    cell = WriteOnlyCell(sheet, day)
    cell.number_format = "dd/mm/yyyy"
    return cell


def _day(text: str) -> date | None:
    """The day that a text names in full, of those that Excel counts as we do."""
    try:
        iso = iso_of(text)
        day = date.fromisoformat(iso) if _DAY.fullmatch(iso) else None
    except ValueError:
        return None
    return day if day and day >= FIRST_DAY else None


def _text(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, _clean(text))
    # openpyxl would write "=1+1" as a formula.
    cell.data_type = "s"
    return cell


def _clean(text: str) -> str:
    return _UNSEEN.sub("", text)


def _letter(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

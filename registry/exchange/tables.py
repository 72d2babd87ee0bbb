"""What stands in a file that somebody uploaded? Excel, OpenDocument and CSV are read alike: as texts."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from registry.exchange import sheets

log = logging.getLogger(__name__)

MOST_BYTES = 20 * 2**20
MOST_UNPACKED = 400 * 2**20
MOST_ROWS = 50_000
MOST_COLUMNS = 400
LONGEST_CELL = sheets.LONGEST_CELL
LOOKED_AT = 40
"""Rows from the top in which the names of the columns are looked for."""
DELIMITERS = ";,\t"
GUARDED = ("'=", "'+", "'-", "'@")
"""So a text is written into CSV that a spreadsheet would take for a formula."""

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_TURKISH = frozenset(b"\xd0\xdd\xde\xf0\xfd\xfe")
"""Where Windows-1254 (Turkish: Ğ İ Ş ğ ı ş) differs from Windows-1252 (there: Ð Ý Þ ð ý þ)."""
_ICELANDIC = frozenset(b"\xc6\xe6")


_APART = (
    "import sys; sys.path.append(sys.argv[1]); from registry.exchange.sheets import main; main()"
)
_ROOT = str(Path(__file__).resolve().parents[2])
_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[T ].*)?")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*%?")


class BadTable(ValueError):
    """The file cannot be read as a table; the message says why and what to do."""


@dataclass(frozen=True)
class Table:
    """A table as texts: numbers with a point, dates as ISO 8601.

    head_line : line with the names of the columns; lines are counted from 1 as a spreadsheet shows
    them. rows : the lines below that hold anything, each with a text for every header; a line of a
    CSV file may have more. sheet : its name, where the file has sheets.
    """

    head_line: int
    headers: list[str]
    rows: list[tuple[int, list[str]]]
    sheet: str = ""


Lines = list[tuple[int, list[str]]]


def read_table(name: str, body: bytes) -> Table:
    """The table in a file: what it is, is seen from its bytes, and not from its name.

    Of several sheets the first visible one that holds a table. Raises BadTable.
    """
    if not body:
        raise BadTable(_("The file is empty"))
    if len(body) > MOST_BYTES:
        raise BadTable(_("The file is larger than %s MiB: divide it") % (MOST_BYTES // 2**20))
    if body.startswith((_ZIP, _OLD_EXCEL)):
        return _from_sheets(body)
    return _table(_csv_lines(_decoded(body)), padded=False)


def _from_sheets(body: bytes) -> Table:
    _refuse_bombs(body)
    told = _read_apart(body)
    if problem := told.get("problem"):
        raise BadTable(_problems()[problem])
    lines = [(line, [_clean(one) for one in texts]) for line, texts in told["lines"]]
    return _table(lines, padded=True, sheet=told["sheet"])


def _read_apart(body: bytes) -> dict[str, Any]:
    """What sheets.py answers in its own process; whatever kills that one, it could not be read."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _APART, _ROOT],
            input=body,
            capture_output=True,
            timeout=sheets.MOST_SECONDS,
            check=True,
        )
        told: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        log.warning("A spreadsheet could not be read in time")
        return {"problem": sheets.TOO_LARGE}
    except (subprocess.SubprocessError, OSError, ValueError) as failure:
        log.warning("A spreadsheet could not be read: %s", type(failure).__name__)
        return {"problem": sheets.UNREADABLE}
    return told


def _problems() -> dict[str, str]:
    return {
        sheets.EMPTY: _("The file holds no table: every visible sheet is empty"),
        sheets.PROTECTED: _("The file is protected by a pass phrase: save it without one"),
        sheets.UNREADABLE: _("The file cannot be read: save it once more as .xlsx or .csv"),
        sheets.OLD: _("Of an old Excel file nobody can tell 34 % from 0.34: save it as .xlsx"),
        sheets.TOO_LONG: _("A cell holds more than %s characters") % LONGEST_CELL,
        sheets.TOO_MANY: _("More than %s lines: divide the file") % MOST_ROWS,
        sheets.TOO_LARGE: _("Unpacked, the file is far too large: divide it"),
    }


def _refuse_bombs(body: bytes) -> None:
    if not body.startswith(_ZIP):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            size = sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise BadTable(_("The file is damaged: save it once more, or send it again")) from None
    if size > MOST_UNPACKED:
        raise BadTable(_("Unpacked, the file is far too large: divide it"))


def _clean(text: str) -> str:
    text = text.replace("\xa0", " ").strip()
    if len(text) > LONGEST_CELL:
        raise BadTable(_("A cell holds more than %s characters") % LONGEST_CELL)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _decoded(body: bytes) -> str:
    """The text of a CSV file in UTF-8, UTF-16 with its mark, Windows-1252 or Windows-1254."""
    marked = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = body.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        signs = set(body)
        turkish = not signs.isdisjoint(_TURKISH) and signs.isdisjoint(_ICELANDIC)
        try:
            text = body.decode("cp1254" if turkish else "cp1252")
        except UnicodeDecodeError:
            raise BadTable(
                _("This is neither Excel, OpenDocument nor text in UTF-8 or Windows-1252")
            ) from None
    if "\x00" in text:
        raise BadTable(_("This is neither Excel, OpenDocument nor a text file"))
    return text


def _csv_lines(text: str) -> Lines:
    first, _end, rest = text.partition("\n")
    told = first.strip().strip('"').lower()
    skipped = 0
    if told.startswith("sep=") and len(told) == len("sep=;"):
        delimiter, text, skipped = told[-1], rest, 1
    else:
        delimiter = max(DELIMITERS, key=lambda one: _fits(text, one))
    lines: Lines = []
    for line, row in enumerate(_whole_rows(text, delimiter, skipped), start=1 + skipped):
        lines.append((line, [_unguarded(_clean(one)) for one in row]))
    return lines


def _parsed(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)


def _whole_rows(text: str, delimiter: str, skipped: int) -> Iterator[list[str]]:
    """The rows of a text file. Raises BadTable where a quotation mark makes one of several."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins, width = 0, 0
    while True:
        begins = rows.line_num + skipped + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            says = _("Line %s: a quotation mark begins there that does not end, or ends too early")
            raise BadTable(says % begins) from None
        width = max(width, len(row))
        if any(_swallowed(one, delimiter, width, len(row)) for one in row):
            says = _("Line %s: a quotation mark begins there that ends in another line")
            raise BadTable(says % begins)
        yield row


def _swallowed(cell: str, delimiter: str, width: int, cells: int) -> bool:
    """Does a cell look like several lines of the table, which a stray quotation mark made one?"""
    if "\n" not in cell and "\r" not in cell:
        return False
    divided = cell.count(delimiter)
    return width > 1 and (divided >= width - 1 or (divided > 0 and cells < width))


def _fits(text: str, delimiter: str) -> tuple[int, int]:
    """How well a delimiter divides the first rows: rows of the commonest width, and that width."""
    try:
        rows = [row for row, _n in zip(_parsed(text, delimiter), range(LOOKED_AT), strict=False)]
    except csv.Error:
        return (0, 0)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return (0, 0)
    width, times = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
    return (times, width)


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith(GUARDED) else text


def _table(lines: Lines, *, padded: bool, sheet: str = "") -> Table:
    """padded : every line of the sheet is as wide as the widest one."""
    at = _head(lines)
    head_line, headers = lines[at]
    below = [(line, texts) for line, texts in lines[at + 1 :] if any(texts)]
    if _is_data(headers, [texts for _line, texts in below]):
        # Nor is it kept: what looks like names of columns would stand there unencrypted.
        raise BadTable(_("The names of the columns are missing: write them into the first line"))
    width = _width(headers)
    if padded:
        width = max([width, *(_width(texts) for _line, texts in below)])
    if not below:
        raise BadTable(_("Below the names of the columns there is no line"))
    if width > MOST_COLUMNS:
        raise BadTable(_("%s columns: at most %s are read") % (width, MOST_COLUMNS))
    if len(below) > MOST_ROWS:
        raise BadTable(_("%s lines: at most %s are read at once") % (len(below), MOST_ROWS))
    rows = [(line, _padded(texts, width)) for line, texts in below]
    return Table(head_line, _padded(headers, width), rows, sheet)


def _head(lines: Lines) -> int:
    """Place of the line with the names: the first one about as wide as the table."""
    top = [sum(bool(one) for one in texts) for _line, texts in lines[:LOOKED_AT]]
    widest = max(top, default=0)
    if not widest:
        raise BadTable(_("The file holds no table"))
    return next(place for place, filled in enumerate(top) if 2 * filled >= widest)


def _is_data(headers: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Does the line with the names hold what a patient's line holds?"""
    if any(_DAY.fullmatch(one) or _NUMBER.fullmatch(one) for one in headers):
        return True
    lines = [texts for texts in below[:LOOKED_AT] if list(texts) != list(headers)]
    repeated = 0
    for place, header in enumerate(headers):
        cells = [texts[place] for texts in lines if place < len(texts) and texts[place]]
        repeated += bool(header) and header in cells
        # H-00001 above H-00002 is the number of a patient.
        alike = sum(_shape(one) == _shape(header) for one in cells)
        if any(map(str.isdigit, header)) and cells and 2 * alike > len(cells):
            return True
    return repeated > 1


def _shape(text: str) -> str:
    """Which signs are digits and letters: H-00001 is a-9."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text))


def _width(texts: Sequence[str]) -> int:
    """Cells up to the last one that holds anything."""
    return max((place for place, text in enumerate(texts, start=1) if text), default=0)


def _padded(texts: Sequence[str], width: int) -> list[str]:
    kept = [*texts[: max(width, _width(texts))]]
    return kept + [""] * (width - len(kept))

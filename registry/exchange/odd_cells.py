"""Which cells of a spreadsheet does its reader misunderstand? Percentages, errors, formulas without a value.

Calamine gives the number 0.34 for a cell that shows 34 %, and nothing for #N/A or for a formula
that no program has reckoned yet. Used inside the process of sheets.py only.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable
from xml.etree import ElementTree
from xml.parsers import expat

PERCENT = "%"
NO_VALUE = "#FORMULA!"
"""Handed over for a formula of which the file holds no result."""
FIRST_ERROR = "#N/A"
MOST_LINES = 200_000
"""Lines of a repeated row that are marked one by one; no table has so many."""

Odd = dict[int, dict[int, str]]
"""By line and column, both from 0: PERCENT, or the text to hand over instead."""

_PERCENT_FORMATS = frozenset((9, 10))
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|[_*].')
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")


class Unknown(ValueError):
    """The file is not built as one of its kind is, so its formats cannot be known."""


def odd_cells(body: bytes, sheet: str) -> Odd:
    """Of a sheet of an .xlsx or .ods file. Raises Unknown, where that cannot be found out."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if "content.xml" in packed.namelist():
                return _in_ods(packed.read("content.xml"), sheet)
            return _in_xlsx(packed, sheet)
    except (KeyError, zipfile.BadZipFile, ElementTree.ParseError, expat.ExpatError) as failure:
        raise Unknown(type(failure).__name__) from None


def _in_xlsx(packed: zipfile.ZipFile, sheet: str) -> Odd:
    book = _Parts(packed)
    percent = _percent_styles(book.styles)
    text = book.sheet(sheet)
    plain = not percent and not any(one in text for one in (b'"e"', b"'e'", b"<f", b":f"))
    if plain and b"\x00" not in text[:100]:
        return {}
    pass_ = _Xlsx(percent)
    _parse(text, pass_.start, pass_.end, pass_.data)
    return pass_.odd


class _Parts:
    """The parts of an .xlsx file, whatever their case, found as its relations name them."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self.packed = packed
        self.names = {one.lower(): one for one in packed.namelist()}
        (self.book,) = (
            path
            for _id, kind, path in self._relations("", "_rels/.rels")
            if kind == "officeDocument"
        )
        folder, name = posixpath.split(self.book)
        self.relations = self._relations(folder, posixpath.join(folder, "_rels", f"{name}.rels"))
        styles = [path for _id, kind, path in self.relations if kind == "styles"]
        self.styles = self.read(styles[0]) if styles else b""

    def read(self, path: str) -> bytes:
        return self.packed.read(self.names[path.lower()])

    def sheet(self, name: str) -> bytes:
        paths = {id_: path for id_, _kind, path in self.relations}
        for one in ElementTree.fromstring(self.read(self.book)).iter():
            if _local(one.tag) == "sheet" and one.get("name") == name:
                ids = [value for key, value in one.items() if _local(key) == "id"]
                return self.read(paths[ids[0]])
        raise Unknown("no such sheet")

    def _relations(self, folder: str, path: str) -> list[tuple[str, str, str]]:
        found = []
        for one in ElementTree.fromstring(self.read(path)):
            target = one.get("Target", "")
            whole = target.lstrip("/") if target[:1] == "/" else posixpath.join(folder, target)
            kind = one.get("Type", "").rpartition("/")[2]
            found.append((one.get("Id", ""), kind, posixpath.normpath(whole)))
        return found


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _percent_styles(styles: bytes) -> frozenset[str]:
    """Styles of cells, as a cell names them, that show a fraction as a percentage."""
    if not styles:
        return frozenset()
    formats = set(_PERCENT_FORMATS)
    found = []
    for one in ElementTree.fromstring(styles):
        if _local(one.tag) == "numFmts":
            for each in one:
                if "%" in _NOT_FORMAT.sub("", each.get("formatCode", "")):
                    formats.add(int(each.get("numFmtId", "-1")))
        if _local(one.tag) == "cellXfs":
            found = [int(each.get("numFmtId", "0")) for each in one]
    return frozenset(str(n) for n, format_ in enumerate(found) if format_ in formats)


def _parse(
    text: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    data: Callable[[str], None],
) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = data
    parser.Parse(text, True)


class _Xlsx:
    """Goes through the XML of one sheet of an .xlsx file."""

    def __init__(self, percent: frozenset[str]) -> None:
        self.percent = percent
        self.odd: Odd = defaultdict(dict)
        self.row = self.column = -1
        self.type = self.style = self.value = ""
        self.formula = self.inside = False

    def start(self, name: str, told: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if name == "row":
            self.row = int(told["r"]) - 1 if "r" in told else self.row + 1
            self.column = -1
        elif name == "c":
            self.column += 1
            if address := _ADDRESS.fullmatch(told.get("r", "")):
                self.row, self.column = int(address[2]) - 1, _column(address[1])
            self.type, self.style = told.get("t", "n"), told.get("s", "0")
            self.value, self.formula = "", False
        elif name == "f":
            self.formula = True
        self.inside = name == "v"

    def data(self, text: str) -> None:
        if self.inside:
            self.value += text

    def end(self, name: str) -> None:
        self.inside = False
        if name.rpartition(" ")[2] != "c":
            return
        if self.type == "e":
            self.odd[self.row][self.column] = self.value or FIRST_ERROR
        elif self.formula and not self.value and self.type != "str":
            self.odd[self.row][self.column] = NO_VALUE
        elif self.type == "n" and self.style in self.percent:
            self.odd[self.row][self.column] = PERCENT


def _column(letters: str) -> int:
    place = 0
    for one in letters:
        place = 26 * place + ord(one) - ord("A") + 1
    return place - 1


def _in_ods(text: bytes, sheet: str) -> Odd:
    pass_ = _Ods(sheet)
    _parse(text, pass_.start, pass_.end, pass_.data)
    return pass_.odd


class _Ods:
    """Goes through the content of an .ods file; a row or cell may stand for many alike."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.odd: Odd = defaultdict(dict)
        self.here = False
        self.row = self.rows = self.column = self.columns = 0
        self.marks: dict[int, str] = {}
        self.mark = self.text = ""

    def start(self, name: str, told: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        plain = {key.rpartition(" ")[2]: value for key, value in told.items()}
        if name == "table":
            self.here, self.row = plain.get("name") == self.sheet, 0
        elif name == "table-row":
            self.rows = int(plain.get("number-rows-repeated", "1"))
            self.column, self.marks = 0, {}
        elif name in ("table-cell", "covered-table-cell"):
            self.columns = int(plain.get("number-columns-repeated", "1"))
            self.mark, self.text = _ods_mark(told), ""

    def data(self, text: str) -> None:
        if self.mark == FIRST_ERROR:
            self.text += text

    def end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        if name in ("table-cell", "covered-table-cell"):
            if self.mark:
                told = self.text.strip() or self.mark
                places = range(self.column, self.column + min(self.columns, MOST_LINES))
                self.marks |= dict.fromkeys(places, told)
            self.column += self.columns
        elif name == "table-row":
            if self.here and self.marks:
                for line in range(self.row, self.row + min(self.rows, MOST_LINES)):
                    self.odd[line] |= self.marks
            self.row += self.rows


def _ods_mark(told: dict[str, str]) -> str:
    kinds = {value for key, value in told.items() if key.endswith(" value-type")}
    if "error" in kinds:
        return FIRST_ERROR
    if "percentage" in kinds:
        return PERCENT
    formula = any(key.endswith(" formula") for key in told)
    return NO_VALUE if formula and not kinds else ""

"""Which table does a centre upload in the tests? Five hundred invented patients, with twelve planted errors.

`rows()` gives the cells as Python values, line 2 of the file first; `as_xlsx`, `as_ods` and `as_csv` make the same file
of them: Excel with date and number cells, OpenDocument alike, CSV with `;`, comma decimals and dd/mm/yyyy. The twelve
lines are `PLACES`, as (line of the file, place of the column from 0); all of them are to be corrected. The last two
are of one patient who stands in the file twice with another sex: nobody can tell which line is right, so both are
named. `GOOD` of the lines are new.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook

from registry.pseudonym import check_character

Cell = str | int | Decimal | date | None

HEADERS = (
    "Hospital number", "Pseudonym", "Sex", "Date of birth", "Diagnosis", "Date of diagnosis", "White cells",
    "Transplant number", "Transplant date", "Transplant type", "Type of donor", "Stem cell source", "CD34+ cells infused",
)  # fmt: skip
SEX, BORN, DIAGNOSIS, DIAGNOSED, WHITE, TRANSPLANTED, CD34 = 2, 3, 4, 5, 6, 8, 12
PSEUDONYM = 1

FOREIGN = "2345678"
FOREIGN += check_character(FOREIGN)
"""A pseudonym that can be, but is nobody's of the own centre."""

ERRORS: dict[int, tuple[int, Cell]] = {
    17: (WHITE, "forty"),
    41: (TRANSPLANTED, "spring 2010"),
    88: (SEX, "Q"),
    123: (DIAGNOSIS, "ALLL"),
    160: (DIAGNOSED, "31/02/2009"),
    201: (BORN, "03/04/99"),
    244: (CD34, Decimal("510.5")),
    290: (TRANSPLANTED, date(2006, 5, 2)),  # before the diagnosis
    333: (BORN, date(2021, 7, 1)),  # after the transplant
    377: (PSEUDONYM, FOREIGN),
}
"""What is wrong, by line of the file: the column, and what stands there."""
TWICE = (420, 421)
"""Lines of one patient, once a girl and once a boy."""

PLACES = (
    *((line, column) for line, (column, _cell) in ERRORS.items()),
    *((one, SEX) for one in TWICE),
)
LINES = 500
GOOD = LINES - len(PLACES)

_DIAGNOSES = ("AML", "Acute myeloid leukaemia", "MDS", "JMML", "CML")
_DONORS = ("SIB_MATCHED", "Matched unrelated", "haploidentical relative", "URD_NOS")
_SOURCES = ("BM", "PB", "Bone marrow", "peripheral blood")


def key(number: int) -> str:
    """The hospital number of the n-th patient, from 0."""
    return f"H-{number + 1:05}"


def good_row(number: int) -> list[Cell]:
    """The line of the n-th patient, without error."""
    born = date(2000, 1, 10) + timedelta(days=number * 7 % 3000)
    diagnosed = date(2009, 3, 1) + timedelta(days=number * 11 % 1500)
    transplanted = diagnosed + timedelta(days=120 + number % 200)
    return [
        key(number),
        None,
        "F" if number % 2 else "Male",
        born,
        _DIAGNOSES[number % len(_DIAGNOSES)],
        diagnosed,
        Decimal(number % 400 + 10) / 10,
        1,
        transplanted,
        "Allogeneic" if number % 3 else "ALLO",
        _DONORS[number % len(_DONORS)],
        _SOURCES[number % len(_SOURCES)],
        Decimal(number % 90 + 15) / 10,
    ]  # fmt: skip


def rows(lines: int = LINES, *, errors: bool = True, foreign: str = FOREIGN) -> list[list[Cell]]:
    """The lines below the names of the columns; without `errors` every one is good.

    `foreign` : the pseudonym of another centre's patient. Errors beyond `lines` are left out.
    """
    table = [good_row(number) for number in range(lines)]
    if not errors:
        return table
    for line, (column, cell) in ERRORS.items():
        if line < lines + 2:
            table[line - 2][column] = foreign if column == PSEUDONYM else cell
    first, second = (line - 2 for line in TWICE)
    if second < lines:
        table[second] = [*table[first]]
        table[second][SEX] = "F" if table[first][SEX] == "Male" else "Male"
    return table


def corrected(line: int) -> str:
    """What is to be typed instead at a planted place, as in the CSV file."""
    column = dict(PLACES)[line]
    if column == PSEUDONYM:
        return ""
    number = TWICE[0] - 2 if line in TWICE else line - 2
    return _typed(good_row(number)[column])


def as_xlsx(table: list[list[Cell]] | None = None) -> bytes:
    """The Excel file, with date and number cells."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Patients")
    sheet.append(list(HEADERS))
    for row in rows() if table is None else table:
        sheet.append([float(one) if isinstance(one, Decimal) else one for one in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(
    table: list[list[Cell]] | None = None, *, delimiter: str = ";", encoding: str = "utf-8-sig"
) -> bytes:
    """The text file, as a spreadsheet in French, German or Turkish saves it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(HEADERS)
    writer.writerows([_typed(one) for one in row] for row in (rows() if table is None else table))
    return out.getvalue().encode(encoding)


def _typed(cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return (
        ""
        if cell is None
        else str(cell).replace(".", ",")
        if isinstance(cell, Decimal)
        else str(cell)
    )


_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in (("office", "office"), ("table", "table"), ("text", "text"))
)


def as_ods(table: list[list[Cell]] | None = None) -> bytes:
    """The OpenDocument file, with date and number cells."""
    lines = [list(HEADERS), *(rows() if table is None else table)]
    body = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in lines
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES} office:version="1.3"><office:body>'
        f'<office:spreadsheet><table:table table:name="Patients">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{_ODS}"/>'
        '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", _ODS, zipfile.ZIP_STORED)
        packed.writestr("META-INF/manifest.xml", manifest)
        packed.writestr("content.xml", content)
    return out.getvalue()


@cache
def _ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, date):
        told = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, str):
        told = 'office:value-type="string"'
    else:
        told = f'office:value-type="float" office:value={quoteattr(str(cell))}'
    return f"<table:table-cell {told}><text:p>{escape(_typed(cell))}</text:p></table:table-cell>"

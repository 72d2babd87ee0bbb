"""How does a report become a workbook? One sheet a table, with the full numbers shown as printed.

The same results give the same bytes: the file's dates are the day of the data cut.
"""

import re
from collections.abc import Iterable
from io import BytesIO
from math import ceil
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from reports.packed import day_of_cut, repacked
from reports.render.document import Document, document_of, texts_as_table, with_content
from reports.render.sheet_cells import Look, write, write_number
from reports.render.sheet_pages import (
    BOLD,
    LINE,
    LONG,
    MUTED,
    checklist_sheet,
    comparison_sheet,
    figure_sheet,
    patient_sheet,
    set_widths,
    table_sheet,
)
from reports.render.xml_text import for_xml
from reports.results import Results

READING = (
    "A cell holds the full number; its format shows what the report prints.",
    "Where a number cannot be given, a sentence stands in its place.",
)
LONGEST_NAME = 31
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_PAIR = (24, 90, 60)


class _Sheets:
    """The sheets of one workbook: each name once, and as Excel allows it."""

    def __init__(self) -> None:
        self.book = Workbook()
        self.book.remove(self.book.active)

    def add(self, label: str) -> Worksheet:
        taken = {name.lower() for name in self.book.sheetnames} | {"history"}
        clean = _NOT_IN_A_NAME.sub(" ", for_xml(label)).strip(" '")[:LONGEST_NAME].strip(" '")
        whole = clean or "Sheet"
        name, turn = whole, 1
        while name.lower() in taken:
            turn += 1
            name = f"{whole[: LONGEST_NAME - len(f' ({turn})')]} ({turn})"
        sheet = self.book.create_sheet(name)
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
        return sheet


def workbook(results: Results) -> bytes:
    """The whole report as .xlsx: what it is, patients, tables, figures, every comparison."""
    results, doc = with_content(results), document_of(results)
    sheets = _Sheets()
    _front(sheets.add("Report"), doc, results)
    patient_sheet(sheets.add("Patients"), results)
    for table in (*results.tables, *texts_as_table(results.texts)):
        table_sheet(sheets.add(table.label), table)
    for figure in results.figures:
        figure_sheet(sheets.add(figure.label), figure)
    if results.comparisons:
        comparison_sheet(sheets.add("Comparisons"), results.comparisons)
    if doc.checklist:
        checklist_sheet(sheets.add("Checklist"), doc)
    return _saved(sheets.book, results)


def _saved(book: Workbook, results: Results) -> bytes:
    """By the writer itself: `save` would note the clock's time."""
    day = day_of_cut(results)
    about = book.properties
    about.creator = about.lastModifiedBy = "Engraft"
    about.title, about.description = for_xml(results.title), results.provenance.cut_sha256
    about.created = about.modified = day.replace(tzinfo=None)
    raw = BytesIO()
    ExcelWriter(book, ZipFile(raw, "w", ZIP_DEFLATED)).save()
    return repacked(raw.getvalue(), day)


def _front(sheet: Worksheet, doc: Document, results: Results) -> None:
    """Study, cut, warnings, how the numbers compare, provenance, method."""
    write(sheet, 1, 1, doc.title, BOLD)
    cautions = [text for text in (doc.synthetic, *doc.warnings) if text]
    lines: list[tuple[str, str]] = [
        ("Paper", f"{doc.citation}{f', doi {doc.doi}' if doc.doi else ''}"),
        ("Data cut", doc.cut),
        ("Transplants done", doc.period),
        ("Patients", doc.patients),
        *(("Please note", text) for text in cautions),
        *(("Reading", text) for text in READING),
        ("Comparison", doc.comparison),
    ]
    row = _pairs(sheet, 3, lines)
    for line in doc.verdicts:
        write(sheet, row, 1, line.mark.words, Look(colour=line.mark.colour, bold=True))
        n = results.verdicts.get(line.mark.name, 0)
        write_number(sheet, row, 2, n, line.count, Look(side="left"))
        write(sheet, row, 3, line.mark.meaning, MUTED)
        row += 1
    row = _pairs(sheet, row + 1, doc.facts)
    _pairs(sheet, row + 1, [("Method", paragraph) for paragraph in doc.method])
    set_widths(sheet, _PAIR)


def _pairs(sheet: Worksheet, row: int, pairs: Iterable[tuple[str, str]]) -> int:
    """Name and content, one a row; the next free row."""
    before = ""
    for name, content in pairs:
        if content:
            write(sheet, row, 1, "" if name == before else name, BOLD)
            write(sheet, row, 2, content, LONG)
            sheet.row_dimensions[row].height = LINE * ceil(len(content) / _PAIR[1])
            row, before = row + 1, name
    return row

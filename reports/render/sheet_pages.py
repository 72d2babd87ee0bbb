"""What stands on each sheet of the workbook: patients, a table, a figure, comparisons, checklist?"""

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from textwrap import wrap
from typing import Literal

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reports.numbers import percent
from reports.render.axes import height_axis
from reports.render.document import Document
from reports.render.marks import mark_of
from reports.render.sheet_cells import Look, write, write_number, write_printed, write_value
from reports.render.words import height_at, y_text
from reports.results import Comparison, Figure, Results, Table, Value, Verdict

BOLD, NUMBER, LONG = Look(bold=True), Look(side="right"), Look(wrap=True)
MUTED = Look(colour="#4f5d6b")
LINE = 14.0  # the height of one, in points
_NARROW, _WIDE = 6, 60


def patient_sheet(sheet: Worksheet, results: Results) -> None:
    _headers(sheet, 1, ("", "n", "% of the step before"))
    row = 2
    for step in results.flow:
        left = [(f"Excluded: {gone.label}", gone.n, gone.percent, 1) for gone in step.left_out]
        for label, n, share, indent in ((step.label, step.n, step.percent_of_previous, 0), *left):
            write(sheet, row, 1, label, Look(indent=indent))
            write_number(sheet, row, 2, n, str(n), NUMBER)
            if share is not None:
                write_number(sheet, row, 3, share, percent(share), NUMBER)
            row += 1
    _fit(sheet)


def table_sheet(sheet: Worksheet, table: Table) -> None:
    """Each column of the report, and beside it the printed number and the verdict."""
    counts = [("n", table.n), ("events", table.events)]
    known = ", ".join(f"{name} = {n}" for name, n in counts if n is not None)
    title = f"{table.label}. {table.title}{f' ({known})' if known else ''}"
    write(sheet, 1, 1, title, BOLD)
    compared = [any(_is_compared(value) for value in column) for column in _columns(table)]
    places, headers = [], [""]
    for name, beside in zip(table.columns, compared, strict=True):
        places.append(len(headers) + 1)
        headers += [name, f"{name}: printed", f"{name}: verdict"] if beside else [name]
    noted = any(value and value.footnote for column in _columns(table) for value in column)
    verdicts = [place + 2 for place, beside in zip(places, compared, strict=True) if beside]
    notes = len(headers) + 1
    _headers(sheet, 3, (*headers, *(("Note",) if noted else ())), texts=(*verdicts, notes))
    for number, row in enumerate(table.rows, 4):
        write(sheet, number, 1, row.label, Look(bold=row.heading, indent=row.indent))
        for place, value in zip(places, row.cells, strict=False):
            if value is not None:
                _cell(sheet, number, place, value)
        told = dict.fromkeys(value.footnote for value in row.cells if value and value.footnote)
        if told:
            write(sheet, number, notes, " ".join(told), MUTED)
    for number, text in enumerate(table.footnotes, 5 + len(table.rows)):
        write(sheet, number, 1, text, MUTED)
    sheet.freeze_panes = "B4"
    _fit(sheet, header=3, skip=(1, *range(5 + len(table.rows), sheet.max_row + 1)))


def _columns(table: Table) -> Iterator[list[Value | None]]:
    for place in range(len(table.columns)):
        yield [row.cells[place] if place < len(row.cells) else None for row in table.rows]


def _is_compared(value: Value | None) -> bool:
    return value is not None and bool(value.printed or value.verdict)


def _cell(sheet: Worksheet, row: int, place: int, value: Value) -> None:
    write_value(sheet, row, place, value, NUMBER)
    if value.printed:
        write_printed(sheet, row, place + 1, value.printed, NUMBER)
    if value.verdict:
        _verdict(sheet, row, place + 2, value.verdict)


def _verdict(sheet: Worksheet, row: int, place: int, verdict: Verdict) -> None:
    mark = mark_of(verdict)
    write(sheet, row, place, mark.words, Look(colour=mark.colour, indent=1))


def figure_sheet(sheet: Worksheet, figure: Figure) -> None:
    """The curves at the ticks with those at risk, and below every step of every curve."""
    write(sheet, 1, 1, f"{figure.label}. {figure.title}. {figure.caption}", BOLD)
    write(sheet, 2, 1, figure.test or "", MUTED)
    unit = y_text(figure)
    ticks = [(f"{unit} at {tick}", f"At risk at {tick}") for tick in figure.ticks_months]
    _headers(sheet, 4, (figure.x_label, "n", "Events", *(name for pair in ticks for name in pair)))
    row = 5
    for series in figure.series:
        write(sheet, row, 1, series.label)
        write_number(sheet, row, 2, series.n, str(series.n), NUMBER)
        write_number(sheet, row, 3, series.events, str(series.events), NUMBER)
        for place, (tick, n) in enumerate(zip(figure.ticks_months, series.at_risk, strict=True)):
            if height := height_at(figure, series, tick):
                write_number(sheet, row, 4 + 2 * place, *height, NUMBER)
            write_number(sheet, row, 5 + 2 * place, n, str(n), NUMBER)
        row += 1
    row_of_steps = row + 1
    _headers(sheet, row_of_steps, ("Every step", figure.x_label, unit))
    sheet.row_dimensions[row_of_steps].height = 3 * LINE
    row += 2
    axis = height_axis(figure)
    for series in figure.series:
        for month, level in zip(series.months, series.survival, strict=True):
            write(sheet, row, 1, series.label)
            write_number(sheet, row, 2, month, f"{month:.2f}", NUMBER)
            if (height := axis.of(level)) is not None:
                write_number(sheet, row, 3, height, axis.text(height), NUMBER)
            row += 1
    _fit(sheet, header=4, skip=(1, 2, row_of_steps))


def comparison_sheet(sheet: Worksheet, comparisons: Sequence[Comparison]) -> None:
    """Every printed number beside ours, in the order of the paper."""
    headers = (
        "Number",
        "Where",
        "Row",
        "Column",
        "Printed",
        "Ours",
        "Verdict",
        "Tolerance",
        "Note",
    )
    _headers(sheet, 1, headers, texts=(2, 3, 4, 7, 9))
    for row, one in enumerate(comparisons, 2):
        for place, text in enumerate((one.id, one.table, one.row, one.column), 1):
            write(sheet, row, place, text)
        write_printed(sheet, row, 5, one.printed, NUMBER)
        write_value(sheet, row, 6, Value(one.ours, one.ours_text), NUMBER)
        _verdict(sheet, row, 7, one.verdict)
        if one.tolerance is not None:
            write_number(sheet, row, 8, one.tolerance, f"{one.tolerance:g}", NUMBER)
        write(sheet, row, 9, one.note)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:I{1 + len(comparisons)}"
    _fit(sheet)


def checklist_sheet(sheet: Worksheet, doc: Document) -> None:
    """The points of STROBE: where the report answers them, and what is left to the authors."""
    names = ("Point", "Asked for", "In this report", "To be written by the authors")
    _headers(sheet, 1, names, texts=(2, 3, 4))
    for row, point in enumerate(doc.checklist, 2):
        told = (point.item, point.topic, point.answered, point.authors)
        for place, text in enumerate(told, 1):
            write(sheet, row, place, text, LONG)
        longest = max(map(len, told))
        sheet.row_dimensions[row].height = LINE * ceil(longest / _WIDE)
    _fit(sheet)


def _headers(sheet: Worksheet, row: int, names: Iterable[str], texts: Sequence[int] = ()) -> None:
    """Names above columns of numbers, but for the first and `texts`."""
    for place, name in enumerate(names, 1):
        left = place == 1 or place in texts
        side: Literal["left", "right"] = "left" if left else "right"
        write(sheet, row, place, name, Look(bold=True, side=side, wrap=place > 1))


def _fit(sheet: Worksheet, header: int = 1, skip: Sequence[int] = ()) -> None:
    """Columns as wide as what they hold and as the words of the header; the rows `skip` run over."""
    widths, lines = [], 1
    for column in sheet.iter_cols():
        name = str(column[header - 1].value or "")
        told = [
            len(str(cell.value))
            for cell in column
            if cell.value is not None and cell.row not in (header, *skip)
        ]
        words = [len(word) for word in name.split()]
        width = 3 + max([_NARROW, *words, *(min(length, _WIDE) for length in told)])
        lines = max(lines, len(wrap(name, width)))
        widths.append(width)
    sheet.row_dimensions[header].height = LINE * lines
    set_widths(sheet, widths)


def set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width

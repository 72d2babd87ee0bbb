"""How wide is each column of a printed table? Measured, so that no label is squeezed."""

from reports.render.curves import PAGE_WIDTH
from reports.render.measure import SEMIBOLD, width
from reports.render.tables import TableLines

SIZE, DENSE = 8.5, 7.0
PADDING = 8.0
INDENT = 9.0
LABEL_AT_LEAST, LABEL_AT_MOST = 70.0, 190.0


def columns_of(table: TableLines, across: float = PAGE_WIDTH) -> tuple[list[float], float]:
    """The share of each column, and the size of the letters: smaller when the table is wide.

    across : width in points that the columns fill; a table that needs more is wider.
    """
    for size in (SIZE, DENSE):
        needed = _needed(table, size)
        if sum(needed) <= across:
            break
    spare = max(0.0, across - sum(needed)) / len(needed)
    return [round(need + spare, 1) for need in needed], size


def _needed(table: TableLines, size: float) -> list[float]:
    """The width of each column that breaks no number and no word of a header."""
    paper = [width("Paper", size, SEMIBOLD) + PADDING] if table.compared else []
    return [_label(table, size), *_numbers(table, size), *paper]


def _label(table: TableLines, size: float) -> float:
    """The widest label, within bounds; one that has the whole line does not count."""
    widths = [
        width(line.label, size, SEMIBOLD if line.heading else 400) + INDENT * line.indent
        for line in table.lines
        if not line.bare
    ]
    return min(max([LABEL_AT_LEAST, *widths]), LABEL_AT_MOST) + PADDING


def _numbers(table: TableLines, size: float) -> list[float]:
    """For each column its widest number, or the widest word of its header."""
    needed = [
        max(width(word, size, SEMIBOLD) for word in column.split() or [""])
        for column in table.columns
    ]
    for line in table.lines:
        place = 0
        for cell in line.cells:
            if not cell.sentence:
                told = width(cell.text, size) + width(cell.note, 0.7 * size)
                needed[place] = max(needed[place], told, width(cell.printed, 0.85 * size))
            place += cell.span
    return [need + PADDING for need in needed]

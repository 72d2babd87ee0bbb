"""How does a table become one of Word's own: three rules, a header on every page, nothing cut?

Written as XML, because python-docx looks up every cell of a table again for each one it fills.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from docx.document import Document as WordFile
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

from reports.render.columns import DENSE, columns_of
from reports.render.curves import PAGE_WIDTH
from reports.render.marks import Mark
from reports.render.tables import Cell, Line, TableLines
from reports.render.xml_text import for_xml

MUTED = "#4f5d6b"
TWIPS = 20  # Word counts in twentieths of a point
INDENT = 9.0
# As in the PDF: a shorter table stays on one page.
SHORT = 22
_SMALLER = 0.85
# Widths are measured in IBM Plex Sans; Word sets letters a little otherwise, or in the other type.
_SLACK = 1.05
_NORMAL, _SMALL = "TableText", "TableTextSmall"


@dataclass(frozen=True)
class Piece:
    """Some letters of a paragraph. size : in points, where it is not that of the paragraph."""

    text: str
    bold: bool = False
    colour: str = ""
    size: float | None = None
    raised: bool = False
    below: bool = False  # on a new line


@dataclass(frozen=True)
class Box:
    """A cell: its letters, how many columns it takes, and where it stands in them."""

    pieces: tuple[Piece, ...]
    span: int = 1
    side: Literal["left", "right"] = "left"
    indent: int = 0


@dataclass(frozen=True)
class Band:
    """A row. with_next : not the last one of a page."""

    boxes: tuple[Box, ...]
    with_next: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: widths in points, the header, the rows. title : for those who hear it."""

    title: str
    widths: tuple[float, ...]
    header: Band
    bands: tuple[Band, ...]
    dense: bool = False


def grid_of(table: TableLines, across: float = PAGE_WIDTH) -> Grid:
    """The table as the PDF has it, over `across` points."""
    shares, size = columns_of(table, across / _SLACK)
    fitting = across / sum(shares)
    paper = (Box((Piece("Paper"),)),) if table.compared else ()
    header = (Box(()), *(Box((Piece(name),), side="right") for name in table.columns), *paper)
    whole = len(table.lines) <= SHORT
    bands = [Band(tuple(_boxes(table, line, size)), whole or line.heading) for line in table.lines]
    if bands:
        bands[-1] = replace(bands[-1], with_next=bool(table.notes or table.footnotes))
    return Grid(
        title=f"{table.label}. {table.title}",
        widths=tuple(share * fitting for share in shares),
        header=Band(header, with_next=True),
        bands=tuple(bands),
        dense=size == DENSE,
    )


def fits(table: TableLines, across: float = PAGE_WIDTH) -> bool:
    """Whether no number has to be broken, in small letters if need be."""
    return sum(columns_of(table, across / _SLACK)[0]) <= across


def sign(mark: Mark) -> Piece:
    """A verdict's sign in its colour."""
    return Piece(mark.char, bold=True, colour=mark.colour)


def _boxes(table: TableLines, line: Line, size: float) -> Iterator[Box]:
    label = (Piece(line.label, bold=line.heading),)
    if line.bare:
        yield Box(label, span=table.width, indent=line.indent)
        return
    yield Box(label, indent=line.indent)
    for cell in line.cells:
        pieces = tuple(_pieces(cell, size))
        yield Box(pieces, span=cell.span, side="left" if cell.sentence else "right")
    if table.compared and not line.open_end:
        yield Box((sign(line.paper.mark),) if line.paper else ())


def _pieces(cell: Cell, size: float) -> Iterator[Piece]:
    yield Piece(cell.text, colour=MUTED if cell.sentence else "")
    if cell.note:
        yield Piece(cell.note, colour=MUTED, raised=True)
    if cell.printed:
        yield Piece(cell.printed, colour=MUTED, size=_SMALLER * size, below=True)


def add_grid(file: WordFile, grid: Grid) -> None:
    """Put the table at the end of the file."""
    table = _tag("w:tbl", within=None)
    _describe(table, grid)
    columns = _tag("w:tblGrid", within=table)
    for width in grid.widths:
        _tag("w:gridCol", within=columns, w=_twips(width))
    _add_band(table, grid, grid.header, repeated=True)
    for band in grid.bands:
        _add_band(table, grid, band)
    file.element.body.insert_element_before(table, "w:sectPr")


def add_pieces(paragraph: Paragraph, pieces: Iterable[Piece]) -> None:
    """Write letters into a paragraph. They are letters only: no text is read as a field."""
    for piece in pieces:
        _add_run(paragraph._p, piece)


def _describe(table: BaseOxmlElement, grid: Grid) -> None:
    about = _tag("w:tblPr", within=table)
    _tag("w:tblStyle", within=about, val="ThreeRules")
    _tag("w:tblW", within=about, w=_twips(sum(grid.widths)), type="dxa")
    _tag("w:tblLayout", within=about, type="fixed")
    _tag("w:tblLook", within=about, firstRow="1", firstColumn="0", noHBand="1", noVBand="1")
    _tag("w:tblCaption", within=about, val=for_xml(grid.title))


def _add_band(table: BaseOxmlElement, grid: Grid, band: Band, *, repeated: bool = False) -> None:
    row = _tag("w:tr", within=table)
    about = _tag("w:trPr", within=row)
    _tag("w:cantSplit", within=about)
    if repeated:
        _tag("w:tblHeader", within=about)
    place = 0
    for box in band.boxes:
        cell = _tag("w:tc", within=row)
        about = _tag("w:tcPr", within=cell)
        width = sum(grid.widths[place : place + box.span])
        _tag("w:tcW", within=about, w=_twips(width), type="dxa")
        if box.span > 1:
            _tag("w:gridSpan", within=about, val=str(box.span))
        _fill(cell, box, _SMALL if grid.dense else _NORMAL, band.with_next)
        place += box.span


def _fill(cell: BaseOxmlElement, box: Box, style: str, with_next: bool) -> None:
    paragraph = _tag("w:p", within=cell)
    about = _tag("w:pPr", within=paragraph)
    _tag("w:pStyle", within=about, val=style)
    if with_next:
        _tag("w:keepNext", within=about)
    if box.indent:
        _tag("w:ind", within=about, left=_twips(INDENT * box.indent))
    if box.side == "right":
        _tag("w:jc", within=about, val="right")
    for piece in box.pieces:
        _add_run(paragraph, piece)


def _add_run(paragraph: BaseOxmlElement, piece: Piece) -> None:
    run = _tag("w:r", within=paragraph)
    about = _tag("w:rPr", within=run)
    if piece.bold:
        _tag("w:b", within=about)
    if piece.colour:
        _tag("w:color", within=about, val=piece.colour.removeprefix("#").upper())
    if piece.size:
        _tag("w:sz", within=about, val=str(round(2 * piece.size)))
    if piece.raised:
        _tag("w:vertAlign", within=about, val="superscript")
    if piece.below:
        _tag("w:br", within=run)
    text = _tag("w:t", within=run)
    text.text = for_xml(piece.text)
    text.set(qn("xml:space"), "preserve")


def _tag(name: str, *, within: BaseOxmlElement | None, **attributes: str) -> BaseOxmlElement:
    """An element of Word's vocabulary, at the end of another one."""
    element: BaseOxmlElement = OxmlElement(name)
    for attribute, content in attributes.items():
        element.set(qn(f"w:{attribute}"), content)
    if within is not None:
        within.append(element)
    return element


def _twips(points: float) -> str:
    return str(round(TWIPS * points))

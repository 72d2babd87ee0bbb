"""How does a report become a Word file? Real tables, pictures that say what they show, A4.

The words, their order and the widths of the columns are those of the PDF; the look stands in
word_template/word/styles.xml. The same results give the same bytes.
"""

from io import BytesIO
from pathlib import Path

import docx
from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from reports.packed import day_of_cut, packed, repacked
from reports.render import figures
from reports.render.curves import PAGE_WIDTH
from reports.render.document import Document, document_of, with_content
from reports.render.tables import TableLines
from reports.render.word_table import (
    MUTED,
    Band,
    Box,
    Grid,
    Piece,
    add_grid,
    add_pieces,
    fits,
    grid_of,
    sign,
)
from reports.render.words import description_of
from reports.render.xml_text import for_xml
from reports.results import Results

DPI = 200
LANDSCAPE_WIDTH = 728.0  # 257 mm: A4 on its side, with the same margins
_WARNING = "#7a4b00"
_TEMPLATE = Path(__file__).parent / "word_template"


def word(results: Results) -> bytes:
    """The whole report. The file's dates are the day of the data cut, never the clock's."""
    doc = document_of(results)
    file = _blank(results)
    _margins(file, doc, results.provenance.code_version)
    _opening(file, doc)
    _comparison(file, doc)
    _flow(file, doc)
    _figures(file, doc, results)
    _tables(file, (*doc.tables, *doc.texts))
    _differences(file, doc)
    _heading(file, "Method")
    for paragraph in doc.method:
        _write(file, "Normal", Piece(paragraph))
    _checklist(file, doc)
    _provenance(file, doc)
    raw = BytesIO()
    file.save(raw)
    return repacked(raw.getvalue(), day_of_cut(results))


def _blank(results: Results) -> WordFile:
    """Our template with the properties of this report."""
    day = day_of_cut(results)
    parts = sorted(path for path in _TEMPLATE.rglob("*") if path.is_file())
    named = ((path.relative_to(_TEMPLATE).as_posix(), path.read_bytes()) for path in parts)
    file = docx.Document(BytesIO(packed(named, day)))
    about = file.core_properties
    about.title, about.subject = for_xml(results.title)[:255], for_xml(results.citation)[:255]
    about.author = about.last_modified_by = "Engraft"
    about.comments = f"Data cut {results.provenance.cut_sha256}"
    about.language, about.revision = "en-GB", 1
    about.created = about.modified = day.replace(tzinfo=None)
    return file


def _margins(file: WordFile, doc: Document, code: str) -> None:
    """On every page: the study and the mark of synthetic data, the cut, the code, the page."""
    (section,) = file.sections
    head = section.header.paragraphs[0]
    add_pieces(head, (Piece(f"Engraft · {doc.study}"),))
    if doc.synthetic:
        add_pieces(head, (Piece(f" · {doc.synthetic}", bold=True, colour=_WARNING),))
    foot = section.footer.paragraphs[0]
    add_pieces(foot, (Piece(f"Data cut {doc.cut} · SHA-256 {doc.hash}… · code {code} · page "),))
    _count(foot, "PAGE")
    add_pieces(foot, (Piece(" of "),))
    _count(foot, "NUMPAGES")


def _count(paragraph: Paragraph, what: str) -> None:
    """A number that Word works out itself."""
    field = f'<w:fldSimple {nsdecls("w")} w:instr="{what}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(field))


def _opening(file: WordFile, doc: Document) -> None:
    _write(file, "Title", Piece(doc.title))
    _write(file, "Source", Piece(f"{doc.citation}{f', doi {doc.doi}' if doc.doi else ''}"))
    period = f"transplants {doc.period}" if doc.period else ""
    patients = "".join(f" · {told}" for told in (period, doc.patients) if told)
    _write(file, "Normal", Piece("Data cut "), Piece(doc.cut, bold=True), Piece(patients))
    if doc.synthetic:
        _write(file, "Caution", Piece(doc.synthetic, bold=True))
    for warning in doc.warnings:
        _write(file, "Caution", Piece(warning))


def _comparison(file: WordFile, doc: Document) -> None:
    if not doc.verdicts:
        return
    _heading(file, "Comparison with the paper")
    for line in doc.verdicts:
        words = Piece(f" {line.mark.words} "), Piece(line.count, bold=True)
        _write(
            file, "Legend", sign(line.mark), *words, Piece(f" – {line.mark.meaning}", colour=MUTED)
        )
    if doc.comparison:
        _write(file, "Normal", Piece(doc.comparison))


def _flow(file: WordFile, doc: Document) -> None:
    if not doc.flow:
        return
    _heading(file, "Patients")
    for place, step in enumerate(doc.flow):
        if place:
            _write(file, "Flow arrow", Piece("↓"))
        label = f"Excluded: {step.label}" if step.excluded else step.label
        share = f"\u00a0({step.percent})" if step.percent else ""
        style = "Flow box of the excluded" if step.excluded else "Flow box"
        box = _write(file, style, Piece(label), Piece(f"\t{step.n}{share}", bold=True))
    box.paragraph_format.keep_with_next = False


def _figures(file: WordFile, doc: Document, results: Results) -> None:
    if doc.figures:
        _heading(file, "Figures")
    for lines, figure in zip(doc.figures, with_content(results).figures, strict=True):
        picture = figures.png(figure, DPI, synthetic=results.synthetic)
        paragraph = file.add_paragraph(style="Picture")
        drawn = paragraph.add_run().add_picture(BytesIO(picture), width=Pt(PAGE_WIDTH))
        said = drawn._inline.docPr
        said.set("title", for_xml(f"{lines.label}. {lines.title}"))
        said.set("descr", for_xml(description_of(figure)))
        caption = f" {lines.title}. {lines.caption}"
        _write(file, "Caption", Piece(f"{lines.label}.", bold=True), Piece(caption))


def _tables(file: WordFile, tables: tuple[TableLines, ...]) -> None:
    """Each below its title; one that is too wide for the page stands on a page on its side."""
    on_its_side = False
    for place, table in enumerate(tables):
        wide = not fits(table)
        if wide is not on_its_side:
            _turn(file)
            on_its_side = wide
        if place == 0:
            _heading(file, "Tables")
        counts = f" ({table.counts})" if table.counts else ""
        _write(file, "Table caption", Piece(f"{table.label}. {table.title}{counts}"))
        add_grid(file, grid_of(table, LANDSCAPE_WIDTH if wide else PAGE_WIDTH))
        _notes(file, table)
    if on_its_side:
        _turn(file)


def _notes(file: WordFile, table: TableLines) -> None:
    """What stands below a table, on one page; a line even without, or Word joins two tables."""
    lettered = [(Piece(note.letter, raised=True), Piece(f" {note.text}")) for note in table.notes]
    notes = [*lettered, *((Piece(text),) for text in table.footnotes)] or [()]
    for pieces in notes:
        paragraph = _write(file, "Table note", *pieces)
        paragraph.paragraph_format.keep_with_next = pieces is not notes[-1]


def _turn(file: WordFile) -> None:
    """A new page, on its side if the last one was upright, and the other way round."""
    section = file.add_section(WD_SECTION.NEW_PAGE)
    section.page_width, section.page_height = section.page_height, section.page_width
    upright = section.orientation == WD_ORIENT.PORTRAIT
    section.orientation = WD_ORIENT.LANDSCAPE if upright else WD_ORIENT.PORTRAIT
    file.paragraphs[-1].style = "Turn of the page"


def _differences(file: WordFile, doc: Document) -> None:
    if not doc.verdicts:
        return
    title = "Numbers that are not the paper’s to the printed digit"
    _heading(file, title)
    if not doc.differences:
        _write(file, "Normal", Piece("None."))
        return
    header = ("", "Number", "Where", "Printed", "Ours", "Tolerance", "Note")
    bands = [
        _band(sign(d.mark), *map(Piece, (d.id, d.place, d.printed, d.ours, d.tolerance, d.note)))
        for d in doc.differences
    ]
    widths = (18.0, 54.0, 100.0, 56.0, 56.0, 52.0, 146.0)
    add_grid(file, Grid(title, widths, _band(*map(Piece, header)), tuple(bands)))


def _band(*pieces: Piece) -> Band:
    """A row of the list of differences: its three numbers to the right."""
    numbers = range(3, 6)
    return Band(
        tuple(
            Box((piece,), side="right" if place in numbers else "left")
            for place, piece in enumerate(pieces)
        )
    )


def _checklist(file: WordFile, doc: Document) -> None:
    if not doc.checklist:
        return
    title = "What readers of a cohort study ask for (the points of STROBE, in our words)"
    _heading(file, title)
    header = ("Point", "Asked for", "In this report", "To be written by the authors")
    points = [(p.item, p.topic, p.answered, p.authors) for p in doc.checklist]
    bands = [Band(tuple(Box((Piece(text or "–"),)) for text in row)) for row in (header, *points)]
    add_grid(file, Grid(title, (32.0, 130.0, 170.0, 150.0), bands[0], tuple(bands[1:])))


def _provenance(file: WordFile, doc: Document) -> None:
    _heading(file, "How to have this report again")
    paper = f"{doc.citation}{f', doi {doc.doi}' if doc.doi else ''}"
    for name, content in (*doc.facts, ("Paper", paper)):
        _write(file, "Legend", Piece(f"{name}: ", colour=MUTED), Piece(content))


def _heading(file: WordFile, text: str) -> None:
    _write(file, "Heading 1", Piece(text))


def _write(file: WordFile, style: str, *pieces: Piece) -> Paragraph:
    paragraph = file.add_paragraph(style=style)
    add_pieces(paragraph, pieces)
    return paragraph

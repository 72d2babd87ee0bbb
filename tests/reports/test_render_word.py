"""Is the Word file the report? Read back with python-docx: words, tables, pictures, dates, bytes."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document as WordFile
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from reports.render.curves import PAGE_WIDTH
from reports.render.document import document_of
from reports.render.tables import TableLines
from reports.render.word import LANDSCAPE_WIDTH, word
from reports.render.words import SYNTHETIC, description_of
from reports.results import Results, Row, Table, Value, Verdict
from tests.reports import sample_results as sample
from tests.reports.fresh import same_in_another_process
from tests.reports.test_render_roux import roux

EMPTY = {
    "flow": (),
    "tables": (),
    "figures": (),
    "texts": (),
    "comparisons": (),
    "verdicts": {},
    "warnings": (),
    "doi": "",
}


def read(results: Results) -> WordFile:
    return docx.Document(BytesIO(word(results)))


@pytest.fixture(scope="module", params=["sample", "roux"])
def made(request: pytest.FixtureRequest) -> tuple[Results, WordFile]:
    """A report and its Word file: the sample, and a real study with every kind of number."""
    results = sample.results() if request.param == "sample" else roux()
    return results, read(results)


@pytest.fixture(scope="module")
def file() -> WordFile:
    """The sample's Word file."""
    return read(sample.results())


def paragraphs(file: WordFile) -> list[str]:
    return [paragraph.text for paragraph in file.paragraphs]


def everything(file: WordFile) -> str:
    """Every letter of the body, in reading order, with one space between words."""
    texts = (node.text or "" for node in file.element.body.iter(qn("w:t")))
    return " ".join(" ".join(texts).split())


def cells(table: WordTable) -> list[list[tuple[str, int, Paragraph]]]:
    """Of each row the text, the columns taken and the paragraph of its cells."""
    return [
        [(p.text, c.grid_span, p) for c in map_cells(row) for p in c.paragraphs]
        for row in table.rows
    ]


def map_cells(row: object) -> Iterator[object]:
    """Each cell once: python-docx names a merged one for every column."""
    seen: set[object] = set()
    for cell in row.cells:  # type: ignore[attr-defined]
        if cell._tc not in seen:
            seen.add(cell._tc)
            yield cell


def numbered(results: Results) -> list[TableLines]:
    doc = document_of(results)
    return [*doc.tables, *doc.texts]


def test_every_number_stands_in_its_row(made: tuple[Results, WordFile]) -> None:
    results, file = made
    told = 0
    for table, copy in zip(results.tables, file.tables, strict=False):
        for row, (label, *others) in zip(table.rows, cells(copy)[1:], strict=True):
            assert label[0] == row.label
            beside = "\n".join(text for text, _, _ in others)
            for value in row.cells:
                if value is not None:
                    assert (value.reason or value.text) in beside, (table.label, row.label)
                    told += 1
    texts = everything(file)
    for text in results.texts:
        assert text.label in texts and (text.value.reason or text.value.text) in texts
    assert told > 20


def test_tables_say_what_the_page_says(made: tuple[Results, WordFile]) -> None:
    results, file = made
    for table, copy in zip(numbered(results), file.tables, strict=False):
        header, *lines = cells(copy)
        paper = ["Paper"] if table.compared else []
        assert [text for text, _, _ in header] == ["", *table.columns, *paper]
        for line, row in zip(table.lines, lines, strict=True):
            assert sum(span for _, span, _ in row) == table.width
            expected = [line.label]
            if not line.bare:
                for cell in line.cells:
                    below = f"\n{cell.printed}" if cell.printed else ""
                    expected.append(f"{cell.text}{cell.note}{below}")
                if table.compared and not line.open_end:
                    expected.append(line.paper.mark.char if line.paper else "")
            assert [text for text, _, _ in row] == expected


def test_numbers_stand_right_labels_are_indented_and_the_header_is_repeated(file: WordFile) -> None:
    made = file.tables[1]
    assert made.style is not None and made.style.name == "Three rules"
    rows = made._tbl.findall(qn("w:tr"))
    assert [bool(row.findall(f".//{qn('w:tblHeader')}")) for row in rows[:2]] == [True, False]
    assert all(row.findall(f".//{qn('w:cantSplit')}") for row in rows)
    yes = next(row for row in cells(made) if row[0][0] == "Yes")
    assert yes[0][2].paragraph_format.left_indent.pt == 9.0
    assert [paragraph.alignment for _, _, paragraph in yes[1:4]] == [2, 2, 2]  # right
    assert yes[4][2].alignment is None
    heading = next(row for row in cells(made) if row[0][0] == "Treatment")
    assert heading[0][2].runs[0].bold and heading[0][2].paragraph_format.keep_with_next


def test_signs_footnotes_and_printed_numbers(file: WordFile) -> None:
    told = everything(file)
    for piece in (
        "123 (42.7%) a 123 (43.9%) ¶",
        "a The printed percentages of this column add up to 101.1.",
        "Wald tests, Breslow ties.",
        "Table 4. Cox model for death after relapse (n = 288, events = 248)",
        "Not estimable: no event among the 13 patients of this group.",
        "▲ differs 1 – outside the tolerance",
    ):
        assert piece in told, piece


def test_the_order_is_that_of_the_report(file: WordFile) -> None:
    headings = [p.text for p in file.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings == [
        "Comparison with the paper",
        "Patients",
        "Figures",
        "Tables",
        "Numbers that are not the paper’s to the printed digit",
        "Method",
        "How to have this report again",
    ]
    opening = paragraphs(file)[:5]
    assert opening[0] == sample.results().title
    assert (
        opening[1]
        == "Roux et al., Bone Marrow Transplant 2017;52:678-682, doi 10.1038/bmt.2016.360"
    )
    assert opening[2] == "Data cut 31 Dec 2014 · 288 of 1307 patients"
    assert opening[3:] == [SYNTHETIC, *sample.results().warnings]


def test_flow_method_differences_and_provenance(made: tuple[Results, WordFile]) -> None:
    results, file = made
    told, lines = everything(file), paragraphs(file)
    doc = document_of(results)
    for step in doc.flow:
        share = f"\u00a0({step.percent})" if step.percent else ""
        excluded = "Excluded: " if step.excluded else ""
        assert f"{excluded}{step.label}\t{step.n}{share}" in lines
    for paragraph in results.method:
        assert paragraph in lines, "a paragraph of its own, to be copied"
    listed = cells(file.tables[len(numbered(results))])[1:]
    for difference, row in zip(doc.differences, listed, strict=True):
        d = difference
        expected = [d.mark.char, d.id, d.place, d.printed, d.ours, d.tolerance, d.note]
        assert [text for text, _, _ in row] == expected
    if doc.checklist:
        asked = [[text for text, _, _ in row] for row in cells(file.tables[-1])[1:]]
        points = [[p.item, p.topic, p.answered, p.authors] for p in doc.checklist]
        assert asked == [[text or "–" for text in point] for point in points]
    for name, content in doc.facts:
        assert f"{name}: {content}" in lines
    assert results.provenance.cut_sha256 in told


def test_figures_are_pictures_that_say_what_they_show(made: tuple[Results, WordFile]) -> None:
    results, file = made
    assert len(file.inline_shapes) == len(results.figures)
    for shape, figure in zip(file.inline_shapes, results.figures, strict=True):
        said = shape._inline.docPr
        assert said.get("descr") == description_of(figure)
        assert said.get("title") == f"{figure.label}. {figure.title}"
        assert shape.width.pt == PAGE_WIDTH
        assert f"{figure.label}. {figure.title}. {figure.caption}" in paragraphs(file)
    images = [part for part in file.part.package.iter_parts() if part.content_type == "image/png"]
    wide = {int.from_bytes(image.blob[16:20], "big") for image in images}
    assert all(abs(pixels - PAGE_WIDTH / 72 * 200) <= 1 for pixels in wide)


def test_every_page_names_the_cut_the_code_and_what_is_invented(file: WordFile) -> None:
    (section,) = file.sections
    assert section.header.paragraphs[0].text == f"Engraft · roux2017 · {SYNTHETIC}"
    foot = section.footer.paragraphs[0]
    assert "Data cut 31 Dec 2014 · SHA-256 9f2c41d0a7be… · code 0.1.0+3f1c2ab · page" in foot.text
    fields = [field.get(qn("w:instr")) for field in foot._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    real = read(sample.results(synthetic=False))
    assert "ynthetic" not in everything(real) + real.sections[0].header.paragraphs[0].text


def wide_table(columns: int) -> Table:
    cell = Value(174, "174 (60.4%)", printed="1", verdict=Verdict.SAME)
    names = tuple(f"Group {place} n (%)" for place in range(columns))
    return Table("t9", "Table 9", "Wide", names, (Row("A long label", (cell,) * columns),), ())


@pytest.mark.parametrize(
    ("columns", "on_its_side"), [(3, False), (5, False), (9, True), (40, True)]
)
def test_no_table_is_wider_than_its_page(columns: int, on_its_side: bool) -> None:
    file = read(sample.results(tables=(wide_table(columns), sample.TABLE_4)))
    assert len(file.sections) == (3 if on_its_side else 1)
    sides = [section.page_width > section.page_height for section in file.sections]
    assert sides == ([False, True, False] if on_its_side else [False])
    grid = [int(column.get(qn("w:w"))) for column in file.tables[0]._tbl.tblGrid]
    assert sum(grid) / 20 <= (LANDSCAPE_WIDTH if on_its_side else PAGE_WIDTH) + columns / 20
    assert len(cells(file.tables[0])[1]) == columns + 2
    following = [int(column.get(qn("w:w"))) for column in file.tables[1]._tbl.tblGrid]
    assert sum(following) / 20 <= PAGE_WIDTH + 1


def test_a4_and_a_type_with_a_fallback() -> None:
    raw = word(sample.results())
    (section,) = docx.Document(BytesIO(raw)).sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = section.left_margin.pt + section.right_margin.pt
    assert section.page_width.pt - margins >= PAGE_WIDTH - 1
    with ZipFile(BytesIO(raw)) as parts:
        assert b'w:ascii="IBM Plex Sans"' in parts.read("word/styles.xml")
        assert b'<w:altName w:val="Arial"/>' in parts.read("word/fontTable.xml")


def test_hostile_texts_stay_letters_and_turkish_ones_survive() -> None:
    file = read(sample.hostile_results())
    told = everything(file)
    assert told.count("<script>alert(1)</script>") > 10
    assert "İıŞşĞğÇçÖöÜü ≥" in told
    controls = sample.results(warnings=("bell \x07, null \x00, mark \ufffe",))
    assert "bell , null , mark " in paragraphs(read(controls))


def test_an_empty_report_still_makes_a_file() -> None:
    told = everything(read(sample.results(**EMPTY)))
    assert "Method" in told and "paper disagrees" not in told, "nothing compared, nothing counted"


def test_the_dates_are_the_day_of_the_cut() -> None:
    raw = word(sample.results())
    about = docx.Document(BytesIO(raw)).core_properties
    assert about.title == sample.results().title and about.author == "Engraft"
    assert f"{about.created:%F}" == f"{about.modified:%F}" == "2014-12-31"
    with ZipFile(BytesIO(raw)) as parts:
        assert {part.date_time[:3] for part in parts.infolist()} == {(2014, 12, 31)}


def test_the_same_bytes_again_and_in_another_process() -> None:
    results = sample.results()
    assert word(results) == word(results) == word(Results.from_json(results.to_json()))
    same_in_another_process("from reports.render.word import word as made", word(results))


def test_a_cut_before_zip_files_were_made_is_packed() -> None:
    from_1970 = sample.results(provenance=replace(sample.PROVENANCE, cut_date="1970-05-01"))
    with ZipFile(BytesIO(word(from_1970))) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}

"""Does the workbook hold every number in full, shown as printed, and no formula? Read back."""

import re
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.numbers import NARROW_SPACE
from reports.render.document import document_of, texts_as_table
from reports.render.marks import mark_of
from reports.render.sheet import workbook
from reports.render.sheet_cells import format_of, stored
from reports.render.words import height_at
from reports.results import Results, Row, Table, Value, Verdict
from tests.reports import sample_results as sample
from tests.reports.fresh import same_in_another_process
from tests.reports.test_render_roux import roux
from tests.reports.test_render_word import EMPTY

V = Verdict
FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", '=HYPERLINK("x")', "#N/A", "=cmd|' /C calc'!A0")


def read(results: Results) -> Workbook:
    return openpyxl.load_workbook(BytesIO(workbook(results)))


@pytest.fixture(scope="module", params=["sample", "roux"])
def made(request: pytest.FixtureRequest) -> tuple[Results, Workbook]:
    """A report and its workbook: the sample, and a real study with every kind of number."""
    results = sample.results() if request.param == "sample" else roux()
    return results, read(results)


def headed(sheet: Worksheet, row: int) -> dict[str, int]:
    """The columns of a sheet by their headers."""
    return {str(cell.value): cell.column for cell in sheet[row] if cell.value}


def shown(cell: Cell) -> str:
    """What Excel shows for a cell: its own number formats only, read by the rules of Excel."""
    if isinstance(cell.value, str):
        return cell.value
    sections = re.findall(r'(?:"[^"]*"|\\.|[^;"])+', cell.number_format)
    negative = cell.value < 0 and len(sections) > 1
    told, number = "", Decimal(repr(abs(cell.value)))
    pattern = re.findall(r'"[^"]*"|\\.|[0.]+', sections[1 if negative else 0])
    digits = "".join(part for part in pattern if part[0] in "0.")
    places = len(digits.partition(".")[2])
    whole, _, rest = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}".partition(
        "."
    )
    if digits.startswith("."):
        whole = ""
    groups = [len(part) for part in pattern if re.fullmatch("0+", part.partition(".")[0])][1:]
    for part in pattern:
        if part[0] in "0.":
            front = len(whole) - sum(groups) if told[-1:] != NARROW_SPACE else groups.pop(0)
            told += whole[:front] + ("." + rest if "." in part else "")
            whole = whole[front:]
        else:
            told += part[1:] if part[0] == "\\" else part[1:-1]
    return f"-{told}" if cell.value < 0 and not negative else told


def test_every_number_of_every_table_stands_in_its_cell(made: tuple[Results, Workbook]) -> None:
    results, book = made
    tables = (*results.tables, *texts_as_table(results.texts))
    sheets = book.worksheets[2 : 2 + len(tables)]
    told = 0
    for table, sheet in zip(tables, sheets, strict=True):
        columns = headed(sheet, 3)
        for line, row in enumerate(table.rows, 4):
            assert sheet.cell(line, 1).value == row.label
            assert sheet.cell(line, 1).alignment.indent == row.indent
            for name, value in zip(table.columns, row.cells, strict=False):
                if value is not None:
                    same_value(sheet, line, columns, name, value)
                    told += 1
    assert told > 20


def same_value(
    sheet: Worksheet, line: int, columns: dict[str, int], name: str, value: Value
) -> None:
    cell = sheet.cell(line, columns[name])
    if value.value is None:
        assert cell.value == (value.reason or value.text) and cell.data_type == "s"
    else:
        assert cell.value == stored(value.value) and cell.data_type == "n"
        assert shown(cell) == value.text, (name, value, cell.number_format)
    if value.printed:
        assert shown(sheet.cell(line, columns[f"{name}: printed"])) == value.printed
    if value.verdict:
        beside = sheet.cell(line, columns[f"{name}: verdict"])
        assert beside.value == mark_of(value.verdict).words
    if value.footnote:
        assert value.footnote in sheet.cell(line, columns["Note"]).value


def test_every_comparison_has_a_row(made: tuple[Results, Workbook]) -> None:
    results, book = made
    header, *rows = book["Comparisons"].iter_rows()
    assert [cell.value for cell in header] == [
        "Number",
        "Where",
        "Row",
        "Column",
        "Printed",
        "Ours",
        "Verdict",
        "Tolerance",
        "Note",
    ]
    for one, row in zip(results.comparisons, rows, strict=True):
        number, where, at, column, printed, ours, verdict, tolerance, note = row
        told = [cell.value or "" for cell in (number, where, at, column, verdict, note)]
        words = mark_of(one.verdict).words
        assert told == [one.id, one.table, one.row, one.column, words, one.note]
        assert shown(printed) == one.printed and shown(ours) == one.ours_text
        assert ours.value == (one.ours_text if one.ours is None else stored(one.ours))
        assert tolerance.value == one.tolerance


def test_the_checklist_has_a_sheet(made: tuple[Results, Workbook]) -> None:
    results, book = made
    assert ("Checklist" in book.sheetnames) == bool(results.checklist)
    if results.checklist:
        rows = list(book["Checklist"].iter_rows(min_row=2, values_only=True))
        points = [(p.item, p.topic, p.answered, p.authors) for p in results.checklist]
        assert [tuple(text or "" for text in row) for row in rows] == points


def test_the_first_sheet_says_what_it_is(made: tuple[Results, Workbook]) -> None:
    results, book = made
    sheet = book.worksheets[0]
    told = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    source = results.provenance
    for piece in (results.title, source.cut_sha256, source.code_version, *results.method):
        assert piece in told
    assert set(results.warnings) <= set(told)
    for name, content in document_of(results).facts:
        assert name in told and content in told
    counted = {row[0].value: row[1].value for row in sheet.iter_rows()}
    for word, n in results.verdicts.items():
        assert counted[mark_of(word).words] == n


def test_patients_and_figures_are_numbers(made: tuple[Results, Workbook]) -> None:
    results, book = made
    boxes = [row for row in book["Patients"].iter_rows(min_row=2, values_only=True)]
    steps = [step for step in results.flow]
    left = [gone for step in steps for gone in step.left_out]
    assert [box[1] for box in boxes if not str(box[0]).startswith("Excluded")] == [
        step.n for step in steps
    ]
    assert [box[1:] for box in boxes if str(box[0]).startswith("Excluded")] == [
        (gone.n, stored(gone.percent)) for gone in left if gone.percent is not None
    ]
    for figure in results.figures:
        sheet = book[figure.label]
        rows = list(sheet.iter_rows(min_row=5, values_only=True))
        for series, row in zip(figure.series, rows, strict=False):
            assert row[:3] == (series.label, series.n, series.events)
            assert row[4::2][: len(series.at_risk)] == series.at_risk
            for tick, height in zip(figure.ticks_months, row[3::2], strict=False):
                expected = height_at(figure, series, tick)
                assert height == (None if expected is None else stored(expected[0]))
        steps_told = rows[len(figure.series) + 2 :]
        assert [row[1] for row in steps_told] == [
            stored(month) for series in figure.series for month in series.months
        ]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_is_never_a_formula(text: str) -> None:
    cell = Value(None, text, printed=text, verdict=V.DIFFERS, footnote=text)
    reason = Value(None, "", reason=text)
    table = Table(text, text, text, (text, "P"), (Row(text, (cell, reason)),), (text,))
    results = sample.results(
        title=text, citation=text, tables=(table,), method=(text,), warnings=(text,)
    )
    book = read(results)
    told = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in told} <= {"s", "n"}
    assert sum(c.value == text for c in told) >= 9
    assert all(c.quotePrefix for c in told if c.value == text and text[0] != "#")


def test_names_of_sheets_are_short_allowed_and_unique() -> None:
    labels = ("Table 1", "table 1", "T" * 40, "T" * 40, "a[b]:c*d?e/f\\g", "'", "", "History")
    tables = tuple(Table(f"t{n}", label, "", (), (), ()) for n, label in enumerate(labels))
    names = read(sample.results(tables=tables)).sheetnames
    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name)
        assert not name.startswith("'") and not name.endswith("'") and name != "History"
    assert names[2:5] == ["Table 1", "table 1 (2)", "T" * 31]


@pytest.mark.parametrize(
    ("number", "text", "made"),
    [
        (0.5987, "0.60", "0.00"),
        (174, "174 (60.4%)", '0" (60.4%)"'),
        (60.41666, "174 (60.4%)", '"174 ("0.0"%)"'),
        (0.0000812, "<0.001", '"<0.001";"<0.001";"<0.001"'),
        (12345, "12\u202f345", '0"\u202f"000'),
        (-0.5, "-0.5", "0.0"),
        (-0.04, "0.0", "0.0;0.0"),
        (0.001, ".001", ".000"),
        (3, 'a "b" 3', '"a "\\""b"\\"" "0'),
        (1, "1 (reference)", '0" (reference)"'),
        (1.0, "", "General"),
        (1.0, "x" * 300, "General"),
    ],
)
def test_a_number_is_shown_as_printed(number: float, text: str, made: str) -> None:
    assert format_of(number, text) == made
    sheet = Workbook().active
    cell = sheet.cell(1, 1, number)
    cell.number_format = made
    if made != "General":
        assert shown(cell) == text


def test_an_empty_report_still_makes_a_workbook() -> None:
    assert read(sample.results(**EMPTY)).sheetnames == ["Report", "Patients"]


def test_hostile_texts_and_control_characters_pass() -> None:
    book = read(sample.hostile_results())
    told = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row]
    assert sum("İıŞşĞğÇçÖöÜü ≥" in text for text in told) > 10
    controls = read(sample.results(title="bell \x07, null \x00"))
    assert controls.worksheets[0]["A1"].value == "bell , null "


def test_the_same_bytes_again_and_in_another_process() -> None:
    results = sample.results()
    raw = workbook(results)
    assert raw == workbook(results) == workbook(Results.from_json(results.to_json()))
    about = openpyxl.load_workbook(BytesIO(raw)).properties
    assert f"{about.created:%F}" == f"{about.modified:%F}" == "2014-12-31"
    with ZipFile(BytesIO(raw)) as parts:
        assert {part.date_time[:3] for part in parts.infolist()} == {(2014, 12, 31)}
    same_in_another_process("from reports.render.sheet import workbook as made", raw)

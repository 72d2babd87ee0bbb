"""Are Excel, OpenDocument and CSV files read alike, whatever program saved them, and is everything else refused in words?"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from registry.exchange import sheets, tables
from registry.exchange.odd_cells import NO_VALUE
from registry.exchange.tables import BadTable, read_table
from tests.exchange import planted

HEADERS = ["No", "Date", "Dose"]


def excel(*rows: list[Any], hidden: list[list[Any]] | None = None) -> bytes:
    """A workbook with these rows; before them a hidden sheet, when one is given."""
    book = Workbook()
    sheet = book.active
    if hidden is not None:
        for row in hidden:
            sheet.append(row)
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("Second")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def texts(body: bytes, name: str = "file") -> list[list[str]]:
    return [row for _line, row in read_table(name, body).rows]


def test_three_formats_hold_the_same() -> None:
    excel_table = read_table("a.xlsx", planted.as_xlsx())
    ods_table = read_table("a.ods", planted.as_ods())
    csv_table = read_table("a.csv", planted.as_csv())
    assert excel_table.rows == ods_table.rows
    assert (excel_table.headers, excel_table.sheet) == (list(planted.HEADERS), "Patients")
    assert csv_table.headers == excel_table.headers
    assert [line for line, _ in csv_table.rows] == [line for line, _ in excel_table.rows]
    # In CSV a date is what was typed; what it means is settled by the item (test_cells).
    assert csv_table.rows[0][1][:4] == ["H-00001", "", "Male", "10/01/2000"]
    assert excel_table.rows[0][1][:4] == ["H-00001", "", "Male", "2000-01-10"]


def test_cells_of_excel_become_the_text_that_means_the_same() -> None:
    row = [7, datetime(2008, 3, 14), 0.1 + 0.2]
    odd = [12.0, date(2008, 3, 14), True]
    late = ["007", datetime(2008, 3, 14, 9, 30), "=1+1"]
    sheet = Workbook()
    sheet.active.append(HEADERS)
    for one in (row, odd, late):
        sheet.active.append(one)
    sheet.active["C4"].data_type = "s"
    out = io.BytesIO()
    sheet.save(out)
    assert texts(out.getvalue()) == [
        ["7", "2008-03-14", "0.3"],
        ["12", "2008-03-14", "TRUE"],
        ["007", "2008-03-14T09:30:00", "=1+1"],
    ]


def test_lines_are_counted_as_the_spreadsheet_shows_them() -> None:
    table = read_table("a.xlsx", excel(["Patients of 2008"], [], HEADERS, [1, 2, 3], [], [4, 5, 6]))
    assert (table.head_line, table.headers) == (3, HEADERS)
    assert [line for line, _ in table.rows] == [4, 6]


def test_a_value_over_two_lines_of_a_text_file_is_one_line_of_the_table() -> None:
    assert read_table("a.csv", b'No;Note\r\n1;"two\r\nlines"\r\n\r\n2;x\r\n').rows == [
        (2, ["1", "two\r\nlines"]),
        (4, ["2", "x"]),
    ]


def test_a_hidden_or_empty_sheet_is_passed_over() -> None:
    table = read_table("a.xlsx", excel(HEADERS, [1, 2, 3], hidden=[["secret"], [1]]))
    assert (table.sheet, table.rows) == ("Second", [(2, ["1", "2", "3"])])


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_files_of_every_kind(delimiter: str, encoding: str) -> None:
    body = delimiter.join(("Nr", "Größe", "Dose")) + "\r\n" + delimiter.join(("1", "é", "2.5"))
    table = read_table("a.csv", body.encode(encoding))
    assert (table.headers, table.rows) == (["Nr", "Größe", "Dose"], [(2, ["1", "é", "2.5"])])


def test_turkish_letters_of_windows_1254() -> None:
    table = read_table("a.csv", "No;Şehir\n1;İzmir, Iğdır".encode("cp1254"))
    assert (table.headers, table.rows) == (["No", "Şehir"], [(2, ["1", "İzmir, Iğdır"])])
    icelandic = read_table("a.csv", "No;Bær\n1;Þingvellir".encode("cp1252"))
    assert icelandic.rows == [(2, ["1", "Þingvellir"])]


def test_comma_decimals_do_not_divide_a_file_with_semicolons() -> None:
    body = b"No;Dose;Dose, second\n1;2,5;3,5\n2;4,5;5,5\n"
    assert texts(body) == [["1", "2,5", "3,5"], ["2", "4,5", "5,5"]]


def test_excels_own_hint_of_the_sign_that_divides() -> None:
    table = read_table("a.csv", b"sep=;\r\nNo;Dose, all\r\n1;2,5\r\n")
    assert (table.head_line, table.headers, table.rows) == (
        2,
        ["No", "Dose, all"],
        [(3, ["1", "2,5"])],
    )


def test_a_comma_inside_a_value_leaves_a_cell_too_many() -> None:
    assert texts(b"No,Dose\n1,2.5\n2,2,5\n") == [["1", "2.5"], ["2", "2", "5"]]


def test_the_guard_before_a_formula_is_taken_off_again() -> None:
    assert texts(b"No;Note\n1;'=1+1\n2;=1+1\n3;'quoted\n") == [
        ["1", "=1+1"], ["2", "=1+1"], ["3", "'quoted"],
    ]  # fmt: skip


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (tables.MOST_UNPACKED + 1))
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "no table"),
        (b"No;Date\n", "no line"),
        (b"%PDF-1.7\x00\x81", "neither Excel"),
        (b"PK\x03\x04 and nothing else", "damaged"),
        (planted.as_xlsx()[:-3000], "damaged"),
        (planted.as_ods().replace(b"content.xml", b"CONTENT.XML"), "cannot be read|no table"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "cannot be read"),
        (excel(hidden=[["No"], [1]]), "no table"),
        (b"No;Note\n1;" + b"x" * 10_001, "more than 10000"),
        (b";".join([b"x"] * 401) + b"\n" + b";".join([b"1"] * 401), "401 columns"),
        (b"No\n" + b"1\n" * 50_001, "50001 lines"),
        (b"No;Date\n\x00;1\n", "neither Excel"),
        # a quotation mark that makes one line of several
        (b'No;Sex;Note\n1;F;\n2;M;"open\n3;F;x\n4;M;y\n', "^Line 3: a quotation mark"),
        (b'No;Sex;Note\n1;F;\n2;M;"open\n3;F;"x"\n4;M;y\n', "^Line 3: a quotation mark"),
        (b'No;Sex;Note\n1;F;\n2;M;"open\n3;F;x"\n4;M;y\n', "^Line 3: a quotation mark"),
        (b'No;Sex;Note\n1;F;\n2;"M;y\n3;F";x\n4;M;y\n', "^Line 3: a quotation mark"),
        (b'sep=;\nNo;Note\n1;"two\nlines"\n2;"open\n', "^Line 5: a quotation mark"),
        # no names of the columns
        (b"1;Ayse;Yilmaz;05/01/2000;F\n2;Ali;Kaya;06/01/2001;M\n", "names of the columns"),
        (b"Ayse;Yilmaz;2000-01-05\nAli;Kaya;\n", "names of the columns"),
        (b"H-0001;Ayse;F\nH-0002;Ali;M\n", "names of the columns"),
        (b"Ayse;F;AML\nAli;M;AML\nAda;F;ALL\n", "names of the columns"),
        (excel(["H1", date(2000, 1, 5)], ["H2", date(2001, 1, 5)]), "names of the columns"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(body: bytes, says: str) -> None:
    with pytest.raises(BadTable, match=says):
        read_table("a.xlsx", body)


def formatted(formats: dict[str, str], *rows: list[Any]) -> bytes:
    """A workbook in which some cells have a format."""
    book = Workbook()
    for row in (HEADERS, *rows):
        book.active.append(row)
    for place, code in formats.items():
        book.active[place].number_format = code
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_cell_that_shows_a_percentage_is_read_as_it_shows() -> None:
    formats = {"B2": "0%", "C2": "0.00%", "B3": '0.0" %"', "C3": "0.0\\%", "B4": "#,##0.0 %"}
    body = formatted(formats, [1, 0.34, 0.07], [2, 0.5, 0.5], [3, 0.345, 90])
    assert texts(body) == [["1", "34%", "7%"], ["2", "0.5", "0.5"], ["3", "34.5%", "90"]]


def test_a_percentage_in_the_second_sheet_and_off_the_corner() -> None:
    book = Workbook()
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Ärzte & Co")
    for place, header in zip("CDE", HEADERS, strict=True):
        sheet[f"{place}3"] = header
        sheet[f"{place}5"] = 0.9
    sheet["D5"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    table = read_table("a.xlsx", out.getvalue())
    assert table.rows == [(5, ["", "", "0.9", "90%", "0.9"])]


def ods_with(*cells: str, before: str = "") -> bytes:
    """The planted OpenDocument file with other lines."""
    head = "".join(f"<table:table-cell office:value-type='string'><text:p>{one}</text:p></table:table-cell>"
                   for one in HEADERS)  # fmt: skip
    rows = f"<table:table-row>{head}</table:table-row>{before}"
    rows += f"<table:table-row>{''.join(cells)}</table:table-row>"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(planted.as_ods([]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            told = old.read(name)
            if name == "content.xml":
                first, last = told.index(b"<table:table-row>"), told.rindex(b"</table:table-row>")
                told = told[:first] + rows.encode() + told[last + len(b"</table:table-row>") :]
            new.writestr(name, told)
    return out.getvalue()


def ods_cell(kind: str, value: str, text: str, more: str = "") -> str:
    return (
        f"<table:table-cell office:value-type='{kind}' {value} {more}>"
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def test_a_percentage_of_opendocument_too() -> None:
    number = ods_cell("float", "office:value='1'", "1")
    share = ods_cell(
        "percentage", "office:value='0.34'", "34 %", "table:number-columns-repeated='2'"
    )
    blank = "<table:table-row table:number-rows-repeated='3'><table:table-cell/></table:table-row>"
    table = read_table("a.ods", ods_with(number, share, before=blank))
    assert table.rows == [(5, ["1", "34%", "34%"])]


def test_errors_and_formulas_without_a_result_are_no_blanks() -> None:
    book = Workbook()
    for row in (HEADERS, [1, "#N/A", 1], [2, "=1+1", 2], [3, None, 3]):
        book.active.append(row)
    book.active["B2"].data_type = "e"
    book.active["B6"] = "=A2"
    out = io.BytesIO()
    book.save(out)
    assert texts(out.getvalue()) == [
        ["1", "#N/A", "1"],
        ["2", NO_VALUE, "2"],
        ["3", "", "3"],
        ["", NO_VALUE, ""],
    ]
    formula = "<table:table-cell table:formula='of:=1+1'/>"
    assert texts(ods_with(ods_cell("float", "office:value='1'", "1"), formula)) == [
        ["1", NO_VALUE, ""]
    ]


def long_cells(rows: int, signs: int) -> bytes:
    """One long text, named by many cells: a few kilobytes packed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("a")
    for _row in range(rows):
        sheet.append(["x" * signs])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_comes_back_is_bounded_where_it_is_read() -> None:
    told = sheets.answer(long_cells(sheets.MOST_SIGNS // 9_900 + 1, 9_900))
    assert told == {"problem": sheets.TOO_LARGE}
    assert sheets.answer(long_cells(2, 10_001)) == {"problem": sheets.TOO_LONG}
    assert sheets.answer(long_cells(sheets.MOST_LINES + 1, 1)) == {"problem": sheets.TOO_MANY}
    assert sheets.MOST_SECONDS <= 20
    with pytest.raises(BadTable, match="More than 50000 lines"):
        read_table("a.xlsx", long_cells(sheets.MOST_LINES + 1, 1))


def test_a_binary_workbook_hides_its_formats() -> None:
    out = io.BytesIO(excel(HEADERS, [1, 2, 0.34]))
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/workbook.bin", b"")
    with pytest.raises(BadTable, match=r"nobody can tell 34 % from 0.34: save it as \.xlsx"):
        read_table("a.xlsb", out.getvalue())


def test_a_file_that_unpacks_to_far_more_is_not_unpacked() -> None:
    with pytest.raises(BadTable, match="far too large"):
        read_table("a.xlsx", bomb())


def test_a_cell_in_the_last_corner_of_the_sheet_harms_nobody() -> None:
    sheet = Workbook()
    sheet.active.append(HEADERS)
    sheet.active["XFD1048576"] = "far away"
    out = io.BytesIO()
    sheet.save(out)
    with pytest.raises(BadTable, match="cannot be read"):
        read_table("a.xlsx", out.getvalue())


def test_a_cell_far_below_and_a_table_in_the_middle_are_read() -> None:
    sheet = Workbook()
    for place, header in zip("CDE", HEADERS, strict=True):
        sheet.active[f"{place}3"] = header
        sheet.active[f"{place}4"] = 1
    sheet.active["C90000"] = 2
    out = io.BytesIO()
    sheet.save(out)
    table = read_table("a.xlsx", out.getvalue())
    assert (table.head_line, table.headers) == (3, ["", "", *HEADERS])
    assert table.rows == [(4, ["", "", "1", "1", "1"]), (90_000, ["", "", "2", "", ""])]


def test_a_file_beyond_the_limit_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_BYTES", 2**20)
    with pytest.raises(BadTable, match="larger than 1 MiB"):
        read_table("a.csv", b"No;Date\n" + b"1;2\n" * 2**18)

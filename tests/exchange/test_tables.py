"""Are Excel, OpenDocument and CSV files read alike, whatever program saved them, and is everything else refused in words?"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from registry.exchange import tables
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
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(body: bytes, says: str) -> None:
    with pytest.raises(BadTable, match=says):
        read_table("a.xlsx", body)


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

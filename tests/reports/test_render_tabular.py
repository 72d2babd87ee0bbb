"""Does the CSV hold every number of a report, one a line, and nothing a spreadsheet would run?"""

import csv
import re
from dataclasses import replace
from io import StringIO

import pytest

from reports.compute import Source, run
from reports.render.tabular import Line, digits, harmless, tabular
from reports.render.words import height_at, y_text
from reports.results import Results, Row, Table, Value, Verdict
from reports.studies import STUDIES
from reports.studies.roux_2017_sfgmtc import STUDY as ROUX
from reports.study import Study
from tests.reports import sample_results as sample
from tests.reports.any_cohort import cohort_of
from tests.reports.fresh import same_in_another_process
from tests.reports.roux_columns import roux_columns
from tests.reports.test_render_roux import roux
from tests.reports.test_render_word import EMPTY

SOURCE = Source("2014-12-31", "test", "test", synthetic=True)
HEADER = "key,where,row,column,value,text,printed,verdict,tolerance,reason,footnote"


def read(results: Results) -> list[Line]:
    lines = csv.reader(StringIO(tabular(results).decode("utf-8"), newline=""))
    assert ",".join(next(lines)) == HEADER
    return [Line(*line) for line in lines]


def values(results: Results) -> list[Value]:
    cells = [cell for table in results.tables for row in table.rows for cell in row.cells]
    return [cell for cell in cells if cell is not None] + [text.value for text in results.texts]


@pytest.mark.parametrize("results", [sample.results(), roux()], ids=["sample", "roux"])
def test_every_value_has_its_line(results: Results) -> None:
    lines = read(results)
    labels = {table.label for table in results.tables} | {"Text"}
    told = [line for line in lines if line.where in labels and line.column not in ("events",)]
    told = [line for line in told if line.row]
    assert len(told) == len(values(results))
    for line, value in zip(told, values(results), strict=True):
        assert line.key == value.key or not value.key
        assert (float(line.value) if line.value else None) == (
            None if value.value is None else float(f"{value.value:.12g}")
        )
        assert line.text == value.text or line.text == f"'{value.text}"
        assert line.printed.removeprefix("'") == (value.printed or "")
        assert line.verdict == (value.verdict.value if value.verdict else "")
        assert line.tolerance == ("" if value.tolerance is None else f"{value.tolerance:.12g}")
        assert (line.reason, line.footnote) == (value.reason or "", value.footnote or "")


def test_flow_figures_and_counts_are_there() -> None:
    results = roux()
    lines = {(line.where, line.row, line.column): line for line in read(results)}
    for step in results.flow:
        assert lines["Patients", step.label, "n"].value == str(step.n)
        for gone in step.left_out:
            at = f"{step.label} / Excluded: {gone.label}"
            assert lines["Patients", at, "n"].value == str(gone.n)
    for figure in results.figures:
        for series in figure.series:
            at = (figure.label, series.label)
            assert lines[(*at, "n")].value == str(series.n)
            assert lines[(*at, "events")].value == str(series.events)
            for tick, n in zip(figure.ticks_months, series.at_risk, strict=True):
                assert lines[(*at, f"at risk at {tick}")].value == str(n)
                height = height_at(figure, series, tick)
                told = lines.get((*at, f"{y_text(figure)} at {tick}"))
                heights = None if told is None else pytest.approx(float(told.value))
                assert heights == (None if height is None else height[0])
    for word, n in results.verdicts.items():
        assert lines["Comparison with the paper", word, "n"].value == str(n)


@pytest.mark.parametrize("study", STUDIES.values(), ids=list(STUDIES))
def test_every_line_has_a_key_of_its_own(study: Study) -> None:
    keys = [line.key for line in read(run(study, cohort_of(study), SOURCE))]
    assert all(keys) and len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"\w+\.\S(.*\S)?", key) for key in keys)


def test_the_key_stays_when_a_label_changes() -> None:
    renamed = replace(ROUX, cohort=tuple(replace(one, label="Box") for one in ROUX.cohort))
    before, after = (read(run(one, roux_columns(), SOURCE)) for one in (ROUX, renamed))
    assert [line.row for line in before] != [line.row for line in after]
    assert [line.key for line in before] == [line.key for line in after]
    patients = {line.key: line for line in before if line.where == "Patients"}
    assert {"flow.first.n", "flow.failed.n", "flow.analysed.excluded.pct"} <= set(patients)
    curves = {line.key for line in before if line.where.startswith("Figure")}
    assert {"f3.treatment.dli.n", "f3.treatment.dli.risk12", "f3.treatment.dli.at12"} <= curves
    assert "t3.gender.M.hr" in {line.key for line in before}, "the reference, beside t3.gender.M.n"


def test_a_run_kept_before_there_were_keys_has_them_too() -> None:
    keys = [line.key for line in read(sample.results())]
    assert all(keys) and len(set(keys)) == len(keys)
    assert keys[0] == "flow.1.n" and "f3.2.risk12" in keys


def test_a_footnote_is_a_line() -> None:
    notes = [line for line in read(sample.results()) if line.column == "note"]
    assert [note.key for note in notes[:2]] == ["t1.note.1", "t4.note.1"]
    assert notes[0].text == "Percentages are of known values." and not notes[0].value


def test_a_row_names_the_headings_above_it() -> None:
    rows = [line.row for line in read(sample.results()) if line.where == "Table 4"]
    assert "Treatment / Palliative care" in rows
    assert "Days from transplant to failure / 0–91" in rows
    texts = [line.row for line in read(sample.results()) if line.where == "Text"]
    assert texts[0] == "Follow-up / Alive at last contact"
    assert texts[2] == "Interaction of treatment and interval"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "+49"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-1.2 to 3.4", "'-1.2 to 3.4"),
        ("-0.5", "-0.5"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("–", "–"),
        ("", ""),
        ("a=1", "a=1"),
    ],
)
def test_what_a_spreadsheet_would_run_is_guarded(text: str, told: str) -> None:
    assert harmless(text) == told
    cell = Value(None, text, printed=text, verdict=Verdict.DIFFERS, footnote=text)
    table = Table("t", text, text, (text,), (Row(text, (cell,)),), ())
    line = next(line for line in read(sample.results(tables=(table,))) if line.verdict == "differs")
    assert line.key.startswith("t.1.") and harmless(line.key) == line.key
    assert line[1:] == (told, told, told, "", told, told, "differs", "", "", told)


def test_twelve_digits_and_whole_numbers() -> None:
    assert digits(1 / 3) == "0.333333333333" and digits(1307) == "1307" and digits(None) == ""
    assert digits(1.47273863823e-20) == "1.47273863823e-20"


def test_no_byte_order_mark_and_lines_as_the_standard_says() -> None:
    raw = tabular(sample.results())
    assert raw.startswith(b"key,where,row,") and raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert "≥ 365" in raw.decode("utf-8")


def test_an_empty_report_is_a_header() -> None:
    assert read(sample.results(**EMPTY)) == []


def test_the_same_bytes_again_and_in_another_process() -> None:
    results = sample.results()
    assert tabular(results) == tabular(results) == tabular(Results.from_json(results.to_json()))
    same_in_another_process("from reports.render.tabular import tabular as made", tabular(results))

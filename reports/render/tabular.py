"""How does a report become one long table that any program reads? Every number, one a line, as CSV.

In UTF-8 without a byte order mark: R and the shell would take the mark for letters of the first
name, and for Excel there is the workbook. Each step of a curve stands in the workbook and in the JSON.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import NamedTuple

from reports.numbers import count, percent
from reports.render.words import survival_at, y_text
from reports.results import STORED_DIGITS, Figure, FlowStep, Results, Row, Table, Value, Verdict

PATIENTS, TEXT, COUNTED = "Patients", "Text", "Comparison with the paper"
_FORMULA = tuple("=+-@\t\r")
_NUMBER = re.compile(r"[-+]?\d*\.?\d+(e[-+]?\d+)?")


class Line(NamedTuple):
    """One number. `row` names the headings above it too: "Sex / Boys"."""

    key: str
    where: str
    row: str
    column: str
    value: str
    text: str
    printed: str = ""
    verdict: str = ""
    tolerance: str = ""
    reason: str = ""
    footnote: str = ""


def tabular(results: Results) -> bytes:
    """The whole report as CSV: comma, decimal point, quoted where needed, lines ending in CR LF."""
    made = StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(Line._fields)
    writer.writerows(tuple(map(harmless, line)) for line in lines_of(results))
    return made.getvalue().encode("utf-8")


def lines_of(results: Results) -> Iterator[Line]:
    """Every number in the order of the report: patients, tables, text, figures, verdicts."""
    yield from _flow(results.flow)
    for table in results.tables:
        yield from _table(table)
    for told in results.texts:
        group = f"{told.group} / " if told.group else ""
        yield _line(told.value, TEXT, f"{group}{told.label}", "")
    for figure in results.figures:
        yield from _figure(figure)
    for word in Verdict:
        n = results.verdicts.get(word, 0)
        if results.comparisons:
            yield _plain(COUNTED, word, "n", n, count(n))


def harmless(text: str) -> str:
    """A text that a spreadsheet would read as a formula, with an apostrophe before it."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _flow(steps: Iterable[FlowStep]) -> Iterator[Line]:
    for step in steps:
        yield from _box(step.label, step.n, step.percent_of_previous)
        for gone in step.left_out:
            yield from _box(f"{step.label} / Excluded: {gone.label}", gone.n, gone.percent)


def _box(label: str, n: int, share: float | None) -> Iterator[Line]:
    yield _plain(PATIENTS, label, "n", n, count(n))
    if share is not None:
        yield _plain(PATIENTS, label, "% of the step before", share, percent(share))


def _table(table: Table) -> Iterator[Line]:
    for name, n in (("n", table.n), ("events", table.events)):
        if n is not None:
            yield _plain(table.label, "", name, n, count(n))
    for path, row in _with_headings(table.rows):
        for column, value in zip(table.columns, row.cells, strict=False):
            if value is not None:
                yield _line(value, table.label, path, column)


def _with_headings(rows: Iterable[Row]) -> Iterator[tuple[str, Row]]:
    """Each row with its name below those it is indented under."""
    above: list[Row] = []
    for row in rows:
        while above and above[-1].indent >= row.indent:
            above.pop()
        yield " / ".join(one.label for one in (*above, row)), row
        above.append(row)


def _figure(figure: Figure) -> Iterator[Line]:
    unit = y_text(figure)
    for series in figure.series:
        yield _plain(figure.label, series.label, "n", series.n, count(series.n))
        yield _plain(figure.label, series.label, "events", series.events, count(series.events))
        for tick, n in zip(figure.ticks_months, series.at_risk, strict=True):
            height = survival_at(series, tick)
            if height is not None:
                told = percent(100 * height)
                yield _plain(figure.label, series.label, f"{unit} at {tick}", 100 * height, told)
            yield _plain(figure.label, series.label, f"at risk at {tick}", n, count(n))


def _plain(where: str, row: str, column: str, value: float, text: str) -> Line:
    return Line("", where, row, column, digits(value), text)


def _line(value: Value, where: str, row: str, column: str) -> Line:
    return Line(
        key=value.key or "",
        where=where,
        row=row,
        column=column,
        value=digits(value.value),
        text=value.text,
        printed=value.printed or "",
        verdict=value.verdict or "",
        tolerance=digits(value.tolerance),
        reason=value.reason or "",
        footnote=value.footnote or "",
    )


def digits(value: float | None) -> str:
    """As many digits as a stored run keeps; a whole number as it is."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else format(value, f".{STORED_DIGITS}g")

"""How does a report become one long table that any program reads? Every number, one a line, as CSV.

Below the numbers of a table stand its footnotes, which say what to believe of them.

In UTF-8 without a byte order mark: R and the shell would take the mark for letters of the first
name, and for Excel there is the workbook. Each step of a curve stands in the workbook and in the JSON.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import NamedTuple

from reports.numbers import count, percent
from reports.render.words import height_at, y_text
from reports.results import STORED_DIGITS, Figure, FlowStep, Results, Row, Table, Value, Verdict

PATIENTS, TEXT, COUNTED, NOTE = "Patients", "Text", "Comparison with the paper", "note"
_FORMULA = tuple("=+-@\t\r")
_NUMBER = re.compile(r"[-+]?\d*\.?\d+(e[-+]?\d+)?")


class Line(NamedTuple):
    """One number, or a footnote of a table in `text`.

    key : its address, of which no other line has the same. row : it names the headings above it
    too: "Sex / Boys".
    """

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
    """Every number in the order of the report: patients, tables, text, figures, verdicts.

    Every line has a key of its own, which stays when a label or a title is written otherwise.
    """
    yield from _flow(results.flow)
    for table in results.tables:
        yield from _table(table)
    for number, told in enumerate(results.texts, 1):
        group = f"{told.group} / " if told.group else ""
        yield _line(told.value, f"text.{number}", TEXT, f"{group}{told.label}", "")
    for figure in results.figures:
        yield from _figure(figure)
    for word in Verdict:
        n = results.verdicts.get(word, 0)
        if results.comparisons:
            yield _plain(f"verdicts.{word}", COUNTED, word, "n", n, count(n))


def harmless(text: str) -> str:
    """A text that a spreadsheet would read as a formula, with an apostrophe before it."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _flow(steps: Iterable[FlowStep]) -> Iterator[Line]:
    for number, step in enumerate(steps, 1):
        key = step.key or f"flow.{number}"
        yield from _box(key, step.label, step.n, step.percent_of_previous)
        for out, gone in enumerate(step.left_out, 1):
            label = f"{step.label} / Excluded: {gone.label}"
            yield from _box(gone.key or f"{key}.excluded.{out}", label, gone.n, gone.percent)


def _box(key: str, label: str, n: int, share: float | None) -> Iterator[Line]:
    yield _plain(f"{key}.n", PATIENTS, label, "n", n, count(n))
    if share is not None:
        step_before = "% of the step before"
        yield _plain(f"{key}.pct", PATIENTS, label, step_before, share, percent(share))


def _table(table: Table) -> Iterator[Line]:
    for name, n in (("n", table.n), ("events", table.events)):
        if n is not None:
            yield _plain(f"{table.id}.{name}", table.label, "", name, n, count(n))
    for number, (path, row) in enumerate(_with_headings(table.rows), 1):
        stem = _stem(row) or f"{table.id}.{number}"
        for column, value in zip(table.columns, row.cells, strict=False):
            if value is not None:
                yield _line(value, f"{stem}.{_slug(column)}", table.label, path, column)
    for number, note in enumerate(table.footnotes, 1):
        yield Line(f"{table.id}.note.{number}", table.label, "", NOTE, "", note)


def _stem(row: Row) -> str:
    """What the keys of a row begin with; "" when no cell of it has one."""
    keys = [cell.key for cell in row.cells if cell is not None and cell.key]
    return keys[0].rpartition(".")[0] if keys else ""


def _slug(column: str) -> str:
    """ "95% CI lower" as "95_ci_lower"."""
    return re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_") or "value"


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
    if figure.p is not None:
        yield _line(figure.p, f"{figure.id}.p", figure.label, "", "P")
    for number, series in enumerate(figure.series, 1):
        key, at = series.key or f"{figure.id}.{number}", (figure.label, series.label)
        yield _plain(f"{key}.n", *at, "n", series.n, count(series.n))
        yield _plain(f"{key}.events", *at, "events", series.events, count(series.events))
        for tick, n in zip(figure.ticks_months, series.at_risk, strict=True):
            if height := height_at(figure, series, tick):
                yield _plain(f"{key}.at{tick}", *at, f"{unit} at {tick}", *height)
            yield _plain(f"{key}.risk{tick}", *at, f"at risk at {tick}", n, count(n))


def _plain(key: str, where: str, row: str, column: str, value: float, text: str) -> Line:
    return Line(key, where, row, column, digits(value), text)


def _line(value: Value, key: str, where: str, row: str, column: str) -> Line:
    """key : for a value without a key of its own."""
    return Line(
        key=value.key or key,
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

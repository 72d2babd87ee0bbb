"""Which numbers must the scripts find? Every number of a finished run: key, twelve digits, text."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from reports import numbers, words
from reports.results import STORED_DIGITS, Figure, FlowStep, Results, Row, Scale, Table, Value
from reports.study import Study

Line = tuple[str, str, str]


def expected(study: Study, results: Results, omitted: Collection[str]) -> list[Line]:
    """The lines of expected.csv, in the order of the report; words that are omitted have none."""
    lines = list(_flow(study, results.flow))
    for table in results.tables:
        if table.id not in omitted:
            lines += _table(table)
    drawn = {figure.id: figure for figure in results.figures}
    for word in study.figures:
        if word.id not in omitted:
            lines += _figure(word, drawn[word.id])
    for number in results.texts:
        if number.value.key and number.value.key not in omitted:
            lines.append(_line(number.value.key, number.value))
    return lines


def _line(key: str, value: Value) -> Line:
    return (key, _digits(value.value), value.text)


def _digits(value: float | None) -> str:
    return "" if value is None else format(float(value), f".{STORED_DIGITS}g")


def _flow(study: Study, boxes: tuple[FlowStep, ...]) -> Iterator[Line]:
    """Each box, and who dropped out on the way into it, whom the box before tells."""
    gone = None
    for step, box in zip(study.cohort, boxes, strict=True):
        yield from _counted(f"flow.{step.name}", box.n, box.percent_of_previous)
        if gone:
            yield from _counted(f"flow.{step.name}.excluded", gone[0].n, gone[0].percent)
        gone = box.left_out


def _counted(key: str, n: int, percent: float | None) -> Iterator[Line]:
    yield f"{key}.n", _digits(n), numbers.count(n)
    if percent is not None:
        yield f"{key}.pct", _digits(percent), numbers.percent(percent)


def _table(table: Table) -> Iterator[Line]:
    for row in table.rows:
        for value in row.cells:
            if value is not None and value.key:
                yield _line(value.key, value)
        yield from _range(row)


def _range(row: Row) -> Iterator[Line]:
    """The range of a quantity stands after its median and has no key of its own."""
    keyed = [value.key for value in row.cells if value and value.key]
    for value in row.cells:
        if value is not None and value.key is None and value.value is None and keyed:
            yield f"{keyed[-1].rpartition('.')[0]}.range", "", value.text


def _figure(word: words.FigureWord, figure: Figure) -> Iterator[Line]:
    """Numbers at risk at the ticks, there the heights of log(−log S), and the P of its test."""
    labels = dict(word.by.levels) if word.by else {}
    curves = list(figure.series)
    if isinstance(word, words.CumulativeIncidenceFigure) and word.by is None:
        curves, named = curves[:1], [word.id]  # both causes have the same patients at risk
    elif word.by is None:
        named = [f"{word.id}.global"]
    else:
        drawn = [curve.label for curve in curves]
        levels = [level for level, label in labels.items() if label in drawn]
        named = [f"{word.id}.{word.by.name}.{level}" for level in levels]
    for stem, curve in zip(named, curves, strict=False):
        for month, n in zip(figure.ticks_months, curve.at_risk, strict=True):
            yield f"{stem}.risk{month}", _digits(n), numbers.count(n)
            if figure.scale is Scale.LOG_MINUS_LOG:
                level = curve.height_at(month)
                height = None if level is None else numbers.log_minus_log(level)
                told = numbers.NO_VALUE if height is None else numbers.decimals(height, 2)
                yield f"{stem}.at{month}", _digits(height), told
    if figure.p is not None:
        yield _line(f"{word.id}.p", figure.p)

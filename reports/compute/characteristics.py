"""What were the patients like? Counts, percentages of the known, medians and ranges."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from outcomes.descriptive import chi_square, cross_table, default_test, summarise
from outcomes.terms import Factor
from reports import numbers
from reports.catalogue import column
from reports.columns import Mask
from reports.compute.population import Context, Patients
from reports.groupings import Grouping, Quantity
from reports.results import Row, Table, Value
from reports.words import Characteristics, CrossTable

NONE_KNOWN = "Not known in any patient."


def characteristics(context: Context, word: Characteristics) -> Table:
    """A block of rows for each grouping or quantity; unknown values are a row of their own."""
    patients = context.populations[word.on]
    quantities = any(isinstance(part, Quantity) for part in word.of)
    rows: list[Row] = []
    for part in word.of:
        if isinstance(part, Quantity):
            rows.append(_quantity(context, word.id, part, patients))
        else:
            rows += _grouping(context, word.id, part, patients, 4 if quantities else 2)
    headers = ("n", "%", "Median", "Range") if quantities else ("n", "%")
    footnote = "Percentages of the patients in whom the value is known; they need not add to 100."
    return Table(word.id, word.label, word.title, headers, tuple(rows), (footnote,), patients.n)


def _grouping(
    context: Context, table: str, grouping: Grouping, patients: Patients, width: int
) -> list[Row]:
    factor = grouping.factor(patients.columns)
    known = sum(factor.counts)
    rows = [Row(grouping.label, (None,) * width, heading=True)]
    for (level, label), n in zip(grouping.levels.items(), factor.counts, strict=True):
        key = f"{table}.{grouping.name}.{level}"
        share = context.write.percent(f"{key}.pct", n, known, NONE_KNOWN)
        rows.append(_padded(label, (context.write.count(f"{key}.n", n), share), width))
    missing = patients.n - known
    if missing:
        key = f"{table}.{grouping.name}.missing.n"
        rows.append(_padded("Missing", (context.write.count(key, missing),), width))
    return rows


def _padded(label: str, cells: tuple[Value, ...], width: int) -> Row:
    return Row(label, cells + (None,) * (width - len(cells)), indent=1)


def _quantity(context: Context, table: str, quantity: Quantity, patients: Patients) -> Row:
    summary = summarise(patients.columns[quantity.column], context.study.convention)
    key = f"{table}.{quantity.name}"
    median = context.write.number(f"{key}.median", summary.median, quantity.places, NONE_KNOWN)
    label = f"{quantity.label}, {column(quantity.column).unit}".removesuffix(", ")
    spread: Value | None = None
    if summary.minimum is not None and summary.maximum is not None:
        text = numbers.interval(summary.minimum, summary.maximum, quantity.places)
        spread = Value(None, text)
    return Row(label, (context.write.count(f"{key}.n", summary.n), None, median, spread))


def cross(context: Context, word: CrossTable) -> Table:
    """Counts with row percentages, a total column, and the default test of independence."""
    patients = context.populations[word.on]
    rows, across = word.rows.factor(patients.columns), word.across.factor(patients.columns)
    counts = cross_table(rows, across).astype(np.int64)
    lines = [
        _cross_row(context, f"{word.id}.{level}", label, word.across, line)
        for (level, label), line in zip(word.rows.levels.items(), counts, strict=True)
    ]
    method, value = _association(context, word, rows, across)
    headers = (*word.across.levels.values(), "Total")
    if word.median is not None:
        headers = (*headers, f"Median {numbers.in_sentence(word.median.label)}")
        lines = _with_medians(context, word, word.median, rows, across.known, lines)
    lines.append(Row(f"{method} test, P", (*(None,) * len(across.levels), value)))
    left_out = patients.n - int(counts.sum())
    notes = ["Row percentages."]
    if left_out:
        notes.append(f"{numbers.count(left_out)} patients without one of the two are left out.")
    return Table(
        word.id, word.label, word.title, headers, tuple(lines), tuple(notes), int(counts.sum())
    )


def _cross_row(
    context: Context, key: str, label: str, across: Grouping, counts: NDArray[np.int64]
) -> Row:
    total = int(counts.sum())
    cells = [
        context.write.value(f"{key}.{level}.n", int(n), numbers.count_and_percent(int(n), total))
        for level, n in zip(across.levels, counts, strict=True)
    ]
    return Row(label, (*cells, context.write.count(f"{key}.n", total)))


def _with_medians(
    context: Context,
    word: CrossTable,
    quantity: Quantity,
    rows: Factor,
    counted: Mask,
    lines: list[Row],
) -> list[Row]:
    """The median of a number in each row, among the patients whom the row counts."""
    values = context.populations[word.on].columns[quantity.column]
    told = []
    for position, (level, line) in enumerate(zip(word.rows.levels, lines, strict=True)):
        here = values[(rows.codes == position) & counted]
        median = summarise(here, context.study.convention).median
        key = f"{word.id}.{level}.median"
        cell = context.write.number(key, median, quantity.places, NONE_KNOWN)
        told.append(replace(line, cells=(*line.cells, cell)))
    return told


def _association(
    context: Context, word: CrossTable, rows: Factor, across: Factor
) -> tuple[str, Value]:
    key, counts = f"{word.id}.p", cross_table(rows, across)
    if not counts.any():
        return "Association", context.write.instead(key, NONE_KNOWN)
    reason = "Nothing to compare: fewer than two rows or columns with patients."
    method, p = independence(counts)
    value = context.write.p(key, p, reason)
    test = chi_square(counts)
    if method.startswith("Pearson") and test.statistic is not None and test.df:
        told = f"Chi-square {numbers.statistic(test.statistic, int(test.df))}."
        value = replace(value, footnote=" ".join(filter(None, (told, value.footnote))))
    return method, value


def independence(counts: NDArray[np.float64]) -> tuple[str, float | None]:
    """The name and two-sided P of the test of a table that counts somebody; None: nothing to test.

    Fisher is for tables with two rows or columns: beyond, the exact test takes too long.
    """
    filled = np.count_nonzero(counts.any(axis=1)), np.count_nonzero(counts.any(axis=0))
    if min(filled) <= 2:
        test = default_test(counts)
        return test.method, test.p
    return "Pearson chi-square", chi_square(counts).p

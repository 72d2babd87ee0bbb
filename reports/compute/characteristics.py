"""What were the patients like? Counts, percentages of the known, medians and ranges."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from outcomes.descriptive import (
    chi_square,
    cross_table,
    default_test,
    expected_counts,
    summarise,
)
from outcomes.terms import Factor
from reports import numbers
from reports.catalogue import column
from reports.columns import Mask
from reports.compute.done import Deed, Made, deeds_in, made
from reports.compute.population import Context, Patients
from reports.groupings import Grouping, Quantity
from reports.results import Row, Table, Value
from reports.words import Characteristics, CrossTable

NONE_KNOWN = "Not known in any patient."
PEARSON = "Pearson chi-square"
SMALL = 5  # an expected count below it leaves the chi-square distribution in doubt
DESCRIBED = {
    "pct": (Deed.DESCRIBES, Deed.KNOWN_SHARES),
    "median": (Deed.DESCRIBES, Deed.MEDIAN_AND_RANGE),
}


def characteristics(context: Context, word: Characteristics) -> Made:
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
    table = Table(word.id, word.label, word.title, headers, tuple(rows), (footnote,), patients.n)
    return made(table, deeds_in(rows, DESCRIBED), section="description", on=word.on)


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


def cross(context: Context, word: CrossTable) -> Made:
    """Counts with row percentages, a total column, and the default test of independence."""
    patients = context.populations[word.on]
    rows, across = word.rows.factor(patients.columns), word.across.factor(patients.columns)
    counts = cross_table(rows, across).astype(np.int64)
    lines = [
        _cross_row(context, f"{word.id}.{level}", label, word.across, line)
        for (level, label), line in zip(word.rows.levels.items(), counts, strict=True)
    ]
    test, value = _association(context, word, rows, across)
    headers = (*word.across.levels.values(), "Total")
    if word.median is not None:
        headers = (*headers, f"Median {numbers.in_sentence(word.median.label)}")
        lines = _with_medians(context, word, word.median, rows, across.known, lines)
    method = test.method if test else "Association"
    lines.append(Row(f"{method} test, P", (*(None,) * len(across.levels), value)))
    n = int(counts.sum())
    return _with_deeds(
        word,
        Table(
            word.id, word.label, word.title, headers, tuple(lines), _cross_notes(patients.n - n), n
        ),
        test,
    )


def _cross_notes(left_out: int) -> tuple[str, ...]:
    notes = ["Row percentages."]
    if left_out:
        notes.append(f"{numbers.count(left_out)} patients without one of the two are left out.")
    return tuple(notes)


def _with_deeds(word: CrossTable, table: Table, test: "Independence | None") -> Made:
    if not table.n:
        return made(table, (), section="description", on=word.on)
    if test is None or test.p is None:
        return made(table, (Deed.FURTHER,), section="description", on=word.on)
    told = f"The counts of {word.label} were tested by {test.in_words}."
    deeds = (Deed.FURTHER, Deed.TESTED)
    return made(table, deeds, (told,), section="description", on=word.on)


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


@dataclass(frozen=True)
class Independence:
    """The test of a table of counts that was made; p is None where there was nothing to test.

    small : expected counts below 5 of so many cells, where Pearson's test was made all the same.
    """

    method: str
    p: float | None
    small: int
    cells: int

    @property
    def in_words(self) -> str:
        """ "Pearson's chi-square (3 of 20 expected counts were below 5)"."""
        if self.method != PEARSON:
            return "Fisher's exact test (two-sided), as an expected count was below 5"
        told = f" ({self.small} of {self.cells} expected counts were below {SMALL})"
        return "Pearson's chi-square" + (told if self.small else "")


def _association(
    context: Context, word: CrossTable, rows: Factor, across: Factor
) -> tuple[Independence | None, Value]:
    key, counts = f"{word.id}.p", cross_table(rows, across)
    if not counts.any():
        return None, context.write.instead(key, NONE_KNOWN)
    reason = "Nothing to compare: fewer than two rows or columns with patients."
    made_test = independence(counts)
    value = context.write.p(key, made_test.p, reason)
    test = chi_square(counts)
    if made_test.method == PEARSON and test.statistic is not None and test.df:
        told = f"Chi-square {numbers.statistic(test.statistic, int(test.df))}."
        value = replace(value, footnote=" ".join(filter(None, (told, value.footnote))))
    return made_test, value


def independence(counts: NDArray[np.float64]) -> Independence:
    """The two-sided test of a table that counts somebody.

    Fisher is for tables with two rows or columns: beyond, the exact test takes too long.
    """
    filled = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    small = int(np.count_nonzero(expected_counts(filled) < SMALL))
    if min(filled.shape) <= 2:
        test = default_test(counts)
        return Independence(test.method, test.p, small, filled.size)
    return Independence(PEARSON, chi_square(counts).p, small, filled.size)

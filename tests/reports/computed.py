"""What did a run answer? Helpers that compute a study and read its numbers by key."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reports.compute import Source, run
from reports.results import Results, Value
from reports.studies.roux_2017_sfgmtc import STUDY as ROUX
from reports.study import Study
from tests.reports.roux_columns import columns_of

MADE = Source("2026-01-31", "test", "test", synthetic=True)
"""What the report of a test says of itself, where nothing hangs on it."""


def compute(rows: Iterable[dict[str, Any]], study: Study = ROUX) -> Results:
    """The study on these rows."""
    return run(study, columns_of(rows), replace(MADE, cut_date="2014-12-31"))


def values_of(results: Results) -> dict[str, Value]:
    """Every value with a key, from the tables and the text."""
    cells = [cell for table in results.tables for row in table.rows for cell in row.cells]
    texts = [entry.value for entry in results.texts]
    return {value.key: value for value in (*cells, *texts) if value is not None and value.key}


def number(results: Results, key: str) -> float | int | None:
    """The number at a key."""
    return values_of(results)[key].value


def changed_keys(before: Results, after: Results) -> set[str]:
    """The keys whose number moved by more than rounding of doubles."""
    old, new = values_of(before), values_of(after)
    return {key for key in old.keys() | new.keys() if _moved(old.get(key), new.get(key))}


def _moved(one: Value | None, other: Value | None) -> bool:
    if one is None or other is None or one.value is None or other.value is None:
        return (one and one.value) != (other and other.value)
    return abs(one.value - other.value) > 1e-9 * (1 + abs(one.value))

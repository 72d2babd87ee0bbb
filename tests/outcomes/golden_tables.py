"""What did R answer? The tables of golden/, which are never empty."""

from __future__ import annotations

import csv
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
Row = dict[str, str]


def read_golden(name: str, **where: object) -> list[Row]:
    """The rows of a table whose columns hold these values.

    Raises LookupError when there are none: a comparison with nothing would pass.
    """
    with (GOLDEN / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if all(row[column] == str(value) for column, value in where.items())
        ]
    if not rows:
        raise LookupError(f"golden/{name}.csv has no row with {where or 'anything'}")
    return rows


def golden_by(name: str, *keys: str) -> dict[tuple[str, ...], list[Row]]:
    """The rows of a table, by the values of some columns."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in read_golden(name):
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found

"""What must be true of any results, whatever the data? Numbers or sentences, and no nonsense."""

from __future__ import annotations

import math
import re
from itertools import pairwise

from reports.results import Figure, Results, Table, Value

BEYOND = 1e6
"""A hazard ratio or limit so large (or its inverse so small) is no estimate."""

PERCENT = re.compile(r"(^|, )%$")
RATIO = (".hr", ".lo", ".hi")


def faults(results: Results) -> list[str]:
    """What is wrong, one sentence each; nothing in sound results."""
    found = list(_flow_faults(results))
    for table in results.tables:
        found += _table_faults(table)
    for entry in results.texts:
        found += _value_faults(entry.value)
        if PERCENT.search(entry.label):
            found += _percentage_faults(entry.value)
    for figure in results.figures:
        found += _figure_faults(figure)
    results.to_json()  # refuses NaN and infinity
    return found


def _flow_faults(results: Results) -> list[str]:
    found = []
    for before, after in pairwise(results.flow):
        if after.n > before.n:
            found.append(f"the flow grows at {after.label}")
    shares = [box.percent_of_previous for box in results.flow]
    shares += [gone.percent for box in results.flow for gone in box.left_out]
    found += [f"a share of {share} in the flow" for share in shares if not _is_share(share)]
    return found


def _is_share(share: float | None) -> bool:
    return share is None or 0 <= share <= 100


def _table_faults(table: Table) -> list[str]:
    found = []
    regression = "HR" in table.columns
    for row in table.rows:
        if len(row.cells) > len(table.columns):
            found.append(f"{table.id}: row {row.label} has {len(row.cells)} cells")
        for header, value in zip(table.columns, row.cells, strict=False):
            if value is None:
                continue
            found += _value_faults(value)
            if PERCENT.search(header) or PERCENT.search(row.label):
                found += _percentage_faults(value)
            if regression and value.key and value.key.endswith(RATIO):
                found += _ratio_faults(value)
    return found


def _value_faults(value: Value) -> list[str]:
    found = []
    if value.value is None:
        if value.key and not (value.reason and value.reason.endswith(".")):
            found.append(f"{value.key}: neither a number nor a sentence")
        if value.reason and value.text != "–":
            found.append(f"{value.key}: a sentence beside the text {value.text!r}")
    else:
        if not math.isfinite(value.value):
            found.append(f"{value.key}: {value.value}")
        if value.reason:
            found.append(f"{value.key}: a number and the sentence {value.reason!r}")
        if re.search(r"nan|inf|e[+-]?\d", value.text, re.IGNORECASE):
            found.append(f"{value.key}: text {value.text!r}")
        if value.key and value.key.endswith((".p", ".p1")) and not 0 < value.value <= 1:
            found.append(f"{value.key}: P = {value.value}")
    return found


def _percentage_faults(value: Value) -> list[str]:
    if value.value is None or _is_share(value.value):
        return []
    return [f"{value.key}: {value.value}%"]


def _ratio_faults(value: Value) -> list[str]:
    if value.value is None or 1 / BEYOND <= value.value <= BEYOND:
        return []
    return [f"{value.key}: a ratio of {value.value:g}"]


def _figure_faults(figure: Figure) -> list[str]:
    found = []
    for series in figure.series:
        name = f"{figure.id}, {series.label}"
        if not all(0 <= height <= 1 for height in series.survival):
            found.append(f"{name}: a height outside 0 to 1")
        if any((b < a) if series.rises else (b > a) for a, b in pairwise(series.survival)):
            found.append(f"{name}: the curve turns back")
        if any(b < a for a, b in pairwise(series.months)):
            found.append(f"{name}: time runs backwards")
        if any(b > a for a, b in pairwise(series.at_risk)) or series.events > series.n:
            found.append(f"{name}: more at risk later, or more events than patients")
        if len(series.at_risk) != len(figure.ticks_months):
            found.append(f"{name}: numbers at risk do not fit the ticks")
    return found

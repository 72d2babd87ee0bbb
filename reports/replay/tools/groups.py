"""Do groups of patients differ? Each characteristic by group, with the P of a two-sided test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from outcomes.descriptive import chi_square, cross_table, fisher, mann_whitney, summarise, t_test
from outcomes.group_tests import kruskal_wallis
from outcomes.terms import Factor

from .cohort import Column, Grouping, Mask, Rows, count, is_known, some
from .descriptive import Quantity, association_p, convention
from .numbers import put_count, put_decimals, put_p, put_percent, settings


def group_comparison(
    id: str,
    rows: Rows,
    by: Grouping,
    of: Sequence[Grouping | Quantity],
    quantities: str,
    quantity_test: str,
    one_sided: bool = False,
) -> None:
    """Characteristics by group.

    quantities : "median" with range or "mean" with SD. quantity_test : "rank" or "t" (Welch).
    one_sided : the P of a paper that printed one-sided exact tests stands beside (key "p1").
    """
    rows = some(rows, by.of(rows).known)
    group = by.of(rows)
    for level, n in zip(by.levels, group.counts, strict=True):
        put_count(f"{id}.{by.name}.{level}.n", n)
        put_percent(f"{id}.{by.name}.{level}.pct", n, count(rows))
    for part in of:
        stem = f"{id}.{part.name}"
        if isinstance(part, Quantity):
            _numbers(stem, part, rows[part.column], group, quantities, quantity_test)
            known = is_known(rows, part.column)
        else:
            _levels(stem, part, part.of(rows), group, one_sided)
            known = part.of(rows).known
        for place, level in enumerate(by.levels if not known.all() else ()):
            unknown = _in(group, place) & ~known
            put_count(f"{stem}.missing.{level}.n", int(np.count_nonzero(unknown)))


def _in(group: Factor, place: int) -> Mask:
    return np.asarray(group.codes == place, dtype=np.bool_)


def _levels(stem: str, part: Grouping, factor: Factor, group: Factor, one_sided: bool) -> None:
    """Counts and percentages of the known of each group, and the test of the table."""
    counts = cross_table(factor, group).astype(np.int64)
    filled = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    testable = filled.size > 0 and min(filled.shape) > 1
    put_p(f"{stem}.p", association_p(counts) if testable else None)
    if one_sided:
        # As the paper: Fisher's test towards the difference observed, Pearson's of larger tables.
        p = None
        if testable:
            small = filled.shape == (2, 2)
            p = fisher(filled).one_sided if small else chi_square(filled).p
        put_p(f"{stem}.p1", p)
    for level, line in zip(part.levels, counts, strict=True):
        for other, n, whole in zip(group.levels, line, counts.sum(axis=0), strict=True):
            put_count(f"{stem}.{level}.{other}.n", int(n))
            put_percent(f"{stem}.{level}.{other}.pct", int(n), int(whole))


def _numbers(
    stem: str, part: Quantity, values: Column, group: Factor, quantities: str, test: str
) -> None:
    parts = [values[_in(group, place)] for place in range(len(group.levels))]
    put_p(f"{stem}.p", _difference([one[~np.isnan(one)] for one in parts], test))
    told = ("mean", "sd") if quantities == "mean" else ("median", "minimum", "maximum")
    for level, one in zip(group.levels, parts, strict=True):
        found = summarise(one, convention())
        for name in told:
            put_decimals(f"{stem}.{level}.{name}", getattr(found, name), part.places)


def _difference(parts: Sequence[Column], test: str) -> float | None:
    """Welch's t test, Mann-Whitney (SPSS: without correction for continuity), Kruskal-Wallis."""
    known = [part for part in parts if len(part)]
    if len(known) < 2:
        return None
    if test == "t":
        return t_test(known[0], known[1], equal_variances=False).p
    if len(known) > 2:
        return kruskal_wallis(known).p
    return mann_whitney(known[0], known[1], continuity=settings.convention == "R").p

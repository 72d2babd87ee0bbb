"""Which groups differ from which? Every pair of groups, with P adjusted for their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

import numpy as np

from outcomes._curves.event_table import Weighting, event_table
from outcomes._numbers.columns import one_of
from outcomes.logrank import LogRank
from outcomes.sample import Survival
from outcomes.terms import Factor

Adjustment = Literal["Holm", "Bonferroni", "Benjamini-Hochberg", "none"]


@dataclass(frozen=True, eq=False)
class Pair:
    """Two levels, the test between them, and its P adjusted; None where nothing can be tested."""

    first: str
    second: str
    test: LogRank
    adjusted_p: float | None


@dataclass(frozen=True, eq=False)
class Pairwise:
    """All pairs in the order of the levels, and how their P were adjusted."""

    pairs: tuple[Pair, ...]
    adjustment: Adjustment
    weighting: str


def pairwise_log_rank(
    sample: Survival,
    groups: Factor,
    *,
    adjustment: Adjustment = "Holm",
    weighting: Weighting = "log-rank",
    strata: Factor | None = None,
) -> Pairwise:
    """A log-rank test of each pair of levels with patients, on the patients of the pair alone.

    dropped of each test counts the rows without a known group or stratum, the same for all pairs.
    sample, groups, weighting, strata : as in log_rank. adjustment : as in adjust_p.
    Raises as log_rank, and ValueError (another adjustment).
    Source: as log_rank and adjust_p.
    Checked: against R survival::survdiff of each pair with p.adjust (golden/ranks_pairs.csv), 1e-9.

    >>> graft = Factor("graft", ["BM", "PB", "CB"], [0, 0, 1, 1, 2, 2])
    >>> found = pairwise_log_rank(Survival([1, 2, 3, 4, 8, 9], [True] * 6), graft)
    >>> [(pair.first, pair.second, round(pair.adjusted_p, 3)) for pair in found.pairs]
    [('BM', 'PB', 0.269), ('BM', 'CB', 0.269), ('PB', 'CB', 0.269)]
    """
    table = event_table(sample, groups, strata)
    chosen = list(combinations(range(len(table.levels)), 2))
    tests = [LogRank.between(table.only(a, b), weighting) for a, b in chosen]
    adjusted = adjust_p([test.p for test in tests], adjustment)
    pairs = tuple(
        Pair(table.levels[a], table.levels[b], test, p)
        for (a, b), test, p in zip(chosen, tests, adjusted, strict=True)
    )
    return Pairwise(pairs, adjustment, str(weighting))


def adjust_p(p: Sequence[float | None], adjustment: Adjustment = "Holm") -> list[float | None]:
    """P values adjusted for their number; None stays None and is not counted.

    p : (m,) numbers from 0 to 1, or None. Holm and Bonferroni bound the chance of any false claim, Benjamini-Hochberg the share of
    false claims among all. Raises ValueError for another adjustment or a P outside [0, 1].
    Source: Holm, Scand J Stat 1979;6:65-70; Benjamini and Hochberg, JRSS B 1995;57:289-300.
    Checked: by hand, and against R p.adjust (golden/ranks_pairs.csv), relative 1e-12.

    >>> [round(p, 3) for p in adjust_p([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    one_of(adjustment, get_args(Adjustment), "adjustment")
    known = np.array([value for value in p if value is not None], dtype=np.float64)
    if not ((known >= 0) & (known <= 1)).all():
        raise ValueError("p: expected numbers between 0 and 1")
    order = np.argsort(known, kind="stable")
    m, rank = len(known), np.arange(1, len(known) + 1)
    ordered = known[order]
    if adjustment == "Holm":
        ordered = np.maximum.accumulate((m - rank + 1) * ordered)
    elif adjustment == "Bonferroni":
        ordered = m * ordered
    elif adjustment == "Benjamini-Hochberg":
        ordered = np.minimum.accumulate((m / rank * ordered)[::-1])[::-1]
    found = np.empty(m)
    found[order] = np.minimum(ordered, 1.0)
    values = iter(found.tolist())
    return [None if value is None else next(values) for value in p]

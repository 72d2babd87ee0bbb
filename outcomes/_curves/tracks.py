"""How does a table of days become curves? One pass over all groups, then one cut per group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from outcomes._curves.day_table import DayTable, Sums, Table, places, tabulate
from outcomes._curves.influence import Influence
from outcomes._numbers.columns import FloatArray, aligned
from outcomes.curve import Curve, Weighted
from outcomes.sample import EmptySample, Survival
from outcomes.terms import Factor

Variance = Literal["model", "robust"]


@dataclass(frozen=True, eq=False)
class Steps:
    """What a day does to a curve, (k,) each; inf and NaN where nobody survives the day.

    product : survival is multiplied by step; otherwise the cumulative hazard grows by it.
    variance : the variance of the cumulative hazard grows by it.
    drag, jump : its derivative by the weight of a row at risk; and of a row that dies, in all.
    """

    step: FloatArray
    variance: FloatArray
    drag: FloatArray
    jump: FloatArray
    product: bool


# Rows and case weights: died, left and at risk on each day.
StepsOf = Callable[[Sums, Sums], Steps]


# A curve, and its cumulative hazard (its survival once more for a product), (k,).
Track = tuple[Curve, FloatArray]


def track(sample: Survival, steps_of: StepsOf, variance: Variance | None) -> Track:
    """The curve of the whole sample."""
    (found,) = _tracks(sample, None, steps_of, variance).values()
    return found


def tracks_by(
    sample: Survival, groups: Factor, steps_of: StepsOf, variance: Variance | None
) -> dict[str, Track]:
    """One per level with rows in play, in the order of levels."""
    aligned(len(groups.codes), sample.n, groups.name)
    try:
        found = _tracks(sample, groups, steps_of, variance)
    except EmptySample:
        return {}
    return {groups.levels[code]: one for code, one in found.items()}


def _tracks(
    sample: Survival, groups: Factor | None, steps_of: StepsOf, variance: Variance | None
) -> dict[int, Track]:
    robust = is_robust(sample, variance)
    table = tabulate(sample, strata=groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = steps_of(table.rows, table.weighted)
    columns = _Columns(table, steps)
    codes = [code for code, (start, end) in enumerate(pairwise(table.bounds)) if start < end]
    starts = [table.bounds[code] for code in codes]
    events = np.add.reduceat(table.rows.died[0], starts).tolist()
    found = {}
    for code, count in zip(codes, events, strict=True):
        rows = None  # the patients of this group, where counts do not suffice
        if robust or sample.entry is not None:
            rows = sample if groups is None else sample.where(groups.codes == code)
        here = slice(table.bounds[code], table.bounds[code + 1])
        found[code] = columns.cut(here, count, rows, robust)
    return found


def is_robust(sample: Survival, variance: Variance | None) -> bool:
    """As R survfit: model-based, but robust when a weight is no whole number."""
    if variance not in (None, "model", "robust"):
        raise ValueError(f"variance: expected 'model', 'robust' or None, got {variance!r}")
    if variance is None and sample.weight is not None:
        return bool((sample.weight != np.floor(sample.weight)).any())
    return variance == "robust"


class _Columns:
    """The columns of all groups side by side; read-only, so that curves can share them."""

    def __init__(self, table: DayTable, steps: Steps) -> None:
        self.steps, self.weighted = steps, table.weighted is not table.rows
        self.counts = _three(table.rows)
        self.sums = _three(table.weighted) if self.weighted else self.counts
        self.day = table.day
        parts = [slice(*ends) for ends in pairwise(table.bounds)]
        self.variance = _running(np.add, steps.variance, parts)
        total = np.multiply if steps.product else np.add
        self.running = _running(total, steps.step, parts)
        self.survival = self.running if steps.product else np.exp(-self.running)
        floats = (self.variance, self.running, self.survival)
        for column in (self.day, *self.counts, *self.sums, *floats):
            column.setflags(write=False)

    def cut(self, here: slice, events: int, rows: Survival | None, robust: bool) -> Track:
        """The stretch of one group."""
        at_risk, died, censored = (column[here] for column in self.counts)
        survival, variance = self.survival[here], self.variance[here]
        influence = entries = None
        n = int(at_risk[0])
        if rows is not None and rows.entry is not None:
            entries = np.sort(rows.entry[rows.in_play])
            entries.setflags(write=False)
            n = len(entries)
        if rows is not None and robust:
            drag, jump = self.steps.drag[here], self.steps.jump[here]
            influence = Influence(places(rows), np.where(np.isfinite(drag), drag, 0.0), jump)
            variance = np.where(np.isfinite(variance), influence.variance(), np.inf)
            variance.setflags(write=False)
        curve = Curve(
            n,
            events,
            *(self.day[here], at_risk, died, censored, survival, variance),
            weighted=Weighted(*(column[here] for column in self.sums)) if self.weighted else None,
            entries=entries,
            influence=influence,
        )
        return curve, self.running[here]


def _three(sums: Sums) -> tuple[Table, ...]:
    at_risk, died, left = sums.at_risk[0], sums.died[0], sums.left[0]
    return at_risk, died, left - died


def _running(total: np.ufunc, steps: FloatArray, parts: list[slice]) -> FloatArray:
    """Running sums or products of each part."""
    result = np.empty(len(steps))
    for part in parts:
        total.accumulate(steps[part], out=result[part])
    return result

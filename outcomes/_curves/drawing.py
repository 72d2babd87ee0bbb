"""How does a table of days become curves? One pass over all groups, then one cut per group."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike

from outcomes._curves.day_table import DayTable, Sums, Table, places, tabulate
from outcomes._curves.influence import Influence
from outcomes._numbers.arguments import expect, expect_names
from outcomes._numbers.columns import FloatArray, Places, aligned, ids, one_of
from outcomes._numbers.running import running
from outcomes._numbers.whole_weights import fractional
from outcomes.curve import Curve, Weighted
from outcomes.sample import EmptySample, Survival
from outcomes.terms import Factor, Term

CurveVariance = Literal["model", "robust"]


class Steps(NamedTuple):
    """What a day does to a curve, (k,) each; inf and NaN where nobody survives the day.

    product : survival is multiplied by step; otherwise the cumulative hazard grows by it.
    variance : the variance of the cumulative hazard grows by it.
    lowers, raises : how far the weight of a row at risk lowers the cumulative hazard, and how far
    that of a row that dies raises it, in all.
    """

    step: FloatArray
    variance: FloatArray
    lowers: FloatArray
    raises: FloatArray
    product: bool


# Rows and case weights: died, left and at risk on each day.
StepsOf = Callable[[Sums, Sums], Steps]


class Drawn(NamedTuple):
    """A curve, and all its steps together: its cumulative hazard, or its survival, (k,)."""

    curve: Curve
    total: FloatArray


def draw(
    sample: Survival,
    steps_of: StepsOf,
    variance: CurveVariance | None,
    cluster: ArrayLike | None = None,
) -> Drawn:
    """The curve of the whole sample. Raises TypeError when it is no sample."""
    expect(sample, Survival, "sample")
    (found,) = _draw(sample, None, steps_of, variance, cluster).values()
    return found


def draw_by(
    sample: Survival,
    groups: Factor,
    steps_of: StepsOf,
    variance: CurveVariance | None,
    cluster: ArrayLike | None = None,
) -> dict[str, Drawn]:
    """One per level with rows in play, in the order of levels. Raises TypeError, SampleError."""
    expect(sample, Survival, "sample")
    expect(groups, Factor, "groups")
    aligned(len(groups.codes), sample.n, groups.name)
    try:
        found = _draw(sample, groups, steps_of, variance, cluster)
    except EmptySample:
        return {}
    return {groups.levels[code]: one for code, one in found.items()}


def _draw(
    sample: Survival,
    groups: Factor | None,
    steps_of: StepsOf,
    variance: CurveVariance | None,
    cluster: ArrayLike | None,
) -> dict[int, Drawn]:
    robust = is_robust(sample, variance, cluster is not None)
    together = None
    if cluster is not None:
        expect_names(cluster, Term, "cluster")
        together = ids(cluster, sample.n, "cluster")[1]
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
        own = together
        if own is not None:
            mine = sample.in_play if groups is None else sample.in_play & (groups.codes == code)
            own = own[mine]
        here = slice(table.bounds[code], table.bounds[code + 1])
        found[code] = columns.cut(here, count, rows, robust, own)
    return found


def is_robust(sample: Survival, variance: CurveVariance | None, clustered: bool = False) -> bool:
    """As R survfit: model-based, but robust with clusters or a weight that is no whole number."""
    if variance is None:
        return clustered or fractional(sample.weight)
    one_of(variance, get_args(CurveVariance), "variance")
    if clustered and variance == "model":
        raise ValueError(
            "variance: 'model' knows no cluster; use 'robust', or leave one of them out"
        )
    return variance == "robust"


class _Columns:
    """The columns of all groups side by side; read-only, so that curves can share them."""

    def __init__(self, table: DayTable, steps: Steps) -> None:
        self.steps, self.weighted = steps, table.weighted is not table.rows
        self.counts = _three(table.rows)
        self.sums = _three(table.weighted) if self.weighted else self.counts
        self.day = table.day
        self.variance = running(np.add, steps.variance, table.bounds)
        self.total = running(np.multiply if steps.product else np.add, steps.step, table.bounds)
        self.survival = self.total if steps.product else np.exp(-self.total)
        floats = (self.variance, self.total, self.survival)
        for column in (self.day, *self.counts, *self.sums, *floats):
            column.setflags(write=False)

    def cut(
        self,
        here: slice,
        events: int,
        rows: Survival | None,
        robust: bool,
        cluster: Places | None,
    ) -> Drawn:
        """The stretch of one group. cluster : of its rows in play."""
        at_risk, died, censored = self.counts
        at_risk, variance = at_risk[here], self.variance[here]
        influence = entries = None
        n = int(at_risk[0])
        if rows is not None and rows.entry is not None:
            entries = np.sort(rows.entry[rows.in_play])
            entries.setflags(write=False)
            n = len(entries)
        if rows is not None and robust:
            lowers, raises = self.steps.lowers[here], self.steps.raises[here]
            lowers = np.where(np.isfinite(lowers), lowers, 0.0)
            influence = Influence(places(rows), lowers, raises, cluster)
            variance = np.where(np.isfinite(variance), influence.variance(), np.inf)
            variance.setflags(write=False)
        curve = Curve(
            n,
            events,
            *(self.day[here], at_risk, died[here], censored[here], self.survival[here], variance),
            weighted=Weighted(*(column[here] for column in self.sums)) if self.weighted else None,
            entries=entries,
            influence=influence,
        )
        return Drawn(curve, self.total[here])


def _three(sums: Sums) -> tuple[Table, ...]:
    at_risk, died, left = sums.at_risk[0], sums.died[0], sums.left[0]
    return at_risk, died, left - died

"""Who was at risk on each day with an event, and how much hazard did that day bring?

One slot per stratum and distinct day with an event; K slots, ordered by stratum, then day. The
weight left at the l-th of d tied events, l = 0 ... d - 1, is S0 - (l/d) E0: S0 the weight of all
at risk, E0 of those who fail then; Breslow leaves out the second part.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from outcomes._numbers.columns import FloatArray, IntArray, Places
from outcomes._regression.analysed import Analysed


@dataclass(frozen=True, eq=False)
class Hazards:
    """n rows, K slots, q columns.

    stratum, day : (K,). bounds : (strata + 1,) first slot of each stratum. enter, leave : (n,) a
    row is at risk in the slots enter <= k < leave. own : (n,) slot in which the row fails, or -1.
    weight : (n,) case weights. risk : (n,) exp(eta - shift), eta = x'beta + offset.
    x : (n, q) estimated columns less their means, centre (q,). place : (events,) slot of each
    failure, slot by slot; share : (events,) its l/d, 0 for Breslow.
    """

    stratum: Places
    day: IntArray
    bounds: Places
    enter: Places
    leave: Places
    own: Places
    weight: FloatArray
    risk: FloatArray
    shift: float
    x: FloatArray
    centre: FloatArray
    place: Places
    share: FloatArray

    @cached_property
    def deaths(self) -> NDArray[np.int64]:
        """(K,) rows that fail."""
        return np.bincount(self.place, minlength=len(self.day)).astype(np.int64)

    @cached_property
    def died_weight(self) -> FloatArray:
        """(K,) case weight of the rows that fail."""
        return self.of_deaths(self.weight)

    @cached_property
    def load(self) -> FloatArray:
        """(n,) case weight times risk."""
        return self.weight * self.risk

    @cached_property
    def s0(self) -> FloatArray:
        """(K,) load of the rows at risk."""
        return self.at_risk(self.load)

    @cached_property
    def e0(self) -> FloatArray:
        """(K,) load of the rows that fail."""
        return self.of_deaths(self.load)

    @cached_property
    def s1(self) -> FloatArray:
        """(K, q) load times x of the rows at risk."""
        return self.at_risk(self.load[:, None] * self.x)

    @cached_property
    def e1(self) -> FloatArray:
        """(K, q) load times x of the rows that fail."""
        return self.of_deaths(self.load[:, None] * self.x)

    @cached_property
    def left(self) -> FloatArray:
        """(events,) load left at each failure."""
        return np.asarray(self.s0[self.place] - self.share * self.e0[self.place], dtype=np.float64)

    @cached_property
    def step(self) -> FloatArray:
        """(events,) hazard of each failure: the mean case weight of its slot over what is left."""
        mean = self.died_weight / self.deaths
        return np.asarray(mean[self.place] / self.left, dtype=np.float64)

    @cached_property
    def hazard(self) -> FloatArray:
        """(K,) hazard that everybody at risk meets, at risk exp(shift)."""
        return self.tied_sum(self.step)

    @cached_property
    def own_hazard(self) -> FloatArray:
        """(K,) hazard that those who fail meet: less of it with Efron's ties."""
        return self.tied_sum((1 - self.share) * self.step)

    def tied_sum(self, amount: FloatArray) -> FloatArray:
        """(K,) sum of (events,) amounts over the failures of each slot."""
        return grouped(self.place, amount, len(self.day))

    def of_deaths(self, amount: FloatArray) -> FloatArray:
        """(K, ...) sum of (n, ...) amounts over the rows that fail in each slot."""
        failed = np.flatnonzero(self.own >= 0)
        return grouped(self.own[failed], amount[failed], len(self.day))

    def at_risk(self, amount: FloatArray) -> FloatArray:
        """(K, ...) sum of (n, ...) amounts over the rows at risk in each slot."""
        seen = np.flatnonzero(self.enter < self.leave)
        change = grouped(self.leave[seen] - 1, amount[seen], len(self.day))
        start = self.bounds[self.stratum[self.enter[seen]]]
        late = seen[self.enter[seen] > start]
        if len(late):
            change -= grouped(self.enter[late] - 1, amount[late], len(self.day))
        for low, high in zip(self.bounds[:-1], self.bounds[1:], strict=True):
            change[low:high] = np.cumsum(change[low:high][::-1], axis=0)[::-1]
        return change

    def met(self, amount: FloatArray) -> FloatArray:
        """(n, ...) sum of (K, ...) amounts over the slots in which each row is at risk."""
        running = np.concatenate((np.zeros((1, *amount.shape[1:])), np.cumsum(amount, axis=0)))
        return np.asarray(running[self.leave] - running[self.enter], dtype=np.float64)

    def information(self, by: FloatArray) -> FloatArray:
        """(q, q) sum over slots of (K,) factors times the information of the slot."""
        factor = by[self.place] * self.step
        load = self.load * self.met(self.tied_sum(factor))
        failed = np.flatnonzero(self.own >= 0)
        load[failed] -= self.load[failed] * self.tied_sum(factor * self.share)[self.own[failed]]
        inner = self.x.T @ (load[:, None] * self.x)
        over = factor / self.left
        once, twice = self.tied_sum(over), self.tied_sum(over * self.share)
        cross = (twice[:, None] * self.s1).T @ self.e1
        tied = (self.tied_sum(over * self.share**2)[:, None] * self.e1).T @ self.e1
        outer = (once[:, None] * self.s1).T @ self.s1 - cross - cross.T + tied
        return np.asarray(inner - outer, dtype=np.float64)

    @cached_property
    def mean(self) -> FloatArray:
        """(K, q) mean of x among those at risk, averaged over the failures of the slot."""
        once = self.tied_sum(1 / self.left) / self.deaths
        twice = self.tied_sum(self.share / self.left) / self.deaths
        return np.asarray(once[:, None] * self.s1 - twice[:, None] * self.e1, dtype=np.float64)

    def hazard_mean(self, part: FloatArray) -> FloatArray:
        """(K, q) sum over failures of part (events,) times the mean of x then."""
        over = part / self.left
        once, twice = self.tied_sum(over), self.tied_sum(over * self.share)
        return np.asarray(once[:, None] * self.s1 - twice[:, None] * self.e1, dtype=np.float64)


def grouped(places: Places, amount: FloatArray, size: int) -> FloatArray:
    """(size, ...) sums of (m, ...) amounts by place."""
    if amount.ndim == 1:
        return np.asarray(np.bincount(places, amount, minlength=size), dtype=np.float64)
    total = np.empty((size, amount.shape[1]))
    for column in range(amount.shape[1]):
        total[:, column] = np.bincount(places, amount[:, column], minlength=size)
    return total


def linear_predictor(analysed: Analysed) -> FloatArray:
    """(n,) x'beta + offset, column by column so that equal rows give equal numbers."""
    eta = np.zeros(analysed.sample.n) if analysed.offset is None else analysed.offset.copy()
    for column in analysed.kept:
        eta += analysed.values[:, column] * analysed.beta[column]
    return eta


def hazards(analysed: Analysed) -> Hazards:
    """The risk sets of the rows analysed, at their coefficients."""
    sample, stratum = analysed.sample, analysed.strata.astype(np.int64)
    span = int(sample.days.max()) + 2  # days -1 ... longest of one stratum
    until = stratum * span + sample.days + 1
    slots = np.unique(until[sample.event])
    bounds = np.searchsorted(slots, np.arange(len(analysed.strata_names or ("",)) + 1) * span)
    leave = np.searchsorted(slots, until, side="right")
    enter = bounds[stratum]
    if sample.entry is not None:
        enter = np.searchsorted(slots, stratum * span + sample.entry + 1, side="right")
    own = np.where(sample.event, leave - 1, -1)
    deaths = np.bincount(own[sample.event], minlength=len(slots))
    place = np.repeat(np.arange(len(slots)), deaths)
    share = np.zeros(len(place))
    if analysed.ties == "efron":
        nth = np.arange(len(place)) - np.repeat(np.cumsum(deaths) - deaths, deaths)
        share = nth / deaths[place]
    weight = np.ones(sample.n) if sample.weight is None else sample.weight
    values = analysed.values[:, list(analysed.kept)]
    centre = weight @ values / weight.sum()
    eta = linear_predictor(analysed)
    shift = float(eta.max())
    return Hazards(
        stratum=slots // span,
        day=(slots % span - 1).astype(np.int32),
        bounds=bounds,
        enter=enter,
        leave=leave,
        own=own,
        weight=weight,
        risk=np.exp(eta - shift),
        shift=shift,
        x=values - centre,
        centre=centre,
        place=place,
        share=share,
    )

"""At each day with events, who was expected to have them? Sums behind all log-rank tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np

from outcomes._curves.day_table import Table, tabulate
from outcomes._numbers.arguments import expect, expect_number
from outcomes._numbers.columns import FloatArray, Places, aligned, one_of
from outcomes._numbers.rank_statistic import rank_statistic
from outcomes._numbers.running import just_before, running
from outcomes._numbers.whole_weights import whole_weights
from outcomes.sample import Survival
from outcomes.terms import Factor

NamedWeighting = Literal[
    "log-rank", "Breslow-Gehan", "Tarone-Ware", "Peto-Peto", "modified Peto-Peto"
]


@dataclass(frozen=True)
class FlemingHarrington:
    """Weights S^rho (1-S)^gamma, S the pooled Kaplan-Meier curve just before the day.

    (1, 0) stresses early differences (R survdiff rho=1), (0, 1) late ones, (0, 0) is log-rank.
    Raises ValueError for a negative number.
    """

    rho: float
    gamma: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (("rho", self.rho), ("gamma", self.gamma)):
            expect_number(value, name, "pass a power of survival, such as 1")
            if not (value >= 0 and np.isfinite(value)):
                raise ValueError(f"{name}: expected a number from 0 on, got {value}")

    def __str__(self) -> str:
        return f"Fleming-Harrington({self.rho:g}, {self.gamma:g})"


Weighting = NamedWeighting | FlemingHarrington


class EventTable(NamedTuple):
    """Deaths and patients at risk of each level on each day with events, (levels, k).

    stratum : (k,) the stratum of each column, in order.
    levels, n : names of the levels with patients, and their patients.
    dropped : rows in play whose level or stratum is not known.
    """

    levels: tuple[str, ...]
    n: tuple[int, ...]
    died: Table
    at_risk: Table
    stratum: Places
    dropped: int

    def only(self, *rows: int) -> EventTable:
        """These levels by themselves."""
        died, at_risk = self.died[list(rows)], self.at_risk[list(rows)]
        shown = died.any(axis=0)
        return EventTable(
            tuple(self.levels[row] for row in rows),
            tuple(self.n[row] for row in rows),
            died[:, shown],
            at_risk[:, shown],
            self.stratum[shown],
            self.dropped,
        )


class Moments(NamedTuple):
    """Observed and expected events (levels,); weighted observed minus expected, and its covariance.

    statistic, df : the quadratic form over the levels whose differences are independent.
    """

    observed: FloatArray
    expected: FloatArray
    score: FloatArray
    covariance: FloatArray
    statistic: float
    df: int


def event_table(sample: Survival, groups: Factor, strata: Factor | None) -> EventTable:
    """Counts of the patients with known group and stratum.

    Raises TypeError (no Survival, no Factor), SampleError (columns of other lengths; weights that
    are no whole numbers), EmptySample without any patient.
    """
    expect(sample, Survival, "sample")
    expect(groups, Factor, "groups")
    aligned(len(groups.codes), sample.n, groups.name)
    if strata is not None:
        expect(strata, Factor, "strata")
        aligned(len(strata.codes), sample.n, strata.name)
    whole_weights(sample.weight, "a rank test")
    table = tabulate(sample, groups, strata)
    counts = table.weighted
    shown = np.add.reduce(counts.died, axis=0).nonzero()[0]
    # All that follows divides and multiplies by matrices: once as floats is cheaper than each time.
    died = counts.died.take(shown, axis=1).astype(np.float64, copy=False)
    at_risk = counts.at_risk.take(shown, axis=1).astype(np.float64, copy=False)
    stratum = np.zeros(len(shown), dtype=np.intp)
    if strata is not None:
        stratum = np.searchsorted(table.bounds, shown, side="right") - 1
    patients = np.add.reduce(counts.left, axis=1)
    levels = groups.levels
    if not patients.all():
        present = patients.nonzero()[0]
        patients, died, at_risk = patients[present], died[present], at_risk[present]
        levels = tuple(levels[code] for code in present)
    return EventTable(
        levels,
        tuple(patients.astype(np.int64).tolist()),
        died,
        at_risk,
        stratum,
        table.dropped,
    )


def moments(table: EventTable, weighting: Weighting) -> Moments:
    """Sums over the days, with the hypergeometric variance."""
    # np.add.reduce is what sum calls, after asking what it was given.
    deaths, total = np.add.reduce(table.died, axis=0), np.add.reduce(table.at_risk, axis=0)
    share, observed = table.at_risk / total, np.add.reduce(table.died, axis=1)
    expected = share @ deaths
    variance = deaths * (total - deaths) / np.maximum(total - 1, 1)
    if weighting == "log-rank":
        score, size = observed - expected, float(np.add.reduce(deaths))
    else:
        weight = _weights(weighting, deaths, total, table.stratum)
        score = (table.died - share * deaths) @ weight
        size, variance = float(weight**2 @ deaths), weight**2 * variance
    spread = share * variance
    covariance = -(spread @ share.T)
    covariance.reshape(-1)[:: len(share) + 1] += np.add.reduce(spread, axis=1)
    statistic, df = rank_statistic(score, covariance, size)
    return Moments(observed, expected, score, covariance, statistic, df)


def _weights(
    weighting: Weighting, deaths: FloatArray, total: FloatArray, stratum: Places
) -> FloatArray:
    if isinstance(weighting, FlemingHarrington):
        before = _product(1 - deaths / total, stratum, before=True)
        # Rounding may leave 1 - S a hair below 0, and S a hair above 0 once all have died.
        weight: FloatArray = before**weighting.rho * np.maximum(1 - before, 0) ** weighting.gamma
        return weight
    one_of(weighting, get_args(NamedWeighting), "weighting")
    if weighting == "Breslow-Gehan":
        return total
    if weighting == "Tarone-Ware":
        return np.sqrt(total)
    smooth = _product(1 - deaths / (total + 1), stratum, before=False)
    return smooth if weighting == "Peto-Peto" else smooth * total / (total + 1)


def _product(factor: FloatArray, stratum: Places, *, before: bool) -> FloatArray:
    """Running products within each stratum, up to each column or just before it."""
    bounds = [*np.flatnonzero(np.diff(stratum, prepend=-1)).tolist(), len(stratum)]
    up_to = running(np.multiply, factor, bounds)
    return just_before(up_to, 1.0, bounds) if before else up_to

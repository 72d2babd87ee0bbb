"""Do groups differ in survival? The log-rank test of Mantel and Cox."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._columns import FloatArray
from outcomes._distributions import chi_square_tail
from outcomes._linear import independent, quadratic
from outcomes.sample import EmptySample, SampleError, Survival
from outcomes.terms import Factor


@dataclass(frozen=True)
class LogRank:
    """The test, and per level with patients: patients, observed and expected events.

    df is the number of levels that can be compared, less one. With df 0 (one level, no event,
    or all events on one last day) there is nothing to test: statistic and p are None.
    """

    statistic: float | None
    df: int
    p: float | None
    levels: tuple[str, ...]
    n: tuple[int, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]


def log_rank(sample: Survival, groups: Factor) -> LogRank:
    """Mantel-Cox test with hypergeometric variance, two-sided.

    Patients without a group and levels without patients are left out.
    Source: Mantel, Cancer Chemother Rep 1966;50:163-170.
    Checked: by hand, and against R survival::survdiff (golden/logrank.csv), relative 1e-9.
    """
    if len(groups.codes) != sample.n:
        raise SampleError(f"{groups.name}: {len(groups.codes)} rows, but the sample has {sample.n}")
    if not groups.known.any():
        raise EmptySample(f"{groups.name}: no patient has a known group")
    present = [code for code, count in enumerate(groups.counts) if count]
    died, at_risk = _tables(sample, groups, present)
    expected, variance = _moments(died, at_risk)
    observed = died.sum(axis=1)
    difference = observed - expected
    # One level follows from the others; one that no event could hit cannot be compared.
    compared = independent(variance, sample.events)
    statistic = p = None
    if compared:
        statistic = quadratic(difference[compared], variance[np.ix_(compared, compared)])
        p = chi_square_tail(statistic, len(compared))
    return LogRank(
        statistic,
        len(compared),
        p,
        levels=tuple(groups.levels[code] for code in present),
        n=tuple(groups.counts[code] for code in present),
        observed=tuple(int(count) for count in observed),
        expected=tuple(float(count) for count in expected),
    )


def _tables(sample: Survival, groups: Factor, present: list[int]) -> tuple[FloatArray, FloatArray]:
    """Deaths and patients at risk, (levels, distinct event days)."""
    event_days = np.unique(sample.days[sample.event & groups.known])
    died = np.empty((len(present), len(event_days)))
    at_risk = np.empty_like(died)
    for row, code in enumerate(present):
        mine = groups.codes == code
        deaths = np.searchsorted(event_days, sample.days[mine & sample.event])
        died[row] = np.bincount(deaths, minlength=len(event_days))
        # Everybody whose time is >= the event day: last event day they still see.
        last_seen = np.searchsorted(event_days, sample.days[mine], side="right")
        leaving = np.bincount(last_seen, minlength=len(event_days) + 1)
        at_risk[row] = np.cumsum(leaving[::-1])[::-1][1:]
    return died, at_risk


def _moments(died: FloatArray, at_risk: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Expected deaths per level and their covariance."""
    deaths, total = died.sum(axis=0), at_risk.sum(axis=0)
    share = at_risk / total
    weight = deaths * (total - deaths) / np.maximum(total - 1, 1)
    weighted = share * weight
    variance = np.diag(weighted.sum(axis=1)) - weighted @ share.T
    return share @ deaths, variance

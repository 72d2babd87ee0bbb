"""Do groups differ in survival? The log-rank test of Mantel and Cox, and its weighted relatives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outcomes._curves.event_table import (
    EventTable,
    FlemingHarrington,
    Weighting,
    event_table,
    moments,
)
from outcomes._numbers.arguments import expect
from outcomes._numbers.columns import FloatArray
from outcomes._numbers.distributions import near_one, normal_two_sided
from outcomes._numbers.linear import DEPENDENT
from outcomes.results import chi_square_result
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor

__all__ = ["FlemingHarrington", "LogRank", "Trend", "Weighting", "log_rank", "trend_test"]


@dataclass(frozen=True, eq=False)
class LogRank:
    """The test, and per level with patients: patients, observed and expected events.

    dropped : rows in play without a known group or stratum.
    df is the number of levels that can be compared, less one. With df 0 (one level, no event,
    or all events on one last day) there is nothing to test: statistic and p are None.
    score : (levels,) weighted sum of observed minus expected; covariance : (levels, levels).
    """

    statistic: float | None
    df: int
    p: float | None
    levels: tuple[str, ...]
    n: tuple[int, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    score: FloatArray
    covariance: FloatArray
    weighting: str
    dropped: int

    def __repr__(self) -> str:
        return f"LogRank(statistic={self.statistic}, df={self.df}, p={self.p})"

    @classmethod
    def between(cls, table: EventTable, weighting: Weighting) -> LogRank:
        """The test between the levels of a table of counts."""
        sums = moments(table, weighting)
        test = chi_square_result(sums.statistic, sums.df)
        for array in (sums.score, sums.covariance):
            array.setflags(write=False)
        return cls(
            statistic=test.statistic,
            df=sums.df,
            p=test.p,
            levels=table.levels,
            n=table.n,
            observed=tuple(sums.observed.astype(np.int64).tolist()),
            expected=tuple(sums.expected.tolist()),
            score=sums.score,
            covariance=sums.covariance,
            weighting=str(weighting),
            dropped=table.dropped,
        )


@dataclass(frozen=True)
class Trend:
    """The test that risk grows or falls with the scores; z > 0 when it grows.

    z, statistic (z squared, 1 df) and p are None when no event can tell the scores apart.
    dropped : rows in play without a known group or stratum.
    """

    z: float | None
    statistic: float | None
    p: float | None
    levels: tuple[str, ...]
    scores: tuple[float, ...]
    weighting: str
    dropped: int


def log_rank(
    sample: Survival,
    groups: Factor,
    *,
    weighting: Weighting = "log-rank",
    strata: Factor | None = None,
) -> LogRank:
    """Test of equal hazards in k groups with hypergeometric variance, two-sided.

    sample : late entry is honoured; whole case weights count as so many patients.
    weighting : weight of a day with n at risk, d deaths. "log-rank" 1; "Breslow-Gehan" n;
    "Tarone-Ware" sqrt(n); "Peto-Peto" prod(1 - d/(n+1)) up to the day; "modified Peto-Peto" that
    times n/(n+1); FlemingHarrington(rho, gamma) S^rho (1-S)^gamma just before the day.
    strata : differences are summed over strata, weights are found within each.
    Patients without a group or stratum are dropped and counted, levels without patients left out.
    Raises TypeError (no Survival, no Factor), SampleError (lengths; fractional weights),
    EmptySample (nobody known), ValueError (weighting).
    Source: Mantel, Cancer Chemother Rep 1966;50:163-170; Gehan, Biometrika 1965;52:203; Breslow,
    Biometrika 1970;57:579; Tarone and Ware, Biometrika 1977;64:156; Peto and Peto, JRSS A
    1972;135:185; Andersen et al., Int Stat Rev 1982;50:219; Fleming and Harrington 1991, ch. 7.
    Checked: by hand; R survival::survdiff (log-rank, rho, strata), coxph(ties = "exact") (late
    entry), the others summed in R from survfit's counts (golden/ranks.csv), relative 1e-9.

    >>> graft = Factor("graft", ["BM", "PB"], [0, 0, 1, 1])
    >>> found = log_rank(Survival([1, 3, 2, 3], [True] * 4), graft)
    >>> round(found.statistic, 4), found.df, found.observed
    (0.0588, 1, (2, 2))
    """
    return LogRank.between(event_table(sample, groups, strata), weighting)


def trend_test(
    sample: Survival,
    groups: Factor,
    scores: Sequence[float] | None = None,
    *,
    weighting: Weighting = "log-rank",
    strata: Factor | None = None,
) -> Trend:
    """Test against hazards that grow with the order of the groups, two-sided, 1 df.

    scores : one finite number per level of groups (empty levels too); None = 1, 2, 3, ...
    sample, weighting, strata : as in log_rank. Raises as log_rank, and SampleError (scores).
    Source: Tarone, Biometrika 1975;62:679-682; Klein and Moeschberger 2003, section 7.4.
    Checked: by hand, against R's score test of coxph(~ score, ties = "exact") and s'Vs from
    survdiff (golden/ranks_trend.csv), relative 1e-9.

    >>> risk = Factor("risk", ["low", "mid", "high"], [0, 0, 1, 1, 2, 2])
    >>> found = trend_test(Survival([9, 8, 6, 5, 2, 1], [True] * 6), risk)
    >>> round(found.z, 3), round(found.p, 3)
    (2.583, 0.01)
    """
    expect(groups, Factor, "groups")
    numbers = _checked_scores(groups, scores)
    found = log_rank(sample, groups, weighting=weighting, strata=strata)
    mine = np.array([numbers[groups.levels.index(level)] for level in found.levels])
    centred = near_one(mine)  # z does not depend on the unit of the scores
    centred -= centred.mean()
    variance = float(centred @ found.covariance @ centred)
    size = float(np.abs(centred) @ np.abs(found.covariance) @ np.abs(centred))
    z = statistic = p = None
    if variance > DEPENDENT * size:
        z = float(centred @ found.score) / math.sqrt(variance)
        statistic, p = z * z, normal_two_sided(z)
    return Trend(
        z, statistic, p, found.levels, tuple(mine.tolist()), found.weighting, found.dropped
    )


def _checked_scores(groups: Factor, scores: Sequence[float] | None) -> tuple[float, ...]:
    count = len(groups.levels)
    try:
        found = tuple(float(s) for s in (range(1, count + 1) if scores is None else scores))
    except (TypeError, ValueError) as error:
        raise SampleError("scores: not all are numbers; give every level one") from error
    if len(found) != count:
        raise SampleError(f"scores: {len(found)} numbers, but {groups.name} has {count} levels")
    if not all(math.isfinite(score) for score in found):
        raise SampleError("scores: not all are finite; give every level a number")
    return found

"""How likely is a statistic? scipy's distributions, ranks and two-sample tests, behind typed doors."""

from __future__ import annotations

import math

import numpy as np
from scipy import special, stats  # type: ignore[import-untyped,unused-ignore]

from outcomes._numbers.arguments import expect_share
from outcomes._numbers.columns import FloatArray

SQRT_HALF = math.sqrt(0.5)
ROUNDING = 1e-12  # a spread of this part of the largest value is rounding


def chi_square_tail(statistic: float, df: float) -> float:
    """P(X >= statistic) for chi-square with df degrees of freedom."""
    if df == 1:
        return math.erfc(math.sqrt(max(statistic, 0.0) / 2))
    return float(special.chdtrc(df, max(statistic, 0.0)))


def normal_two_sided(z: float) -> float:
    """P(|Z| >= |z|) for a standard normal."""
    return math.erfc(abs(z) * SQRT_HALF)


def normal_quantile(probability: float) -> float:
    """z with P(Z <= z) = probability."""
    return float(special.ndtri(probability))


def expect_level(level: float) -> None:
    """Raises ValueError for a level of confidence that is not between 0 and 1, TypeError for text."""
    expect_share(level, "level", "0.95")


def two_sided_z(level: float) -> float:
    """1.959964 for level 0.95."""
    expect_level(level)
    return normal_quantile(0.5 + level / 2)


def t_two_sided(t: float, df: float) -> float:
    """P(|T| >= |t|); the normal distribution for infinite df."""
    return normal_two_sided(t) if math.isinf(df) else float(2 * special.stdtr(df, -abs(t)))


def t_quantile(level: float, df: float) -> float:
    """The t that |T| exceeds with probability 1 - level."""
    if math.isinf(df):
        return normal_quantile(0.5 + level / 2)
    return float(special.stdtrit(df, 0.5 + level / 2))


def f_tail(statistic: float, k: float, df: float) -> float:
    """P(F >= statistic) with k and df degrees of freedom; chi-square / k for infinite df."""
    if math.isinf(df):
        return chi_square_tail(k * statistic, k)
    return float(special.fdtrc(k, df, max(statistic, 0.0)))


def ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1 on, the mean rank for tied values."""
    found: FloatArray = stats.rankdata(values)
    return found


def no_spread(values: FloatArray, source: FloatArray) -> bool:
    """Whether the values are equal but for the rounding of those they were computed from."""
    return bool(np.ptp(values) <= ROUNDING * np.abs(source).max())


def near_one(values: FloatArray) -> FloatArray:
    """The values in a unit, a power of two, that makes the largest about 1 and loses no digit.

    For what does not depend on the unit: their squares neither overflow nor vanish.
    """
    found: FloatArray = np.ldexp(values, -np.frexp(np.abs(values).max())[1])
    return found


def t_two_samples(a: FloatArray, b: FloatArray, equal: bool) -> tuple[float, float, float]:
    """t, degrees of freedom and two-sided P; equal=False is Welch's test.

    Not scipy's: it warns when one of the groups is constant, where the test is well defined.
    """
    n, m = len(a), len(b)
    a, b = np.split(near_one(np.concatenate((a, b))), [n])
    own = float(a.var(ddof=1)), float(b.var(ddof=1))
    if equal:
        df = float(n + m - 2)
        square = ((n - 1) * own[0] + (m - 1) * own[1]) / df * (1 / n + 1 / m)
    else:
        first, second = own[0] / n, own[1] / m
        square = first + second
        df = 1 / ((first / square) ** 2 / (n - 1) + (second / square) ** 2 / (m - 1))
    t = float(a.mean() - b.mean()) / math.sqrt(square)
    return t, df, t_two_sided(t, df)


def rank_sum(a: FloatArray, b: FloatArray, continuity: bool) -> tuple[float, float]:
    """U of a and the two-sided P of the normal approximation, corrected for ties."""
    found = stats.mannwhitneyu(
        a, b, use_continuity=continuity, alternative="two-sided", method="asymptotic"
    )
    return float(found.statistic), float(found.pvalue)


def rank_sum_of_groups(groups: list[FloatArray]) -> float:
    """Kruskal and Wallis's H, corrected for ties."""
    return float(stats.kruskal(*groups).statistic)


def analysis_of_variance(groups: list[FloatArray]) -> tuple[float, float]:
    """F and P of one-way analysis of variance."""
    found = stats.f_oneway(*groups)
    return float(found.statistic), float(found.pvalue)


def equal_spread(groups: list[FloatArray]) -> tuple[float, float]:
    """Levene's F and P, distances from the means."""
    found = stats.levene(*groups, center="mean")
    return float(found.statistic), float(found.pvalue)


def binomial_limits(events: int, n: int, level: float) -> tuple[float, float]:
    """Clopper and Pearson's limits of a share."""
    limits = stats.binomtest(events, n).proportion_ci(level, method="exact")
    return float(limits.low), float(limits.high)

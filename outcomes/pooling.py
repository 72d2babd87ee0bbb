"""What do several imputed data sets say together? Rubin's rules."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from outcomes._imputation import rubin
from outcomes._numbers.arguments import expect_number
from outcomes._numbers.columns import FloatArray, one_of, read_only
from outcomes._numbers.distributions import f_tail, t_quantile, t_two_sided, two_sided_z
from outcomes._numbers.linear import in_own_errors, inverse, wald
from outcomes.sample import SampleError

__all__ = [
    "DenominatorRule",
    "Pooled",
    "PooledEstimate",
    "PooledTest",
    "pool",
    "pooled_chi_square",
    "pooled_wald",
]

SINGULAR = "not estimable: the covariance within the data sets is singular"
LARGEST = 1e150  # beyond it squares overflow

DenominatorRule = Literal["reiter", "li"]


@dataclass(frozen=True)
class PooledEstimate:
    """One coefficient from m analyses. All numbers are None, and reason is set, when not estimable.

    within, between, total : variances; total = within + (1 + 1/m) between.
    df : Barnard and Rubin 1999; df_rubin : Rubin 1987; both can be infinite. lower, upper, p by
    Student's t with df. relative_increase : of the variance, for missing values (r).
    missing_share : of the total variance (lambda). missing_information : fraction (fmi).
    """

    estimate: float | None
    within: float | None
    between: float | None
    total: float | None
    std_error: float | None
    df: float | None
    df_rubin: float | None
    t: float | None
    p: float | None
    lower: float | None
    upper: float | None
    relative_increase: float | None
    missing_share: float | None
    missing_information: float | None
    reason: str | None

    @classmethod
    def missing(cls, reason: str) -> PooledEstimate:
        """The estimate that does not exist."""
        return cls(*(None,) * 14, reason=reason)


@dataclass(frozen=True, eq=False)
class Pooled:
    """p coefficients from m analyses.

    within, between, total : (p, p) covariances, NaN where not estimable; read-only.
    complete_df : degrees of freedom the analysis would have without missing values.
    """

    m: int
    complete_df: float
    level: float
    estimates: tuple[PooledEstimate, ...]
    within: FloatArray
    between: FloatArray
    total: FloatArray


@dataclass(frozen=True)
class PooledTest:
    """An F test of df coefficients, df_denominator (can be infinite) below.

    statistic, p and what follows from them are None, and reason is set, when it does not exist.
    relative_increase : of the variance for missing values, averaged over the coefficients.
    """

    statistic: float | None
    df: int
    df_denominator: float | None
    p: float | None
    relative_increase: float | None
    reason: str | None = None


def pool(
    estimates: ArrayLike,
    covariances: ArrayLike,
    *,
    complete_df: float = math.inf,
    level: float = 0.95,
) -> Pooled:
    """Estimates of p coefficients in m completed data sets, put together by Rubin's rules.

    estimates : (m, p), m at least 2. covariances : (m, p, p). A coefficient that is NaN in one of
    them is not estimable. complete_df : degrees of freedom without missing values; for Cox events
    less coefficients, at least 1. level : of the limits.
    Raises SampleError (shapes, fewer than two analyses, a negative variance, a number that is
    infinite or beyond 1e150), ValueError (level outside 0 to 1).
    Source: Rubin 1987, chapter 3; Barnard and Rubin, Biometrika 1999;86:948-955.
    Checked: by hand, and against R mice::pool 3.15.0 (golden/imputation_pooled.csv) 1e-9. mice
    takes missing_share as at least 0.0001 for df; here it may be 0.

    >>> found = pool([[1.0], [2.0], [3.0]], [[[1.0]]] * 3).estimates[0]
    >>> found.estimate, found.within, found.between, round(found.total, 4), round(found.df, 4)
    (2.0, 1.0, 1.0, 2.3333, 6.125)
    """
    values, spread, m = _checked(estimates, covariances)
    two_sided_z(level)  # refuses a level outside 0 to 1
    expect_number(complete_df, "complete_df", "pass events less coefficients, or leave it out")
    if not complete_df > 0:
        raise SampleError(f"complete_df: must be positive, got {complete_df}; use at least 1")
    within = spread.mean(axis=0)
    off = values - values.mean(axis=0)
    between = off.T @ off / (m - 1)
    known = ~np.isnan(values)
    missing = ~known.all(axis=0) | np.isnan(np.diag(within))
    for matrix in (within, between):
        matrix[missing] = matrix[:, missing] = np.nan
    found = []
    for place in range(values.shape[1]):
        if missing[place]:
            bad = np.isnan(values[:, place]) | np.isnan(spread[:, place, place])
            found.append(
                PooledEstimate.missing(f"not estimable in {int(bad.sum())} of {m} data sets")
            )
            continue
        center, inner, outer = values[:, place].mean(), within[place, place], between[place, place]
        found.append(_pooled(float(center), float(inner), float(outer), m, complete_df, level))
    total = within + (1 + 1 / m) * between
    return Pooled(
        m,
        complete_df,
        level,
        tuple(found),
        *(read_only(matrix, np.float64) for matrix in (within, between, total)),
    )


def pooled_wald(
    pooled: Pooled, columns: Sequence[int] | None = None, *, rule: DenominatorRule = "reiter"
) -> PooledTest:
    """Are these coefficients all zero? Wald test on the pooled estimates (D1).

    columns : places of the coefficients, default all. rule : denominator degrees of freedom for
    complete data of finite size ("reiter") or not ("li"). The relative increase in variance is
    taken as equal for all combinations of the coefficients. Where Reiter's formula has no meaning
    (k (m - 1) of 4 or less, few complete degrees of freedom) Li's, with Barnard and Rubin's df in
    it, stands in. A singular covariance within the data sets: no number.
    Raises SampleError (a place twice, outside, or no whole number), ValueError (unknown rule).
    Source: Li, Raghunathan and Rubin, J Am Stat Assoc 1991;86:1065-1073; Reiter, Biometrika
    2007;94:502-508.
    Checked: by hand, and against R mice::D1 and mitml::testModels (golden/imputation_tests.csv)
    1e-9.

    >>> both = pool([[1.0, 0.0], [2.0, 1.0], [3.0, 2.0]], [[[1.0, 0.0], [0.0, 1.0]]] * 3)
    >>> test = pooled_wald(both, rule="li")
    >>> round(test.statistic, 4), test.df, round(test.df_denominator, 4), round(test.p, 4)
    (1.0714, 2, 9.1875, 0.3817)
    """
    one_of(rule, get_args(DenominatorRule), "rule")
    size = len(pooled.estimates)
    chosen = list(range(size)) if columns is None else list(columns)
    places = all(_is_place(place) and 0 <= place < size for place in chosen)
    if not places or len(set(chosen)) != len(chosen):
        raise SampleError(f"columns: {chosen} must be different places from 0 to {size - 1}")
    reasons = [pooled.estimates[place].reason for place in chosen]
    if not chosen or any(reasons):
        reason = next((r for r in reasons if r), "not estimable: no coefficient")
        return PooledTest(None, len(chosen), None, None, None, reason)
    part = np.ix_(chosen, chosen)
    k, m = len(chosen), pooled.m
    within, between = pooled.within[part], pooled.between[part]
    center = np.array([pooled.estimates[place].estimate for place in chosen], dtype=np.float64)
    without_increase = wald(*in_own_errors(center, within))
    if without_increase is None:
        return PooledTest(None, k, None, None, None, SINGULAR)
    increase = float((1 + 1 / m) * np.einsum("ij,ji->", between, inverse(within)) / k)
    statistic = without_increase / (k * (1 + increase))
    if rule == "li":
        df = rubin.li_df(k, m, increase)
    else:
        df = rubin.reiter_df(k, m, increase, pooled.complete_df)
    return PooledTest(statistic, k, df, f_tail(statistic, k, df), increase)


def pooled_chi_square(statistics: ArrayLike, df: int) -> PooledTest:
    """What do m chi-square tests say together (D2)? For tests without an estimate to pool.

    statistics : (m,) of the same test in each data set, m at least 2. df : of each. Rougher than
    pooled_wald; a likelihood ratio may be pooled with it.
    Raises SampleError (fewer than two, negative or missing statistics, df no whole number from
    1 on).
    Source: Li, Meng, Raghunathan and Rubin, Stat Sin 1991;1:65-92.
    Checked: by hand, and against R mice::D2 (golden/imputation_tests.csv) 1e-9.

    >>> test = pooled_chi_square([4.0, 9.0], df=1)
    >>> round(test.statistic, 4), round(test.relative_increase, 4), round(test.df_denominator, 4)
    (2.4286, 0.75, 5.4444)
    """
    found = _floats(statistics, "statistics")
    if found.ndim != 1 or len(found) < 2:
        raise SampleError("statistics: expected one number per data set, at least two")
    if not (np.isfinite(found) & (found >= 0)).all():
        raise SampleError("statistics: one is missing, infinite or negative; pool what exists")
    if not (isinstance(df, Real) and df >= 1 and df % 1 == 0):
        raise SampleError(f"df: must be a whole number and at least 1, got {df}")
    m = len(found)
    increase = float((1 + 1 / m) * np.sqrt(found).var(ddof=1))
    statistic = (float(found.mean()) / df - (m + 1) / (m - 1) * increase) / (1 + increase)
    below = math.inf
    if increase > rubin.NOTHING:
        below = df ** (-3 / m) * (m - 1) * (1 + 1 / increase) ** 2
    return PooledTest(statistic, df, below, f_tail(statistic, df, below), increase)


def _checked(estimates: ArrayLike, covariances: ArrayLike) -> tuple[FloatArray, FloatArray, int]:
    values, spread = _floats(estimates, "estimates"), _floats(covariances, "covariances")
    if values.ndim != 2 or len(values) < 2:
        raise SampleError(
            f"estimates: expected one row per data set, at least two, got shape {values.shape}"
        )
    m, p = values.shape
    if spread.shape != (m, p, p):
        raise SampleError(f"covariances: expected shape {(m, p, p)}, got {spread.shape}")
    if (np.abs(values) > LARGEST).any() or (np.abs(spread) > LARGEST).any():
        raise SampleError(
            f"estimates, covariances: one is infinite or beyond {LARGEST:g}; use NaN for what is "
            "not estimable"
        )
    if (np.einsum("mpp->mp", spread) < 0).any():
        raise SampleError("covariances: a variance is negative; check the analyses")
    return values, spread, m


def _floats(values: ArrayLike, name: str) -> FloatArray:
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as fault:
        raise SampleError(f"{name}: expected numbers, in rows of one length") from fault


def _is_place(value: object) -> bool:
    """Whether it is a whole number; True and False, as in a mask, are none."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def _pooled(
    center: float, inner: float, outer: float, m: int, complete_df: float, level: float
) -> PooledEstimate:
    extra = (1 + 1 / m) * outer
    total = inner + extra
    if inner <= rubin.NOTHING * total:
        return PooledEstimate.missing("not estimable: no variance within the data sets")
    share, increase = extra / total, extra / inner
    df = rubin.barnard_rubin_df(m, share, complete_df)
    error = math.sqrt(total)
    half = t_quantile(level, df) * error
    return PooledEstimate(
        estimate=center,
        within=inner,
        between=outer,
        total=total,
        std_error=error,
        df=df,
        df_rubin=rubin.rubin_df(m, share),
        t=center / error,
        p=t_two_sided(center / error, df),
        lower=center - half,
        upper=center + half,
        relative_increase=increase,
        missing_share=share,
        missing_information=(increase + 2 / (df + 3)) / (increase + 1),
        reason=None,
    )

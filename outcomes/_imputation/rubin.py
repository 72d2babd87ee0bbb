"""Which degrees of freedom does a pooled estimate have? Rubin's rules, number by number."""

from __future__ import annotations

import math

NOTHING = 1e-100  # a share of the variance below which its square would vanish


def observed_df(complete_df: float, share: float) -> float:
    """Of complete_df, those left when this share of the variance is due to missing values."""
    if math.isinf(complete_df):
        return math.inf
    return (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)


def rubin_df(m: int, share: float) -> float:
    """Source: Rubin 1987, (3.1.6). Infinite when the imputations agree."""
    return (m - 1) / share**2 if share > NOTHING else math.inf


def barnard_rubin_df(m: int, share: float, complete_df: float) -> float:
    """Never more than complete_df. Source: Barnard and Rubin, Biometrika 1999;86:948-955."""
    parts = (rubin_df(m, share), observed_df(complete_df, share))
    inverse = sum(1 / part for part in parts)
    return 1 / inverse if inverse > 0 else math.inf


def li_df(k: int, m: int, increase: float) -> float:
    """For k coefficients, complete data without end.

    Source: Li, Raghunathan and Rubin, J Am Stat Assoc 1991;86:1065-1073, (1.17) and (1.18).
    """
    t = k * (m - 1)
    if increase <= NOTHING:
        return math.inf
    if t > 4:
        return 4 + (t - 4) * (1 + (1 - 2 / t) / increase) ** 2
    return t * (1 + 1 / k) * (1 + 1 / increase) ** 2 / 2


def reiter_df(k: int, m: int, increase: float, complete_df: float) -> float:
    """For k coefficients, complete data of a known size.

    The expansion needs k (m - 1) > 4 and more complete degrees of freedom than it loses; where
    it has no meaning: Li's form for few imputations with Barnard and Rubin's df in it.
    Source: Reiter, Biometrika 2007;94:502-508.
    """
    if math.isinf(complete_df):
        return li_df(k, m, increase)
    t = k * (m - 1)
    if t > 4:
        a = max(increase, 0.0) * t / (t - 2)
        c0 = 1 / (t - 4)
        c1 = observed_df(complete_df, 0.0) - 2 * (1 + a)
        c2 = c1 - 2 * (1 + a)
        if c2 > 0:
            z = 1 / c2 + c0 * (
                a**2 * c1 / ((1 + a) ** 2 * c2)
                + 8 * a**2 * c1 / ((1 + a) * c2**2)
                + 4 * a**2 / ((1 + a) * c2)
                + 4 * a**2 / (c2 * c1)
                + 16 * a**2 * c1 / c2**3
                + 8 * a**2 / c2**2
            )
            return 4 + 1 / z
    return (k + 1) / 2 * barnard_rubin_df(m, increase / (1 + increase), complete_df)

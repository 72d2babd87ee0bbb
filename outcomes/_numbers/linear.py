"""How are covariance matrices inverted, and which of their columns are a combination of others?"""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import lapack  # type: ignore[import-untyped,unused-ignore]

from outcomes._numbers.columns import BoolArray, FloatArray

LEAST_PIVOT = 1e-10  # 1 - R^2 of an estimate on the others below which their test is rounding
DEPENDENT = 1e-11  # 1 - R^2 of a column on the columns before it


def inverse(matrix: FloatArray) -> FloatArray:
    """Inverse of a positive definite matrix, scaled to a unit diagonal first."""
    scale = 1 / np.sqrt(np.diag(matrix))
    result: FloatArray = np.linalg.inv(matrix * np.outer(scale, scale)) * np.outer(scale, scale)
    return (result + result.T) / 2


def framed(matrix: FloatArray, kept: list[int], p: int) -> FloatArray:
    """(p, p) the matrix in the rows and columns kept, NaN in the others."""
    if len(kept) == p:
        return matrix
    found = np.full((p, p), np.nan)
    found[np.ix_(kept, kept)] = matrix
    return found


def quadratic(vector: FloatArray, matrix: FloatArray) -> float:
    """vector' matrix^-1 vector for a positive definite matrix; 0 of nothing."""
    if not len(vector):  # LAPACK would complain, on the standard output
        return 0.0
    if len(vector) == 1:
        return float(vector[0] ** 2 / matrix[0, 0])
    factor, fault = lapack.dpotrf(matrix, lower=1)
    if not fault:
        white, _ = lapack.dtrtrs(factor, vector, lower=1)
        return float(white @ white)
    scale = 1 / np.sqrt(np.diag(matrix))
    part = vector * scale
    return float(part @ np.linalg.solve(matrix * np.outer(scale, scale), part))


def in_own_errors(estimate: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(p,) estimates in units of their own error, and (p, p) their correlations: no scale spoils
    an inverse then. NaN without a variance."""
    variance = covariance.diagonal()
    root = 1 / np.sqrt(np.where(variance > 0, variance, np.nan))
    return estimate * root, covariance * (root[:, None] * root)


def wald(score: FloatArray, correlation: FloatArray) -> float | None:
    """score' correlation^-1 score, of estimates in units of their own error.

    None when the correlation is singular to rounding or the statistic is NaN or infinite.
    """
    if len(score) == 1:
        statistic = float(score[0]) ** 2
    else:
        factor, fault = lapack.dpotrf(correlation, lower=1)
        if fault or not min(factor.diagonal().tolist()) ** 2 > LEAST_PIVOT:
            return None
        white, _ = lapack.dtrtrs(factor, score, lower=1)
        statistic = float(white @ white)
    return statistic if 0 <= statistic < math.inf else None


def independent(matrix: FloatArray, size: float) -> list[int]:
    """Columns of a covariance matrix that are no combination of those before them.

    size : what counts as a diagonal of ordinary size; rounding far below it counts as zero.
    """
    if _plainly_independent(matrix, size):
        return list(range(len(matrix)))
    left = matrix.copy()
    kept: list[int] = []
    for column in range(len(left)):
        own = matrix[column, column]
        if own <= DEPENDENT * size or left[column, column] <= DEPENDENT * own:
            continue
        kept.append(column)
        ratio = left[:, column] / left[column, column]
        left -= np.outer(ratio, left[column])
    return kept


def flat(matrix: FloatArray, size: float) -> BoolArray:
    """(p,) columns that hold nothing at all but rounding."""
    return np.asarray(matrix.diagonal() <= DEPENDENT * size, dtype=np.bool_)


def _plainly_independent(matrix: FloatArray, size: float) -> bool:
    """Whether all columns are, with room to spare; then no column by column search is needed."""
    own = matrix.diagonal()
    if not (own > DEPENDENT * size).all():
        return False
    factor, fault = lapack.dpotrf(matrix, lower=1)
    # The squared diagonal of the factor is what the columns before leave of each: 1 - R^2 of it.
    return not fault and bool((factor.diagonal() ** 2 > 1e3 * DEPENDENT * own).all())

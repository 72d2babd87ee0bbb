"""How is an incomplete factor drawn, given the other columns? Multinomial logistic regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._imputation.draws import Rng, backward, forward, informative
from outcomes._numbers.columns import BoolArray, FloatArray, Places

RIDGE = 1e-9  # keeps a nearly flat information factorable; far below its own error
MOST_ITERATIONS = 50
WIDEST = 4.0  # change of a linear predictor in one step; a wider step may overshoot
NEAR = 1e-2  # squared length of a step, in standard errors, within which the curvature stays
CONVERGED = 1e-9  # same: what is left is far below the error of the draw
ROWS = 2048  # rows whose products stay near the processor


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows for a regression: x (p, r), level (r,) from 0 on, weight (r,)."""

    x: FloatArray
    level: Places
    weight: FloatArray


@dataclass(frozen=True, eq=False)
class Choice:
    """A multinomial logistic regression of l levels, the first as reference.

    fitted, drawn : (l - 1, p). The draw is normal around the maximum.
    """

    fitted: FloatArray
    drawn: FloatArray


def augmentation(x_fit: FloatArray, x_fill: FloatArray, levels: int) -> Rows:
    """Rows that let no level be predicted perfectly: 2 per predictor and level.

    Each lies half a standard deviation off the means; together they weigh as much as there are
    coefficients per level.
    Source: White, Daniel and Royston, Comput Stat Data Anal 2010;54:2267-2275.
    """
    p, both = len(x_fit), np.concatenate((x_fit, x_fill), axis=1)
    mean, block = both.mean(axis=1), 2 * levels
    half, low, high = both.std(axis=1, ddof=1) / 2, both.min(axis=1), both.max(axis=1)
    ends = np.clip(mean[:, None] + half[:, None] * [1, -1], low[:, None], high[:, None])
    x = np.repeat(mean[:, None], block * (p - 1), axis=1)
    place = np.repeat(np.arange(1, p), block)
    x[place, np.arange(len(place))] = np.tile(ends[1:], levels).ravel()
    level = np.tile(np.repeat(np.arange(levels), 2), p - 1)
    return Rows(x, level, np.full(len(level), p / max(len(level), 1)))


def choice(
    level: Places,
    levels: int,
    x_fit: FloatArray,
    x_fill: FloatArray,
    usable: BoolArray,
    start: FloatArray,
    rng: Rng,
) -> Choice:
    """Regression of the level, (f,) from 0 to levels - 1, started at (levels - 1, p)."""
    kept, _ = informative(x_fit, usable)
    x, p = x_fit[kept], len(kept)
    more = augmentation(x, x_fill[kept], levels)
    rows = Rows(
        np.concatenate((x, more.x), axis=1),
        np.concatenate((level, more.level)),
        np.concatenate((np.ones(len(level)), more.weight)),
    )
    beta, lower = _maximum(rows, start[:, kept])
    noise = backward(lower, rng.standard_normal(len(lower))).reshape(-1, p)
    fitted, drawn = np.zeros_like(start), np.zeros_like(start)
    fitted[:, kept], drawn[:, kept] = beta, beta + noise
    return Choice(fitted, drawn)


def _maximum(rows: Rows, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Newton's method: (l - 1, p) coefficients and the Cholesky factor of their information."""
    is_level = np.equal.outer(np.arange(1, len(beta) + 1), rows.level)
    eta, gain = beta @ rows.x, np.inf
    lower: FloatArray = np.empty((0, 0))
    for _ in range(MOST_ITERATIONS):
        shares = probabilities(eta)[1:]
        if gain > NEAR:
            lower = np.asarray(np.linalg.cholesky(_information(rows, shares)), dtype=np.float64)
        score = ((is_level - shares) * rows.weight) @ rows.x.T
        half = forward(lower, score.ravel())
        gain = float(half @ half)
        step = backward(lower, half).reshape(beta.shape)
        further = step @ rows.x
        share = min(1.0, WIDEST / max(float(np.abs(further).max()), WIDEST))
        beta, eta = beta + share * step, eta + share * further
        if gain < CONVERGED:
            break
    return beta, lower


def probabilities(eta: FloatArray) -> FloatArray:
    """(l, rows) of the levels, from the linear predictors of all but the first."""
    top = np.maximum(eta.max(axis=0), 0.0)
    odds = np.concatenate((np.exp(-top)[None], np.exp(eta - top)))
    return np.asarray(odds / odds.sum(axis=0), dtype=np.float64)


def _information(rows: Rows, shares: FloatArray) -> FloatArray:
    """(l - 1) p square: the sum over rows of weight (diag(s) - s s') x x'."""
    others, p = len(shares), len(rows.x)
    result = np.zeros((others * p, others * p))
    root = np.sqrt(rows.weight)
    if others == 1:
        bent = rows.x * (root * np.sqrt(shares[0] * (1 - shares[0])))
        result += bent @ bent.T
    else:
        for first in range(0, len(root), ROWS):
            part = slice(first, first + ROWS)
            x, s = rows.x[:, part] * root[part], shares[:, part]
            for own in range(others):
                bent = x * np.sqrt(s[own])
                corner = slice(own * p, (own + 1) * p)
                result[corner, corner] += bent @ bent.T
            wide = (s[:, None] * x).reshape(others * p, -1)
            result -= wide @ wide.T
    result[np.diag_indices_from(result)] *= 1 + RIDGE
    return result


def levels_drawn(shares: FloatArray, rng: Rng) -> Places:
    """One level per row from its probabilities, (l, g): (g,)."""
    reached = np.cumsum(shares, axis=0)[:-1] < rng.random(shares.shape[1])
    return np.asarray(reached.sum(axis=0), dtype=np.intp)

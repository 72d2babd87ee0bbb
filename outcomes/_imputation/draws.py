"""How is an incomplete number drawn, given the other columns? Lines, their posterior, matching.

Shapes here and in _level_draws: p predictors of which the first is constant 1, f rows with a
known value, g rows to fill. x_fit : (p, f), x_fill : (p, g). usable : (p,) may take part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack  # type: ignore[import-untyped,unused-ignore]

from outcomes._numbers.columns import BoolArray, FloatArray, Places

Rng = np.random.Generator

CONSTANT = 1e-10  # share of the squares of a predictor that is left after its mean: rounding
COLLINEAR = 1e-4  # 1 - R^2 of a predictor on those before it that still adds something, as mice


def backward(lower: FloatArray, right: FloatArray) -> FloatArray:
    """x with lower' x = right."""
    return np.asarray(lapack.dtrtrs(lower.T, right)[0], dtype=np.float64)


def forward(lower: FloatArray, right: FloatArray) -> FloatArray:
    """x with lower x = right."""
    # LAPACK reads by columns: the transpose is an upper factor to it, without a copy.
    return np.asarray(lapack.dtrtrs(lower.T, right, trans=1)[0], dtype=np.float64)


def informative(x: FloatArray, usable: BoolArray) -> tuple[NDArray[np.intp], FloatArray]:
    """Usable predictors that are no combination of those before them, and the Cholesky factor.

    x : (p, f). Returns k places and the (k, k) lower factor of their sums of products.
    """
    places = np.flatnonzero(usable)
    gram: FloatArray = x @ x.T
    if len(places) < len(x):
        gram = gram[np.ix_(places, places)]
    raw = np.diag(gram)
    least = np.maximum(CONSTANT * raw, COLLINEAR * (raw - gram[0] ** 2 / gram[0, 0]))
    least[0] = 0.0
    try:
        lower = np.asarray(np.linalg.cholesky(gram), dtype=np.float64)
        kept = np.diag(lower) ** 2 > least
    except np.linalg.LinAlgError:
        kept = np.zeros(len(gram), dtype=np.bool_)
    if not kept.all():
        kept = _swept(gram, least)
        lower = np.asarray(np.linalg.cholesky(gram[np.ix_(kept, kept)]), dtype=np.float64)
    return places[kept], lower


def _swept(gram: FloatArray, least: FloatArray) -> BoolArray:
    """Columns that keep more than the least after regression on those kept before them."""
    left, kept = gram.copy(), np.zeros(len(gram), dtype=np.bool_)
    for place in range(len(gram)):
        kept[place] = left[place, place] > least[place]
        if kept[place]:
            left -= np.outer(left[:, place] / left[place, place], left[place])
    return kept


@dataclass(frozen=True, eq=False)
class Line:
    """A linear regression: least squares, (p,), and a draw from its posterior, (p,) and sigma."""

    fitted: FloatArray
    drawn: FloatArray
    sigma: float


def line(y: FloatArray, x_fit: FloatArray, usable: BoolArray, rng: Rng) -> Line:
    """Regression of y, (f,), and one draw under the flat prior.

    Source: Rubin, Multiple Imputation for Nonresponse in Surveys 1987, example 5.1.
    """
    kept, lower = informative(x_fit, usable)
    fitted, drawn = np.zeros(len(x_fit)), np.zeros(len(x_fit))
    fitted[kept] = backward(lower, forward(lower, (x_fit @ y)[kept]))
    rest = y - fitted @ x_fit
    sigma = float(np.sqrt(rest @ rest / rng.chisquare(max(len(y) - len(kept), 1))))
    drawn[kept] = fitted[kept] + sigma * backward(lower, rng.standard_normal(len(kept)))
    return Line(fitted, drawn, sigma)


def nearest(near: FloatArray, targets: FloatArray, donors: int, rng: Rng) -> Places:
    """For every target, the place of one of the nearest values, drawn evenly among donors.

    near : (f,), targets : (g,). Equal values are chosen from at random.
    """
    f, donors = len(near), min(donors, len(near))
    shuffled = rng.permutation(f)
    order = shuffled[np.argsort(near[shuffled])]
    ordered = near[order]
    right = np.searchsorted(ordered, targets)
    steps = np.arange(donors)
    # The donors to the right before those to the left: a stable sort prefers them when equal.
    around = right[:, None] + np.concatenate((steps, -1 - steps))
    inside = (around >= 0) & (around < f)
    around = np.where(inside, around, 0)
    distance = np.where(inside, np.abs(ordered[around] - targets[:, None]), np.inf)
    row = np.arange(len(targets))
    rank = rng.integers(donors, size=len(targets))
    chosen = np.argsort(distance, axis=1, kind="stable")[row, rank]
    return np.asarray(order[around[row, chosen]], dtype=np.intp)


def matched(found: Line, x_fit: FloatArray, x_fill: FloatArray, donors: int, rng: Rng) -> Places:
    """Donor of every row to fill, (g,): the fitted line of the known, the drawn of the missing.

    Source: type 1 matching, van Buuren, Flexible Imputation of Missing Data 2018, algorithm 3.3.
    """
    return nearest(found.fitted @ x_fit, found.drawn @ x_fill, donors, rng)

"""Where is the partial likelihood largest, and which coefficients run off to infinity?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.linalg.lapack import dpotrf, dtrtri

from outcomes._numbers.columns import BoolArray, FloatArray
from outcomes._regression.partial_likelihood import Slope

MOST_ITERATIONS = 200
CONVERGED = 1e-12  # squared length of the last step in standard errors; the next is its square
STILL_MOVING = 0.1  # change of the linear predictor that no estimable column can show then
FLAT = 1e-11  # share of the information at zero that is left: none, to rounding
VANISHED = 1e-6  # slope along a flat direction, in units of the error at zero: none
PART_OF_DIRECTION = 1e-3
UNSEEN = 1e-9  # change of a linear predictor that changes no digit anybody reports
PLAIN = 1e-3  # how far from FLAT every direction must be for the plain inverse
NEARER = 0.3  # a step from the score alone must be so much shorter than the one before it
MOST_SCORES = 4  # so many cost about as much as the information
CLOSE = 1e-5  # change of the linear predictor whose square changes no digit: no such step is needed
STRIDE = 4.0  # a column's change of the linear predictor in one step; beyond it a rare level's
# information can vanish before its maximum is reached, and look like a monotone likelihood
WIDEST = 500.0  # spread of the linear predictor beyond which weights would underflow
FAR = 1e6


class Likelihood(Protocol):
    """What Newton's method climbs. spread : (p,) largest less smallest value of each column."""

    @property
    def spread(self) -> FloatArray: ...

    def at(self, beta: FloatArray) -> Slope:
        """Value, gradient and information at beta."""

    def score(self, beta: FloatArray) -> FloatArray | None:
        """The gradient alone, where it costs much less than the information; else None."""

    def width(self, beta: FloatArray) -> float:
        """How far apart the linear predictors of rows that are compared are, at most."""

    def far(self, beta: FloatArray) -> float:
        """The log-likelihood alone, safe for coefficients so large that weights underflow."""


@dataclass(frozen=True, eq=False)
class Curvature:
    """Information compared with that at zero, direction by direction.

    covariance (p, p): inverse of the information where there is some. directions (p, m): where
    there is none left. A monotone likelihood ends there: each Newton step along it leaves 1/e.
    """

    covariance: FloatArray
    directions: FloatArray


@dataclass(frozen=True, eq=False)
class Optimum:
    """The maximum, or the limit the likelihood tends to.

    beta (p,); covariance (p, p) across the infinite directions; infinite (p,): columns that
    take part in one. log_likelihood is the finite limit. converged is False when the limit
    could not be followed.
    """

    beta: FloatArray
    log_likelihood: float
    covariance: FloatArray
    infinite: BoolArray
    iterations: int
    converged: bool


def whitening(null_information: FloatArray) -> FloatArray:
    """(p, p) change of coordinates in which the information at zero is the identity."""
    result: FloatArray = np.linalg.inv(np.linalg.cholesky(null_information)).T
    return result


def curvature(information: FloatArray, null_information: FloatArray) -> Curvature:
    """The information compared with that at zero."""
    covariance = _plain_inverse(information, null_information)
    if covariance is not None:
        return Curvature(covariance, np.empty((len(information), 0)))
    whiten = whitening(null_information)
    left, vectors = np.linalg.eigh(whiten.T @ information @ whiten)
    vectors = whiten @ vectors
    steep = left > FLAT
    covariance = (vectors[:, steep] / left[steep]) @ vectors[:, steep].T
    return Curvature(covariance, vectors[:, ~steep])


def _plain_inverse(information: FloatArray, null_information: FloatArray) -> FloatArray | None:
    """The inverse, when no direction can be flat: the sum of 1/left is far from 1/FLAT."""
    if not len(information):
        return information
    root, fault = dpotrf(information, lower=1)
    if fault:
        return None
    root, _ = dtrtri(root, lower=1)
    covariance: FloatArray = root.T @ root
    inverses = float(np.vdot(null_information, covariance))
    return covariance if 0 <= inverses < PLAIN / FLAT else None


def maximise(likelihood: Likelihood, start: Slope) -> Optimum:
    """Newton's method from zero; start is the slope there. Columns must be independent.

    Source: Newton-Raphson with step halving; each inverse of the information serves several steps,
    as the score alone is cheap (Shamanskii; Kelley, Solving Nonlinear Equations with Newton's Method,
    SIAM 2003, 1.5). The last step is taken without a new evaluation once it changes no linear
    predictor by more than UNSEEN, so no reported digit would change.
    """
    null, spread = start.information, likelihood.spread
    beta, slope = np.zeros(len(null)), start
    limit, iterations = start.log_likelihood, 0
    done, followed, away = not len(null), True, list[FloatArray]()
    bend = curvature(slope.information, null)
    while not done and followed and iterations < MOST_ITERATIONS:
        iterations += 1
        step = bend.covariance.dot(slope.score)
        gain = float(slope.score.dot(step))
        changes = np.abs(step) * spread  # of the linear predictor, by each column
        moving = float(np.maximum.reduce(changes))
        if moving < UNSEEN and gain < CONVERGED:
            beta, done = beta + step, True
            break
        room = WIDEST - _width(likelihood, beta, spread)
        if moving > STILL_MOVING and room < 1:
            # Deaths in perfect order: too steep to follow, but its limit is easily computed.
            limit, followed = likelihood.far(beta + FAR * step / moving), False
            away = [step]
            continue
        share = (
            min(1.0, room / float(np.add.reduce(changes)), STRIDE / moving) if moving > 0 else 1.0
        )
        if share == 1 and moving > CLOSE and not bend.directions.shape[1]:
            step = _onward(likelihood, bend.covariance, beta, slope.score, step)
        beta, slope = _uphill(likelihood, beta, slope, step, share)
        bend = curvature(slope.information, null)
        done = gain < CONVERGED and moving < STILL_MOVING
    # Where no information is left but a slope is, the maximum was not reached and is not infinite.
    pulls = [abs(float(direction @ slope.score)) for direction in bend.directions.T]
    return Optimum(
        beta,
        max(limit, slope.log_likelihood),
        bend.covariance,
        _taking_part([*bend.directions.T, *away], spread),
        iterations,
        converged=done and all(pull < VANISHED for pull in pulls),
    )


def _onward(
    likelihood: Likelihood,
    covariance: FloatArray,
    beta: FloatArray,
    score: FloatArray,
    step: FloatArray,
) -> FloatArray:
    """Newton's step from beta (p,), and what the scores alone add to it while they lead nearer.

    The inverse of the information at beta serves them all, bent by what the last step has shown of
    it. One is taken, and more where few of them end the search: else a new information leads there
    sooner.
    Source: Broyden, Fletcher, Goldfarb and Shanno's update without memory; Nocedal and Wright,
    Numerical Optimization, Springer 2006, 7.2.
    """
    whole, moving = step, float(np.maximum.reduce(np.abs(step) * likelihood.spread))
    while (there := likelihood.score(beta + whole)) is not None:
        fallen = score - there
        along = float(step.dot(fallen))
        if not along > 0:  # it may be no number at all
            break
        part = float(step.dot(there)) / along
        bent = covariance.dot(there - part * fallen)
        step = bent + step * (part - float(fallen.dot(bent)) / along)
        size = float(np.maximum.reduce(np.abs(step) * likelihood.spread))
        if not size < NEARER * moving:
            break
        whole, score, rate = whole + step, there, size / moving
        if not size * rate**MOST_SCORES <= UNSEEN <= size * rate:
            break
        moving = size
    return whole


def _width(likelihood: Likelihood, beta: FloatArray, spread: FloatArray) -> float:
    """How far apart the linear predictors are; their bound as long as that is harmless."""
    bound = float(np.abs(beta) @ spread)
    return bound if bound < WIDEST / 2 else likelihood.width(beta)


def _taking_part(directions: list[FloatArray], spread: FloatArray) -> BoolArray:
    """(p,) columns that change the linear predictor along one of the directions (p,)."""
    taking = np.zeros(len(spread), dtype=np.bool_)
    for direction in directions:
        size = np.abs(direction * spread)
        taking |= size > PART_OF_DIRECTION * size.max()
    return taking


def _uphill(
    likelihood: Likelihood, beta: FloatArray, slope: Slope, step: FloatArray, share: float
) -> tuple[FloatArray, Slope]:
    """This share of the step, halved until the likelihood does not fall."""
    floor = slope.log_likelihood - 1e-12 * (1 + abs(slope.log_likelihood))
    for _ in range(40):
        there = beta + share * step
        trial = likelihood.at(there)
        if trial.log_likelihood >= floor:
            return there, trial
        share /= 2
    return beta, slope

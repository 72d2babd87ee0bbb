"""Where is the partial likelihood times the root of its information largest? Firth's penalty."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from outcomes._numbers.columns import FloatArray, Places
from outcomes._numbers.linear import inverse
from outcomes._regression.partial_likelihood import PartialLikelihood, Slope

MOST_STEPS = 200
MOST_HALVINGS = 40
REMEMBERED = 4
# Share of a running total below which a difference is added up anew: the third moments, and steps
# that must not fall by more than rounding, ask for more digits than a Newton step does.
LOST = 1e-2
SETTLED = 1e-19  # squared length of a step in standard errors; the error left is as small
BLURRED = 1e-10  # the same, where rounding lets only such parts of a step not fall:
SHORTEST = 1e-3  # far out the information is nearly singular
LONGEST_STEP = 5.0  # change of a linear predictor in one step
WIDEST = 600.0  # spread of the linear predictor beyond which weights would underflow
CLOSE = 1e-10  # of the root of a likelihood ratio to the wanted normal quantile


@dataclass(frozen=True, eq=False)
class Penalised:
    """log L + log |I| / 2 of the rows of a partial likelihood, all its p columns independent.

    -inf where I is singular or the linear predictors are too far apart to be weighed. Each factor
    of the likelihood has a risk set, whose weighted moments up to the third are needed: Breslow
    has one factor per event day, Efron one per failure.
    Sources: Firth, Biometrika 1993;80:27-38; Heinze and Schemper, Biometrics 2001;57:114-119.
    """

    plain: PartialLikelihood

    @property
    def columns(self) -> int:
        return len(self.plain.spread)

    @cached_property
    def power(self) -> FloatArray:
        """(F,) how often each factor counts."""
        weight, sets = self.plain.failed_weight, self.plain.sets
        return (weight / sets.tied)[sets.block] if self.plain.shared else weight

    def at(self, beta: FloatArray) -> Slope:
        """The penalised log-likelihood, its gradient (p,) and the unpenalised information."""
        x, power = self.plain.values.T, self.power
        eta = self.plain.lowered(beta)
        if eta.min() < -WIDEST:
            return Slope(-math.inf, np.zeros(len(x)), np.zeros((len(x), len(x))))
        weight = np.exp(eta)
        if self.plain.sets.weight is not None:
            weight *= self.plain.sets.weight
        sums = _Sums.of(self.plain, weight)
        total = sums.over(weight)
        mean = sums.over(x * weight) / total
        second = self._second(sums, weight) / total
        covariance = second - mean[:, None] * mean
        information = covariance @ power
        sign, size = np.linalg.slogdet(information)
        if sign <= 0 or not math.isfinite(size):
            return Slope(-math.inf, np.zeros(len(x)), information)
        value = self.plain.sets.sum_failed(eta[self.plain.sets.failed]) - power @ np.log(total)
        inverted = inverse(information)
        # d log|I| = trace(I^-1 dI); dI is the third central moment of the columns.
        length = np.einsum("am,am->m", x, inverted @ x)
        third = sums.over(length * weight * x) / total
        third -= np.einsum("ab,abf->f", inverted, second) * mean
        third -= 2 * np.einsum("abf,bf->af", covariance, inverted @ mean)
        score = self.plain.failures - mean @ power + third @ power / 2
        return Slope(float(value + size / 2), score, information)

    def _second(self, sums: _Sums, weight: FloatArray) -> FloatArray:
        """(p, p, F) sums of products of two columns."""
        x = self.plain.values.T
        second = np.empty((len(x), len(x), len(self.power)))
        for place, column in enumerate(x):
            part = sums.over(x[place:] * (column * weight))
            second[place, place:] = second[place:, place] = part
        return second


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums over the risk set of each factor; lost : blocks whose sums must be taken anew."""

    plain: PartialLikelihood
    lost: Places

    @classmethod
    def of(cls, plain: PartialLikelihood, weight: FloatArray) -> _Sums:
        sets, none = plain.sets, np.empty(0, dtype=np.intp)
        if not len(sets.late):
            return cls(plain, none)
        everyone = sets.at_risk(weight)
        total = everyone - sets.gone(weight[sets.late])
        return cls(plain, np.flatnonzero(total < LOST * everyone))

    def over(self, values: FloatArray) -> FloatArray:
        """(..., F) from values (..., m) that carry their weight."""
        sets, rows = self.plain.sets, values.T
        sums = sets.at_risk(rows)
        if len(sets.late):
            sums -= sets.gone(rows[sets.late])
            for block in self.lost.tolist():
                sums[block] = rows[sets.members(block)].sum(axis=0)
        if not self.plain.shared:
            return sums.T
        died = np.add.reduceat(rows[sets.failed], sets.first_failed)
        result: FloatArray = sums[sets.block].T - self.plain.share * died[sets.block].T
        return result


@dataclass(frozen=True, eq=False)
class Peak:
    """The largest penalised likelihood when some coefficients are held; slope there."""

    beta: FloatArray
    slope: Slope
    steps: int
    converged: bool


def climb(likelihood: Penalised, beta: FloatArray, free: list[int]) -> Peak:
    """From beta up in the free coordinates, by quasi-Newton steps that halve until none falls.

    The information is the curvature but for the penalty's part, which the last steps teach: with
    few failures it is as large, and steps by the information alone would swing for ever.
    """
    slope = likelihood.at(beta)
    spread, square = likelihood.plain.spread[free], np.ix_(free, free)
    memory: list[tuple[FloatArray, FloatArray]] = []
    for steps in range(MOST_STEPS if free else 0):
        if slope.log_likelihood == -math.inf:
            return Peak(beta, slope, steps, converged=False)
        score = slope.score[free]
        step = _learnt_step(inverse(slope.information[square]), score, memory)
        left = float(score @ step)
        if left < SETTLED:
            return Peak(beta, slope, steps, converged=True)
        share = min(1.0, LONGEST_STEP / float(np.abs(step * spread).max()))
        floor = slope.log_likelihood - 1e-13 * (1 + abs(slope.log_likelihood))
        for _ in range(MOST_HALVINGS):
            trial = beta.copy()
            trial[free] += share * step
            there = likelihood.at(trial)
            if there.log_likelihood >= floor:
                break
            share /= 2
            if left < BLURRED and share < SHORTEST:
                return Peak(beta, slope, steps, converged=True)
        else:
            return Peak(beta, slope, steps, converged=False)
        memory = [*memory[1 - REMEMBERED :], (share * step, score - there.score[free])]
        beta, slope = trial, there
    return Peak(beta, slope, 0, converged=slope.log_likelihood > -math.inf and not free)


def _learnt_step(
    inverted: FloatArray, score: FloatArray, memory: list[tuple[FloatArray, FloatArray]]
) -> FloatArray:
    """Inverse curvature times score: the inverted information, corrected by the last steps.

    memory : steps and what the score lost on them, oldest first.
    Source: the limited-memory update of Nocedal, Math Comput 1980;35:773-782.
    """
    pairs = [(step, lost, float(step @ lost)) for step, lost in memory if step @ lost > 0]
    left, shares = score.copy(), []
    for step, lost, curved in reversed(pairs):
        shares.append(float(step @ left) / curved)
        left -= shares[-1] * lost
    result: FloatArray = inverted @ left
    for step, lost, curved in pairs:
        result += (shares.pop() - float(lost @ result) / curved) * step
    return result


def held_at(likelihood: Penalised, peak: Peak, place: int, value: float) -> Peak:
    """The peak with one coefficient held at a value, starting where the surface falls least."""
    inverted = inverse(peak.slope.information)
    start = peak.beta + inverted[place] / inverted[place, place] * (value - peak.beta[place])
    start[place] = value
    return climb(likelihood, start, [one for one in range(likelihood.columns) if one != place])


def profile_limit(likelihood: Penalised, peak: Peak, place: int, z: float) -> float | None:
    """The value, above the peak's for z > 0, at which twice the loss of the profile is z^2.

    Newton's method on the signed root of the loss, which is nearly straight, kept between the
    values known to lie inside and outside. None when the limit is too far away to be computed.
    """
    error = math.sqrt(inverse(peak.slope.information)[place, place])
    inside, outside = float(peak.beta[place]), None
    value, here = inside + z * error, peak
    for _ in range(100):
        if abs(value) * likelihood.plain.spread[place] > WIDEST:
            return None
        there = held_at(likelihood, here, place, value)
        # Too far out to be computed is too far out: the limit lies before.
        root, slope = math.copysign(math.inf, z), 0.0
        if there.converged:
            here = there
            loss = max(peak.slope.log_likelihood - here.slope.log_likelihood, 0.0)
            root = math.copysign(math.sqrt(2 * loss), z)
            slope = -float(here.slope.score[place]) / root if root else 0.0
        if abs(root - z) < CLOSE:
            return value
        if abs(root) < abs(z):
            inside = value
        else:
            outside = value
        value = value - (root - z) / slope if slope > 0 else inside
        value = _between(value, inside, outside, 2 * abs(z) * error, z)
    return None


def _between(value: float, inside: float, outside: float | None, stride: float, z: float) -> float:
    """The value, or a safe one when it leaves what is known to hold the limit."""
    if outside is None:
        farthest = inside + math.copysign(stride, z)
        return value if min(inside, farthest) < value <= max(inside, farthest) else farthest
    if min(inside, outside) < value < max(inside, outside):
        return value
    return (inside + outside) / 2

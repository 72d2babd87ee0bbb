"""How likely is it that exactly these died, of all the sets of as many? Exact partial likelihood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from outcomes._numbers.columns import FloatArray, Places, SampleError
from outcomes._regression.partial_likelihood import Slope
from outcomes._regression.risk_sets import RiskSets

GROWTH = 300.0  # exp of it and of its negative, times any sum of rows, are ordinary numbers


@dataclass(frozen=True, eq=False)
class Pile:
    """Rows in an order in which each risk set is the first so many of them.

    rows : (m,) places among the columns. sizes, deaths : (K,) rows at risk and deaths per day.
    """

    rows: Places
    sizes: Places
    deaths: Places


@dataclass(frozen=True, eq=False)
class Draw:
    """k rows drawn from the first j of a pile, j = k..m, each set as likely as its weights' product.

    log_total : (m - k + 1,) log of the sum over all sets, the elementary symmetric function.
    mean : (p, m - k + 1) expected sum of the columns. covariance : (q, m - k + 1) of that sum,
    the q = p (p + 1) / 2 pairs of np.triu_indices.
    """

    log_total: FloatArray
    mean: FloatArray
    covariance: FloatArray


@dataclass(frozen=True, eq=False)
class ExactLikelihood:
    """The exact (discrete, conditional logistic) partial likelihood of m rows ever at risk.

    At each event day the d who died are compared with every set of d at risk.

    values : (m, p). spread : (p,) largest less smallest value. offset : (m,) or None.
    failed : (m,) 1.0 where the row died.
    Sources: Cox, J R Stat Soc B 1972;34:187-220, section 6; sums over sets by the recursion of
    Gail, Lubin and Rubinstein, Biometrika 1981;68:703-707, here on means and covariances.
    """

    values: FloatArray
    spread: FloatArray
    offset: FloatArray | None
    failed: FloatArray
    piles: tuple[Pile, ...]

    def take(self, columns: list[int]) -> ExactLikelihood:
        """The same rows with some of the columns."""
        some = np.take(self.values, columns, axis=1)
        return replace(self, values=some, spread=self.spread[columns])

    def predictor(self, beta: FloatArray) -> FloatArray:
        """(m,) linear predictor with the offset."""
        eta: FloatArray = self.values @ beta
        return eta if self.offset is None else eta + self.offset

    def width(self, beta: FloatArray) -> float:
        """How far apart the linear predictors are, at most."""
        return float(np.ptp(self.predictor(beta)))

    def at(self, beta: FloatArray) -> Slope:
        """Value, gradient and information at beta (p,)."""
        p = self.values.shape[1]
        eta = self.predictor(beta)
        value, score = float(eta @ self.failed), self.failed @ self.values
        pairs = np.zeros(p * (p + 1) // 2)
        for pile in self.piles:
            columns = self.values[pile.rows].T
            centre = columns.mean(axis=1)
            for draw, at, k in _days(pile, eta[pile.rows], columns - centre[:, None]):
                value -= float(draw.log_total[at].sum())
                score -= draw.mean[:, at].sum(axis=1) + k * len(at) * centre
                pairs += draw.covariance[:, at].sum(axis=1)
        return Slope(value, score, _square(pairs, p))

    def score(self, beta: FloatArray) -> None:
        """Its gradient costs as much as all the rest."""

    def far(self, beta: FloatArray) -> float:
        """The log-likelihood alone; everything is in logarithms, so no coefficient is too large."""
        eta = self.predictor(beta)
        value = float(eta @ self.failed)
        for pile in self.piles:
            for draw, at, _ in _days(pile, eta[pile.rows], np.empty((0, len(pile.rows)))):
                value -= float(draw.log_total[at].sum())
        return value


def _square(pairs: FloatArray, p: int) -> FloatArray:
    """(p, p) from the pairs of np.triu_indices."""
    full = np.zeros((p, p))
    full[np.triu_indices(p)] = pairs
    return full + np.triu(full, 1).T


def _days(pile: Pile, eta: FloatArray, columns: FloatArray) -> Iterator[tuple[Draw, Places, int]]:
    """For each number of deaths k: the draws of k, and where among them the days with k stand."""
    p, m = columns.shape
    first, second = np.triu_indices(p)
    draw = Draw(np.zeros(m + 1), np.zeros((p, m + 1)), np.zeros((len(first), m + 1)))
    for k in range(1, int(pile.deaths.max()) + 1):
        longest = int(pile.sizes[pile.deaths >= k].max())
        draw = _one_more(draw, eta[k - 1 : longest], columns[:, k - 1 : longest], first, second)
        here = pile.sizes[pile.deaths == k] - k
        if len(here):
            yield draw, here, k


def _one_more(
    draw: Draw, eta: FloatArray, columns: FloatArray, first: Places, second: Places
) -> Draw:
    """From draws of k - 1 to draws of k: the last row drawn is i, the others from before i.

    A mixture over i: its mean is the running mean of their means; its covariance the running
    mean of their covariances and of what each i adds by pulling the mean, as in Welford's update.
    Nothing is subtracted but neighbouring means, so no digits are lost however large k is.
    """
    m = len(eta)
    log_weight = eta + draw.log_total[:m]
    log_total = np.logaddexp.accumulate(log_weight)
    total = draw.mean[:, :m] + columns
    parts = _parts(log_total)
    mean = _running_mean(total, log_weight, log_total, parts)
    others = np.exp(log_total[:-1] - log_total[1:])  # share of the sets without row i
    pull = total[:, 1:] - mean[:, :-1]
    within = draw.covariance[:, :m].copy()
    within[:, 1:] += pull[first] * (others * pull)[second]
    return Draw(log_total, mean, _running_mean(within, log_weight, log_total, parts))


def _parts(log_total: FloatArray) -> list[slice]:
    """Stretches within which the totals grow by no more than exp(GROWTH)."""
    step = np.floor((log_total - log_total[0]) / GROWTH)
    edges = [0, *(np.flatnonzero(np.diff(step)) + 1).tolist(), len(log_total)]
    return [slice(low, high) for low, high in pairwise(edges)]


def _running_mean(
    values: FloatArray, log_weight: FloatArray, log_total: FloatArray, parts: list[slice]
) -> FloatArray:
    """(r, m) mean of values[:, : j + 1] with the weights, for every j."""
    mean = np.empty_like(values)
    for part in parts:
        end = log_total[part.stop - 1]
        weight = np.exp(log_weight[part] - end)
        total = np.cumsum(weight)
        here = np.multiply(values[:, part], weight, out=mean[:, part])
        if part.start:
            before = np.exp(log_total[part.start - 1] - end)
            total += before
            here[:, 0] += before * mean[:, part.start - 1]
        np.cumsum(here, axis=1, out=here)
        here /= total
    return mean


def exact_likelihood(
    sets: RiskSets, values: FloatArray, spread: FloatArray, offset: FloatArray | None = None
) -> ExactLikelihood:
    """The likelihood of rows in the order of their risk sets: values (m, p), offset (m,).

    Raises SampleError for case weights other than 1. Without late entry the risk sets of a stratum
    are nested and share one pile; a stratum with late entry has a pile for every event day.
    """
    if sets.weight is not None and (sets.weight != 1).any():
        odd = int(sets.order[sets.weight != 1].min())
        raise SampleError(
            f"weight: row {odd} does not count as one, and a set of deaths has no meaning then; "
            "repeat the rows, or use ties='efron' or 'breslow'"
        )
    failed = np.zeros(len(sets.order))
    failed[sets.failed] = 1.0
    piles = tuple(pile for stratum in sets.strata for pile in _piles(sets, stratum))
    return ExactLikelihood(values, spread, offset, failed, piles)


def _piles(sets: RiskSets, stratum: slice) -> list[Pile]:
    ends = np.append(sets.starts[1:], len(sets.order))
    first, last = int(sets.starts[stratum.start]), int(ends[stratum.stop - 1])
    if ((sets.late >= first) & (sets.late < last)).any():
        blocks = range(stratum.start, stratum.stop)
        members = [(sets.members(block), sets.tied[block : block + 1]) for block in blocks]
        return [Pile(rows, np.array([len(rows)]), died) for rows, died in members]
    return [Pile(np.arange(first, last), ends[stratum] - first, sets.tied[stratum])]

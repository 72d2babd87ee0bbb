"""How likely are the observed failures under given coefficients? Cox's partial likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from outcomes._numbers.columns import CHUNK_ROWS, FloatArray, Places
from outcomes._regression.risk_sets import LOST, RiskSets, efron_share

Ties = Literal["breslow", "efron", "exact"]


@dataclass(frozen=True, eq=False)
class Slope:
    """Log partial likelihood, its gradient (p,) and the observed information (p, p)."""

    log_likelihood: float
    score: FloatArray
    information: FloatArray


@dataclass(frozen=True, eq=False)
class _Sums:
    """Per block: total weight at risk, tied weight of those who fail, and blocks to sum anew."""

    total: FloatArray
    tied: FloatArray
    lost: Places


@dataclass(frozen=True, eq=False)
class _Shares:
    """Sums over the d failures of a block, the l-th of which leaves 1 - share_l * tied/total:
    of 1/left, share/left, 1/left^2, share/left^2, share^2/left^2, each (K,), times the mean case
    weight of the failures; and of log left over everything. Breslow and untied: share 0."""

    once: FloatArray
    again: FloatArray
    full: FloatArray
    half: FloatArray
    rest: FloatArray
    logs: float


@dataclass(frozen=True, eq=False)
class PartialLikelihood:
    """The partial likelihood of m rows in the order of their risk sets, for p columns.

    values : (m, p), a row in one piece. offset : (m,) or None. spread : (p,) largest less
    smallest value of each column in a stratum.
    Sources: Breslow, Biometrics 1974;30:89-99; Efron, J Am Stat Assoc 1977;72:557-565.
    """

    values: FloatArray
    spread: FloatArray
    sets: RiskSets
    efron: bool
    offset: FloatArray | None = None

    def take(self, columns: list[int]) -> PartialLikelihood:
        """The same rows with some of the columns."""
        if columns == list(range(len(self.spread))):
            return self
        some = np.take(self.values, columns, axis=1)  # a row stays in one piece
        return replace(self, values=some, spread=self.spread[columns])

    def predictor(self, beta: FloatArray) -> FloatArray:
        """(m,) linear predictor, offset included."""
        eta: FloatArray = self.values @ beta
        return eta if self.offset is None else eta + self.offset

    def lowered(self, beta: FloatArray) -> FloatArray:
        """(m,) linear predictor less the largest of its stratum: the likelihood is the same."""
        eta = self.predictor(beta)
        return self.sets.less(eta, np.maximum.reduceat(eta, self.sets.first_rows))

    def width(self, beta: FloatArray) -> float:
        """How far apart the linear predictors of a stratum are, at most."""
        return float(self.sets.widths(self.predictor(beta)).max())

    @cached_property
    def shared(self) -> bool:
        """Whether tied failures share the risk set (Efron, and there are ties)."""
        return self.efron and len(self.sets.failed) > len(self.sets.starts)

    @cached_property
    def share(self) -> FloatArray:
        """(E,) Efron's l/d for the l-th of d tied failures."""
        return efron_share(self.sets.tied)

    @cached_property
    def failed_weight(self) -> FloatArray:
        """(K,) case weights of the failures of each block, added up."""
        if self.sets.weight is None:
            return self.sets.tied.astype(np.float64)
        result: FloatArray = np.add.reduceat(
            self.sets.weight[self.sets.failed], self.sets.first_failed
        )
        return result

    @cached_property
    def failures(self) -> FloatArray:
        """(p,) sum of the values of those who failed."""
        ones = np.zeros(len(self.values))
        ones[self.sets.failed] = (
            1.0 if self.sets.weight is None else self.sets.weight[self.sets.failed]
        )
        result: FloatArray = ones @ self.values
        return result

    @cached_property
    def late_values(self) -> FloatArray:
        return self.values[self.sets.late]

    def at(self, beta: FloatArray) -> Slope:
        """Value, gradient and information at beta (p,)."""
        sets = self.sets
        eta = self.lowered(beta)
        value = sets.sum_failed(eta[sets.failed])
        weight = np.exp(eta, out=eta)
        if sets.weight is not None:
            weight *= sets.weight
        sums = self._sums(weight)
        shares = self._shares(sums)
        value -= float(self.failed_weight @ np.log(sums.total)) + shares.logs
        mean, tied_mean = self._means(weight, sums)
        score = self.failures - shares.once @ mean
        load = sets.hazard_of(shares.once / sums.total)
        if self.shared:
            score += shares.again @ tied_mean
            load[sets.failed] -= (shares.again / sums.total)[sets.block]
        load *= weight
        information = self._inner(load) - self._outer(mean, tied_mean, shares)
        return Slope(value, score, information)

    def _sums(self, weight: FloatArray) -> _Sums:
        sets = self.sets
        tied = np.add.reduceat(weight[sets.failed], sets.first_failed)
        everyone = sets.at_risk(weight)
        lost: Places = np.empty(0, dtype=np.intp)
        total = everyone
        if len(sets.late):
            total = everyone - sets.gone(weight[sets.late])
            lost = np.flatnonzero(total < LOST * everyone)
            for block in lost.tolist():
                total[block] = weight[sets.members(block)].sum()
        return _Sums(total, tied, lost)

    def _shares(self, sums: _Sums) -> _Shares:
        once, none = self.failed_weight, np.zeros(0)
        if not self.shared:
            return _Shares(once, none, once, none, none, 0.0)
        first, block, share = self.sets.first_failed, self.sets.block, self.share
        left = 1 - share * (sums.tied / sums.total)[block]
        mean_weight = once / self.sets.tied
        logs = float(mean_weight @ np.add.reduceat(np.log(left), first))
        one = np.divide(1.0, left, out=left)
        part = share * one
        columns = np.array((one, part, one * one, part * one, part * part))
        once, again, full, half, rest = mean_weight * np.add.reduceat(columns, first, axis=1)
        return _Shares(once, again, full, half, rest, logs)

    def _means(self, weight: FloatArray, sums: _Sums) -> tuple[FloatArray, FloatArray]:
        """(K, p) weighted mean of the risk sets; (K, p) the part of it from those who fail."""
        sets, each = self.sets, 1 / sums.total[:, None]
        blocks = sets.by_block(weight, self.shared) @ self.values
        mean = sets.accumulate(blocks[: len(each)])
        if len(sets.late):
            mean -= sets.gone(self.late_values * weight[sets.late, None])
            for block in sums.lost.tolist():
                rows = sets.members(block)
                mean[block] = weight[rows] @ self.values[rows]
        mean *= each
        return mean, blocks[len(each) :] * each if self.shared else mean

    def _inner(self, load: FloatArray) -> FloatArray:
        """values' diag(load) values."""
        m, p = self.values.shape
        inner, buffer = np.zeros((p, p)), np.empty((min(m, CHUNK_ROWS), p))
        for first in range(0, m, CHUNK_ROWS):
            rows = self.values[first : first + CHUNK_ROWS]
            part = load[first : first + CHUNK_ROWS, None]
            inner += np.multiply(rows, part, out=buffer[: len(rows)]).T @ rows
        return inner

    def _outer(self, mean: FloatArray, tied_mean: FloatArray, shares: _Shares) -> FloatArray:
        """Sum over failures of the outer products of the risk sets' means."""
        full = mean * shares.full[:, None]
        if not self.shared:
            return np.asarray(mean.T @ full)
        half = shares.half[:, None]
        full -= tied_mean * half
        return np.asarray(
            mean.T @ full - tied_mean.T @ (mean * half - tied_mean * shares.rest[:, None])
        )

    def far(self, beta: FloatArray) -> float:
        """The log-likelihood alone, safe for coefficients so large that weights underflow."""
        sets, eta = self.sets, self.predictor(beta)
        sizes = eta if sets.weight is None else eta + np.log(sets.weight)
        total = np.logaddexp.reduceat(sizes, sets.starts)
        for stratum in sets.strata:
            total[stratum] = np.logaddexp.accumulate(total[stratum])
        if len(sets.late):
            blocks = range(len(total))
            total = np.array([np.logaddexp.reduce(sizes[sets.members(one)]) for one in blocks])
        value = sets.sum_failed(eta[sets.failed]) - self.failed_weight @ total
        if self.shared:
            tied = np.logaddexp.reduceat(sizes[sets.failed], sets.first_failed)
            ratio = np.exp(tied - total)[sets.block]
            left = np.add.reduceat(np.log1p(-self.share * ratio), sets.first_failed)
            value -= float(self.failed_weight / sets.tied @ left)
        return float(value)

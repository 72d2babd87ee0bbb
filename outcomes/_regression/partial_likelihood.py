"""How likely are the observed failures under given coefficients? Cox's partial likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from outcomes._numbers.columns import FloatArray
from outcomes._numbers.row_sums import weighted_square
from outcomes._regression.risk_sets import LOST, RiskSets, efron_share
from outcomes._regression.rows import Rows

Ties = Literal["breslow", "efron", "exact"]
NONE = np.empty(0)


@dataclass(frozen=True, eq=False)
class Slope:
    """Log partial likelihood, its gradient (p,) and the observed information (p, p)."""

    log_likelihood: float
    score: FloatArray
    information: FloatArray

    def take(self, columns: list[int]) -> Slope:
        """The slope in some of the columns."""
        if columns == list(range(len(self.score))):
            return self
        part = self.information[np.ix_(columns, columns)]
        return Slope(self.log_likelihood, self.score[columns], part)


class _Shares(NamedTuple):
    """How often each block counts, when the l-th of its d failures leaves left_l = 1 - share_l *
    tied/total of its risk set. Breslow and untied: share 0.

    once : (K,) sums over the failures of 1/left, times their mean case weight. Of the t failures
    and T blocks with ties alone, left (t,), over_left (5, t) the powers of Ties, each divided by
    left, and again (T,) the sums of share/left.
    """

    once: FloatArray
    left: FloatArray
    over_left: FloatArray
    again: FloatArray


class _Squares(NamedTuple):
    """The sums of 1/left^2, times the mean case weight, (K,), and of share/left^2 and
    share^2/left^2 of the T blocks with ties alone, (T,): what the information needs besides."""

    full: FloatArray
    half: FloatArray
    rest: FloatArray


@dataclass(frozen=True, eq=False)
class PartialLikelihood:
    """The partial likelihood of m rows in the order of their risk sets, for p columns.

    rows : their values, centred in each stratum: then no linear predictor that Newton's method
    allows is too large for exp. offset : (m,), at most 0, or None. spread : (p,)
    largest less smallest value of each column in a stratum.
    Sources: Breslow, Biometrics 1974;30:89-99; Efron, J Am Stat Assoc 1977;72:557-565.
    """

    rows: Rows
    spread: FloatArray
    sets: RiskSets
    efron: bool
    offset: FloatArray | None = None

    def take(self, columns: list[int]) -> PartialLikelihood:
        """The same rows with some of the columns."""
        if columns == list(range(len(self.spread))):
            return self
        return replace(self, rows=self.rows.take(columns), spread=self.spread[columns])

    @property
    def values(self) -> FloatArray:
        """(m, p), a row in one piece."""
        return self.rows.values

    def predictor(self, beta: FloatArray) -> FloatArray:
        """(m,) linear predictor, offset included."""
        eta = self.rows.times(beta)
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
        return self.rows.total(ones)

    @cached_property
    def failed_offset(self) -> float:
        """Sum of the offsets of those who failed."""
        return 0.0 if self.offset is None else self.sets.sum_failed(self.offset[self.sets.failed])

    @cached_property
    def late_values(self) -> FloatArray:
        return self.values[self.sets.late]

    def at(self, beta: FloatArray) -> Slope:
        """Value, gradient and information at beta (p,)."""
        weight = self._weight(beta)
        total, lost = self._totals(weight)
        shares = self._shares(weight, total)
        value = float(self.failures.dot(beta)) + self.failed_offset
        value -= float(self.failed_weight.dot(np.log(total)))
        if self.shared:
            value -= float(self.sets.ties.powers[0].dot(np.log(shares.left)))
        load = self._load(weight, total, shares)
        score = self.failures - self.rows.total(load)
        mean, tied_mean = self._means(weight, total, lost)
        squares = self._squares(shares)
        information = self.rows.square(load) - self._outer(mean, tied_mean, squares)
        return Slope(value, score, information)

    def score(self, beta: FloatArray) -> FloatArray:
        """The gradient (p,) alone: no sum of (m, p) over the risk sets is needed."""
        weight = self._weight(beta)
        total, _ = self._totals(weight)
        load = self._load(weight, total, self._shares(weight, total))
        return self.failures - self.rows.total(load)

    def _weight(self, beta: FloatArray) -> FloatArray:
        """(m,) relative hazard, times the case weight."""
        eta = self.predictor(beta)
        weight = np.exp(eta, out=eta)
        if self.sets.weight is not None:
            weight *= self.sets.weight
        return weight

    def _load(self, weight: FloatArray, total: FloatArray, shares: _Shares) -> FloatArray:
        """(m,) the hazard that each row met while it was at risk, with its own relative hazard:
        the number of failures expected of it."""
        load = self.sets.hazard_of(shares.once / total)
        if self.shared:
            ties = self.sets.ties
            load[ties.rows] -= (shares.again / total.take(ties.blocks)).take(ties.own)
        load *= weight
        return load

    def _totals(self, weight: FloatArray) -> tuple[FloatArray, list[int]]:
        """(K,) total weight at risk, and the blocks whose sums must be taken anew."""
        sets = self.sets
        everyone = sets.at_risk(weight)
        if not len(sets.late):
            return everyone, []
        total = everyone - sets.gone(weight[sets.late])
        lost: list[int] = np.flatnonzero(total < LOST * everyone).tolist()
        for block in lost:
            total[block] = weight[sets.members(block)].sum()
        return total, lost

    def _shares(self, weight: FloatArray, total: FloatArray) -> _Shares:
        if not self.shared:
            return _Shares(self.failed_weight, NONE, NONE, NONE)
        ties = self.sets.ties
        tied = np.add.reduceat(weight.take(ties.rows), ties.first)
        tied /= total.take(ties.blocks)
        left = 1 - ties.share * tied.take(ties.own)
        over_left = ties.powers / left
        tied_once, again = np.add.reduceat(over_left[:2], ties.first, axis=1)
        once = self.failed_weight.copy()
        once[ties.blocks] = tied_once
        return _Shares(once, left, over_left, again)

    def _squares(self, shares: _Shares) -> _Squares:
        if not self.shared:
            return _Squares(shares.once, NONE, NONE)
        ties = self.sets.ties
        tied_full, half, rest = np.add.reduceat(
            shares.over_left[2:] / shares.left, ties.first, axis=1
        )
        full = self.failed_weight.copy()
        full[ties.blocks] = tied_full
        return _Squares(full, half, rest)

    def _means(
        self, weight: FloatArray, total: FloatArray, lost: list[int]
    ) -> tuple[FloatArray, FloatArray]:
        """(K, p) weighted mean of the risk sets; (T, p) the part of it from those who fail, of the
        blocks with ties."""
        sets, each = self.sets, 1 / total[:, None]
        mean, tied_mean = sets.weighted(self.values, weight, self.shared)
        if len(sets.late):
            mean -= sets.gone(self.late_values * weight[sets.late, None])
            for block in lost:
                rows = sets.members(block)
                mean[block] = weight[rows] @ self.values[rows]
        mean *= each
        if self.shared:
            tied_mean *= each.take(sets.ties.blocks, axis=0)
        return mean, tied_mean

    def _outer(self, mean: FloatArray, tied_mean: FloatArray, squares: _Squares) -> FloatArray:
        """Sum over failures of the outer products of the risk sets' means."""
        outer = weighted_square(mean, squares.full)
        if self.shared:
            part = mean.take(self.sets.ties.blocks, axis=0)
            part *= squares.half[:, None]
            part -= tied_mean * (squares.rest / 2)[:, None]
            product = part.T @ tied_mean
            product += product.T
            outer -= product
        return outer

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

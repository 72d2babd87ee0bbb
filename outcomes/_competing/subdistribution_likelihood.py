"""How likely are the events of one cause among others? Fine and Gray's pseudo-likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from outcomes._competing.subdistribution_sets import (
    CensoringGroup,
    SubdistributionSets,
)
from outcomes._numbers.columns import FloatArray, Places
from outcomes._numbers.running import sums_of_first, sums_of_rest
from outcomes._regression.partial_likelihood import Slope

NUMBERS_AT_ONCE = 1 << 16  # few calls for small samples, buffers that stay in the cache for large
AT_ONCE = 4096  # patients whose 20 columns stay in the cache between two steps


@dataclass(frozen=True, eq=False)
class Hazard:
    """At some coefficients: loads (n,) exp(eta - shift), and per event day their total (K,) over
    those at risk, the jump (K,) of the subdistribution hazard that a load of 1 meets, and the
    weighted mean (p, K) of the values."""

    load: FloatArray
    shift: float
    total: FloatArray
    jump: FloatArray
    mean: FloatArray


@dataclass(frozen=True, eq=False)
class SubdistributionLikelihood:
    """The weighted partial likelihood, Breslow's for ties.

    values : (p, n) columns in the order of the sets. spread : (p,) largest less smallest value.
    Source: Fine and Gray, J Am Stat Assoc 1999;94:496-509, in sums that run once over the patients
    (Kawaguchi et al., R J 2021;12(2):43-60).
    """

    values: FloatArray
    spread: FloatArray
    sets: SubdistributionSets

    def take(self, columns: list[int]) -> SubdistributionLikelihood:
        """The same patients with some of the columns."""
        if len(columns) == len(self.values):
            return self
        return replace(self, values=self.values[columns], spread=self.spread[columns])

    def predictor(self, beta: FloatArray) -> FloatArray:
        """(n,) linear predictor."""
        eta: FloatArray = beta @ self.values
        return eta

    def width(self, beta: FloatArray) -> float:
        """How far apart the linear predictors are, at most."""
        return float(np.ptp(self.predictor(beta)))

    @cached_property
    def failures(self) -> FloatArray:
        """(p,) sum of the values of those whom the cause ended."""
        result: FloatArray = self.values[:, self.sets.failed].sum(axis=1)
        return result

    @cached_property
    def staying(self) -> tuple[FloatArray, ...]:
        """(1 + p, s) ones and values of those who stay after another cause, over G at their end,
        per group."""
        return tuple(
            np.vstack((np.ones(len(one.staying)), self.values[:, one.staying])) / one.staying_kept
            for one in self.sets.groups
        )

    def sums(self, load: FloatArray) -> FloatArray:
        """(1 + p, K) weighted sums over the risk sets of a load (n,), and of the values times it."""
        p, n = self.values.shape
        sums = np.empty((1 + p, len(self.sets.day)))
        height = max(1, NUMBERS_AT_ONCE // n)
        for low in range(0, 1 + p, height):
            some = slice(low, low + height)
            columns = self.values[max(low - 1, 0) : low + height - 1] * load
            columns = columns if low else np.vstack((load, columns))
            sums[some] = self.sets.followed(columns)
            for group, staying in zip(self.sets.groups, self.staying, strict=True):
                sums[some] += group.at_event_days(staying[some] * load[group.staying])
        return sums

    def at(self, beta: FloatArray) -> Slope:
        """Value, gradient and information at beta (p,)."""
        sets, found = self.sets, self.hazard(beta)
        value = float(self.failures @ beta - sets.deaths @ (np.log(found.total) + found.shift))
        met = found.load * sets.met(found.jump)
        score = self.failures - self.values @ met
        information = _weighted_square(self.values, met)
        information -= _weighted_square(found.mean, sets.deaths)
        return Slope(value, score, information)

    def hazard(self, beta: FloatArray) -> Hazard:
        """Loads, totals, jumps and means at beta (p,)."""
        eta = self.predictor(beta)
        shift = float(eta.max())
        eta -= shift
        load = np.exp(eta, out=eta)
        sums = self.sums(load)
        total = sums[0]
        return Hazard(load, shift, total, self.sets.deaths / total, sums[1:] / total)

    def far(self, beta: FloatArray) -> float:
        """The log-likelihood alone, safe for coefficients so large that loads underflow."""
        sets, eta = self.sets, self.predictor(beta)
        total = np.logaddexp.accumulate(eta)[sets.at_risk - 1]
        for group in sets.groups:
            if len(group.runs):
                weighted = eta[group.staying] - np.log(group.staying_kept)
                more = np.full(len(total), -np.inf)
                more[group.next_event] = np.logaddexp.reduceat(weighted, group.runs)
                with np.errstate(divide="ignore"):  # weight 0 is minus infinity, rightly
                    more = np.logaddexp.accumulate(more) + np.log(group.share)
                total = np.logaddexp(total, more)
        return float(eta[sets.failed].sum() - sets.deaths @ total)

    def influence(self, found: Hazard) -> FloatArray:
        """(p, n) what each patient adds to the score, the estimation of G included.

        Source: eta_i + psi_i of Fine and Gray, section 3; as in cmprsk::crr a censoring day
        also bears on the events of that same day. crr adds the censoring term of one group up
        over the competing events of all groups; here, as G is estimated within a group, only
        over those of the same group. With a single group the two are the same.
        """
        sets, load, jump, mean = self.sets, found.load, found.jump, found.mean
        result = sets.met(mean * jump)
        result -= self.values * sets.met(jump)
        result *= load
        result[:, sets.failed] += self.values[:, sets.failed]
        result[:, sets.failed] -= mean[:, sets.seen[sets.failed] - 1]
        for group in sets.groups:
            if len(group.leave) and len(group.competing):
                result[:, group.rows] += self._of_censoring(group, load, jump, mean)
        return result

    def _of_censoring(
        self, group: CensoringGroup, load: FloatArray, jump: FloatArray, mean: FloatArray
    ) -> FloatArray:
        """(p, m) what each patient of a group adds through the curve of its censoring."""
        weight = load[group.competing] / group.kept
        still = sums_of_rest(jump * group.share)[group.ahead]
        still_mean = _columns(sums_of_rest(mean * (jump * group.share)), group.ahead)
        weighted = _columns(
            sums_of_first(_columns(self.values, group.competing) * weight), group.gone
        )
        # What the score gains when nobody is censored on this day.
        gain = weighted * still - sums_of_first(weight)[group.gone] * still_mean
        gain /= group.at_risk
        result = _columns(-sums_of_first(gain * (group.leave / group.at_risk)), group.ends)
        result[:, group.censored] += gain[:, group.ends[group.censored] - 1]
        return result


def _columns(values: FloatArray, places: Places) -> FloatArray:
    """values[:, places], the quick way."""
    return np.take(values, places, axis=1, mode="clip")


def _weighted_square(values: FloatArray, weight: FloatArray) -> FloatArray:
    """values diag(weight) values'."""
    square = np.zeros((len(values), len(values)))
    for low in range(0, values.shape[1], AT_ONCE):
        part = values[:, low : low + AT_ONCE]
        square += (part * weight[low : low + AT_ONCE]) @ part.T
    return square

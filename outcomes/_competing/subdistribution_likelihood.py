"""How likely are the events of one cause among others? Fine and Gray's pseudo-likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from outcomes._competing.subdistribution_sets import (
    CensoringGroup,
    SubdistributionSets,
)
from outcomes._numbers.columns import FloatArray
from outcomes._numbers.row_sums import sums_of_first_rows, sums_of_rest_rows, weighted_square
from outcomes._numbers.running import sums_of_first, sums_of_rest
from outcomes._regression.partial_likelihood import Slope


@dataclass(frozen=True, eq=False)
class Hazard:
    """At some coefficients: loads (n,) exp(eta), and per event day their total (K,) over those at
    risk, the jump (K,) of the subdistribution hazard that a load of 1 meets, and the
    weighted mean (K, p) of the values."""

    load: FloatArray
    total: FloatArray
    jump: FloatArray
    mean: FloatArray


@dataclass(frozen=True, eq=False)
class SubdistributionLikelihood:
    """The weighted partial likelihood, Breslow's for ties.

    values : (n, p), a row in one piece, in the order of the sets, centred: then no linear predictor
    that Newton's method allows is too large for exp. spread : (p,) largest less smallest value.
    Source: Fine and Gray, J Am Stat Assoc 1999;94:496-509, in sums that run once over the patients
    (Kawaguchi et al., R J 2021;12(2):43-60).
    """

    values: FloatArray
    spread: FloatArray
    sets: SubdistributionSets

    def take(self, columns: list[int]) -> SubdistributionLikelihood:
        """The same patients with some of the columns."""
        if len(columns) == len(self.spread):
            return self
        some = np.take(self.values, columns, axis=1)  # a row stays in one piece
        return replace(self, values=some, spread=self.spread[columns])

    def predictor(self, beta: FloatArray) -> FloatArray:
        """(n,) linear predictor."""
        eta: FloatArray = self.values @ beta
        return eta

    def width(self, beta: FloatArray) -> float:
        """How far apart the linear predictors are, at most."""
        return float(np.ptp(self.predictor(beta)))

    @cached_property
    def failures(self) -> FloatArray:
        """(p,) sum of the values of those whom the cause ended."""
        result: FloatArray = self.values[self.sets.failed].sum(axis=0)
        return result

    def at(self, beta: FloatArray) -> Slope:
        """Value, gradient and information at beta (p,)."""
        sets, found = self.sets, self.hazard(beta)
        value = float(self.failures @ beta - sets.deaths @ np.log(found.total))
        met = found.load * sets.met(found.jump)
        score = self.failures - met @ self.values
        information = weighted_square(self.values, met)
        information -= weighted_square(found.mean, sets.deaths)
        return Slope(value, score, information)

    def score(self, beta: FloatArray) -> FloatArray:
        """The gradient (p,) alone."""
        load = np.exp(self.predictor(beta))
        met = load * self.sets.met(self.sets.deaths / self.sets.total(load))
        result: FloatArray = self.failures - met @ self.values
        return result

    def hazard(self, beta: FloatArray) -> Hazard:
        """Loads, totals, jumps and means at beta (p,)."""
        eta = self.predictor(beta)
        load = np.exp(eta, out=eta)
        total, mean = self.sets.total(load), self.sets.sums(self.values, load)
        mean /= total[:, None]
        return Hazard(load, total, self.sets.deaths / total, mean)

    def far(self, beta: FloatArray) -> float:
        """The log-likelihood alone, safe for coefficients so large that loads underflow."""
        sets, eta = self.sets, self.predictor(beta)
        total = np.logaddexp.accumulate(eta)[sets.at_risk - 1]
        for group in sets.groups:
            if len(group.staying):
                weighted = eta[group.staying] - np.log(group.staying_kept)
                more = np.logaddexp.accumulate(weighted)[group.newest]
                with np.errstate(divide="ignore"):  # weight 0 is minus infinity, rightly
                    more += np.log(group.still)
                total = np.logaddexp(total, more)
        return float(eta[sets.failed].sum() - sets.deaths @ total)

    def influence(self, found: Hazard) -> FloatArray:
        """(n, p) what each patient adds to the score, the estimation of G included.

        Source: eta_i + psi_i of Fine and Gray, section 3; as in cmprsk::crr a censoring day
        also bears on the events of that same day. crr adds the censoring term of one group up
        over the competing events of all groups; here, as G is estimated within a group, only
        over those of the same group. With a single group the two are the same.
        """
        sets, load, jump, mean = self.sets, found.load, found.jump, found.mean
        result = sets.met(mean * jump[:, None])
        result -= self.values * sets.met(jump)[:, None]
        result *= load[:, None]
        result[sets.failed] += self.values[sets.failed] - mean[sets.seen[sets.failed] - 1]
        for group in sets.groups:
            if len(group.leave) and len(group.competing):
                result[group.rows] += self._of_censoring(group, load, jump, mean)
        return result

    def _of_censoring(
        self, group: CensoringGroup, load: FloatArray, jump: FloatArray, mean: FloatArray
    ) -> FloatArray:
        """(m, p) what each patient of a group adds through the curve of its censoring."""
        weight, later = load[group.competing] / group.kept, jump * group.share
        still = sums_of_rest(later)[group.ahead]
        still_mean = sums_of_rest_rows(mean * later[:, None]).take(group.ahead, axis=0)
        weighted = self.values.take(group.competing, axis=0) * weight[:, None]
        # What the score gains when nobody is censored on this day.
        gain = sums_of_first_rows(weighted).take(group.gone, axis=0) * still[:, None]
        gain -= sums_of_first(weight)[group.gone][:, None] * still_mean
        gain /= group.at_risk[:, None]
        won = sums_of_first_rows(gain * (group.leave / -group.at_risk)[:, None])
        result = won.take(group.ends, axis=0)
        result[group.censored] += gain.take(group.ends[group.censored] - 1, axis=0)
        return result

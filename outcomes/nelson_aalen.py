"""How much risk has accumulated over time? Nelson-Aalen, and the survival that follows from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from outcomes._curves.day_table import Sums
from outcomes._curves.drawing import CurveVariance, Drawn, Steps, draw, draw_by
from outcomes._numbers.columns import Counts, FloatArray, IntArray, one_of
from outcomes._numbers.distributions import two_sided_z
from outcomes._numbers.steps import row_at, span
from outcomes.curve import Curve, Interval
from outcomes.sample import Survival
from outcomes.terms import Factor

# What happens to patients who die on the same day: all at once (R ctype=1), or one after the
# other, so that ties count as if the day had been split (Fleming and Harrington, R ctype=2).
TiedDeaths = Literal["together", "one by one"]
HazardScale = Literal["log", "plain"]
FARTHEST = 700.0  # exp of more overflows


@dataclass(frozen=True, eq=False)
class HazardCurve:
    """A cumulative hazard: one row per distinct observed day, k rows, in order.

    at_risk, died, censored : (k,) counts of rows. hazard : (k,) just after the events of the day.
    variance : (k,). Arrays are read-only.
    """

    n: int
    events: int
    day: IntArray
    at_risk: Counts
    died: Counts
    censored: Counts
    hazard: FloatArray
    variance: FloatArray

    def __repr__(self) -> str:
        return f"HazardCurve(n={self.n}, events={self.events}, {span(self.day)})"

    def at(self, day: float) -> float:
        """Cumulative hazard at a day, carried forward beyond the last one."""
        row = row_at(self.day, day)
        return 0.0 if row < 0 else float(self.hazard[row])

    def std_error_at(self, day: float) -> float:
        """Standard error of the cumulative hazard; 0 before the first event."""
        row = row_at(self.day, day)
        return 0.0 if row < 0 else math.sqrt(self.variance[row])

    def interval_at(self, day: float, kind: HazardScale = "log", level: float = 0.95) -> Interval:
        """Limits at a day; log : H exp(-+ z SE/H), none before the first event; plain : H -+ z SE.

        log is what R draws for survfit(stype=2, conf.type="log-log") on the scale -log S.
        Raises ValueError (negative day, another kind, level outside (0, 1)).
        Source: Klein and Moeschberger 2003, section 4.3.
        Checked: by hand; log against R's log-log limits (golden/curves_hazard.csv), 1e-9.
        """
        one_of(kind, get_args(HazardScale), "kind")
        hazard, error = self.at(day), self.std_error_at(day)
        if kind == "plain":
            return Interval.around(hazard, error, level, kind, least=0.0)
        z = two_sided_z(level)
        if hazard == 0:
            return Interval(None, None, level, kind)
        factor = math.exp(min(z * error / hazard, FARTHEST))
        return Interval(hazard / factor, hazard * factor, level, kind)


def nelson_aalen(
    sample: Survival,
    *,
    ties: TiedDeaths = "together",
    variance: CurveVariance | None = None,
    cluster: ArrayLike | None = None,
) -> HazardCurve:
    """Cumulative hazard, the sum of deaths over patients at risk.

    sample : n rows; late entry and case weights as in kaplan_meier, variance and cluster too.
    variance : "model" is the sum of d/n^2, one by one of 1/n_j^2 with n_j those still left.
    Raises as kaplan_meier, ValueError (other ties).
    Source: Nelson, Technometrics 1972;14:945-966; Aalen, Ann Stat 1978;6:701-726; one by one:
    Fleming and Harrington, Commun Stat 1984;13:2469-2486.
    Checked: by hand, and against R survival::survfit(ctype = 1, 2) (golden/curves_hazard.csv), 1e-9.

    >>> nelson_aalen(Survival([5, 8, 8, 12], [True, True, True, False])).hazard.round(4).tolist()
    [0.25, 0.9167, 0.9167]
    """
    return _hazard_curve(draw(sample, _steps(ties), variance, cluster))


def nelson_aalen_by(
    sample: Survival,
    groups: Factor,
    *,
    ties: TiedDeaths = "together",
    variance: CurveVariance | None = None,
    cluster: ArrayLike | None = None,
) -> dict[str, HazardCurve]:
    """One cumulative hazard per level, in the order of levels; empty levels are left out.

    sample, ties, variance, cluster : as in nelson_aalen.
    Raises as nelson_aalen, and SampleError when groups has other rows than the sample.
    Source: as nelson_aalen.
    Checked: against nelson_aalen of each group, and R (golden/curves_hazard.csv), relative 1e-9.

    >>> graft = Factor("graft", ["BM", "PB"], [0, 0, 1, 1])
    >>> found = nelson_aalen_by(Survival([5, 8, 8, 12], [True, True, False, True]), graft)
    >>> {level: curve.at(8) for level, curve in found.items()}
    {'BM': 1.5, 'PB': 0.0}
    """
    found = draw_by(sample, groups, _steps(ties), variance, cluster)
    return {level: _hazard_curve(one) for level, one in found.items()}


def survival_from_hazard(
    sample: Survival,
    *,
    ties: TiedDeaths = "together",
    variance: CurveVariance | None = None,
    cluster: ArrayLike | None = None,
) -> Curve:
    """Survival as exp(-H), with H the cumulative hazard; it never falls to 0.

    sample, ties, variance, cluster : as in nelson_aalen. Raises as nelson_aalen.
    Source: Fleming and Harrington, Commun Stat 1984;13:2469-2486 (with ties="one by one");
    ties="together" is Breslow's estimate.
    Checked: against R survival::survfit(stype = 2, ctype = 1, 2) (golden/curves_hazard.csv), 1e-9.

    >>> curve = survival_from_hazard(Survival([5, 8, 8, 12], [True, True, True, False]))
    >>> round(curve.at(5), 4)
    0.7788
    """
    return draw(sample, _steps(ties), variance, cluster).curve


def _hazard_curve(found: Drawn) -> HazardCurve:
    curve, hazard = found
    counts = (curve.day, curve.at_risk, curve.died, curve.censored)
    return HazardCurve(curve.n, curve.events, *counts, hazard, curve.log_variance)


def _steps(ties: TiedDeaths) -> partial[Steps]:
    one_of(ties, get_args(TiedDeaths), "ties")
    return partial(_hazard_steps, one_by_one=ties == "one by one")


def _hazard_steps(rows: Sums, weighted: Sums, *, one_by_one: bool) -> Steps:
    died, at_risk = weighted.died[0], weighted.at_risk[0].astype(np.float64)
    if not one_by_one:
        part = died / at_risk**2
        return Steps(died / at_risk, part, lowers=part, raises=1 / at_risk - part, product=False)
    count = rows.died[0]
    each = np.where(count > 0, died / np.maximum(count, 1), 1.0)  # mean weight of those who die
    first, second = _one_by_one(count, at_risk / each)
    lowers = second / each
    total = np.where(count > 0, at_risk / np.maximum(count, 1) * second / each**2, 0.0)
    return Steps(first, lowers, lowers=lowers, raises=total - lowers, product=False)


def _one_by_one(count: Counts, at_risk: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Sums of 1/m and 1/m^2 over m = at_risk, at_risk - 1, ... for each day's deaths."""
    day = np.repeat(np.arange(len(count)), count)
    before = np.arange(len(day)) - (np.cumsum(count) - count)[day]
    left = at_risk[day] - before
    first, second = np.zeros(len(count)), np.zeros(len(count))
    np.add.at(first, day, 1 / left)
    np.add.at(second, day, 1 / left**2)
    return first, second

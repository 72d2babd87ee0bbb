"""Are the hazards proportional, or does a coefficient change over time?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from outcomes._numbers.columns import FloatArray, IntArray, SampleError, one_of
from outcomes._numbers.distributions import ranks
from outcomes._numbers.linear import independent, inverse, quadratic
from outcomes._regression.columns import term_test
from outcomes._regression.fitted import analysed_of, refuse_exact
from outcomes._regression.hazards import Hazards, hazards
from outcomes.coefficients import TermsByName, TermTest
from outcomes.cox import CoxFit
from outcomes.kaplan_meier import kaplan_meier
from outcomes.reasons import Reason
from outcomes.results import Test, chi_square_result
from outcomes.sample import Survival

__all__ = ["ProportionalHazards", "Transform", "proportional_hazards"]

Transform = Literal["km", "rank", "identity", "log"]


@dataclass(frozen=True)
class ProportionalHazards(TermsByName[TermTest]):
    """One test per term, in the order of the model, and one of all terms together.

    transform names the scale of time on which a trend of the coefficient is looked for.
    """

    transform: Transform
    terms: tuple[TermTest, ...]
    overall: Test


def proportional_hazards(fit: CoxFit, transform: Transform = "km") -> ProportionalHazards:
    """Score test of x * g(day) added to the model, term by term and for all terms.

    transform g: km, one less the Kaplan-Meier estimate just before the day (all rows analysed, no
    weights, no strata); rank of the day among all rows; identity, the day; log of the day.
    A statistic is None, with a reason, when the events carry no information on a trend.
    This is the exact score test of survival 3.0 and later; the approximation in older versions and
    in lifelines (constant variance over time) differs by 10-100 %.
    Raises SampleError (log with an event on day 0, ties="exact", infinite coefficient), ValueError
    (unknown transform).
    Source: Grambsch and Therneau, Biometrika 1994;81:515-526; Therneau, package survival,
    vignette "validation", chapter on cox.zph.
    Checked: by hand, and against R survival::cox.zph 3.5-3 with terms = TRUE
    (golden/diagnostics_zph.csv), relative 1e-6.

    >>> from outcomes.cox import cox
    >>> from outcomes.sample import Survival
    >>> from outcomes.terms import Numeric
    >>> fit = cox(Survival([1, 2, 3, 4], [1, 1, 0, 1]), [Numeric("x", [1, 0, 1, 0])])
    >>> round(proportional_hazards(fit, "identity").overall.statistic, 3)
    1.414
    """
    one_of(transform, get_args(Transform), "transform")
    refuse_exact(fit, "tests of proportional hazards")
    analysed = analysed_of(fit)
    trend = _trend(analysed.sample, hazards(analysed), transform)
    columns = fit.model.columns

    def test(places: list[int]) -> Test:
        return trend.test([analysed.kept.index(place) for place in places])

    terms = tuple(term_test(own.term, columns, test, Reason.NO_TREND) for own in fit.terms)
    return ProportionalHazards(transform, terms, test(columns.kept))


@dataclass(frozen=True, eq=False)
class _Trend:
    """Score of the q trends, and their information given the q coefficients, on equal scales."""

    score: FloatArray
    information: FloatArray
    events: int

    def test(self, columns: list[int]) -> Test:
        """Of some trends together; no number when the events do not show them."""
        part = self.information[np.ix_(columns, columns)]
        if len(independent(part, self.events)) < len(columns):
            return Test(None, len(columns), None)
        return chi_square_result(quadratic(self.score[columns], part), len(columns))


def _trend(sample: Survival, risks: Hazards, transform: Transform) -> _Trend:
    q = risks.x.shape[1]
    if not q:
        return _Trend(np.zeros(0), np.zeros((0, 0)), 0)
    g = _time_scale(sample, risks.day, transform)
    g = g - np.average(g, weights=risks.deaths)
    g /= np.abs(g).max() or 1.0
    events = int(risks.deaths.sum())
    parts = [risks.information(g**power) for power in range(3)]
    size = np.sqrt(np.diag(parts[0]) / events)  # so that no unit spoils the inverse
    none, once, twice = (part / np.outer(size, size) for part in parts)
    slot = (
        risks.of_deaths(risks.weight[:, None] * risks.x) - risks.died_weight[:, None] * risks.mean
    )
    return _Trend(g @ slot / size, twice - once @ inverse(none) @ once, events)


def _time_scale(sample: Survival, day: IntArray, transform: Transform) -> FloatArray:
    """(K,) g(day)."""
    if transform == "identity":
        return day.astype(np.float64)
    if transform == "log":
        if day.min() == 0:
            raise SampleError("transform: log of day 0 does not exist; use km, rank or identity")
        return np.asarray(np.log(day), dtype=np.float64)
    if transform == "rank":
        observed, place = np.unique(sample.days, return_index=True)
        rank = ranks(sample.days.astype(np.float64))
        return rank[place][np.searchsorted(observed, day)]
    curve = kaplan_meier(Survival(sample.days, sample.event, entry=sample.entry))
    before = np.concatenate(([1.0], curve.survival))
    return np.asarray(1 - before[np.searchsorted(curve.day, day)], dtype=np.float64)

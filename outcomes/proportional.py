"""Are the hazards proportional, or does a coefficient change over time?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.stats import rankdata

from outcomes._numbers.columns import FloatArray, IntArray, SampleError
from outcomes._numbers.linear import independent, inverse, quadratic
from outcomes._regression.fitted import analysed_of, refuse_exact
from outcomes._regression.hazards import Hazards, hazards
from outcomes.coefficients import TermTest
from outcomes.cox import CoxFit
from outcomes.results import Test, chi_square_result
from outcomes.sample import Survival

__all__ = ["ProportionalHazards", "Transform", "proportional_hazards"]

Transform = Literal["km", "rank", "identity", "log"]

NOTHING = "not testable: no coefficient of the term is estimated"
NO_CHANGE = "not testable: the events do not show a change over time"


@dataclass(frozen=True)
class ProportionalHazards:
    """One test per term, in the order of the model, and one of all terms together.

    transform names the scale of time on which a trend of the coefficient is looked for.
    """

    transform: Transform
    terms: tuple[TermTest, ...]
    overall: Test

    def term(self, name: str) -> TermTest:
        """The test of a term. Raises KeyError for an unknown name."""
        for test in self.terms:
            if test.term == name:
                return test
        raise KeyError(f"no term {name!r}; there are {[test.term for test in self.terms]}")


def proportional_hazards(fit: CoxFit, transform: Transform = "km") -> ProportionalHazards:
    """Score test of x * g(day) added to the model, term by term and for all terms.

    transform g: km, one less the Kaplan-Meier estimate just before the day (all rows analysed, no
    weights, no strata); rank of the day among all rows; identity, the day; log of the day.
    A statistic is None, with a reason, when the events carry no information on a trend.
    This is the exact score test of survival 3.0 and later; the approximation in older versions and
    in lifelines (constant variance over time) differs by 10-100 %.
    Raises SampleError (unknown transform, log with an event on day 0, ties="exact", infinite
    coefficient).
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
    if transform not in get_args(Transform):
        raise SampleError(f"transform: expected one of {get_args(Transform)}, got {transform!r}")
    refuse_exact(fit, "tests of proportional hazards")
    analysed = analysed_of(fit)
    trend = _trend(analysed.sample, hazards(analysed), transform)
    columns: dict[str, list[int]] = {test.term: [] for test in fit.terms}
    for place, column in enumerate(analysed.kept):
        columns[analysed.labels[column].term].append(place)
    terms = tuple(_term_test(name, trend, mine) for name, mine in columns.items())
    whole = _term_test("", trend, list(range(len(analysed.kept))))
    return ProportionalHazards(transform, terms, Test(whole.statistic, whole.df, whole.p))


@dataclass(frozen=True, eq=False)
class _Trend:
    """Score of the q trends, and their information given the q coefficients, on equal scales."""

    score: FloatArray
    information: FloatArray
    events: int


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
        ranks: FloatArray = rankdata(sample.days)
        return ranks[place][np.searchsorted(observed, day)]
    return 1 - _survival_before(sample, day)


def _survival_before(sample: Survival, day: IntArray) -> FloatArray:
    """(K,) Kaplan-Meier estimate just before each day; without weights and strata, as R."""
    event_day, died = np.unique(sample.days[sample.event], return_counts=True)
    at_risk = sample.n - np.searchsorted(np.sort(sample.days), event_day)
    if sample.entry is not None:
        at_risk -= sample.n - np.searchsorted(np.sort(sample.entry), event_day)
    before = np.concatenate(([1.0], np.cumprod(1 - died / at_risk)))
    return before[np.searchsorted(event_day, day)]


def _term_test(name: str, trend: _Trend, columns: list[int]) -> TermTest:
    if not columns:
        return TermTest(name, None, 0, None, NOTHING)
    information = trend.information[np.ix_(columns, columns)]
    if len(independent(information, trend.events)) < len(columns):
        return TermTest(name, None, len(columns), None, NO_CHANGE)
    test = chi_square_result(quadratic(trend.score[columns], information), len(columns))
    return TermTest(name, test.statistic, len(columns), test.p)

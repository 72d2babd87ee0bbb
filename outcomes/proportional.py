"""Are the hazards proportional, or does a coefficient change over time?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from outcomes._fits.fitted import analysed_of, refuse_exact
from outcomes._numbers.columns import FloatArray, IntArray, SampleError, one_of
from outcomes._numbers.distributions import ranks
from outcomes._numbers.linear import independent, inverse, quadratic
from outcomes._numbers.printed import aligned_cells, short
from outcomes._regression.columns import term_test
from outcomes._regression.hazards import Hazards, hazards
from outcomes.coefficients import TermsByName, TermTest, advice
from outcomes.cox import CoxFit
from outcomes.curve import Curve
from outcomes.kaplan_meier import kaplan_meier
from outcomes.reasons import Reason
from outcomes.results import Test, chi_square_result
from outcomes.sample import Survival

__all__ = ["ProportionalHazards", "Transform", "proportional_hazards"]

Transform = Literal["km", "rank", "identity", "log"]
NEARLY_GONE = (
    0.01  # survival after which km hardly moves; most events come later by late entry only
)
SCALES = {
    "km": "the Kaplan-Meier scale of time",
    "rank": "the rank of the day",
    "identity": "the day",
    "log": "the logarithm of the day",
}


@dataclass(frozen=True)
class ProportionalHazards(TermsByName[TermTest]):
    """One test per term, in the order of the model, and one of all terms together.

    transform names the scale of time on which a trend of the coefficient is looked for.
    str(test) is a plain table.
    """

    transform: Transform
    terms: tuple[TermTest, ...]
    overall: Test

    def __str__(self) -> str:
        lines: list[tuple[str, ...]] = [("term", "df", "chi-square", "P")]
        rows: list[tuple[str, Test | TermTest]] = [(test.term, test) for test in self.terms]
        for name, test in [*rows, ("overall", self.overall)]:
            df = f"{test.df:g}" if test.df else ""
            found = (short(test.statistic), short(test.p))
            lines.append((name, df, *((advice(test.reason),) if test.reason else found)))
        heading = f"Test of proportional hazards, trend over {SCALES[self.transform]}"
        return "\n".join([heading, *aligned_cells(lines)])


def proportional_hazards(fit: CoxFit, transform: Transform = "km") -> ProportionalHazards:
    """Score test of x * g(day) added to the model, term by term and for all terms.

    transform g: km, one less the Kaplan-Meier estimate just before the day (all rows analysed, no
    weights, no strata); rank of the day among all rows; identity, the day; log of the day.
    A statistic is None, with a reason, when the events carry no information on a trend, and with
    km when most events come after that curve has reached 0 (0.01 or less), as late entry can make
    it do early: g is then alike for all of them. R stops there (computationally singular), or
    tests what the few days before show.
    This is the exact score test of survival 3.0 and later; the approximation in older versions and
    in lifelines (constant variance over time) differs by 10-100 %.
    Raises SampleError (log with an event on day 0, ties="exact", infinite coefficient), ValueError
    (unknown transform), TypeError (no Cox fit).
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
    analysed = analysed_of(fit)
    refuse_exact(fit, "tests of proportional hazards")
    risks = hazards(analysed)
    blind = _blind(analysed.sample, risks) if transform == "km" else None
    trend = _trend(analysed.sample, risks, transform)
    columns = fit.model.columns

    def test(places: list[int]) -> Test:
        if blind and places:
            return Test(None, len(places), None, blind)
        return trend.test([analysed.kept.index(place) for place in places])

    terms = tuple(term_test(own.term, columns, test) for own in fit.terms)
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
            return Test(None, len(columns), None, Reason.NO_TREND)
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


def _pooled_curve(sample: Survival) -> Curve:
    """Without strata and weights, as R has it."""
    return kaplan_meier(Survival(sample.days, sample.event, entry=sample.entry))


def _blind(sample: Survival, risks: Hazards) -> str | None:
    """Why km cannot tell the days of most events apart; None when it can."""
    curve = _pooled_curve(sample)
    gone = np.flatnonzero(curve.survival <= NEARLY_GONE)
    if not len(gone):
        return None
    day, survival = curve.day[gone[0]], curve.survival[gone[0]]
    if 2 * risks.deaths[risks.day > day].sum() <= risks.deaths.sum():
        return None
    return (
        f"not testable: the survival curve reaches {survival:.1g} on day {day}, before most "
        "events; use transform='rank'"
    )


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
    curve = _pooled_curve(sample)
    before = np.concatenate(([1.0], curve.survival))
    return np.asarray(1 - before[np.searchsorted(curve.day, day)], dtype=np.float64)

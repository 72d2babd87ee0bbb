"""What is the hazard ratio when a group without events leaves Cox regression without an answer?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from outcomes._numbers.columns import FloatArray
from outcomes._numbers.distributions import normal_two_sided, two_sided_z
from outcomes._numbers.linear import inverse, quadratic
from outcomes._regression.analysed import gather
from outcomes._regression.design import Label
from outcomes._regression.exact_likelihood import ExactLikelihood
from outcomes._regression.firth_likelihood import Peak, Penalised, climb, held_at, profile_limit
from outcomes._regression.model import ALIASED, NO_EVENT, ONE_LEVEL, Prepared, prepare
from outcomes.coefficients import RowsByName, TermTest, ratio
from outcomes.results import Test, chi_square_result
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Term

__all__ = ["FirthCoefficient", "FirthFit", "firth"]

NOT_FOUND = "not estimable: the penalised likelihood has no maximum that could be computed"
TOO_FAR = "limit not estimable: the profile is too flat to fall far enough"


@dataclass(frozen=True)
class FirthCoefficient:
    """One column of the model. All numbers are None, and reason is set, when not estimable.

    lower, upper : limits of the hazard ratio by the profile of the penalised likelihood; None,
    and limit_reason set, where one is too far away. statistic, p : penalised likelihood ratio.
    wald_lower, wald_upper, wald_p : from beta and std_error, as Cox regression would have them;
    for a group with few or no events the profile is to be preferred.
    """

    term: str
    level: str | None
    beta: float | None
    std_error: float | None
    hazard_ratio: float | None
    lower: float | None
    upper: float | None
    statistic: float | None
    p: float | None
    wald_lower: float | None
    wald_upper: float | None
    wald_p: float | None
    reason: str | None
    limit_reason: str | None = None


@dataclass(frozen=True, eq=False)
class FirthFit(RowsByName[FirthCoefficient]):
    """A model fitted by the penalised likelihood. n, events, dropped as in CoxFit.

    terms : penalised likelihood-ratio tests of all columns of a term. covariance : (p, p) inverse
    information, NaN where not estimable; read-only. log_likelihood : penalised, on the scale of
    the data; log_likelihood_null : the same at coefficients 0. likelihood_ratio, wald : of all
    columns.
    """

    n: int
    events: int
    dropped: int
    ties: Literal["breslow", "efron"]
    level: float
    coefficients: tuple[FirthCoefficient, ...]
    terms: tuple[TermTest, ...]
    covariance: FloatArray
    log_likelihood: float | None
    log_likelihood_null: float | None
    likelihood_ratio: Test
    wald: Test
    iterations: int
    strata: tuple[str, ...]


def firth(
    sample: Survival,
    terms: Sequence[Term],
    *,
    ties: Literal["breslow", "efron"] = "efron",
    strata: Factor | None = None,
    offset: ArrayLike | None = None,
    level: float = 0.95,
) -> FirthFit:
    """Cox regression with Firth's penalty: finite estimates also when the likelihood is monotone.

    sample, terms, strata, offset : as in cox. The partial likelihood is multiplied by the root of
    the determinant of its information; a hypothesis of coefficients 0 is tested by the loss of
    this penalised likelihood, the penalty still that of all columns, and the limits of a
    coefficient are the values that such a test at 1 - level would just not reject.
    Meant for small data: time grows with rows times columns squared.
    Raises SampleError (as cox; exact ties), EmptySample. No event, an empty level or a collinear
    column do not raise: the coefficients concerned carry a reason.
    Source: Firth, Biometrika 1993;80:27-38; Heinze and Schemper, Biometrics 2001;57:114-119, as in
    the R package coxphf, which has ties="breslow" only.
    Checked: by hand; against R by maximising survival::coxph's log-likelihood plus half the log
    determinant of its information (golden/firth.csv) 1e-7.

    >>> from outcomes.terms import Factor
    >>> graft = Factor("graft", ["blood", "marrow"], [1, 0])
    >>> found = firth(Survival([1, 2], [True, False]), [graft]).coefficient("graft")
    >>> round(found.hazard_ratio, 6), round(found.std_error, 6)
    (3.0, 2.309401)
    """
    if ties not in ("breslow", "efron"):
        raise SampleError(f"ties: expected 'breslow' or 'efron', got {ties!r}")
    inputs, dropped = gather(sample, terms, ties, strata, offset)
    prepared = prepare(inputs.sample, inputs.terms, ties, inputs.codes, inputs.offset)
    fit = _Fit.of(prepared, two_sided_z(level))
    p = len(prepared.labels)
    covariance = np.full((p, p), np.nan)
    if fit is not None:
        shown = [place for place in prepared.kept if prepared.labels[place].reason is None]
        here = [prepared.kept.index(place) for place in shown]
        covariance[np.ix_(shown, shown)] = fit.covariance[np.ix_(here, here)]
    covariance.setflags(write=False)
    everything = list(range(len(prepared.kept)))
    return FirthFit(
        n=prepared.n,
        events=prepared.events,
        dropped=dropped,
        ties=ties,
        level=level,
        coefficients=tuple(
            _coefficient(prepared, fit, place, label) for place, label in enumerate(prepared.labels)
        ),
        terms=tuple(_term_test(prepared, fit, name) for name in prepared.terms),
        covariance=covariance,
        log_likelihood=fit.log_likelihood(fit.peak) if fit else None,
        log_likelihood_null=fit.log_likelihood(fit.without(everything)) if fit else None,
        likelihood_ratio=fit.test(everything) if fit else Test(None, 0, None),
        wald=fit.wald(everything) if fit else Test(None, 0, None),
        iterations=fit.peak.steps if fit else 0,
        strata=inputs.strata_names,
    )


@dataclass(frozen=True, eq=False)
class _Fit:
    """The maximum over the usable columns, on the scaled design; scale (p,) leads back."""

    likelihood: Penalised
    scale: FloatArray
    peak: Peak
    z: float

    @classmethod
    def of(cls, prepared: Prepared, z: float) -> _Fit | None:
        """None when there is nothing to estimate, or no maximum found."""
        plain, kept = prepared.likelihood, prepared.kept
        if plain is None or isinstance(plain, ExactLikelihood) or not kept:
            return None
        likelihood = Penalised(plain.take(kept))
        peak = climb(likelihood, np.zeros(len(kept)), list(range(len(kept))))
        return cls(likelihood, prepared.scale[kept], peak, z) if peak.converged else None

    @property
    def covariance(self) -> FloatArray:
        result: FloatArray = inverse(self.peak.slope.information) / np.outer(self.scale, self.scale)
        return result

    def log_likelihood(self, peak: Peak) -> float:
        """Penalised, with the information as it is on the scale of the data."""
        return peak.slope.log_likelihood + float(np.log(self.scale).sum())

    def without(self, columns: list[int]) -> Peak:
        """The maximum with some coefficients held at 0."""
        others = [place for place in range(len(self.scale)) if place not in columns]
        if len(columns) == 1:
            return held_at(self.likelihood, self.peak, columns[0], 0.0)
        start = self.peak.beta.copy()
        start[columns] = 0.0
        return climb(self.likelihood, start, others)

    def test(self, columns: list[int]) -> Test:
        """Penalised likelihood ratio of the hypothesis that these coefficients are 0."""
        held = self.without(columns)
        if not held.converged:
            return Test(None, len(columns), None)
        loss = self.peak.slope.log_likelihood - held.slope.log_likelihood
        return chi_square_result(max(2 * loss, 0.0), len(columns))

    def wald(self, columns: list[int]) -> Test:
        part = inverse(self.peak.slope.information)[np.ix_(columns, columns)]
        return chi_square_result(quadratic(self.peak.beta[columns], part), len(columns))


def _reason(prepared: Prepared, fit: _Fit | None, place: int, label: Label) -> str | None:
    if prepared.likelihood is None:
        return NO_EVENT
    if label.reason is not None:
        return label.reason
    if place not in prepared.kept:
        return ALIASED
    return NOT_FOUND if fit is None else None


def _coefficient(
    prepared: Prepared, fit: _Fit | None, place: int, label: Label
) -> FirthCoefficient:
    reason = _reason(prepared, fit, place, label)
    if fit is None or reason is not None:
        return FirthCoefficient(label.term, label.level, *(None,) * 10, reason=reason)
    column = prepared.kept.index(place)
    scale = float(fit.scale[column])
    beta = float(fit.peak.beta[column]) / scale
    error = math.sqrt(fit.covariance[column, column])
    limits = [profile_limit(fit.likelihood, fit.peak, column, z) for z in (-fit.z, fit.z)]
    lower, upper = (None if limit is None else ratio(limit / scale) for limit in limits)
    test = fit.test([column])
    return FirthCoefficient(
        label.term,
        label.level,
        beta=beta,
        std_error=error,
        hazard_ratio=ratio(beta),
        lower=lower,
        upper=upper,
        statistic=test.statistic,
        p=test.p,
        wald_lower=ratio(beta - fit.z * error),
        wald_upper=ratio(beta + fit.z * error),
        wald_p=normal_two_sided(beta / error),
        reason=None,
        limit_reason=TOO_FAR if None in limits else None,
    )


def _term_test(prepared: Prepared, fit: _Fit | None, name: str) -> TermTest:
    mine = prepared.columns_of(name)
    kept = [prepared.kept.index(place) for place in mine if place in prepared.kept]
    if fit is None or not kept:
        reason = _reason(prepared, fit, mine[0], prepared.labels[mine[0]]) if mine else ONE_LEVEL
        return TermTest(name, None, len(kept), None, reason)
    test = fit.test(kept)
    return TermTest(name, test.statistic, len(kept), test.p)

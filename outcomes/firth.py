"""What is the hazard ratio when a group without events leaves Cox regression without an answer?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from outcomes._numbers.columns import FloatArray, one_of
from outcomes._numbers.distributions import two_sided_z
from outcomes._numbers.linear import inverse
from outcomes._numbers.whole_weights import countable
from outcomes._regression.analysed import gather
from outcomes._regression.columns import Columns, reasons_of, term_test
from outcomes._regression.exact_likelihood import ExactLikelihood
from outcomes._regression.firth_likelihood import Peak, Penalised, climb, held_at, profile_limit
from outcomes._regression.model import Prepared, prepare
from outcomes._regression.wald import Wald
from outcomes.coefficients import Coefficient, RowsByName, TermTest
from outcomes.reasons import Reason
from outcomes.results import NOTHING, Test, chi_square_result
from outcomes.sample import Survival
from outcomes.terms import Factor, Term

__all__ = ["FirthCoefficient", "FirthFit", "FirthTies", "firth"]

FirthTies = Literal["breslow", "efron"]

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
    reason: Reason | None
    limit_reason: str | None = None


@dataclass(frozen=True, eq=False, repr=False)
class FirthFit(RowsByName[FirthCoefficient, TermTest]):
    """A model fitted by the penalised likelihood; str(fit) is a plain table.

    n, events, dropped, converged, aliased, strata : as in CoxFit. terms : penalised
    likelihood-ratio tests of all columns of a term. covariance : (p, p) inverse information, NaN
    where not estimable; read-only. log_likelihood : penalised, on the scale of the data;
    log_likelihood_null : the same at coefficients 0. likelihood_ratio, wald : of all columns.
    """

    n: int
    events: int
    dropped: int
    ties: FirthTies
    level: float
    coefficients: tuple[FirthCoefficient, ...]
    terms: tuple[TermTest, ...]
    covariance: FloatArray
    log_likelihood: float | None
    log_likelihood_null: float | None
    likelihood_ratio: Test
    wald: Test
    iterations: int
    converged: bool
    aliased: tuple[str, ...]
    strata: tuple[str, ...]

    def _heading(self) -> str:
        kind = f"Firth's Cox regression, {self.ties.capitalize()} ties"
        return f"{kind}: n = {self.n}, events = {self.events}"


def firth(
    sample: Survival,
    terms: Sequence[Term],
    *,
    ties: FirthTies = "efron",
    strata: Factor | None = None,
    offset: ArrayLike | None = None,
    level: float = 0.95,
) -> FirthFit:
    """Cox regression with Firth's penalty: finite estimates also when the likelihood is monotone.

    sample, terms, strata, offset : as in cox. The partial likelihood is multiplied by the root of
    the determinant of its information; a hypothesis of coefficients 0 is tested by the loss of
    this penalised likelihood, the penalty still that of all columns, and the limits of a
    coefficient are the values that such a test at 1 - level would just not reject.
    Case weights count as so many patients, fractions too: no robust errors are made, so weights
    that are no counts (of a sampling) give estimates only. Not for exact ties, as in coxphf.
    Meant for small data: time grows with rows times columns squared.
    Raises what cox raises; with ties="exact", ValueError. No event, an empty level or a collinear
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
    if str(ties) == "exact":
        raise ValueError(
            "ties: expected 'efron' or 'breslow'; for 'exact' no penalty is made, refit with one of them"
        )
    one_of(ties, get_args(FirthTies), "ties")
    inputs, dropped = gather(sample, terms, ties, strata, offset)
    countable(inputs.sample.weight, "Firth's penalty")
    prepared = prepare(inputs.sample, inputs.terms, ties, inputs.codes, inputs.offset)
    fit = _Fit.of(prepared, two_sided_z(level))
    columns = _columns(prepared, fit)
    everything = list(range(len(columns.kept)))
    nothing = Test(None, len(everything), None, Reason.NOT_FOUND) if everything else NOTHING

    def test(places: list[int]) -> Test:
        return fit.test([columns.kept.index(place) for place in places]) if fit else nothing

    return FirthFit(
        n=prepared.n,
        events=prepared.events,
        dropped=dropped,
        ties=ties,
        level=level,
        coefficients=_coefficients(columns, fit),
        terms=tuple(term_test(name, columns, test) for name in prepared.terms),
        covariance=columns.hidden(_spread(columns, fit)),
        log_likelihood=fit.log_likelihood(fit.peak) if fit else None,
        log_likelihood_null=fit.log_likelihood(fit.without(everything)) if fit else None,
        likelihood_ratio=fit.test(everything) if fit else nothing,
        wald=fit.wald(everything) if fit else nothing,
        iterations=fit.peak.steps if fit else 0,
        converged=fit is not None or not columns.kept,
        aliased=columns.aliased,
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
            return Test(None, len(columns), None, Reason.NOT_FOUND)
        loss = self.peak.slope.log_likelihood - held.slope.log_likelihood
        return chi_square_result(max(2 * loss, 0.0), len(columns))

    def wald(self, columns: list[int]) -> Test:
        return Wald(self.peak.beta, inverse(self.peak.slope.information)).of(columns)


def _columns(prepared: Prepared, fit: _Fit | None) -> Columns:
    labels, kept = prepared.labels, prepared.kept
    lost = Reason.NOT_FOUND if fit is None else None
    reasons = reasons_of(
        labels, kept, empty=prepared.empty, events=prepared.likelihood is not None, lost=lost
    )
    return Columns(labels, reasons, kept, prepared.scale)


def _spread(columns: Columns, fit: _Fit | None) -> FloatArray:
    """(p, p) inverse information, NaN outside the columns kept."""
    p = len(columns.labels)
    covariance = np.full((p, p), np.nan)
    if fit is not None:
        covariance[np.ix_(columns.kept, columns.kept)] = fit.covariance
    return covariance


def _coefficients(columns: Columns, fit: _Fit | None) -> tuple[FirthCoefficient, ...]:
    beta = np.full(len(columns.labels), np.nan)
    if fit is not None:
        beta[columns.kept] = fit.peak.beta / fit.scale
    rows = columns.rows(beta, np.diag(_spread(columns, fit)), fit.z if fit else 0.0)
    return tuple(
        FirthCoefficient(row.term, row.level, *(None,) * 10, reason=row.reason)
        if fit is None or row.reason is not None
        else _coefficient(row, fit, columns.kept.index(place))
        for place, row in enumerate(rows)
    )


def _coefficient(row: Coefficient, fit: _Fit, column: int) -> FirthCoefficient:
    """A row of Wald's numbers, with the profile's limits and test."""
    limits = [profile_limit(fit.likelihood, fit.peak, column, z) for z in (-fit.z, fit.z)]
    lower, upper = (
        None if limit is None else _ratio(limit / fit.scale[column]) for limit in limits
    )
    test = fit.test([column])
    return FirthCoefficient(
        row.term,
        row.level,
        beta=row.beta,
        std_error=row.std_error,
        hazard_ratio=row.hazard_ratio,
        lower=lower,
        upper=upper,
        statistic=test.statistic,
        p=test.p,
        wald_lower=row.lower,
        wald_upper=row.upper,
        wald_p=row.p,
        reason=None,
        limit_reason=TOO_FAR if None in limits else None,
    )


def _ratio(beta: float) -> float:
    with np.errstate(over="ignore"):  # a tiny unit can make a ratio infinite, rightly
        return float(np.exp(beta))

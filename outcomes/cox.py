"""How do characteristics change the hazard? Cox's proportional hazards regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from outcomes._numbers.columns import FloatArray
from outcomes._numbers.distributions import two_sided_z
from outcomes._numbers.linear import wald
from outcomes._regression.analysed import Analysed, Inputs, analysed, gather, unscaled
from outcomes._regression.model import ONE_LEVEL, Model, fit_model, prepare
from outcomes._regression.partial_likelihood import Ties
from outcomes._regression.score_residuals import sandwich
from outcomes.coefficients import Coefficient, RowsByName, TermTest, wald_row
from outcomes.results import Test, chi_square_result
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Term

__all__ = ["CoxFit", "Ties", "cox", "likelihood_ratio"]

TOO_FEW = "not estimable: too few rows or clusters for a robust variance"


@dataclass(frozen=True, eq=False)
class CoxFit(RowsByName[Coefficient]):
    """A fitted model. n, events: rows analysed; dropped: left out for a missing value.

    covariance : (p, p) in the order of coefficients, NaN where not estimable; read-only. With
    robust it is the sandwich, on which limits and Wald tests rest; naive_covariance is then the
    inverse information. likelihood_ratio and score are model based always.
    log_likelihood : at the maximum, or its finite limit when a coefficient is infinite.
    wald has no number then; likelihood_ratio and score have.
    aliased : columns that are a combination of those before them. strata : their names.
    """

    n: int
    events: int
    dropped: int
    ties: Ties
    level: float
    coefficients: tuple[Coefficient, ...]
    terms: tuple[TermTest, ...]
    covariance: FloatArray
    naive_covariance: FloatArray
    robust: bool
    log_likelihood: float
    log_likelihood_null: float
    likelihood_ratio: Test
    wald: Test
    score: Test
    iterations: int
    aliased: tuple[str, ...]
    strata: tuple[str, ...]
    inputs: Inputs
    model: Model

    @cached_property
    def analysed(self) -> Analysed:
        """The rows, columns and coefficients, on their own scale, that diagnostics need."""
        return analysed(self.inputs, self.model)


def cox(
    sample: Survival,
    terms: Sequence[Term],
    *,
    ties: Ties = "efron",
    strata: Factor | None = None,
    offset: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    robust: bool = False,
    level: float = 0.95,
) -> CoxFit:
    """Cox regression on the rows with every term known.

    sample : n rows; with entry, rows are intervals (entry, days] and a patient may have several.
    terms : factors, numbers and interactions, each n long. strata : each level has a baseline
    hazard of its own. offset : (n,) added to the linear predictor. cluster : (n,) names of what
    belongs together (a patient's rows, a centre): implies robust. robust : sandwich variance.
    Limits are exp(beta +- z SE), z the normal quantile of level.
    Raises SampleError (lengths, repeated names, unknown ties, weights with exact ties),
    EmptySample (no complete case).
    No event, an empty level, a collinear column or a monotone likelihood do not raise: the
    coefficients concerned carry a reason instead of numbers; outcomes.firth then has an estimate.
    Source: Cox, J R Stat Soc B 1972;34:187-220; ties as named in _partial and _exact; sandwich of
    Lin and Wei, J Am Stat Assoc 1989;84:1074-1078.
    Checked: by hand, by finite differences, against R survival::coxph (golden/cox_*.csv) 1e-8.

    >>> from outcomes.terms import Numeric
    >>> sample = Survival([1, 2, 3, 4], [True] * 4)
    >>> fit = cox(sample, [Numeric("dose", [1, 0, 1, 0])], ties="breslow")
    >>> round(fit.coefficient("dose").hazard_ratio, 4)
    2.5616
    """
    if ties not in ("breslow", "efron", "exact"):
        raise SampleError(f"ties: expected 'breslow', 'efron' or 'exact', got {ties!r}")
    inputs, dropped = gather(sample, terms, ties, strata, offset, cluster)
    prepared = prepare(inputs.sample, inputs.terms, ties, inputs.codes, inputs.offset)
    return report(inputs, fit_model(prepared), dropped, level, robust=robust)


def likelihood_ratio(smaller: CoxFit, larger: CoxFit) -> Test:
    """Does the larger model explain more than the smaller, nested in it?

    Valid with infinite coefficients: the limits of the log-likelihoods are compared.
    Raises SampleError for fits on different patients, events or ties, and for fits not nested.
    Source: Wilks, Ann Math Stat 1938;9:60-62.
    Checked: against R anova of two coxph fits (golden/cox_fits.csv) 1e-8.

    >>> from outcomes.terms import Numeric
    >>> sample, dose = Survival([1, 2, 3, 4], [True] * 4), Numeric("dose", [1, 0, 1, 0])
    >>> test = likelihood_ratio(cox(sample, []), cox(sample, [dose]))
    >>> test.df, round(test.statistic, 4)
    (1, 0.6162)
    """
    for name in ("n", "events", "ties"):
        ours, theirs = getattr(smaller, name), getattr(larger, name)
        if ours != theirs:
            raise SampleError(
                f"{name}: the fits differ ({ours} and {theirs}); "
                "fit both on the patients complete for the larger model"
            )
    if abs(smaller.log_likelihood_null - larger.log_likelihood_null) > 1e-8 * (1 + larger.n):
        raise SampleError("the fits have different patients; fit both on the same sample")
    missing = {test.term for test in smaller.terms} - {test.term for test in larger.terms}
    if missing:
        raise SampleError(f"larger: lacks {sorted(missing)} of the smaller model; add them")
    df = int((larger.likelihood_ratio.df or 0) - (smaller.likelihood_ratio.df or 0))
    return chi_square_result(2 * (larger.log_likelihood - smaller.log_likelihood), df)


def report(
    inputs: Inputs, model: Model, dropped: int = 0, level: float = 0.95, *, robust: bool = False
) -> CoxFit:
    """Numbers back on the scale of the data. The model is a fit of the inputs."""
    robust = robust or inputs.cluster is not None
    naive = unscaled(model)
    covariance = naive
    if robust and model.prepared.kept and model.finite:
        kept = np.ix_(model.prepared.kept, model.prepared.kept)
        covariance = np.full_like(naive, np.nan)
        covariance[kept] = sandwich(analysed(inputs, model), inputs.cluster is not None)
    # A factor without patients at its reference has no ratios, but can be tested as a whole.
    tests = _Wald(model, covariance.copy())
    hidden = [place for place, reason in enumerate(model.reasons) if reason is not None]
    for matrix in (covariance, naive):
        matrix[hidden, :] = matrix[:, hidden] = np.nan
    for matrix in (covariance, naive):  # they may be one
        matrix.setflags(write=False)
    prepared, z = model.prepared, two_sided_z(level)
    beta, variance = model.beta / prepared.scale, np.diag(covariance).tolist()
    gain = 2 * (model.log_likelihood - prepared.null.log_likelihood)
    return CoxFit(
        n=prepared.n,
        events=prepared.events,
        dropped=dropped,
        ties=prepared.ties,
        level=level,
        coefficients=tuple(
            wald_row(label, value, own, reason or (None if own > 0 else TOO_FEW), z)
            for label, value, own, reason in zip(
                prepared.labels, beta.tolist(), variance, model.reasons, strict=True
            )
        ),
        terms=tuple(tests.of_term(name) for name in prepared.terms),
        covariance=covariance,
        naive_covariance=naive,
        robust=robust,
        log_likelihood=model.log_likelihood,
        log_likelihood_null=prepared.null.log_likelihood,
        likelihood_ratio=chi_square_result(gain, len(prepared.kept)),
        wald=tests.of(prepared.kept) if model.finite else Test(None, len(prepared.kept), None),
        score=chi_square_result(model.score, len(prepared.kept)),
        iterations=model.iterations,
        aliased=model.aliased,
        strata=inputs.strata_names,
        inputs=inputs,
        model=model,
    )


@dataclass(frozen=True, eq=False)
class _Wald:
    """Wald tests of some columns together."""

    model: Model
    covariance: FloatArray

    def of(self, columns: list[int]) -> Test:
        if not columns:
            return Test(None, 0, None)
        estimate = (self.model.beta / self.model.prepared.scale)[columns]
        statistic = wald(estimate, self.covariance[np.ix_(columns, columns)])
        if statistic is None:  # a sandwich of too few clusters
            return Test(None, len(columns), None)
        return chi_square_result(statistic, len(columns))

    def of_term(self, name: str) -> TermTest:
        model, prepared = self.model, self.model.prepared
        mine = prepared.columns_of(name)
        kept = [place for place in mine if place in prepared.kept]
        if not kept:
            return TermTest(name, None, 0, None, model.reasons[mine[0]] if mine else ONE_LEVEL)
        unknown = [place for place in kept if model.infinite[place] or not model.converged]
        if unknown:
            return TermTest(name, None, len(kept), None, model.reasons[unknown[0]])
        test = self.of(kept)
        reason = TOO_FEW if test.p is None else None
        return TermTest(name, test.statistic, len(kept), test.p, reason)

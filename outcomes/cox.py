"""How do characteristics change the hazard? Cox's proportional hazards regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from outcomes._numbers.arguments import expect
from outcomes._numbers.columns import FloatArray
from outcomes._numbers.whole_weights import fractional
from outcomes._regression.analysed import (
    Analysed,
    Inputs,
    analysed,
    gather,
    unscaled,
)
from outcomes._regression.checked_terms import same_term
from outcomes._regression.model import Model, fit_model, prepare
from outcomes._regression.partial_likelihood import Ties
from outcomes._regression.score_residuals import sandwich
from outcomes._regression.wald import TermTests, wald_report
from outcomes.coefficients import Coefficient, RowsByName, TermTest
from outcomes.results import Test, chi_square_result
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Term

__all__ = ["CoxFit", "Ties", "cox", "likelihood_ratio"]


@dataclass(frozen=True, eq=False, repr=False)
class CoxFit(RowsByName[Coefficient, TermTest]):
    """A fitted model; str(fit) is a plain table.

    n, events : rows analysed. dropped : rows left out for a missing value. terms : the test of each
    term, made when asked for.
    covariance : (p, p) in the order of coefficients, NaN where not estimable; read-only. With
    robust it is the sandwich, on which limits and Wald tests rest; naive_covariance is then the
    inverse information. likelihood_ratio and score are model based always.
    log_likelihood : at the maximum, or its finite limit when a coefficient is infinite.
    wald has no number then, but a reason; likelihood_ratio and score have. converged : False when such a
    limit is approached too steeply to be followed; no coefficient is given then.
    aliased : columns that are a combination of those before them. strata : their names.
    inputs, model : for residuals and predictions; they hold the patients' values.
    """

    n: int
    events: int
    dropped: int
    ties: Ties
    level: float
    coefficients: tuple[Coefficient, ...]
    term_tests: TermTests
    covariance: FloatArray
    naive_covariance: FloatArray
    robust: bool
    log_likelihood: float
    log_likelihood_null: float
    likelihood_ratio: Test
    wald: Test
    score: Test
    iterations: int
    converged: bool
    aliased: tuple[str, ...]
    strata: tuple[str, ...]
    inputs: Inputs
    model: Model

    @classmethod
    def _of(
        cls,
        inputs: Inputs,
        model: Model,
        dropped: int,
        *,
        robust: bool | None = None,
        level: float = 0.95,
    ) -> CoxFit:
        """What cox answers with when the model is a fit of the inputs."""
        robust = robust or inputs.cluster is not None
        prepared, columns = model.prepared, model.columns
        found = wald_report(
            columns,
            prepared.terms,
            model.beta / columns.scale,
            unscaled(model),
            _robust(inputs, model) if robust else None,
            level,
        )
        gain = 2 * (model.log_likelihood - prepared.null.log_likelihood)
        return cls(
            n=prepared.n,
            events=prepared.events,
            dropped=dropped,
            ties=prepared.ties,
            level=level,
            robust=robust,
            log_likelihood=model.log_likelihood,
            log_likelihood_null=prepared.null.log_likelihood,
            likelihood_ratio=chi_square_result(gain, len(columns.kept)),
            **vars(found),
            score=chi_square_result(model.score, len(columns.kept)),
            iterations=model.iterations,
            converged=model.converged,
            aliased=columns.aliased,
            strata=inputs.strata_names,
            inputs=inputs,
            model=model,
        )

    @cached_property
    def terms(self) -> tuple[TermTest, ...]:
        """Wald's test of each term."""
        return self.term_tests.all

    @cached_property
    def analysed(self) -> Analysed:
        """The rows, columns and coefficients, on their own scale, that diagnostics need."""
        return analysed(self.inputs, self.model)

    def _heading(self) -> str:
        errors = ", robust errors" if self.robust else ""
        kind = f"Cox regression, {self.ties.capitalize()} ties{errors}"
        return f"{kind}: n = {self.n}, events = {self.events}"


def cox(
    sample: Survival,
    terms: Sequence[Term],
    *,
    ties: Ties = "efron",
    strata: Factor | None = None,
    offset: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    robust: bool | None = None,
    level: float = 0.95,
) -> CoxFit:
    """Cox regression on the rows with every term known.

    sample : n rows; with entry, rows are intervals (entry, days] and a patient may have several.
    terms : factors, numbers and interactions, each n long. strata : each level has a baseline
    hazard of its own. offset : (n,) added to the linear predictor. cluster : (n,) names of what
    belongs together (a patient's rows, a centre): implies robust. robust : sandwich variance;
    None, as R, where there is a cluster or a case weight is no whole number. Limits are exp(beta +- z SE), z the normal quantile of level.
    Raises SampleError (lengths, repeated names; a row without a cluster, or one cluster for
    all; weights, or a robust variance, with exact ties), EmptySample (no complete case),
    ValueError (unknown ties; level outside 0 to 1), TypeError (sample, terms, strata, cluster or
    robust of another kind).
    No event, an empty level, a collinear column or a monotone likelihood do not raise: the
    coefficients concerned carry a reason instead of numbers; for a monotone likelihood
    outcomes.firth has an estimate.
    Source: Cox, J R Stat Soc B 1972;34:187-220; tied events after Breslow, Biometrics
    1974;30:89-99, Efron, J Am Stat Assoc 1977;72:557-565, or Cox (exact); sandwich of Lin and Wei,
    J Am Stat Assoc 1989;84:1074-1078.
    Checked: by hand, by finite differences, against R survival::coxph (golden/cox_*.csv,
    robust_infinite.csv) 1e-8.

    >>> from outcomes.terms import Numeric
    >>> sample = Survival([1, 2, 3, 4], [True] * 4)
    >>> fit = cox(sample, [Numeric("dose", [1, 0, 1, 0])], ties="breslow")
    >>> round(fit.coefficient("dose").hazard_ratio, 4)
    2.5616
    """
    if robust is not None and not isinstance(robust, bool | np.bool_):
        raise TypeError(f"robust: expected True or False, got {robust!r}; names go to cluster")
    inputs, dropped = gather(sample, terms, ties, strata, offset, cluster)
    if robust is None:
        robust = ties != "exact" and fractional(inputs.sample.weight)
    prepared = prepare(inputs.sample, inputs.terms, ties, inputs.codes, inputs.offset)
    return CoxFit._of(inputs, fit_model(prepared), dropped, robust=bool(robust), level=level)


def likelihood_ratio(smaller: CoxFit, larger: CoxFit) -> Test:
    """Does the larger model explain more than the smaller, nested in it?

    Valid with infinite coefficients: the limits of the log-likelihoods are compared. For every
    term of one model in turn: term_tests.likelihood_ratio_tests.
    Raises SampleError for fits on different patients, events, ties or strata, for fits not nested
    and for robust fits, as R does: their rows are not independent; TypeError (no Cox fit).
    Source: Wilks, Ann Math Stat 1938;9:60-62.
    Checked: against R anova of two coxph fits (golden/cox_fits.csv) 1e-8.

    >>> from outcomes.terms import Numeric
    >>> sample, dose = Survival([1, 2, 3, 4], [True] * 4), Numeric("dose", [1, 0, 1, 0])
    >>> test = likelihood_ratio(cox(sample, []), cox(sample, [dose]))
    >>> test.df, round(test.statistic, 4)
    (1, 0.6162)
    """
    expect(smaller, CoxFit, "smaller")
    expect(larger, CoxFit, "larger")
    if smaller.robust or larger.robust:
        raise SampleError(
            "fits: a robust fit has no likelihood ratio; use its Wald tests, fit.term(name), "
            "or fit both without robust and cluster"
        )
    for name in ("n", "events", "ties", "strata"):
        ours, theirs = getattr(smaller, name), getattr(larger, name)
        if ours != theirs:
            raise SampleError(
                f"{name}: the fits differ ({ours} and {theirs}); "
                "fit both on the patients complete for the larger model"
            )
    if abs(smaller.log_likelihood_null - larger.log_likelihood_null) > 1e-8 * (1 + larger.n):
        raise SampleError("the fits have different patients; fit both on the same sample")
    theirs = {term.name: term for term in larger.inputs.terms}
    for term in smaller.inputs.terms:
        if term.name not in theirs:
            raise SampleError(f"larger: lacks {term.name!r} of the smaller model; add it")
        if not same_term(term, theirs[term.name]):
            raise SampleError(f"larger: its {term.name!r} has other values; fit both on one term")
    df = int((larger.likelihood_ratio.df or 0) - (smaller.likelihood_ratio.df or 0))
    gain = 2 * (larger.log_likelihood - smaller.log_likelihood)
    return chi_square_result(max(gain, 0.0), df)  # rounding apart, a larger model explains more


def _robust(inputs: Inputs, model: Model) -> FloatArray:
    """(p, p) sandwich, NaN outside the columns kept."""
    p, kept = len(model.columns.labels), model.columns.kept
    covariance = np.full((p, p), np.nan)
    if kept and model.converged:  # else no coefficient is given
        covariance[np.ix_(kept, kept)] = sandwich(analysed(inputs, model))
    return covariance

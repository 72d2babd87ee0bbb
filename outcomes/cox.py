"""How do characteristics change the hazard? Cox's proportional hazards regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from outcomes._columns import FloatArray
from outcomes._design import Label, complete_cases
from outcomes._distributions import normal_two_sided, two_sided_z
from outcomes._linear import quadratic
from outcomes._model import ONE_LEVEL, Model, fit_model, prepare
from outcomes._partial import Ties
from outcomes.results import Test, chi_square_result
from outcomes.sample import SampleError, Survival
from outcomes.terms import Term

__all__ = ["Coefficient", "CoxFit", "TermTest", "Test", "Ties", "cox", "likelihood_ratio"]


@dataclass(frozen=True)
class Coefficient:
    """One column of the model. All numbers are None, and reason is set, when not estimable."""

    term: str
    level: str | None
    beta: float | None
    std_error: float | None
    hazard_ratio: float | None
    lower: float | None
    upper: float | None
    z: float | None
    p: float | None
    reason: str | None


@dataclass(frozen=True)
class TermTest:
    """Wald test of all columns of a term together (the "overall" row of a factor).

    None, and reason set, when a column is infinite or none can be estimated.
    """

    term: str
    statistic: float | None
    df: int
    p: float | None
    reason: str | None = None


@dataclass(frozen=True, eq=False)
class CoxFit:
    """A fitted model. n, events: patients analysed; dropped: left out for a missing value.

    covariance : (p, p) in the order of coefficients, NaN where not estimable; read-only.
    log_likelihood : at the maximum, or its finite limit when a coefficient is infinite.
    wald has no number then; likelihood_ratio and score have.
    aliased : columns that are a combination of those before them.
    """

    n: int
    events: int
    dropped: int
    ties: Ties
    level: float
    coefficients: tuple[Coefficient, ...]
    terms: tuple[TermTest, ...]
    covariance: FloatArray
    log_likelihood: float
    log_likelihood_null: float
    likelihood_ratio: Test
    wald: Test
    score: Test
    iterations: int
    aliased: tuple[str, ...]

    def coefficient(self, term: str, level: str | None = None) -> Coefficient:
        """The coefficient of a level; the level may be left out when the term has only one."""
        mine = [c for c in self.coefficients if c.term == term]
        found = mine if level is None else [c for c in mine if c.level == level]
        if len(found) != 1:
            known = [c.level for c in mine] or [t.term for t in self.terms]
            raise KeyError(f"{term!r}, level {level!r}: not one coefficient; there are {known}")
        return found[0]

    def term(self, name: str) -> TermTest:
        """The overall test of a term."""
        for test in self.terms:
            if test.term == name:
                return test
        raise KeyError(f"no term {name!r}; there are {[test.term for test in self.terms]}")


def cox(
    sample: Survival, terms: Sequence[Term], *, ties: Ties = "efron", level: float = 0.95
) -> CoxFit:
    """Cox regression on the patients with every term known.

    sample : n patients. terms : factors, numbers and interactions, each n long.
    Limits are exp(beta +- z SE), z the normal quantile of level.
    Raises SampleError (lengths, repeated names, unknown ties), EmptySample (no complete case).
    No event, an empty level, a collinear column or a monotone likelihood do not raise: the
    coefficients concerned carry a reason instead of numbers.
    Source: Cox, J R Stat Soc B 1972;34:187-220; ties as named in _partial.
    Checked: by hand, by finite differences, against R survival::coxph (golden/cox.csv) 1e-8.
    """
    if ties not in ("breslow", "efron"):
        raise SampleError(f"ties: expected 'breslow' or 'efron', got {ties!r}")
    complete = complete_cases(sample, terms)
    dropped = sample.n - int(np.count_nonzero(complete))
    if dropped:
        sample = sample.where(complete)
        terms = [term.where(complete) for term in terms]
    return _report(fit_model(prepare(sample, terms, ties)), dropped, level)


def likelihood_ratio(smaller: CoxFit, larger: CoxFit) -> Test:
    """Does the larger model explain more than the smaller, nested in it?

    Valid with infinite coefficients: the limits of the log-likelihoods are compared.
    Raises SampleError for fits on different patients, events or ties, and for fits not nested.
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


def _report(model: Model, dropped: int, level: float) -> CoxFit:
    """Numbers back on the scale of the data."""
    scale = model.design.scale
    beta = model.beta / scale
    covariance = model.covariance / np.outer(scale, scale)
    hidden = [place for place, reason in enumerate(model.reasons) if reason is not None]
    covariance[hidden, :] = covariance[:, hidden] = np.nan
    covariance.setflags(write=False)
    z = two_sided_z(level)
    coefficients = tuple(
        _coefficient(label, beta[place], covariance[place, place], model.reasons[place], z)
        for place, label in enumerate(model.design.labels)
    )
    names = dict.fromkeys(model.terms)
    finite = not model.infinite.any() and model.converged
    return CoxFit(
        n=model.n,
        events=model.events,
        dropped=dropped,
        ties=model.ties,
        level=level,
        coefficients=coefficients,
        terms=tuple(_term_test(model, name) for name in names),
        covariance=covariance,
        log_likelihood=model.log_likelihood,
        log_likelihood_null=model.log_likelihood_null,
        likelihood_ratio=chi_square_result(
            2 * (model.log_likelihood - model.log_likelihood_null), len(model.kept)
        ),
        wald=_wald(model, model.kept) if finite else Test(None, len(model.kept), None),
        score=chi_square_result(model.score, len(model.kept)),
        iterations=model.iterations,
        aliased=model.aliased,
    )


def _coefficient(
    label: Label, beta: float, variance: float, reason: str | None, z: float
) -> Coefficient:
    if reason is not None:
        return Coefficient(label.term, label.level, *(None,) * 7, reason=reason)
    error = float(np.sqrt(variance))
    with np.errstate(over="ignore"):  # a tiny unit can make a ratio infinite, rightly
        ratio, lower, upper = np.exp((beta, beta - z * error, beta + z * error))
    return Coefficient(
        label.term,
        label.level,
        beta=float(beta),
        std_error=error,
        hazard_ratio=float(ratio),
        lower=float(lower),
        upper=float(upper),
        z=float(beta / error),
        p=normal_two_sided(float(beta / error)),
        reason=None,
    )


def _wald(model: Model, columns: list[int]) -> Test:
    """b'V^-1 b on some columns, on the scaled design so that no unit spoils the inverse."""
    if not columns:
        return Test(None, 0, None)
    part = model.covariance[np.ix_(columns, columns)]
    return chi_square_result(quadratic(model.beta[columns], part), len(columns))


def _term_test(model: Model, name: str) -> TermTest:
    mine = model.design.columns_of(name)
    kept = [place for place in mine if place in model.kept]
    if not kept:
        return TermTest(name, None, 0, None, model.reasons[mine[0]] if mine else ONE_LEVEL)
    infinite = [place for place in kept if model.infinite[place] or not model.converged]
    if infinite:
        return TermTest(name, None, len(kept), None, model.reasons[infinite[0]])
    test = _wald(model, kept)
    return TermTest(name, test.statistic, len(kept), test.p)

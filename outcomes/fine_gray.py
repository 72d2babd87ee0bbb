"""How do characteristics change the probability of one cause? Fine and Gray's regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from outcomes._competing.fine_gray_fit import NO_VARIANCE, SubdistributionFit, fit_subdistribution
from outcomes._numbers.columns import BoolArray, FloatArray, IntArray, aligned
from outcomes._numbers.distributions import two_sided_z
from outcomes._numbers.linear import wald
from outcomes._regression.covariates import Value, one_patient
from outcomes._regression.design import complete_cases
from outcomes._regression.model import ALIASED, MONOTONE, NOT_FOLLOWED, ONE_LEVEL
from outcomes.coefficients import Coefficient, RowsByName, TermTest, wald_row
from outcomes.results import Test, chi_square_result
from outcomes.sample import CompetingRisks, EmptySample, SampleError
from outcomes.terms import Factor, Term

__all__ = [
    "FineGrayFit",
    "IncidenceCurve",
    "fine_gray",
    "predicted_incidence",
]

UNTESTABLE = (MONOTONE, NOT_FOLLOWED, NO_VARIANCE)


@dataclass(frozen=True, eq=False)
class FineGrayFit(RowsByName[Coefficient]):
    """A fitted model. n : patients analysed; events : of each cause among them; dropped : left
    out for a missing value. cause : the one modelled.

    coefficients : hazard_ratio is that of the subdistribution hazard; std_error, limits and P are
    robust. covariance : (p, p) robust, naive_covariance : inverse information; in the order of
    coefficients, NaN where not estimable, read-only.
    pseudo_log_likelihood : at the maximum, or its finite limit when a coefficient is infinite.
    pseudo_likelihood_ratio : twice its gain. No likelihood: its P is a rough guide, wald is not.
    wald has no number when a coefficient is infinite or the robust covariance is singular.
    converged : False when the maximum runs off too steeply to be followed.
    aliased : columns that are a combination of those before them.
    censoring_groups : levels with a censoring distribution of their own, or ().
    """

    n: int
    cause: str
    events: Mapping[str, int]
    dropped: int
    level: float
    coefficients: tuple[Coefficient, ...]
    terms: tuple[TermTest, ...]
    covariance: FloatArray
    naive_covariance: FloatArray
    pseudo_log_likelihood: float
    pseudo_log_likelihood_null: float
    pseudo_likelihood_ratio: Test
    wald: Test
    iterations: int
    converged: bool
    aliased: tuple[str, ...]
    censoring_groups: tuple[str, ...]
    inputs: tuple[Term, ...]
    model: SubdistributionFit


@dataclass(frozen=True, eq=False)
class IncidenceCurve:
    """A predicted cumulative incidence: one row per distinct day with an event of the cause.

    day : (K,) whole days. incidence : (K,) probability of the cause up to that day. Read-only.
    """

    cause: str
    day: IntArray
    incidence: FloatArray

    def at(self, day: float) -> float:
        """The probability up to a day; 0 before the first event, carried on after the last."""
        if not day >= 0:
            raise ValueError(f"day: expected a number from 0 on, got {day}")
        row = int(np.searchsorted(self.day, day, side="right")) - 1
        return 0.0 if row < 0 else float(self.incidence[row])


def fine_gray(
    risks: CompetingRisks,
    cause: str,
    terms: Sequence[Term],
    *,
    censoring_groups: Factor | None = None,
    level: float = 0.95,
) -> FineGrayFit:
    """Subdistribution hazards regression of one cause on the patients with every term known.

    risks : n patients. terms : factors, numbers and interactions, each n long.
    censoring_groups : (n,) groups whose censoring differs, each with a Kaplan-Meier curve of its
    own; None = one curve for all. Patients whom another cause ended stay at risk with weight
    G(t-)/G(own day-), G the curve of censoring, where whoever has an event on a day is at risk of
    censoring on it; ties after Breslow. Limits are exp(beta +- z SE) with the robust SE, which
    holds the error of G.
    As cmprsk::crr, except: G(0-) is 1 (crr takes G(0), which matters when some are censored on
    day 0), and with several censoring groups the error of each group's G counts for that group.
    Raises SampleError (lengths, repeated names, unknown cause; entry and case weights, which the
    method here does not take), EmptySample (no complete case).
    No event, an empty level, a collinear column or a monotone likelihood do not raise: the
    coefficients concerned carry a reason instead of numbers.
    Source: Fine and Gray, J Am Stat Assoc 1999;94:496-509; sums run once over the patients as in
    Kawaguchi et al., R J 2021;12(2):43-60.
    Checked: by hand, by finite differences, sum by sum from the definition, and against R
    cmprsk::crr and survival::finegray with coxph (golden/fine_gray_*.csv), 1e-9.

    >>> from outcomes.terms import Numeric
    >>> risks = CompetingRisks([1, 2, 3, 4, 5], [0, 1, 0, -1, 0], causes=["relapse", "death"])
    >>> fit = fine_gray(risks, "relapse", [Numeric("dose", [1, 0, 0, 1, 1])])
    >>> fit.n, fit.events["relapse"], round(fit.coefficient("dose").hazard_ratio, 4)
    (5, 3, 1.4051)
    """
    code = risks.code_of(cause)
    _refuse(risks)
    complete = _complete(risks, terms, censoring_groups)
    dropped = risks.n - int(np.count_nonzero(complete))
    if dropped:
        risks = risks.where(complete)
        terms = [term.where(complete) for term in terms]
    groups = None
    if censoring_groups is not None:
        groups = censoring_groups.codes[complete].astype(np.intp)
    model = fit_subdistribution(risks, code, terms, groups)
    names = () if censoring_groups is None else censoring_groups.levels
    return _report(model, risks, cause, tuple(terms), names, dropped, level)


def predicted_incidence(fit: FineGrayFit, covariates: Mapping[str, Value]) -> IncidenceCurve:
    """The cumulative incidence the model predicts for a patient with these covariates.

    covariates : every number and factor of the model by name: a number, or a level; None is the
    reference level. Interactions follow from their factors.
    Raises SampleError (a term missing, unknown or not estimable; no event of the cause).
    Source: Fine and Gray, J Am Stat Assoc 1999;94:496-509, section 4: 1 - exp(-H0(t) exp(x'b)).
    Checked: by hand, and against R cmprsk::predict.crr (golden/fine_gray_curves.csv), 1e-9.

    >>> from outcomes.terms import Numeric
    >>> risks = CompetingRisks([1, 2, 3, 4, 5], [0, 1, 0, -1, 0], causes=["relapse", "death"])
    >>> fit = fine_gray(risks, "relapse", [Numeric("dose", [1, 0, 0, 1, 1])])
    >>> round(predicted_incidence(fit, {"dose": 1}).at(3), 3)
    0.404
    """
    model, row = fit.model, one_patient(fit.inputs, covariates)
    if model.baseline is None:
        raise SampleError(f"fit: no event of {fit.cause!r}; nothing can be predicted")
    for label, reason, value, centre in zip(
        model.labels, model.reasons, row, model.centre, strict=True
    ):
        away = value != (0.0 if label.level is not None else centre)
        if away and reason is not None and reason != NO_VARIANCE:
            raise SampleError(f"covariates: {label.text} is {reason}; nothing can be predicted")
    eta = float((row - model.centre) / model.scale @ model.beta) - model.baseline.shift
    with np.errstate(over="ignore"):  # far from the data the probability is rightly 1
        incidence = -np.expm1(-model.baseline.cumulative * np.exp(eta))
    incidence.setflags(write=False)
    return IncidenceCurve(fit.cause, model.baseline.day, incidence)


def _refuse(risks: CompetingRisks) -> None:
    for name, column, instead in (
        ("entry", risks.entry, "start the clock at the entry of all"),
        ("weight", risks.weight, "repeat the rows"),
    ):
        if column is not None:
            raise SampleError(
                f"{name}: Fine-Gray regression takes patients followed from day 0, each counted "
                f"once; {instead}, or fit the cause-specific hazard: cox(risks.only(cause), terms)"
            )


def _complete(
    risks: CompetingRisks, terms: Sequence[Term], censoring_groups: Factor | None
) -> BoolArray:
    complete = complete_cases(risks.any_cause(), terms)
    if censoring_groups is not None:
        aligned(len(censoring_groups.codes), risks.n, censoring_groups.name)
        complete &= censoring_groups.known
        if not complete.any():
            raise EmptySample("censoring_groups: no patient has it and all terms known")
    return complete


def _report(
    model: SubdistributionFit,
    risks: CompetingRisks,
    cause: str,
    terms: tuple[Term, ...],
    censoring_groups: tuple[str, ...],
    dropped: int,
    level: float,
) -> FineGrayFit:
    """Numbers back on the scale of the data."""
    unit = np.outer(model.scale, model.scale)
    covariance, naive = model.robust / unit, model.naive / unit
    hidden = [place for place, reason in enumerate(model.reasons) if reason is not None]
    for matrix in (covariance, naive):
        matrix[hidden, :] = matrix[:, hidden] = np.nan
        matrix.setflags(write=False)
    beta, variance = (model.beta / model.scale).tolist(), np.diag(covariance).tolist()
    z, df, tests = two_sided_z(level), len(model.kept), _Wald(model)
    gain = 2 * (model.log_likelihood - model.log_likelihood_null)
    return FineGrayFit(
        n=risks.n,
        cause=cause,
        events=MappingProxyType(risks.events),
        dropped=dropped,
        level=level,
        coefficients=tuple(
            wald_row(label, value, own, reason, z)
            for label, value, own, reason in zip(
                model.labels, beta, variance, model.reasons, strict=True
            )
        ),
        terms=tuple(tests.of_term(term.name) for term in terms),
        covariance=covariance,
        naive_covariance=naive,
        pseudo_log_likelihood=model.log_likelihood,
        pseudo_log_likelihood_null=model.log_likelihood_null,
        pseudo_likelihood_ratio=chi_square_result(gain, df),
        wald=tests.of(model.kept),
        iterations=model.iterations,
        converged=model.converged,
        aliased=tuple(
            label.text
            for label, reason in zip(model.labels, model.reasons, strict=True)
            if reason == ALIASED
        ),
        censoring_groups=censoring_groups,
        inputs=terms,
        model=model,
    )


class _Wald:
    """Wald tests with the robust covariance."""

    def __init__(self, model: SubdistributionFit) -> None:
        self.model = model
        self.known = {place for place in model.kept if model.reasons[place] not in UNTESTABLE}

    def of(self, columns: list[int]) -> Test:
        statistic = None
        if columns and self.known.issuperset(columns):
            part = self.model.robust[np.ix_(columns, columns)]
            statistic = wald(self.model.beta[columns], part)
        if statistic is None:
            return Test(None, len(columns), None)
        return chi_square_result(statistic, len(columns))

    def of_term(self, name: str) -> TermTest:
        mine, reasons = self.model.columns_of(name), self.model.reasons
        kept = [place for place in mine if place in self.model.kept]
        if not kept:
            return TermTest(name, None, 0, None, reasons[mine[0]] if mine else ONE_LEVEL)
        test = self.of(kept)
        if test.statistic is not None:
            return TermTest(name, test.statistic, len(kept), test.p)
        why = [reasons[place] for place in kept if place not in self.known]
        return TermTest(name, None, len(kept), None, why[0] if why else NO_VARIANCE)

"""How do characteristics change the probability of one cause? Fine and Gray's regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from outcomes._competing.fine_gray_fit import SubdistributionFit, fit_subdistribution
from outcomes._numbers.arguments import expect
from outcomes._numbers.by_name import ByName
from outcomes._numbers.columns import BoolArray, FloatArray, IntArray, aligned
from outcomes._numbers.steps import row_at
from outcomes._regression.covariates import Value, design_row
from outcomes._regression.design import complete_cases
from outcomes._regression.wald import TermTests, wald_report
from outcomes.coefficients import Coefficient, RowsByName, TermTest
from outcomes.results import Test, chi_square_result
from outcomes.sample import CompetingRisks, EmptySample, SampleError
from outcomes.terms import Factor, Term

__all__ = [
    "FineGrayFit",
    "IncidenceCurve",
    "fine_gray",
    "predicted_incidence",
]


@dataclass(frozen=True, eq=False, repr=False)
class FineGrayFit(RowsByName[Coefficient, TermTest]):
    """A fitted model; str(fit) is a plain table.

    n : patients analysed; events : of each cause among them; dropped : left out for a missing
    value. cause : the one modelled. terms : the test of each term, made when asked for.

    coefficients : hazard_ratio is that of the subdistribution hazard; std_error, limits and P are
    robust. covariance : (p, p) robust, naive_covariance : inverse information; in the order of
    coefficients, NaN where not estimable, read-only.
    pseudo_log_likelihood : at the maximum, or its finite limit when a coefficient is infinite.
    pseudo_likelihood_ratio : twice its gain. No likelihood: its P is a rough guide, wald is not.
    wald has a reason in place of numbers when a coefficient is infinite or the robust covariance
    is singular.
    converged : False when the maximum runs off too steeply to be followed.
    aliased : columns that are a combination of those before them.
    censoring_groups : levels with a censoring distribution of their own, or ().
    inputs, model : for predictions; they hold the patients' values.
    """

    n: int
    cause: str
    events: Mapping[str, int]
    dropped: int
    level: float
    coefficients: tuple[Coefficient, ...]
    term_tests: TermTests
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

    @cached_property
    def terms(self) -> tuple[TermTest, ...]:
        """Wald's test of each term."""
        return self.term_tests.all

    def _heading(self) -> str:
        counts = ", ".join(f"{name} {count}" for name, count in self.events.items())
        return f"Fine-Gray regression of {self.cause}: n = {self.n}, events: {counts}"


@dataclass(frozen=True, eq=False)
class IncidenceCurve:
    """A predicted cumulative incidence: one row per distinct day with an event of the cause.

    day : (K,) whole days. incidence : (K,) probability of the cause up to that day. Read-only.
    """

    cause: str
    day: IntArray
    incidence: FloatArray

    def __repr__(self) -> str:
        return f"IncidenceCurve({self.cause!r}, events on {len(self.day)} days)"

    def at(self, day: float) -> float:
        """The probability up to a day; 0 before the first event, carried on after the last.

        Raises ValueError for a negative day and NaN.
        """
        row = row_at(self.day, day)
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
    method here does not take), EmptySample (no complete case), TypeError (risks, cause, terms or
    groups of another kind), ValueError (level outside 0 to 1).
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
    expect(risks, CompetingRisks, "risks")
    expect(cause, str, "cause")
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
    return _fit_of(model, risks, cause, tuple(terms), names, dropped, level)


def predicted_incidence(fit: FineGrayFit, covariates: Mapping[str, Value]) -> IncidenceCurve:
    """The cumulative incidence the model predicts for a patient with these covariates.

    fit : of fine_gray. covariates : every number and factor of the model by name: a number, or a level; None is the
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
    expect(fit, FineGrayFit, "fit")
    model = fit.model
    if model.baseline is None:
        raise SampleError(f"fit: no event of {fit.cause!r}; nothing can be predicted")
    row = design_row(fit.inputs, model.columns, model.centre, covariates)
    eta = float((row - model.centre) / model.columns.scale @ model.beta)
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
    complete = complete_cases(risks.n, terms)
    if censoring_groups is not None:
        expect(censoring_groups, Factor, "censoring_groups")
        aligned(len(censoring_groups.codes), risks.n, censoring_groups.name)
        complete &= censoring_groups.known
        if not complete.any():
            raise EmptySample("censoring_groups: no patient has it and all terms known")
    return complete


def _fit_of(
    model: SubdistributionFit,
    risks: CompetingRisks,
    cause: str,
    terms: tuple[Term, ...],
    censoring_groups: tuple[str, ...],
    dropped: int,
    level: float,
) -> FineGrayFit:
    """What fine_gray answers with: numbers back on the scale of the data."""
    columns = model.columns
    found = wald_report(
        columns,
        [term.name for term in terms],
        model.beta / columns.scale,
        columns.unscaled(model.naive),
        columns.unscaled(model.robust),
        level,
    )
    gain = 2 * (model.log_likelihood - model.log_likelihood_null)
    return FineGrayFit(
        n=risks.n,
        cause=cause,
        events=ByName(risks.events),
        dropped=dropped,
        level=level,
        pseudo_log_likelihood=model.log_likelihood,
        pseudo_log_likelihood_null=model.log_likelihood_null,
        pseudo_likelihood_ratio=chi_square_result(gain, len(columns.kept)),
        **vars(found),
        iterations=model.iterations,
        converged=model.converged,
        aliased=columns.aliased,
        censoring_groups=censoring_groups,
        inputs=terms,
        model=model,
    )

"""What course does a Cox model predict? Baseline hazard, curves of given patients, risk scores."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from outcomes._fits.fitted import analysed_of
from outcomes._numbers.arguments import expect_number
from outcomes._numbers.columns import FloatArray, IntArray, SampleError, one_of
from outcomes._numbers.distributions import two_sided_z
from outcomes._numbers.steps import row_at
from outcomes._regression.analysed import Analysed
from outcomes._regression.covariates import Value, design_row
from outcomes._regression.hazards import Hazards, hazards, linear_predictor
from outcomes._regression.score_residuals import sandwich
from outcomes.cox import CoxFit
from outcomes.curve import Interval

__all__ = [
    "PredictedCurve",
    "Reference",
    "baseline_hazard",
    "linear_predictors",
    "predicted_curve",
    "risk_scores",
]

Reference = Literal["zero", "mean"]
FARTHEST = 700.0  # exp of more overflows


@dataclass(frozen=True, eq=False)
class PredictedCurve:
    """A predicted course: one row per distinct day with an event in the stratum, k rows.

    hazard : (k,) cumulative hazard. survival : (k,) its exp(-H). std_error : (k,) of the
    cumulative hazard, which is that of log survival. Arrays are read-only.
    """

    stratum: str | None
    day: IntArray
    hazard: FloatArray
    survival: FloatArray
    std_error: FloatArray

    def __repr__(self) -> str:
        return f"PredictedCurve(stratum={self.stratum!r}, events on {len(self.day)} days)"

    def at(self, day: float) -> float:
        """Survival at a day; 1 before the first event, carried forward after the last.

        Raises ValueError for a negative day and NaN.
        """
        row = self._row(day)
        return 1.0 if row < 0 else float(self.survival[row])

    def hazard_at(self, day: float) -> float:
        """Cumulative hazard at a day."""
        row = self._row(day)
        return 0.0 if row < 0 else float(self.hazard[row])

    def std_error_at(self, day: float) -> float:
        """Standard error of survival at a day; 0 before the first event."""
        row = self._row(day)
        return 0.0 if row < 0 else float(self.survival[row] * self.std_error[row])

    def interval_at(self, day: float, level: float = 0.95) -> Interval:
        """Limits of survival at a day on the log scale; 1 to 1 before the first event."""
        row, (lower, upper) = self._row(day), self.limits(level)
        if row < 0:
            return Interval(1.0, 1.0, level, "log")
        return Interval(float(lower[row]), float(upper[row]), level, "log")

    def limits(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Lower and upper limits (k,) of survival on the log scale, as R conf.type = "log"."""
        spread = two_sided_z(level) * self.std_error
        return np.exp(-self.hazard - spread), np.exp(np.minimum(-self.hazard + spread, 0.0))

    def _row(self, day: float) -> int:
        return row_at(self.day, day)


def baseline_hazard(fit: CoxFit, *, stratum: str | None = None) -> PredictedCurve:
    """The course of a patient with every number 0, every factor at its reference and offset 0.

    stratum : needed when the fit has strata. Estimator as in predicted_curve.
    Raises SampleError (stratum; a coefficient without a value; zero too far from the data),
    TypeError (no Cox fit).
    Source: Breslow, Biometrics 1974;30:89-99; Efron, J Am Stat Assoc 1977;72:557-565.
    Checked: by hand, and against R survival::basehaz(fit, centered = FALSE)
    (golden/diagnostics_curves.csv), relative 1e-8.

    >>> from outcomes.cox import cox
    >>> from outcomes.sample import Survival
    >>> from outcomes.terms import Numeric
    >>> fit = cox(Survival([1, 2, 3, 4], [1, 1, 0, 1]), [Numeric("x", [1, 0, 1, 0])])
    >>> baseline_hazard(fit).hazard.round(3).tolist()
    [0.207, 0.5, 1.5]
    """
    analysed = analysed_of(fit)
    row = np.zeros(len(analysed.labels))
    return _curve(fit, analysed, row, 0.0, stratum)


def predicted_curve(
    fit: CoxFit,
    covariates: Mapping[str, Value],
    *,
    stratum: str | None = None,
    offset: float = 0.0,
) -> PredictedCurve:
    """The course the model predicts for a patient with these covariates.

    covariates : every term of the model by name: a number, or the name of a level; None is the
    reference level. Interactions follow from their factors. offset : added to the linear
    predictor. stratum : needed when the fit has strata.
    Hazard steps after Efron in a fit with Efron's ties, else after Breslow; survival exp(-H).
    The error holds that of the coefficients (the robust one in a robust fit) and of the steps.
    Raises SampleError (a term missing, unknown or not estimable; stratum; far from the data),
    TypeError (no Cox fit).
    Source: Tsiatis, Ann Stat 1981;9:93-108; Therneau and Grambsch 2000, ch. 10.
    Checked: by hand, and against R survival::survfit(fit, newdata)
    (golden/diagnostics_curves.csv), relative 1e-8.

    >>> from outcomes.cox import cox
    >>> from outcomes.sample import Survival
    >>> from outcomes.terms import Numeric
    >>> fit = cox(Survival([1, 2, 3, 4], [1, 1, 0, 1]), [Numeric("x", [1, 0, 1, 0])])
    >>> curve = predicted_curve(fit, {"x": 1})
    >>> round(curve.at(2), 3), round(float(curve.std_error[1]), 3)
    (0.493, 0.728)
    """
    analysed = analysed_of(fit)
    row = design_row(fit.inputs.terms, fit.model.columns, analysed.centre, covariates)
    expect_number(offset, "offset", "pass what is added to the linear predictor, 0 for nothing")
    if not math.isfinite(offset):
        raise SampleError(f"offset: expected a finite number, got {offset}; 0 is none")
    return _curve(fit, analysed, row, offset, stratum)


def linear_predictors(fit: CoxFit, reference: Reference = "zero") -> FloatArray:
    """(n,) log relative hazard x'beta + offset of the rows analysed, in their order.

    reference : "zero", against numbers 0 and reference levels; "mean", against their mean.
    Raises SampleError (no coefficient), ValueError (unknown reference), TypeError (no Cox fit).
    Source: Cox, J R Stat Soc B 1972;34:187-220.
    Checked: R predict(fit, type = "lp", reference = "zero") (golden/diagnostics_rows.csv), 1e-8.

    >>> from outcomes.cox import cox
    >>> from outcomes.sample import Survival
    >>> from outcomes.terms import Numeric
    >>> fit = cox(Survival([1, 2, 3, 4], [1, 1, 0, 1]), [Numeric("x", [1, 0, 1, 0])])
    >>> linear_predictors(fit).round(3).tolist()
    [0.347, 0.0, 0.347, 0.0]
    """
    one_of(reference, get_args(Reference), "reference")
    eta = linear_predictor(analysed_of(fit))
    if reference == "mean":
        eta -= eta.mean()
    eta.setflags(write=False)
    return eta


def risk_scores(fit: CoxFit) -> FloatArray:
    """(n,) relative hazard of the rows analysed against the mean linear predictor.

    Raises SampleError (no coefficient), TypeError (no Cox fit).
    Source: Cox, J R Stat Soc B 1972;34:187-220.
    Checked: exp(linear_predictors(fit, "mean")), which is checked against R.

    >>> from outcomes.cox import cox
    >>> from outcomes.sample import Survival
    >>> from outcomes.terms import Numeric
    >>> fit = cox(Survival([1, 2, 3, 4], [1, 1, 0, 1]), [Numeric("x", [1, 0, 1, 0])])
    >>> risk_scores(fit).round(3).tolist()
    [1.189, 0.841, 1.189, 0.841]
    """
    with np.errstate(over="ignore"):  # a spread beyond double precision is rightly infinite
        risk: FloatArray = np.exp(linear_predictors(fit, "mean"))
    risk.setflags(write=False)
    return risk


def _curve(
    fit: CoxFit, analysed: Analysed, row: FloatArray, offset: float, stratum: str | None
) -> PredictedCurve:
    here = _stratum_code(analysed, stratum)
    risks = hazards(analysed)
    kept = list(analysed.kept)
    power = float(row[kept] @ analysed.beta[kept]) + offset - float(risks.shift[here])
    if not math.isfinite(power) or abs(power) > FARTHEST:
        raise SampleError(
            "covariates: too far from the patients analysed for a prediction; "
            "give values like theirs, or measure in larger units"
        )
    slots = slice(int(risks.bounds[here]), int(risks.bounds[here + 1]))
    hazard = math.exp(power) * np.cumsum(risks.hazard[slots])
    error = math.exp(power) * np.sqrt(_variance(fit, risks, row[kept] - risks.centre[here], slots))
    columns = (risks.day[slots].copy(), hazard, np.exp(-hazard), error)
    for column in columns:
        column.setflags(write=False)
    return PredictedCurve(stratum, *columns)


def _variance(fit: CoxFit, risks: Hazards, row: FloatArray, slots: slice) -> FloatArray:
    """(k,) variance of the cumulative hazard at risk exp(shift): steps, then coefficients."""
    steps = np.cumsum(risks.tied_sum(risks.step / risks.left)[slots])
    means = np.cumsum(risks.hazard_mean(risks.step)[slots], axis=0)
    pull = np.outer(np.cumsum(risks.hazard[slots]), row) - means
    covariance = sandwich(fit.analysed) if fit.robust else fit.analysed.estimated
    return np.asarray(steps + np.einsum("ki,ij,kj->k", pull, covariance, pull), dtype=np.float64)


def _stratum_code(analysed: Analysed, stratum: str | None) -> int:
    names = analysed.strata_names
    if not names:
        if stratum is not None:
            raise SampleError(f"stratum: the fit has no strata, got {stratum!r}; leave it out")
        return 0
    if stratum not in names:
        raise SampleError(f"stratum: {stratum!r} is none of {names}; name one of them")
    return names.index(stratum)

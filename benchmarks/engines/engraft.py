"""Our own engine."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from benchmarks.data import CAUSES, FACTOR_LEVELS, GROUPS, LANDMARKS, Patients
from benchmarks.engines import Call, Job, PythonJob
from outcomes.competing_risks import AalenJohansen, cumulative_incidence_by
from outcomes.cox import CoxFit, Ties, cox
from outcomes.curve import Curve, limits_by
from outcomes.fine_gray import FineGrayFit, fine_gray
from outcomes.gray import gray_tests
from outcomes.imputation import impute
from outcomes.kaplan_meier import kaplan_meier_by
from outcomes.logrank import LogRank, log_rank
from outcomes.pooled_cox import PooledCox, pool_cox
from outcomes.sample import CompetingRisks, Survival
from outcomes.terms import MISSING, Factor, Numeric


def _terms(patients: Patients) -> list[Factor | Numeric]:
    """As R's data frame holds factors, so ours are made before the clock starts."""
    factors = [
        Factor(f"f{place}", [str(level) for level in range(levels)], codes)
        for place, (levels, codes) in enumerate(
            zip(FACTOR_LEVELS, patients.factors, strict=True), start=1
        )
    ]
    numerics = [Numeric(f"x{k}", x) for k, x in enumerate(patients.numerics.T, start=1)]
    return [*factors, *numerics]


def _groups(patients: Patients) -> Factor:
    return Factor("group", [str(level) for level in range(GROUPS)], patients.group)


def _cox(ties: Ties, patients: Patients) -> Job:
    terms = _terms(patients)

    def answer(fit: CoxFit) -> dict[str, Any]:
        return {
            "coefficients": [one.beta for one in fit.coefficients],
            "errors": [one.std_error for one in fit.coefficients],
            "evaluations": [fit.iterations + 1],  # the first is where all are 0
        }

    return PythonJob(lambda: cox(Survival(patients.days, patients.event), terms, ties=ties), answer)


def _curves(patients: Patients) -> Job:
    groups = _groups(patients)

    def run() -> tuple[dict[str, Curve], LogRank]:
        sample = Survival(patients.days, patients.event)
        curves = kaplan_meier_by(sample, groups)
        limits_by(curves, "log")  # survfit has them in its result
        return curves, log_rank(sample, groups)

    def answer(result: tuple[dict[str, Curve], LogRank]) -> dict[str, Any]:
        curves, test = result
        return {
            "survival": [curve.at(day) for curve in curves.values() for day in LANDMARKS],
            "errors": [curve.std_error_at(day) for curve in curves.values() for day in LANDMARKS],
            "statistic": np.array([test.statistic]),
        }

    return PythonJob(run, answer)


def _incidence(with_tests: bool, patients: Patients) -> Job:
    groups = _groups(patients)

    def run() -> dict[str, AalenJohansen]:
        risks = CompetingRisks(patients.days, patients.cause, causes=CAUSES)
        if with_tests:
            gray_tests(risks, groups)
        return cumulative_incidence_by(risks, groups, variance="aalen")

    def answer(found: dict[str, AalenJohansen]) -> dict[str, Any]:
        curves = [one.of(cause) for cause in CAUSES for one in found.values()]
        return {
            "incidence": [curve.at(day) for curve in curves for day in LANDMARKS],
            "errors": [curve.std_error_at(day) for curve in curves for day in LANDMARKS],
        }

    return PythonJob(run, answer)


def _fine_gray(patients: Patients) -> Job:
    terms = _terms(patients)

    def run() -> FineGrayFit:
        risks = CompetingRisks(patients.days, patients.cause, causes=CAUSES)
        return fine_gray(risks, CAUSES[0], terms)

    def answer(fit: FineGrayFit) -> dict[str, Any]:
        return {
            "coefficients": [one.beta for one in fit.coefficients],
            "errors": [one.std_error for one in fit.coefficients],
            "evaluations": [fit.iterations + 1],  # the first is where all are 0
        }

    return PythonJob(run, answer)


def _imputation(patients: Patients) -> Job:
    """As many iterations as mice makes by default."""
    terms = _with_holes(patients)

    def run() -> PooledCox:
        sample = Survival(patients.days, patients.event)
        sets = impute(terms, outcome=sample, m=10, iterations=5, seed=1)
        return pool_cox([cox(sample, completed) for completed in sets.completed])

    return PythonJob(run, lambda found: {"z": [one.t for one in found.pooled.estimates]})


def _with_holes(patients: Patients) -> list[Factor | Numeric]:
    """The first number and the first factor with values missing."""
    numerics = patients.numerics.copy()
    numerics[patients.holes[:, 0], 0] = np.nan
    factors = np.array(patients.factors)
    factors[0, patients.holes[:, 1]] = MISSING
    return _terms(replace(patients, numerics=numerics, factors=tuple(factors)))


CALLS = (
    Call("cox_efron", "Engraft", partial(_cox, "efron")),
    Call("cox_breslow", "Engraft", partial(_cox, "breslow")),
    Call("km_logrank", "Engraft", _curves),
    Call("aalen_johansen", "Engraft", partial(_incidence, False)),
    Call("aalen_johansen", "Engraft, with Gray's tests", partial(_incidence, True)),
    Call("fine_gray", "Engraft", _fine_gray),
    Call("imputation", "Engraft", _imputation),
)

"""scikit-survival: Cox without standard errors, curves as plain arrays."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from sksurv.compare import compare_survival
from sksurv.linear_model import CoxPHSurvivalAnalysis
from sksurv.nonparametric import cumulative_incidence_competing_risks, kaplan_meier_estimator
from sksurv.util import Surv

from benchmarks.data import GROUPS, Patients
from benchmarks.engines import Call, Job, PythonJob, at_landmarks


def _cox(ties: str, patients: Patients) -> Job:
    design = np.ascontiguousarray(patients.design)
    outcome = Surv.from_arrays(patients.event, patients.days)
    return PythonJob(
        lambda: CoxPHSurvivalAnalysis(ties=ties).fit(design, outcome),
        lambda fit: {"coefficients": fit.coef_},
    )


def _curves(patients: Patients) -> Job:
    days, event, group = patients.days, patients.event, patients.group
    outcome = Surv.from_arrays(event, days)

    def run() -> Any:
        curves = [
            kaplan_meier_estimator(event[group == code], days[group == code], conf_type="log-log")
            for code in range(GROUPS)
        ]
        return curves, compare_survival(outcome, group)

    def answer(result: Any) -> dict[str, Any]:
        curves, (statistic, _) = result
        survival = [at_landmarks(times, estimate, 1) for times, estimate, _ in curves]
        return {"survival": survival, "statistic": [statistic]}

    return PythonJob(run, answer)


def _cumulative_incidence(patients: Patients) -> Job:
    days, cause, group = patients.days, patients.cause + 1, patients.group

    def run() -> Any:
        return [
            cumulative_incidence_competing_risks(
                cause[group == code], days[group == code], conf_type="log-log"
            )
            for code in range(GROUPS)
        ]

    def answer(found: Any) -> dict[str, Any]:
        return {
            "incidence": [
                at_landmarks(times, incidence[k], 0)
                for k in (1, 2)
                for times, incidence, _ in found
            ]
        }

    return PythonJob(run, answer)


CALLS = (
    Call("cox_efron", "scikit-survival", partial(_cox, "efron"), patience=100_000),
    Call("cox_breslow", "scikit-survival", partial(_cox, "breslow"), patience=100_000),
    Call("km_logrank", "scikit-survival", _curves),
    Call("aalen_johansen", "scikit-survival", _cumulative_incidence),
)

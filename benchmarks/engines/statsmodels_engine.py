"""statsmodels: arrays in, PHReg and SurvfuncRight."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight, survdiff

from benchmarks.data import CAUSES, GROUPS, Patients
from benchmarks.engines import Call, Job, PythonJob, at_landmarks


def _cox(ties: str, patients: Patients) -> Job:
    design = np.ascontiguousarray(patients.design)

    def run() -> Any:
        fit = PHReg(patients.days, design, status=patients.event, ties=ties).fit(disp=0)
        return fit, fit.bse  # the errors are only computed when they are asked for

    def answer(result: Any) -> dict[str, Any]:
        fit, errors = result
        return {"coefficients": fit.params, "errors": errors}

    return PythonJob(run, answer)


def _curves(patients: Patients) -> Job:
    days, event, group = patients.days, patients.event, patients.group

    def run() -> Any:
        curves = [
            SurvfuncRight(days[group == code], event[group == code]) for code in range(GROUPS)
        ]
        return curves, survdiff(days, event, group)

    def answer(result: Any) -> dict[str, Any]:
        curves, (statistic, _) = result
        return {
            "survival": [at_landmarks(one.surv_times, one.surv_prob, 1) for one in curves],
            "errors": [at_landmarks(one.surv_times, one.surv_prob_se, 0) for one in curves],
            "statistic": [statistic],
        }

    return PythonJob(run, answer)


def _cumulative_incidence(patients: Patients) -> Job:
    days, cause, group = patients.days, patients.cause + 1, patients.group

    def run() -> list[CumIncidenceRight]:
        return [
            CumIncidenceRight(days[group == code], cause[group == code]) for code in range(GROUPS)
        ]

    def answer(found: list[CumIncidenceRight]) -> dict[str, Any]:
        each = [(one, k) for k in range(len(CAUSES)) for one in found]
        return {
            "incidence": [at_landmarks(one.times, one.cinc[k], 0) for one, k in each],
            "errors": [at_landmarks(one.times, one.cinc_se[k], 0) for one, k in each],
        }

    return PythonJob(run, answer)


CALLS = (
    Call("cox_efron", "statsmodels", partial(_cox, "efron"), patience=100_000),
    Call("cox_breslow", "statsmodels", partial(_cox, "breslow"), patience=100_000),
    Call("km_logrank", "statsmodels", _curves),
    Call("aalen_johansen", "statsmodels", _cumulative_incidence),
)

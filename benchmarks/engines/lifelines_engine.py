"""lifelines: tables of pandas. Cox by Efron only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import StatisticalResult, multivariate_logrank_test

from benchmarks.data import CAUSES, GROUPS, LANDMARKS, Patients
from benchmarks.engines import Call, Job, PythonJob


def _cox(patients: Patients) -> Job:
    table = pd.DataFrame(patients.design, columns=patients.labels)
    table["days"], table["event"] = patients.days, patients.event

    def answer(fit: CoxPHFitter) -> dict[str, Any]:
        return {"coefficients": fit.params_, "errors": fit.standard_errors_}

    return PythonJob(
        lambda: CoxPHFitter().fit(table, duration_col="days", event_col="event"), answer
    )


def _curves(patients: Patients) -> Job:
    days, event = patients.days.astype(float), patients.event
    group = patients.group

    def run() -> tuple[list[KaplanMeierFitter], StatisticalResult]:
        curves = [
            KaplanMeierFitter().fit(days[group == code], event[group == code])
            for code in range(GROUPS)
        ]
        return curves, multivariate_logrank_test(days, group, event)

    def answer(result: tuple[list[KaplanMeierFitter], Any]) -> dict[str, Any]:
        curves, test = result
        survival = np.array([curve.predict(LANDMARKS) for curve in curves])
        return {"survival": survival, "statistic": [test.test_statistic]}

    return PythonJob(run, answer)


def _cumulative_incidence(patients: Patients) -> Job:
    # Tied days are a warning and a random jitter in lifelines: the judge may say so, not we.
    days, cause, group = patients.days.astype(float), patients.cause + 1, patients.group

    def run() -> list[AalenJohansenFitter]:
        return [
            AalenJohansenFitter(seed=1).fit(days[group == code], cause[group == code], code_of)
            for code_of in range(1, len(CAUSES) + 1)
            for code in range(GROUPS)
        ]

    def answer(curves: list[AalenJohansenFitter]) -> dict[str, Any]:
        return {"incidence": [curve.predict(LANDMARKS) for curve in curves]}

    return PythonJob(run, answer)


CALLS = (
    Call("cox_efron", "lifelines", _cox),
    Call("km_logrank", "lifelines", _curves),
    Call("aalen_johansen", "lifelines", _cumulative_incidence, patience=10_000),
)

"""comprisk: competing risks, compiled by numba (on one thread)."""

from __future__ import annotations

from typing import Any

import numpy as np
from comprisk import CumulativeIncidence, FineGrayRegression

from benchmarks.data import GROUPS, LANDMARKS, Patients
from benchmarks.engines import Call, Job, PythonJob


def _cumulative_incidence(patients: Patients) -> Job:
    days, cause, group = patients.days.astype(float), patients.cause + 1, patients.group

    def answer(fit: CumulativeIncidence) -> dict[str, Any]:
        each = [fit.curves_[code, k] for k in (1, 2) for code in range(GROUPS)]
        at = [one.evaluate(LANDMARKS) for one in each]
        return {
            "incidence": [incidence for incidence, _ in at],
            "errors": np.sqrt([variance for _, variance in at]),
        }

    return PythonJob(lambda: CumulativeIncidence().fit(days, cause, group=group), answer)


def _fine_gray(patients: Patients) -> Job:
    design = np.ascontiguousarray(patients.design)
    days, cause = patients.days.astype(float), patients.cause + 1
    return PythonJob(
        lambda: FineGrayRegression(robust_se=True).fit(design, time=days, event=cause),
        lambda fit: {"coefficients": fit.coef_, "errors": fit.se_},
    )


CALLS = (
    Call("aalen_johansen", "comprisk", _cumulative_incidence),
    Call("fine_gray", "comprisk", _fine_gray, patience=100_000),
)

"""Can a fitted Cox model be looked into? Its rows and coefficients, or why there is nothing."""

from __future__ import annotations

from outcomes._numbers.columns import SampleError
from outcomes._regression.analysed import Analysed
from outcomes._regression.design import NO_REFERENCE
from outcomes._regression.model import MONOTONE, NOT_FOLLOWED
from outcomes.cox import CoxFit

UNKNOWN = {  # columns that take part in the model, yet have no coefficient to go by
    MONOTONE: "leave the term out or join its levels",
    NOT_FOLLOWED: "leave the other column out",
    NO_REFERENCE: "choose a reference level that has patients",
}


def analysed_of(fit: CoxFit) -> Analysed:
    """What was analysed. Raises SampleError when a column in the model has no coefficient."""
    for label, coefficient in zip(fit.analysed.labels, fit.coefficients, strict=True):
        remedy = UNKNOWN.get(coefficient.reason or "")
        if remedy is not None:
            raise SampleError(
                f"fit: {label.text} is {coefficient.reason}; residuals and predictions need its "
                f"coefficient, so {remedy}"
            )
    return fit.analysed


def refuse_exact(fit: CoxFit, what: str) -> None:
    """Raises SampleError for a fit by the exact partial likelihood."""
    if fit.ties == "exact":
        raise SampleError(
            f"fit: {what} are not defined for ties='exact'; fit with ties='efron' or 'breslow'"
        )

"""Can a fitted Cox model be looked into? Its rows and coefficients, or why there is nothing."""

from __future__ import annotations

from outcomes._numbers.arguments import expect
from outcomes._numbers.columns import SampleError
from outcomes._regression.analysed import Analysed
from outcomes.cox import CoxFit
from outcomes.reasons import Reason

# Columns that take part in the model, yet have no coefficient to go by.
UNKNOWN = frozenset((Reason.MONOTONE, Reason.NOT_FOLLOWED, Reason.NO_REFERENCE))


def analysed_of(fit: CoxFit) -> Analysed:
    """What was analysed.

    Raises TypeError (no CoxFit), SampleError when a column in the model has no coefficient.
    """
    expect(fit, CoxFit, "fit")
    columns = fit.model.columns
    for label, reason in zip(columns.labels, columns.reasons, strict=True):
        if reason in UNKNOWN:
            raise SampleError(
                f"fit: {label.text} is {reason}; residuals and predictions need its "
                f"coefficient, so {reason.remedy}"
            )
    return fit.analysed


def refuse_exact(fit: CoxFit, what: str) -> None:
    """Raises SampleError for a fit by the exact partial likelihood."""
    if fit.ties == "exact":
        raise SampleError(
            f"fit: {what} are not defined for ties='exact'; fit with ties='efron' or 'breslow'"
        )

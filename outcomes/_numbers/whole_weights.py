"""Are case weights whole numbers, so that a row of weight 3 stands for 3 patients?"""

from __future__ import annotations

import numpy as np

from outcomes._numbers.columns import FloatArray, SampleError, wrong_row

MOST_PATIENTS = 2.0**53  # beyond it floats skip whole numbers


def fractional(weight: FloatArray | None) -> bool:
    """Whether any weight is no whole number."""
    return weight is not None and bool((weight != np.floor(weight)).any())


def whole_weights(weight: FloatArray | None, method: str) -> None:
    """Raises SampleError when weights cannot be replication: fractions, or too many patients."""
    if weight is not None and fractional(weight):
        fault = f"has a fraction; {method} takes a weight as so many patients: use whole ones, "
        raise wrong_row("weight", weight != np.floor(weight), fault + "or robust variance")
    countable(weight, method)


def countable(weight: FloatArray | None, method: str) -> None:
    """Raises SampleError when the weights are too many patients for floats to count."""
    if weight is not None and float(weight.sum()) > MOST_PATIENTS:
        raise SampleError(
            f"weight: {method} takes weights as so many patients, and they add up to more than "
            "2**53, beyond which floats skip numbers; divide all by one number"
        )

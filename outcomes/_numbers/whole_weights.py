"""Are case weights whole numbers, so that a row of weight 3 stands for 3 patients?"""

from __future__ import annotations

import numpy as np

from outcomes._numbers.columns import FloatArray, wrong_row


def fractional(weight: FloatArray | None) -> bool:
    """Whether any weight is no whole number."""
    return weight is not None and bool((weight != np.floor(weight)).any())


def whole_weights(weight: FloatArray | None, method: str) -> None:
    """Raises SampleError when a weight is no whole number, so that it cannot be replication."""
    if weight is not None and fractional(weight):
        fault = f"has a fraction; {method} takes a weight as so many patients: use whole ones, "
        raise wrong_row("weight", weight != np.floor(weight), fault + "or robust variance")

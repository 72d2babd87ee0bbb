"""Which row of a step function holds at a day?"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from outcomes._numbers.arguments import expect_number
from outcomes._numbers.columns import IntArray


def row_at(days: IntArray, day: float, side: Literal["right", "left"] = "right") -> int:
    """The last row whose day is <= day (right) or < day (left); -1 before the first row.

    Beyond the last row that one is carried forward. Raises ValueError for a negative day and NaN,
    TypeError for what is no number.
    """
    expect_number(day, "day", "pass days from the origin, such as 365, in one call per day")
    if not day >= 0:
        raise ValueError(f"day: expected a number from 0 on, got {day}")
    return int(np.searchsorted(days, day, side=side)) - 1


def span(days: IntArray) -> str:
    """First and last day, for the one line that stands for a curve."""
    return f"days {days[0]} to {days[-1]}"


def none_if_nan(value: float) -> float | None:
    """The number itself; NaN stands for one that does not exist."""
    return None if math.isnan(value) else float(value)

"""Where do a row's entry and last day stand, when the days of all strata lie on one line?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes._numbers.columns import Places
from outcomes.sample import Survival


@dataclass(frozen=True, eq=False)
class DayLine:
    """The days of all strata on one line, stratum after stratum, span places each.

    until, entry : (n,) places of last day and entry (None without late entry). first, last : (n,)
    ends of the row's stratum.
    """

    span: int
    until: NDArray[np.int64]
    entry: NDArray[np.int64] | None
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @classmethod
    def of(cls, sample: Survival, strata: Places) -> DayLine:
        """strata : (n,) codes from 0."""
        span = int(sample.days.max()) + 2  # days -1 ... longest of one stratum
        first = strata.astype(np.int64) * span
        entry = None if sample.entry is None else first + sample.entry + 1
        return cls(span, first + sample.days + 1, entry, first, first + span)

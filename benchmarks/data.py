"""Which patients are analysed? Invented ones, the same for every engine, made from a fixed seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

FACTOR_LEVELS = (3, 3, 4, 4, 4, 4)  # 16 indicators
NUMERICS = 4
CAUSES = ("relapse", "death")
GROUPS = 5
LAST_DAY = 3650  # whole days of ten years: many ties from 10 000 patients up
LANDMARKS = (365, 730, 1461)  # days at which curves are compared
MISSING_SHARE = 0.1  # of the first numeric column and of the first factor, for imputation

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Patients:
    """n patients. days : (n,) whole days. cause : (n,) 0 or 1, position in CAUSES, -1 = censored.

    group : (n,) 0-4. factors : six (n,) codes. numerics : (n, 4).
    holes : (n, 2) True = the numeric or the factor counts as missing in the work "imputation".
    """

    days: Codes
    cause: Codes
    group: Codes
    factors: tuple[Codes, ...]
    numerics: Floats
    holes: NDArray[np.bool_]

    @property
    def n(self) -> int:
        return len(self.days)

    @cached_property
    def event(self) -> NDArray[np.bool_]:
        return np.asarray(self.cause >= 0)

    @cached_property
    def design(self) -> Floats:
        """(n, 20) indicators of all levels but the first, then the numbers; column by column."""
        columns = [
            codes == level
            for codes, levels in zip(self.factors, FACTOR_LEVELS, strict=True)
            for level in range(1, levels)
        ]
        return np.asfortranarray(np.column_stack([*columns, self.numerics]), dtype=np.float64)

    @property
    def labels(self) -> list[str]:
        """Names of the columns of the design."""
        indicators = [
            f"f{place}_{level}"
            for place, levels in enumerate(FACTOR_LEVELS, start=1)
            for level in range(1, levels)
        ]
        return [*indicators, *(f"x{place}" for place in range(1, NUMERICS + 1))]


def invent(n: int) -> Patients:
    """n patients with proportional hazards, half of whom have an event."""
    random = np.random.default_rng(20_000 + n)
    factors = tuple(random.integers(0, k, n, dtype=np.int32) for k in FACTOR_LEVELS)
    numerics = random.standard_normal((n, NUMERICS))
    group = random.integers(0, GROUPS, n, dtype=np.int32)
    hazard = np.exp(
        0.15 * sum(factors) - 1.3 + numerics @ [0.3, -0.2, 0.1, 0.0] + 0.1 * (group - 2)
    )
    event_day = random.exponential(2150, n) / hazard
    censoring_day = random.uniform(1, LAST_DAY, n)
    relapse_first = random.random(n) < 1 / (1 + np.exp(-0.4 - 0.3 * numerics[:, 0]))
    happened = event_day <= censoring_day
    return Patients(
        days=np.minimum(event_day, censoring_day).astype(np.int32) + 1,
        cause=np.where(happened, np.where(relapse_first, 0, 1), -1).astype(np.int32),
        group=group,
        factors=factors,
        numerics=numerics,
        holes=random.random((n, 2)) < MISSING_SHARE,
    )

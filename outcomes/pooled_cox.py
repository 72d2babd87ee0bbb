"""What does Cox's model say over several imputed data sets? Hazard ratios by Rubin's rules."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from outcomes._numbers.arguments import EVERY_COPY, expect
from outcomes.coefficients import RowsByName
from outcomes.cox import CoxFit, Ties
from outcomes.pooling import (
    Pooled,
    PooledEstimate,
    PooledTest,
    pool,
    pooled_wald,
)
from outcomes.sample import SampleError

__all__ = ["PooledCoefficient", "PooledCox", "PooledTermTest", "pool_cox"]


@dataclass(frozen=True)
class PooledCoefficient:
    """One column of the model. Numbers are None, and reason is set, when not estimable.

    log_hazard : the pooled estimate behind the hazard ratio, with its variances and df.
    """

    term: str
    level: str | None
    hazard_ratio: float | None
    lower: float | None
    upper: float | None
    p: float | None
    log_hazard: PooledEstimate
    reason: str | None


@dataclass(frozen=True)
class PooledTermTest:
    """All columns of a term together, by the pooled Wald test; of one column, its own t test.

    Fields as in PooledTest.
    """

    term: str
    statistic: float | None
    df: int
    df_denominator: float | None
    p: float | None
    relative_increase: float | None
    reason: str | None = None

    @classmethod
    def of(cls, term: str, test: PooledTest) -> PooledTermTest:
        """A test with the name of its term."""
        return cls(term, **vars(test))


@dataclass(frozen=True, eq=False, repr=False)
class PooledCox(RowsByName[PooledCoefficient, PooledTermTest]):
    """A model fitted to m completed data sets; str(fit) is a plain table.

    n, events, dropped, ties, robust, strata : of each. coefficients, terms : in the order of the
    fits. wald : all estimable coefficients together. pooled : the coefficients as Rubin's rules
    left them, with their covariances.
    """

    m: int
    n: int
    events: int
    dropped: int
    ties: Ties
    robust: bool
    strata: tuple[str, ...]
    level: float
    complete_df: float
    coefficients: tuple[PooledCoefficient, ...]
    terms: tuple[PooledTermTest, ...]
    wald: PooledTest
    pooled: Pooled

    def _heading(self) -> str:
        return (
            f"Cox regression pooled over {self.m} data sets, {self.ties.capitalize()} ties: "
            f"n = {self.n}, events = {self.events}"
        )


def pool_cox(
    fits: Sequence[CoxFit], *, level: float = 0.95, complete_df: float | None = None
) -> PooledCox:
    """Hazard ratios and overall tests from the same model fitted to m completed data sets.

    fits : at least two, of the same patients and terms, as from impute. complete_df : default
    events less estimable coefficients, at least 1. A coefficient not estimable in one data set is
    not estimable: its reason says where. A term is tested on the columns estimable in all data
    sets, unless one is estimable in some only.
    Raises SampleError (fewer than two fits; fits that differ in patients, events, ties, strata,
    columns or the kind of their errors), ValueError (level outside 0 to 1), TypeError (no list of
    Cox fits; coefficients of other models: pool).
    Source: as pool and pooled_wald (Reiter's degrees of freedom).
    Checked: by hand, and against R mice::pool of survival::coxph fits to the same completed data
    (golden/imputation_pooled.csv, imputation_tests.csv) 1e-8.

    >>> from outcomes.cox import cox
    >>> from outcomes.sample import Survival
    >>> from outcomes.terms import Numeric
    >>> sample = Survival([1, 2, 3, 4], [True] * 4)
    >>> fits = [cox(sample, [Numeric("x", x)]) for x in ([1, 0, 1, 0], [1, 0, 0, 1])]
    >>> found = pool_cox(fits).coefficient("x")
    >>> round(found.hazard_ratio, 3), round(found.p, 3)
    (1.258, 0.92)
    """
    if not isinstance(fits, Sequence):
        raise TypeError(f"fits: expected a list of fits, got {type(fits).__name__}; {EVERY_COPY}")
    for place, fit in enumerate(fits):
        expect(fit, CoxFit, f"fits[{place}]")
    _comparable(fits)
    first, m = fits[0], len(fits)
    betas = np.array([[_number(c.beta) for c in fit.coefficients] for fit in fits]).reshape(m, -1)
    usable = int(np.count_nonzero(~np.isnan(betas).any(axis=0)))
    df = max(float(first.events - usable), 1.0) if complete_df is None else complete_df
    pooled = pool(betas, [fit.covariance for fit in fits], complete_df=df, level=level)
    pooled = replace(pooled, estimates=_with_reasons(fits, pooled))
    kept = [place for place, found in enumerate(pooled.estimates) if found.reason is None]
    return PooledCox(
        m=m,
        n=first.n,
        events=first.events,
        dropped=first.dropped,
        ties=first.ties,
        robust=first.robust,
        strata=first.strata,
        level=level,
        complete_df=df,
        coefficients=tuple(
            _coefficient(c.term, c.level, found)
            for c, found in zip(first.coefficients, pooled.estimates, strict=True)
        ),
        terms=tuple(
            PooledTermTest.of(test.term, _term_test(fits, pooled, test.term))
            for test in first.terms
        ),
        wald=pooled_wald(pooled, kept),
        pooled=pooled,
    )


def _with_reasons(fits: Sequence[CoxFit], pooled: Pooled) -> tuple[PooledEstimate, ...]:
    reasons = [_reason(fits, place) for place in range(len(pooled.estimates))]
    return tuple(
        found if reason is None else PooledEstimate.missing(reason)
        for found, reason in zip(pooled.estimates, reasons, strict=True)
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _comparable(fits: Sequence[CoxFit]) -> None:
    if len(fits) < 2:
        raise SampleError(f"fits: Rubin's rules need at least two fits, got {len(fits)}")
    for place, fit in enumerate(fits):
        for name in ("n", "events", "dropped", "ties", "robust", "strata"):
            ours, theirs = getattr(fits[0], name), getattr(fit, name)
            if ours != theirs:
                raise SampleError(
                    f"fits: {name} is {ours} in the first and {theirs} in fit {place + 1}; "
                    "fit all completed data sets alike"
                )
        if _columns(fit) != _columns(fits[0]):
            raise SampleError(f"fits: fit {place + 1} has other columns than the first")


def _columns(fit: CoxFit) -> tuple[list[tuple[str, str | None]], list[str]]:
    return [(c.term, c.level) for c in fit.coefficients], [test.term for test in fit.terms]


def _reason(fits: Sequence[CoxFit], place: int) -> str | None:
    """Why a coefficient has no number, and in which of the data sets."""
    found = [
        (number, fit.coefficients[place].reason)
        for number, fit in enumerate(fits, start=1)
        if fit.coefficients[place].reason is not None
    ]
    if not found:
        return None
    reason = found[0][1]
    if len(found) == len(fits):
        return reason
    where = ", ".join(str(number) for number, _ in found)
    return f"{reason} (in completed data set {where} of {len(fits)})"


def _coefficient(term: str, level: str | None, found: PooledEstimate) -> PooledCoefficient:
    if found.estimate is None or found.lower is None or found.upper is None:
        return PooledCoefficient(term, level, *(None,) * 4, log_hazard=found, reason=found.reason)
    with np.errstate(over="ignore"):  # a tiny unit can make a ratio infinite, rightly
        ratio, lower, upper = np.exp((found.estimate, found.lower, found.upper))
    return PooledCoefficient(
        term, level, float(ratio), float(lower), float(upper), found.p, found, None
    )


def _term_test(fits: Sequence[CoxFit], pooled: Pooled, name: str) -> PooledTest:
    mine = [place for place, c in enumerate(fits[0].coefficients) if c.term == name]
    kept = [place for place in mine if pooled.estimates[place].reason is None]
    for place in mine:
        numbers = [fit.coefficients[place].beta is not None for fit in fits]
        if any(numbers) and not all(numbers):
            return PooledTest(None, len(mine), None, None, None, pooled.estimates[place].reason)
    if not kept:
        reason = pooled.estimates[mine[0]].reason if mine else fits[0].term(name).reason
        return PooledTest(None, 0, None, None, None, reason)
    alone = pooled.estimates[kept[0]]
    if len(kept) == 1 and alone.t is not None:
        return PooledTest(alone.t**2, 1, alone.df, alone.p, alone.relative_increase)
    return pooled_wald(pooled, kept)

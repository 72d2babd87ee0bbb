"""Do groups differ in the incidence of one of several competing events? Gray's test."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from outcomes._competing.cause_tables import CauseRows, cause_rows, leaving
from outcomes._competing.gray_scores import Stratum, score_of, stratum_of
from outcomes._numbers.arguments import expect, expect_number
from outcomes._numbers.columns import FloatArray, Places
from outcomes._numbers.rank_statistic import rank_statistic
from outcomes._numbers.whole_weights import whole_weights
from outcomes.results import Test, chi_square_result
from outcomes.sample import CompetingRisks, SampleError
from outcomes.terms import Factor

NOTHING_TO_COMPARE = "no two levels were at risk on a day of this cause"
NO_SCALE = "the pooled incidence reaches 1 before the last event of this cause"


@dataclass(frozen=True)
class GrayTest:
    """The test for one cause, and per level with patients: n, observed events, score.

    n, observed : patients and events of the cause; with case weights, sums of the weights.
    score : observed events of the cause less those expected, times (1 - pooled incidence)^rho.
    df is the number of levels that can be compared, less one. With df 0 (one level, no event of
    the cause) there is nothing to test: statistic and p are None, and reason says why.
    dropped : rows in play without a known group or stratum.
    """

    cause: str
    statistic: float | None
    df: int
    p: float | None
    reason: str | None
    rho: float
    levels: tuple[str, ...]
    n: tuple[int, ...]
    observed: tuple[int, ...]
    score: tuple[float, ...] | None
    dropped: int


def gray_test(
    risks: CompetingRisks,
    groups: Factor,
    cause: str,
    *,
    rho: float = 0.0,
    strata: Factor | None = None,
) -> GrayTest:
    """Gray's k-sample test of equal cumulative incidence of one cause, two-sided.

    risks : n rows in whole days, without late entry; whole case weights are replication.
    groups, strata : one value per row; missing ones are dropped and counted, levels without
    patients left out. rho : 0 weighs all days alike, above 0 the early ones more.
    Raises TypeError (no CompetingRisks, no Factor), SampleError (late entry, fractional weights,
    other rows, unknown cause), EmptySample, ValueError (rho below 0 or infinite).
    Source: Gray, Ann Stat 1988;16:1141-1154.
    Checked: by hand, and against R cmprsk::cuminc, with rho and strata (golden/competing_gray.csv), 1e-9.

    >>> risks = CompetingRisks([3, 5, 6, 9], [0, 0, 1, 0], causes=["relapse", "death"])
    >>> graft = Factor("graft", ["BM", "PB"], [0, 0, 1, 1])
    >>> found = gray_test(risks, graft, "relapse")
    >>> round(found.statistic, 4), found.df, round(found.p, 4)
    (2.8151, 1, 0.0934)
    """
    return _tests(risks, groups, cause, rho, strata)[cause]


def gray_tests(
    risks: CompetingRisks, groups: Factor, *, rho: float = 0.0, strata: Factor | None = None
) -> dict[str, GrayTest]:
    """Gray's test for every cause, counted once.

    risks, groups, rho, strata : as in gray_test. Raises as gray_test.

    Source: Gray, Ann Stat 1988;16:1141-1154.
    Checked: against R cmprsk::cuminc $Tests (golden/competing_gray.csv), relative 1e-9.

    >>> risks = CompetingRisks([3, 5, 6, 9], [0, 0, 1, 0], causes=["relapse", "death"])
    >>> found = gray_tests(risks, Factor("graft", ["BM", "PB"], [0, 0, 1, 1]))
    >>> {cause: one.observed for cause, one in found.items()}
    {'relapse': (2, 1), 'death': (0, 1)}
    """
    return _tests(risks, groups, None, rho, strata)


def _tests(
    risks: CompetingRisks,
    groups: Factor,
    cause: str | None,
    rho: float,
    strata: Factor | None,
) -> dict[str, GrayTest]:
    """The test for the cause, or for every one."""
    expect(groups, Factor, "groups")
    kept = cause_rows(risks, groups, strata)
    if risks.entry is not None:
        raise SampleError(
            "entry: Gray's test knows no late entry; compare cause-specific hazards instead, "
            "by cox(risks.only(cause), ...)"
        )
    expect_number(rho, "rho", "pass the power of (1 - incidence), 0 for the usual test")
    if not (rho >= 0 and math.isfinite(rho)):
        raise ValueError(f"rho: expected a number from 0 on, got {rho}")
    causes = risks.causes if cause is None else (cause,)
    columns = [risks.code_of(cause) for cause in causes]
    whole_weights(kept.weight, "Gray's test")
    in_play = risks.n if risks.weight is None else int(np.count_nonzero(risks.weight))
    tables = _tables(kept, len(groups.levels), len(risks.causes))
    counts = np.array([table.sum(axis=2) for table in tables]).sum(axis=0)
    present = np.flatnonzero(counts.any(axis=0))
    compared = _Compared(
        tuple(groups.levels[code] for code in present),
        tuple(counts[:, present].sum(axis=0).astype(int).tolist()),
        counts[1:, present],
        [stratum_of(table.take(present, axis=1)) for table in tables],
        in_play - len(kept.days),
    )
    return {
        cause: _test(compared, cause, column, rho)
        for cause, column in zip(causes, columns, strict=True)
    }


@dataclass(frozen=True, eq=False)
class _Compared:
    """Levels with patients, their patients, their events (causes, levels), and their strata."""

    levels: tuple[str, ...]
    n: tuple[int, ...]
    events: FloatArray
    strata: list[Stratum]
    dropped: int


def _tables(kept: CauseRows, levels: int, causes: int) -> list[FloatArray]:
    """Rows that leave, (1 + causes, levels, days), of each stratum."""
    cell = kept.cause + np.intp(1)
    cell *= levels
    cell += kept.codes[0]
    parts: list[slice] | list[Places] = [slice(None)]
    if len(kept.codes) > 1:
        order = np.argsort(kept.codes[1], kind="stable")
        ends = np.cumsum(np.bincount(kept.codes[1]))
        parts = [part for part in np.split(order, ends[:-1]) if len(part)]
    tables = []
    for part in parts:
        weight = None if kept.weight is None else kept.weight[part]
        table = leaving(kept.days[part].astype(np.intp), cell[part], (1 + causes) * levels, weight)
        tables.append(table.total.reshape(1 + causes, levels, -1))
    return tables


def _test(compared: _Compared, cause: str, column: int, rho: float) -> GrayTest:
    parts = [score_of(stratum, column, rho) for stratum in compared.strata]
    score = np.sum([part for part, _ in parts], axis=0)
    covariance = np.sum([part for _, part in parts], axis=0)
    events = compared.events[column]
    exists = bool(np.isfinite(score).all() and np.isfinite(covariance).all())
    test, reason = Test(None, 0, None), NO_SCALE
    if exists:
        test = chi_square_result(*rank_statistic(score, covariance, float(events.sum())))
        reason = NOTHING_TO_COMPARE
    return GrayTest(
        cause,
        test.statistic,
        int(test.df or 0),
        test.p,
        None if test.df else reason,
        rho,
        compared.levels,
        compared.n,
        observed=tuple(events.astype(int).tolist()),
        score=tuple(score.tolist()) if exists else None,
        dropped=compared.dropped,
    )

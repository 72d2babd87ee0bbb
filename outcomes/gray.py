"""Do groups differ in the incidence of one of several competing events? Gray's test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._competing.cause_tables import Taken, leaving, take, whole_weights
from outcomes._competing.gray_scores import Stratum, score_of, stratum_of
from outcomes._numbers.columns import FloatArray, Places
from outcomes._numbers.distributions import chi_square_tail
from outcomes._numbers.linear import independent, quadratic
from outcomes.sample import CompetingRisks, SampleError
from outcomes.terms import Factor

NOTHING_TO_COMPARE = "no two levels were at risk on a day of this cause"
NO_SCALE = "the pooled incidence reaches 1 before the last event of this cause"


@dataclass(frozen=True)
class GrayTest:
    """The test for one cause, and per level with patients: patients, events, score.

    score : events of the cause less those expected, weighted by (1 - pooled incidence)^rho.
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
    events: tuple[int, ...]
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
    Raises SampleError (late entry, fractional weights, other rows, unknown cause), EmptySample.
    Source: Gray, Ann Stat 1988;16:1141-1154.
    Checked: by hand, and against R cmprsk::cuminc, with rho and strata (golden/competing_gray.csv), 1e-9.

    >>> risks = CompetingRisks([3, 5, 6, 9], [0, 0, 1, 0], causes=["relapse", "death"])
    >>> graft = Factor("graft", ["BM", "PB"], [0, 0, 1, 1])
    >>> found = gray_test(risks, graft, "relapse")
    >>> round(found.statistic, 4), found.df, round(found.p, 4)
    (2.8151, 1, 0.0934)
    """
    return _tests(risks, groups, (cause,), rho, strata)[cause]


def gray_tests(
    risks: CompetingRisks, groups: Factor, *, rho: float = 0.0, strata: Factor | None = None
) -> dict[str, GrayTest]:
    """Gray's test for every cause, counted once; arguments and errors as gray_test.

    Source: Gray, Ann Stat 1988;16:1141-1154.
    Checked: against R cmprsk::cuminc $Tests (golden/competing_gray.csv), relative 1e-9.

    >>> risks = CompetingRisks([3, 5, 6, 9], [0, 0, 1, 0], causes=["relapse", "death"])
    >>> found = gray_tests(risks, Factor("graft", ["BM", "PB"], [0, 0, 1, 1]))
    >>> {cause: one.events for cause, one in found.items()}
    {'relapse': (2, 1), 'death': (0, 1)}
    """
    return _tests(risks, groups, risks.causes, rho, strata)


def _tests(
    risks: CompetingRisks,
    groups: Factor,
    causes: tuple[str, ...],
    rho: float,
    strata: Factor | None,
) -> dict[str, GrayTest]:
    if risks.entry is not None:
        raise SampleError(
            "entry: Gray's test knows no late entry; compare cause-specific hazards instead, "
            "by cox(risks.only(cause), ...)"
        )
    if not rho >= 0:
        raise ValueError(f"rho: expected a number from 0 on, got {rho}")
    columns = [risks.code_of(cause) for cause in causes]
    taken = take(risks, groups) if strata is None else take(risks, groups, strata)
    whole_weights(taken.weight, "Gray's test")
    in_play = risks.n if risks.weight is None else int(np.count_nonzero(risks.weight))
    tables = _tables(taken, len(groups.levels), len(risks.causes))
    counts = np.array([table.sum(axis=2) for table in tables]).sum(axis=0)
    present = np.flatnonzero(counts.any(axis=0))
    compared = _Compared(
        tuple(groups.levels[code] for code in present),
        tuple(counts[:, present].sum(axis=0).astype(int).tolist()),
        counts[1:, present],
        [stratum_of(table.take(present, axis=1)) for table in tables],
        in_play - len(taken.days),
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


def _tables(taken: Taken, levels: int, causes: int) -> list[FloatArray]:
    """Rows that leave, (1 + causes, levels, days), of each stratum."""
    cell = taken.cause + np.intp(1)
    cell *= levels
    cell += taken.codes[0]
    parts: list[slice] | list[Places] = [slice(None)]
    if len(taken.codes) > 1:
        order = np.argsort(taken.codes[1], kind="stable")
        ends = np.cumsum(np.bincount(taken.codes[1]))
        parts = [part for part in np.split(order, ends[:-1]) if len(part)]
    tables = []
    for part in parts:
        weight = None if taken.weight is None else taken.weight[part]
        table = leaving(taken.days[part].astype(np.intp), cell[part], (1 + causes) * levels, weight)
        tables.append(table.total.reshape(1 + causes, levels, -1))
    return tables


def _test(compared: _Compared, cause: str, column: int, rho: float) -> GrayTest:
    parts = [score_of(stratum, column, rho) for stratum in compared.strata]
    score = np.sum([part for part, _ in parts], axis=0)
    covariance = np.sum([part for _, part in parts], axis=0)
    events = compared.events[column]
    exists = bool(np.isfinite(score).all() and np.isfinite(covariance).all())
    used = independent(covariance, events.sum()) if exists else []
    statistic = p = None
    reason: str | None = NOTHING_TO_COMPARE if exists else NO_SCALE
    if used:
        statistic = quadratic(score[used], covariance[np.ix_(used, used)])
        p, reason = chi_square_tail(statistic, len(used)), None
    return GrayTest(
        cause,
        statistic,
        len(used),
        p,
        reason,
        rho,
        compared.levels,
        compared.n,
        events=tuple(events.astype(int).tolist()),
        score=tuple(score.tolist()) if exists else None,
        dropped=compared.dropped,
    )

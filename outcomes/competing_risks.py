"""How many have had each of several competing events by a day? Aalen-Johansen estimates."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

from outcomes._competing.aalen_johansen import Estimates, aalen_variance, estimate
from outcomes._competing.cause_cells import Cells, cells_of
from outcomes._competing.cause_tables import cause_rows
from outcomes._competing.incidence_variance import jackknife_variance
from outcomes._competing.row_influence import by_rows, jackknife_by_rows
from outcomes._numbers.arguments import expect
from outcomes._numbers.by_name import ByName
from outcomes._numbers.columns import EmptySample, FloatArray, one_of
from outcomes._numbers.whole_weights import whole_weights
from outcomes.incidence import (
    AalenJohansen,
    CumulativeIncidence,
    IncidenceVariance,
    ProbabilityAt,
    StateCurve,
    TimeToShare,
)
from outcomes.sample import CompetingRisks
from outcomes.terms import Factor

__all__ = [
    "AalenJohansen",
    "CumulativeIncidence",
    "IncidenceVariance",
    "ProbabilityAt",
    "StateCurve",
    "TimeToShare",
    "cumulative_incidence",
    "cumulative_incidence_by",
]

EVENT_FREE = "event-free"


def cumulative_incidence(
    risks: CompetingRisks,
    *,
    variance: IncidenceVariance = "jackknife",
    cluster: ArrayLike | None = None,
) -> AalenJohansen:
    """The probability of having had each cause, and of none of them, on every day.

    risks : n rows in whole days; causes may tie, events precede censorings of the same day. With
    late entry a row counts on (entry, days]; with case weights sums of weights replace counts.
    variance : "jackknife" is R survival's (infinitesimal jackknife over rows), "aalen" is
    cmprsk's (Greenwood for event-free survival), which wants weights to be whole numbers: they
    are replication then. A cause that nobody had stays at 0 with error 0.
    cluster : (n,) names of what belongs together (a patient's rows, a centre), whose rows the
    jackknife then takes as one; its time grows with rows times days.
    Returns one row per distinct observed day (k <= n).
    Raises TypeError (no CompetingRisks, a Factor for cluster), SampleError (weights; cluster:
    length, a row without one), ValueError (variance; clusters with "aalen").
    The hazards of one cause are another question: cox(risks.only(cause), terms).
    Source: Aalen and Johansen, Scand J Stat 1978;5:141-150; variance Aalen, Ann Stat
    1978;6:534-545, or Efron, The jackknife, the bootstrap and other resampling plans, SIAM 1982.
    Checked: by hand; against R cmprsk::cuminc and survival::survfit(Surv(time, factor)), with
    groups, late entry, weights (golden/competing.csv, competing_aalen.csv) and clusters
    (golden/curve_clusters.csv), relative 1e-9.

    >>> risks = CompetingRisks([3, 5, 5, 9], [0, 1, -1, 0], causes=["relapse", "death"])
    >>> found = cumulative_incidence(risks)
    >>> found.of("relapse").at(5), found.of("death").at(5), found.event_free.at(5)
    (0.25, 0.25, 0.5)
    """
    (found,) = _curves(risks, None, variance, cluster).values()
    return found


def cumulative_incidence_by(
    risks: CompetingRisks,
    groups: Factor,
    *,
    variance: IncidenceVariance = "jackknife",
    cluster: ArrayLike | None = None,
) -> dict[str, AalenJohansen]:
    """One set of curves per level, in the order of levels; missing and empty levels are left out.

    risks, variance, cluster : as in cumulative_incidence; a cluster may have rows in several levels.
    Raises as cumulative_incidence, and SampleError (groups has other rows).
    Source: as cumulative_incidence, counted for all groups in one pass.
    Checked: against R cmprsk::cuminc(group=) and survival::survfit (golden/competing.csv), 1e-9.

    >>> risks = CompetingRisks([3, 5, 5, 9], [0, 1, -1, 0], causes=["relapse", "death"])
    >>> graft = Factor("graft", ["BM", "PB"], [0, 0, 1, 1])
    >>> found = cumulative_incidence_by(risks, graft)
    >>> {level: one.of("relapse").at(9) for level, one in found.items()}
    {'BM': 0.5, 'PB': 1.0}
    """
    expect(groups, Factor, "groups")
    try:
        found = _curves(risks, groups, variance, cluster)
    except EmptySample:
        return {}
    return {groups.levels[code]: one for code, one in found.items()}


def _curves(
    risks: CompetingRisks,
    groups: Factor | None,
    variance: IncidenceVariance,
    cluster: ArrayLike | None,
) -> dict[int, AalenJohansen]:
    one_of(variance, get_args(IncidenceVariance), "variance")
    if cluster is not None and variance == "aalen":
        raise ValueError("variance: 'aalen' knows no cluster; use 'jackknife', or leave one out")
    kept = cause_rows(risks, groups, cluster=cluster)
    if variance == "aalen":
        whole_weights(kept.weight, "Aalen's variance")
    cells = cells_of(kept, len(risks.causes), 1 if groups is None else len(groups.levels))
    found = estimate(cells)
    if variance == "aalen":
        squares = aalen_variance(cells, found)
    elif by_rows(cells, kept.cluster):
        squares = jackknife_by_rows(cells, found, kept.cluster)
    else:
        squares = jackknife_variance(cells, found)
    error = np.sqrt(squares)
    columns = (cells.day, cells.at_risk, cells.left, cells.rows, found.event_free, found.incidence)
    for array in (*columns, error):
        array.setflags(write=False)  # and so every part of them
    return {
        group: _curves_of(group, slice(start, end), cells, found, error, risks.causes, variance)
        for group, (start, end) in enumerate(pairwise(cells.days.bounds))
        if start < end
    }


def _curves_of(
    group: int,
    mine: slice,
    cells: Cells,
    found: Estimates,
    error: FloatArray,
    causes: tuple[str, ...],
    variance: IncidenceVariance,
) -> AalenJohansen:
    day, at_risk, left = cells.day[mine], cells.at_risk[mine], cells.left[mine]
    entries, n = None if cells.entries is None else cells.entries[group], int(left.sum())
    free, probability, error = found.event_free[mine], found.incidence[:, mine], error[:, mine]
    event_free = StateCurve(
        EVENT_FREE, n, 1.0, day, at_risk, left, free, error[0], variance, entries
    )
    incidence = {
        cause: CumulativeIncidence(
            cause,
            n,
            0.0,
            day,
            at_risk,
            left,
            probability[column],
            error[column + 1],
            variance,
            entries,
            cells.rows[column + 1, mine],
        )
        for column, cause in enumerate(causes)
    }
    return AalenJohansen(n, event_free, ByName(incidence))

"""What are Gray's scores and their covariance in one stratum? Tables in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._cause_tables import earlier, from_here_on, later
from outcomes._columns import FloatArray

BLOCK = 2**18  # cells (group, group, day) worked on at once: they stay in the cache


@dataclass(frozen=True, eq=False)
class Stratum:
    """The groups of one stratum on the k days with events.

    ended : (causes, groups, k) rows ended. at_risk : (groups, k) just before. free_before, free :
    (groups, k) event-free survival just before and after. share : (groups, k) rows at risk per
    event-free one, 0 where nobody is at risk; everyone : (k,) its sum.
    """

    ended: FloatArray
    at_risk: FloatArray
    free_before: FloatArray
    free: FloatArray
    share: FloatArray
    everyone: FloatArray


@dataclass(frozen=True, eq=False)
class _Moves:
    """How the events of each group move the scores, (groups, k) each.

    own, other : how often and how strongly an event of the cause, and of another one, moves them;
    0 where there is none. reach : share of the move to come that an event of the cause brings.
    """

    own: FloatArray
    reach: FloatArray
    other: FloatArray


def stratum_of(total: FloatArray) -> Stratum:
    """From (1 + causes, groups, days) rows that leave; the first is censored."""
    at_risk = from_here_on(total.sum(axis=0))
    happened = np.flatnonzero(total[1:].any(axis=(0, 1)))
    ended, at_risk = total[1:, :, happened], at_risk[:, happened]
    there = at_risk > 0
    rows = np.where(there, at_risk, 1.0)
    free: FloatArray = np.cumprod((rows - ended.sum(axis=0)) / rows, axis=1, dtype=np.float64)
    free_before = earlier(free, 1.0)
    share = np.divide(at_risk, free_before, out=np.zeros_like(at_risk), where=there)
    return Stratum(ended, at_risk, free_before, free, share, share.sum(axis=0))


def score_of(stratum: Stratum, cause: int, rho: float) -> tuple[FloatArray, FloatArray]:
    """Scores (groups,) and their covariance (groups, groups); NaN where they do not exist.

    A row moves the scores on the day it has the cause, and by shifting the curves of its group
    on all later days. Both are squared and summed over the rows.
    """
    own = stratum.ended[cause]
    relapses = own.sum(axis=0)
    step = np.divide(own, stratum.share, out=np.zeros_like(own), where=stratum.share > 0)
    at_risk = stratum.share * (1 - earlier(np.cumsum(step, axis=1), 0.0))
    pooled = np.cumsum(relapses / stratum.everyone)
    left_before = 1 - earlier(pooled, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = left_before**rho
        rate = np.where(relapses > 0, relapses / (stratum.everyone * left_before), 0.0)
    score = (own - at_risk * (relapses / at_risk.sum(axis=0))) @ weight
    moves = _moves(stratum, cause, 1 - pooled)
    return score, _covariance(stratum, moves, weight, rate)


def _moves(stratum: Stratum, cause: int, pooled_left: FloatArray) -> _Moves:
    share, free, own = stratum.share, stratum.free, stratum.ended[cause]
    relapses = own.sum(axis=0)
    other = stratum.ended.sum(axis=0) - own
    shift = np.divide(pooled_left, free, out=np.zeros_like(free), where=free > 0)
    size = np.divide(relapses / stratum.everyone, share, out=np.zeros_like(share), where=share > 0)
    # Ties: as drawn without putting back; nothing to correct for one event.
    several = np.where(relapses > 1, stratum.everyone * stratum.free_before - 1, 1.0)
    tied = 1 - np.maximum(relapses - 1, 0) / several
    per_row = np.divide(shift, share, out=np.zeros_like(share), where=share > 0)
    tied_other = 1 - np.maximum(other - 1, 0) / np.maximum(stratum.at_risk - 1, 1)
    return _Moves(size * tied, 1 - shift, other * tied_other * per_row**2)


def _covariance(
    stratum: Stratum, moves: _Moves, weight: FloatArray, rate: FloatArray
) -> FloatArray:
    groups, days = stratum.share.shape
    total = np.zeros((groups, groups))
    block = max(1, BLOCK // (groups * days + 1))
    for first in range(0, groups, block):
        mine = slice(first, min(first + block, groups))
        inside = np.arange(mine.start, mine.stop)
        # (groups, block, k): how the scores of all groups answer to one event in those of the block.
        pulled = weight * stratum.share[mine]
        pull = (-stratum.share / stratum.everyone)[:, None] * pulled
        pull[inside, inside - first] += pulled
        to_come = later(pull * rate)
        pull += moves.reach[mine] * to_come
        for moved, size in ((pull, moves.own[mine]), (to_come, moves.other[mine])):
            total += (moved * size).reshape(groups, -1) @ moved.reshape(groups, -1).T
    return total

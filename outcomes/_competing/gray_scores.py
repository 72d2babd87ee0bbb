"""What are Gray's scores and their covariance in one stratum? Tables in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._numbers.columns import FloatArray, Places
from outcomes._numbers.running import from_here_on, just_before

BLOCK = 2**16  # cells (group, group, day) worked on at once: they stay in the cache


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


def stratum_of(total: FloatArray) -> Stratum:
    """From (1 + causes, groups, days) rows that leave; the first is censored."""
    at_risk = from_here_on(total.sum(axis=0))
    happened = np.flatnonzero(total[1:].any(axis=(0, 1)))
    ended, at_risk = total[1:].take(happened, axis=2), at_risk.take(happened, axis=1)
    there = at_risk > 0
    rows = np.where(there, at_risk, 1.0)
    free: FloatArray = np.cumprod((rows - ended.sum(axis=0)) / rows, axis=1, dtype=np.float64)
    free_before = just_before(free, 1.0)
    share = at_risk / np.where(there, free_before, 1.0)
    return Stratum(ended, at_risk, free_before, free, share, share.sum(axis=0))


def score_of(stratum: Stratum, cause: int, rho: float) -> tuple[FloatArray, FloatArray]:
    """Scores (groups,) and their covariance (groups, groups); NaN where they do not exist.

    pooled : (k,) incidence of the cause that all groups share under the null hypothesis.
    """
    own, events = stratum.ended[cause], stratum.ended[cause].sum(axis=0)
    step = own / np.where(stratum.share > 0, stratum.share, 1.0)
    at_risk = stratum.share * (1 - just_before(np.cumsum(step, axis=1), 0.0))
    pooled = np.cumsum(events / stratum.everyone)
    days = np.flatnonzero(events)
    with np.errstate(divide="ignore", invalid="ignore"):
        left_before = 1 - just_before(pooled, 0.0)[days]
        weight = left_before**rho
        rate = events[days] / (stratum.everyone[days] * left_before)
        at_risk = at_risk.take(days, axis=1)
        expected = at_risk * (events[days] / at_risk.sum(axis=0))
        score: FloatArray = (own.take(days, axis=1) - expected) @ weight
        return score, _covariance(stratum, cause, days, weight, rate, 1 - pooled)


def _covariance(
    stratum: Stratum,
    cause: int,
    days: Places,
    weight: FloatArray,
    rate: FloatArray,
    pooled_left: FloatArray,
) -> FloatArray:
    """A row moves the scores on the day it has the cause (`pull`), and by shifting the curve of
    its group before all later days of the cause (`to_come`), which a row with another cause does
    too. Both are squared and summed over the rows. days : (d,) those of the cause.
    """
    shift = pooled_left / np.where(stratum.free > 0, stratum.free, np.inf)
    share, everyone, reach = (
        stratum.share.take(days, axis=1),
        stratum.everyone[days],
        1 - shift.take(days, axis=1),
    )
    own = _own(stratum, cause, days)
    other = _other(stratum, cause, days, shift)
    groups = len(share)
    total = np.zeros((groups, groups))
    block = max(1, BLOCK // (groups * len(days) + 1))
    for first in range(0, groups, block):
        mine = slice(first, min(first + block, groups))
        inside = np.arange(mine.start, mine.stop)
        # (groups, block, d): how the scores of all groups answer to one event in those of the block
        pulled = weight * share[mine]
        pull = (-share / everyone)[:, None] * pulled
        pull[inside, inside - first] += pulled
        to_come = np.zeros((groups, len(inside), len(days) + 1))
        to_come[..., :-1] = from_here_on(pull * rate)
        total += _squares(to_come, other[mine])
        pull += reach[mine] * to_come[..., 1:]
        total += _squares(pull, own[mine])
    return total


def _squares(move: FloatArray, size: FloatArray) -> FloatArray:
    groups = len(move)
    found: FloatArray = (move * size).reshape(groups, -1) @ move.reshape(groups, -1).T
    return found


def _own(stratum: Stratum, cause: int, days: Places) -> FloatArray:
    """(groups, d) events of the cause as each group's curve feels them: spread over all groups."""
    events, share = (
        stratum.ended[cause].take(days, axis=1).sum(axis=0),
        stratum.share.take(days, axis=1),
    )
    everyone = stratum.everyone[days]
    # Ties: as drawn without putting back; nothing to correct for one event.
    others = np.where(events > 1, everyone * stratum.free_before.take(days, axis=1) - 1, 1.0)
    tied = events - events * (events - 1) / others
    return np.where(share > 0, tied / (everyone * np.where(share > 0, share, 1.0)), 0.0)


def _other(stratum: Stratum, cause: int, days: Places, shift: FloatArray) -> FloatArray:
    """(groups, d + 1) squared shifts by the other causes, before, between and after the days."""
    other = stratum.ended.sum(axis=0) - stratum.ended[cause]
    tied = other - other * np.maximum(other - 1, 0) / np.maximum(stratum.at_risk - 1, 1)
    squares = np.zeros((len(other), other.shape[1] + 1))
    squares[:, 1:] = tied * (shift / np.where(stratum.share > 0, stratum.share, np.inf)) ** 2
    return np.add.reduceat(squares, np.concatenate(([0], days + 1)), axis=1)

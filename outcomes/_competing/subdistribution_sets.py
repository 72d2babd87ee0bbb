"""Who counts as at risk after another cause has struck? The risk sets of Fine and Gray."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes._numbers.columns import BoolArray, FloatArray, IntArray, Places
from outcomes._numbers.distinct import first_of_runs
from outcomes._numbers.row_sums import add_up, sums_of_first_rows, sums_of_rest_rows, sums_up_to
from outcomes._regression.sorting import stable_order
from outcomes.sample import CENSORED, CompetingRisks


@dataclass(frozen=True, eq=False)
class CensoringGroup:
    """m patients who share a censoring distribution G, shortest time first.

    rows : (m,) their places. ends : (m,) how many of the group's U censoring days have come by
    the end of each. censored : (m,) whether its own end is one of them.
    leave, at_risk : (U,) censored on, and followed to, each censoring day.
    gone : (U,) how many of competing ended before it. ahead : (U,) event days before it.
    competing : (c,) places of those whom another cause ended; kept : (c,) G just before their end.
    staying : (s,) competing with an event day after their end; staying_kept : (s,) their kept.
    newest : (K,) which of them ended last before each event day, 0 if nobody had; still : (K,) G just
    before the day, 0 if nobody had.
    share : (K,) G just before each event day, 0 beyond the last day of the group.
    """

    rows: Places | slice
    ends: Places
    censored: BoolArray
    leave: Places
    at_risk: Places
    gone: Places
    ahead: Places
    competing: Places
    kept: FloatArray
    staying: Places
    staying_kept: FloatArray
    newest: Places
    still: FloatArray
    share: FloatArray

    def each(self, load: FloatArray) -> FloatArray:
        """(s,) load / kept of those of staying; load (n,) of everybody."""
        each = load.take(self.staying)
        each /= self.staying_kept
        return each

    def at_event_days(self, load: FloatArray) -> FloatArray:
        """(K, ...) sums of load / kept (s, ...), which is used up, over those of staying who ended
        before, times G(t-)."""
        sums = add_up(load).take(self.newest, axis=0)
        turned = sums.T  # the days last, whatever the shape
        turned *= self.still
        return sums


@dataclass(frozen=True, eq=False)
class SubdistributionSets:
    """n patients, longest time first, and the K days on which the cause struck, first to last.

    At an event day everybody counts who is followed to it, with weight 1, and everybody whom
    another cause ended on day s before, with weight G(t-)/G(s-): the part of such patients who
    would still be followed. G is the Kaplan-Meier curve of censoring of the patient's group;
    whoever has an event on a day is at risk of censoring on it.

    order : (n,) rows of the sample. seen : (n,) event days up to the end of each.
    failed : rows ended by the cause. day, deaths, at_risk : (K,) event days, events, and how many
    are followed to them.
    """

    order: Places
    seen: Places
    failed: Places
    day: IntArray
    deaths: FloatArray
    at_risk: Places
    groups: tuple[CensoringGroup, ...]

    def total(self, load: FloatArray) -> FloatArray:
        """(K,) weighted sums of a load (n,) over the risk sets."""
        total = np.add.accumulate(load).take(self.at_risk - 1)
        for group in self.groups:
            if len(group.staying):
                total += group.at_event_days(group.each(load))
        return total

    def sums(self, values: FloatArray, load: FloatArray) -> FloatArray:
        """(K, p) the same of a load (n,) times values (n, p)."""
        sums = sums_up_to(self.at_risk[::-1] - 1, values, load)[::-1]
        for group in self.groups:
            if len(group.staying):
                rows = values.take(group.staying, axis=0)
                rows *= group.each(load)[:, None]
                # In this order the sums run from the first day to the last in memory too.
                sums = group.at_event_days(rows) + sums
        return sums

    def met(self, hazard: FloatArray) -> FloatArray:
        """(n, ...) what each patient met of a hazard (K, ...), weights after another cause."""
        result = sums_of_first_rows(hazard).take(self.seen, axis=0)
        for group in self.groups:
            if len(group.staying):
                after = sums_of_rest_rows((hazard.T * group.share).T)
                later = after.take(self.seen[group.staying], axis=0)
                result[group.staying] += (later.T / group.staying_kept).T
        return result


def subdistribution_sets(
    risks: CompetingRisks, code: int, groups: Places | None
) -> SubdistributionSets | None:
    """Sort once; groups (n,) censoring group of each row. None when the cause never struck."""
    longest = int(risks.days.max())
    order = stable_order(longest - risks.days, longest)
    days, cause = risks.days.take(order), risks.cause.take(order)
    failed = (cause == code).nonzero()[0]
    if not len(failed):
        return None
    day, deaths = _tally(days[failed][::-1])
    at_risk = len(days) - days[::-1].searchsorted(day)
    seen = _passed(at_risk, len(days))[::-1]
    if groups is None:
        members: list[Places | slice] = [slice(None, None, -1)]
    else:
        mine = groups[order]
        members = [np.flatnonzero(mine == group)[::-1] for group in np.unique(mine)]
    return SubdistributionSets(
        order=order,
        seen=seen,
        failed=failed,
        day=day,
        deaths=deaths.astype(np.float64),
        at_risk=at_risk,
        groups=tuple(_group(rows, days[rows], cause[rows], code, day) for rows in members),
    )


def _group(
    rows: Places | slice, days: IntArray, cause: NDArray[np.int16], code: int, event_day: IntArray
) -> CensoringGroup:
    censored: BoolArray = cause == CENSORED
    day, leave = _tally(days[censored])
    at_risk = len(days) - days.searchsorted(day)
    curve = np.ones(len(day) + 1)
    np.multiply.accumulate(1 - leave / at_risk, out=curve[1:])
    share = curve[day.searchsorted(event_day)]
    share[event_day > days[-1]] = 0.0  # as crr does: nobody of the group is known to stay so long
    competing = (~censored & (cause != code)).nonzero()[0]
    ended = days[competing]
    kept = curve[day.searchsorted(ended)]
    places = len(days) - 1 - competing if isinstance(rows, slice) else rows[competing]
    # Those who end before the last event day see another one.
    staying = int(ended.searchsorted(event_day[-1]))
    ended_before = ended[:staying].searchsorted(event_day)
    return CensoringGroup(
        rows=rows,
        ends=_passed(at_risk, len(days)),
        censored=censored,
        leave=leave,
        at_risk=at_risk,
        gone=ended.searchsorted(day),
        ahead=event_day.searchsorted(day),
        competing=places,
        kept=kept,
        staying=places[:staying],
        staying_kept=kept[:staying],
        newest=np.maximum(ended_before - 1, 0),
        still=np.where(ended_before > 0, share, 0.0),
        share=share,
    )


def _tally(days: IntArray) -> tuple[IntArray, Places]:
    """Distinct days of sorted days, and how often each occurs."""
    first = first_of_runs(days)
    counts = np.empty_like(first)
    np.subtract(first[1:], first[:-1], out=counts[:-1])
    counts[-1:] = len(days) - first[-1:]
    return days[first], counts


def _passed(at_risk: Places, m: int) -> Places:
    """(m,) for the shortest time to the longest, how many days have come by its end.

    at_risk : (K,) how many of the m are followed to each day, falling.
    """
    lengths = np.empty(len(at_risk) + 1, dtype=np.intp)
    lengths[0], lengths[1:] = m, at_risk
    lengths[:-1] -= at_risk
    return np.arange(len(lengths)).repeat(lengths)

"""Does a higher score go with an earlier event? Harrell's C."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes._fits.fitted import analysed_of
from outcomes._numbers.arguments import expect
from outcomes._numbers.columns import (
    BoolArray,
    FloatArray,
    Places,
    SampleError,
    aligned,
    first_row,
    numbers,
)
from outcomes._numbers.running import just_before, running
from outcomes._regression.checked_terms import names_of_rows
from outcomes._regression.day_line import DayLine
from outcomes._regression.hazards import grouped, linear_predictor
from outcomes._regression.ranked_sums import Stretches, partners
from outcomes.cox import CoxFit
from outcomes.sample import Survival
from outcomes.terms import Factor

__all__ = ["Concordance", "concordance", "concordance_of"]


# (n,) weights of the rows with which each row forms a concordant, tied and discordant pair.
_Split = tuple[FloatArray, FloatArray, FloatArray]

NO_PAIR = "not defined: no pair of rows can be compared"


@dataclass(frozen=True)
class Concordance:
    """c : share of comparable pairs in which the row with the higher score had its event first,
    pairs of equal score counted half. None, with a reason, without a comparable pair.

    A pair is comparable when one row has its event while the other is at risk and goes on (or is
    censored the same day). Counts are sums of products of case weights. tied_score: comparable
    pairs of equal score; tied_day: two events on one day; tied_both: that, and equal score.
    std_error : of c, infinitesimal jackknife by row or by cluster. dropped : rows left out for a
    missing stratum (of a fit: for any missing value).
    """

    n: int
    dropped: int
    concordant: float
    discordant: float
    tied_score: float
    tied_day: float
    tied_both: float
    c: float | None
    std_error: float | None
    reason: str | None = None

    @property
    def somers_d(self) -> float | None:
        """2c - 1: from -1 to 1, 0 when the score says nothing."""
        return None if self.c is None else 2 * self.c - 1


def concordance(
    sample: Survival,
    score: ArrayLike,
    *,
    strata: Factor | None = None,
    cluster: ArrayLike | None = None,
) -> Concordance:
    """Harrell's C of any score, higher meaning an earlier event.

    sample : n rows; entry and weights are honoured. score : (n,) numbers. strata : pairs are
    formed within its levels only; rows without one are left out. cluster : (n,) ids of rows that
    belong together.
    In time n log n. No comparable pair does not raise: c carries a reason.
    Raises SampleError (lengths, a missing score, a row without a cluster), EmptySample (no row
    with a stratum), TypeError (sample, strata or cluster of another kind).
    Source: Harrell, Califf, Pryor, Lee and Rosati, JAMA 1982;247:2543-2546; Therneau and
    Atkinson, package survival, vignette "concordance" (error).
    Checked: by hand, by counting every pair, and against R survival::concordance with
    reverse = TRUE (golden/diagnostics_concordance.csv), relative 1e-9.

    >>> from outcomes.sample import Survival
    >>> found = concordance(Survival([1, 2, 3, 4], [1, 1, 0, 1]), [4, 2, 3, 1])
    >>> found.concordant, found.discordant, found.c
    (4.0, 1.0, 0.8)
    """
    expect(sample, Survival, "sample")
    risk = numbers(score, "score")
    aligned(len(risk), sample.n, "score")
    if np.isnan(risk).any():
        raise SampleError(f"score: row {first_row(np.isnan(risk))} is missing; drop the row first")
    groups = None if cluster is None else names_of_rows(cluster, sample.n, "cluster")[1]
    stratum, keep = np.zeros(sample.n, dtype=np.intp), sample.in_play
    if strata is not None:
        expect(strata, Factor, "strata")
        aligned(len(strata.codes), sample.n, "strata")
        stratum, keep = strata.codes.astype(np.intp), keep & strata.known
    dropped = int(np.count_nonzero(sample.in_play)) - int(np.count_nonzero(keep))
    if not keep.all():
        sample, risk, stratum = sample.where(keep), risk[keep], stratum[keep]
        groups = None if groups is None else groups[keep]
    return _concordance(sample, risk, stratum, groups, dropped)


def concordance_of(fit: CoxFit) -> Concordance:
    """Harrell's C of a Cox model's linear predictor on the rows it was fitted to.

    Strata, weights, late entry and clusters of the fit are honoured.
    Raises SampleError (no coefficient), TypeError (no Cox fit).
    Source: as concordance.
    Checked: against R survival::concordance(fit) (golden/diagnostics_concordance.csv), 1e-9.

    >>> from outcomes.cox import cox
    >>> from outcomes.terms import Numeric
    >>> fit = cox(Survival([1, 2, 3, 4], [1, 1, 0, 1]), [Numeric("x", [1, 0, 1, 0])])
    >>> concordance_of(fit).c
    0.6
    """
    analysed = analysed_of(fit)
    return _concordance(
        analysed.sample,
        linear_predictor(analysed),
        analysed.strata,
        analysed.cluster,
        fit.dropped,
    )


def _concordance(
    sample: Survival, score: FloatArray, stratum: Places, cluster: Places | None, dropped: int
) -> Concordance:
    weight = np.ones(sample.n) if sample.weight is None else sample.weight
    rank = np.unique(score, return_inverse=True)[1].astype(np.intp)
    days, event = DayLine.of(sample, stratum), sample.event
    earlier = _earlier_events(days, event, weight, rank)
    later = _at_risk_after(days, event, weight, rank)
    concordant, tied, discordant = (float(weight @ part) for part in later)
    ranks = int(rank.max()) + 1
    key, same = np.unique((days.until * ranks + rank)[event], return_inverse=True)
    together = np.bincount(same, weight[event]).astype(np.float64)  # of one day and score
    found = Concordance(
        n=sample.n,
        dropped=dropped,
        concordant=concordant,
        discordant=discordant,
        tied_score=tied,
        tied_day=_pairs(key // ranks, together),
        tied_both=_pairs(same, weight[event]),
        c=None,
        std_error=None,
        reason=NO_PAIR,
    )
    pairs = concordant + discordant + tied
    if not pairs:
        return found
    somers = (concordant - discordant) / pairs
    influence = weight * _pull(earlier, later, somers) / pairs
    if cluster is not None:
        influence = grouped(cluster, influence, int(cluster.max()) + 1)
    error = math.sqrt(float(influence @ influence)) / 2
    return replace(found, c=(somers + 1) / 2, std_error=error, reason=None)


def _pull(earlier: _Split, later: _Split, somers: float) -> FloatArray:
    """(n,) a row's concordant less discordant pairs, less what is usual for so many pairs.

    Its pairs: those it ends by its event, and those that another row's event ends.
    """
    concordant, tied, discordant = (a + b for a, b in zip(earlier, later, strict=True))
    everything = concordant + discordant + tied
    return np.asarray(concordant - discordant - somers * everything, dtype=np.float64)


def _earlier_events(days: DayLine, event: BoolArray, weight: FloatArray, rank: Places) -> _Split:
    """Per row, weight of the events it outlasted whose score is above, equal and below."""
    failed = np.flatnonzero(event)
    # An event comes before a censoring of the same day.
    failed = failed[np.argsort(days.until[failed], kind="stable")]
    when = days.until[failed]
    low = np.searchsorted(when, days.first if days.entry is None else days.entry, side="right")
    high = np.searchsorted(when, np.where(event, days.until - 1, days.until), side="right")
    events = Stretches(failed, low, np.maximum(low, high))
    below, equal, above = partners(rank, weight, rank, events, None)
    return above, equal, below


def _at_risk_after(days: DayLine, event: BoolArray, weight: FloatArray, rank: Places) -> _Split:
    """Per row that fails, weight of those who go on with a score below, equal and above."""
    failed = np.flatnonzero(event)
    end, when = days.last[failed], days.until[failed]
    # A censoring is half a day after an event.
    longer, yet_to_enter = _between(2 * days.until + ~event, 2 * when + 1, 2 * end), None
    if days.entry is not None:
        yet_to_enter = _between(days.entry, when, end)
    found = np.zeros((3, len(rank)))
    found[:, failed] = partners(rank, weight, rank[failed], longer, yet_to_enter)
    return found[0], found[1], found[2]


def _between(
    place: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]
) -> Stretches:
    """The rows with start <= place < end, for each start and end."""
    order = np.argsort(place, kind="stable")
    line = place[order]
    return Stretches(order, np.searchsorted(line, start), np.searchsorted(line, end))


def _pairs(group: Places, weight: FloatArray) -> float:
    """Sum of products of weights over the pairs of one group: sums of what is positive only."""
    _, member, size = np.unique(group, return_inverse=True, return_counts=True)
    several = np.flatnonzero(size[member] > 1)
    several = several[np.argsort(member[several], kind="stable")]
    bounds = [0, *np.cumsum(size[size > 1]).tolist()]
    before = just_before(running(np.add, weight[several], bounds), 0.0, bounds)
    return float(before @ weight[several])

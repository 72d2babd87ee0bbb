"""Does a higher score go with an earlier event? Harrell's C."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes._numbers.columns import (
    FloatArray,
    Places,
    SampleError,
    aligned,
    first_row,
    numbers,
    vector,
)
from outcomes._regression.fitted import analysed_of
from outcomes._regression.hazards import grouped, linear_predictor
from outcomes._regression.ranked_sums import ranked_sums
from outcomes.cox import CoxFit
from outcomes.sample import Survival
from outcomes.terms import Factor

__all__ = ["Concordance", "concordance", "concordance_of"]


NO_PAIR = "not defined: no pair of rows can be compared"


@dataclass(frozen=True)
class Concordance:
    """c : share of comparable pairs in which the row with the higher score had its event first,
    pairs of equal score counted half. None, with a reason, without a comparable pair.

    A pair is comparable when one row has its event while the other is at risk and goes on (or is
    censored the same day). Counts are sums of products of case weights. tied_score: comparable
    pairs of equal score; tied_day: two events on one day; tied_both: that, and equal score.
    std_error : of c, infinitesimal jackknife by row or by cluster.
    """

    n: int
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
    formed within its levels only. cluster : (n,) ids of rows that belong together.
    In time n log n. No comparable pair does not raise: c carries a reason.
    Raises SampleError (lengths, a missing score, stratum).
    Source: Harrell, Califf, Pryor, Lee and Rosati, JAMA 1982;247:2543-2546; Therneau and
    Atkinson, package survival, vignette "concordance" (error).
    Checked: by hand, by counting every pair, and against R survival::concordance with
    reverse = TRUE (golden/diagnostics_concordance.csv), relative 1e-9.

    >>> from outcomes.sample import Survival
    >>> found = concordance(Survival([1, 2, 3, 4], [1, 1, 0, 1]), [4, 2, 3, 1])
    >>> found.concordant, found.discordant, found.c
    (4.0, 1.0, 0.8)
    """
    risk = numbers(score, "score")
    aligned(len(risk), sample.n, "score")
    stratum = np.zeros(sample.n, dtype=np.intp)
    if strata is not None:
        aligned(len(strata.codes), sample.n, "strata")
        stratum = strata.codes.astype(np.intp)
    ids: NDArray[np.intp] | None = None
    if cluster is not None:
        aligned(len(vector(cluster, "cluster")), sample.n, "cluster")
        ids = np.unique(vector(cluster, "cluster"), return_inverse=True)[1]
    for bad, name in ((np.isnan(risk), "score"), (stratum < 0, "strata")):
        if bad.any():
            raise SampleError(f"{name}: row {first_row(bad)} is missing; drop the row first")
    keep = np.flatnonzero(sample.in_play)
    if len(keep) < sample.n:
        sample, risk, stratum = sample.where(sample.in_play), risk[keep], stratum[keep]
        ids = None if ids is None else ids[keep]
    return _concordance(sample, risk, stratum, ids)


def concordance_of(fit: CoxFit) -> Concordance:
    """Harrell's C of a Cox model's linear predictor on the rows it was fitted to.

    Strata, weights, late entry and clusters of the fit are honoured.
    Raises SampleError (no coefficient).
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
        analysed.sample, linear_predictor(analysed), analysed.strata, analysed.cluster
    )


def _concordance(
    sample: Survival, score: FloatArray, stratum: Places, cluster: NDArray[np.intp] | None
) -> Concordance:
    weight = np.ones(sample.n) if sample.weight is None else sample.weight
    rank = np.unique(score, return_inverse=True)[1].astype(np.intp)
    key = _Days(sample, stratum.astype(np.int64))
    above, tied, below = _earlier_events(key, weight, rank)
    later = _at_risk_after(key, weight, rank)
    # A row's pairs: those it ends by its event, and those that another row's event ends.
    concordant, discordant = later[0] + above, later[2] + below
    mine = weight * (later[0] - later[2])
    counts = [float(weight @ part) for part in later]
    pairs = sum(counts)
    tied_day = _tied(key.until, weight, sample.event)
    both = _tied(key.until * (int(rank.max()) + 1) + rank, weight, sample.event)
    found = Concordance(
        n=sample.n,
        concordant=counts[0],
        discordant=counts[2],
        tied_score=counts[1],
        tied_day=tied_day - both,
        tied_both=both,
        c=None,
        std_error=None,
        reason=NO_PAIR,
    )
    if not pairs:
        return found
    somers = float(mine.sum() / pairs)
    everything = concordant + discordant + later[1] + tied
    influence = weight * (concordant - discordant - somers * everything) / pairs
    if cluster is not None:
        influence = grouped(cluster, influence, int(cluster.max()) + 1)
    error = math.sqrt(float(influence @ influence)) / 2
    return replace(found, c=(somers + 1) / 2, std_error=error, reason=None)


class _Days:
    """Days of all strata on one line. An event comes before a censoring of the same day."""

    def __init__(self, sample: Survival, stratum: NDArray[np.int64]) -> None:
        span = int(sample.days.max()) + 2  # days -1 ... longest of one stratum
        self.event = sample.event
        self.until = stratum * span + sample.days + 1
        self.entry = None if sample.entry is None else stratum * span + sample.entry + 1
        self.first = stratum * span
        self.last = (stratum + 1) * span


def _earlier_events(
    days: _Days, weight: FloatArray, rank: Places
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Per row, weight of the events it outlasted whose score is above, equal and below."""
    failed = np.flatnonzero(days.event)
    failed = failed[np.argsort(days.until[failed], kind="stable")]
    when = days.until[failed]
    low = np.searchsorted(when, days.first if days.entry is None else days.entry, side="right")
    high = np.searchsorted(when, np.where(days.event, days.until - 1, days.until), side="right")
    sums = ranked_sums(rank[failed], weight[failed], int(rank.max()))
    below, equal, above = sums.below_equal_above(low, np.maximum(low, high), rank)
    return above, equal, below


def _at_risk_after(
    days: _Days, weight: FloatArray, rank: Places
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Per row that fails, weight of those who go on with a score below, equal and above."""
    failed = np.flatnonzero(days.event)
    mine, end, highest = rank[failed], days.last[failed], int(rank.max())
    line = 2 * days.until + ~days.event  # a censoring is half a day after an event
    order = np.argsort(line, kind="stable")
    low = np.searchsorted(line[order], 2 * days.until[failed], side="right")
    high = np.searchsorted(line[order], 2 * end, side="left")
    sums = ranked_sums(rank[order], weight[order], highest).below_equal_above(low, high, mine)
    found = [np.zeros(len(rank)) for _ in range(3)]
    for part, amount in zip(found, sums, strict=True):
        part[failed] = amount
    if days.entry is not None:  # less those who were to enter on that day or later
        order = np.argsort(days.entry, kind="stable")
        low = np.searchsorted(days.entry[order], days.until[failed], side="left")
        high = np.searchsorted(days.entry[order], end, side="left")
        late = ranked_sums(rank[order], weight[order], highest).below_equal_above(low, high, mine)
        for part, amount in zip(found, late, strict=True):
            part[failed] -= amount
    return found[0], found[1], found[2]


def _tied(key: NDArray[np.int64], weight: FloatArray, event: NDArray[np.bool_]) -> float:
    """Sum of products of weights over pairs of events with the same key."""
    member = np.unique(key[event], return_inverse=True)[1]
    total = np.bincount(member, weight[event])
    return float((total @ total - weight[event] @ weight[event]) / 2)

"""How many remain free of the event over time, and how long were the patients followed?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

from outcomes._curves.day_table import Sums
from outcomes._curves.drawing import CurveVariance, Steps, draw, draw_by
from outcomes._numbers.arguments import expect
from outcomes._numbers.columns import IntArray, one_of
from outcomes.curve import Convention, Curve, Quantile
from outcomes.sample import Survival
from outcomes.terms import Factor


def kaplan_meier(
    sample: Survival, *, variance: CurveVariance | None = None, cluster: ArrayLike | None = None
) -> Curve:
    """Probability of remaining free of the event.

    sample : n rows in whole days; ties allowed, deaths before censorings. With late entry a row
    counts on (entry, days]. With case weights the sums of weights take the place of counts, so
    that whole weights are replication.
    variance : "model" is Greenwood's; "robust" is the infinitesimal jackknife over rows; None,
    as R, is robust when a weight is no whole number or there are clusters, else Greenwood's.
    cluster : (n,) names of what belongs together (a patient's rows, a centre), whose rows the
    jackknife then takes as one; its time grows with rows times days.
    Returns one row per distinct observed day (k <= n).
    Raises TypeError (no Survival, a Factor for cluster), ValueError (another variance, "model" with
    clusters), SampleError (cluster: length, a row without one).
    Source: Kaplan and Meier, J Am Stat Assoc 1958;53:457-481; Greenwood 1926.
    Checked: by hand, and against R survival::survfit, relative 1e-9: plain (golden/km.csv),
    with weights, late entry and robust variance (golden/curves.csv), with clusters
    (golden/curve_clusters.csv).

    >>> kaplan_meier(Survival([5, 8, 8, 12], [True, True, False, True])).survival.tolist()
    [0.75, 0.5, 0.0]
    """
    return draw(sample, _product_limit, variance, cluster).curve


def kaplan_meier_by(
    sample: Survival,
    groups: Factor,
    *,
    variance: CurveVariance | None = None,
    cluster: ArrayLike | None = None,
) -> dict[str, Curve]:
    """One curve per level, in the order of levels; missing and empty levels are left out.

    sample, variance, cluster : as in kaplan_meier; a cluster may have rows in several levels.
    Raises as kaplan_meier, TypeError (no Factor), SampleError (groups has other rows).
    Source: as kaplan_meier, counted for all groups in one pass.
    Checked: against R survival::survfit(~ group) (golden/km.csv), relative 1e-9.

    >>> graft = Factor("graft", ["BM", "PB"], [0, 0, 1, 1])
    >>> curves = kaplan_meier_by(Survival([5, 8, 8, 12], [True, True, False, True]), graft)
    >>> {level: curve.at(8) for level, curve in curves.items()}
    {'BM': 0.0, 'PB': 1.0}
    """
    found = draw_by(sample, groups, _product_limit, variance, cluster)
    return {level: drawn.curve for level, drawn in found.items()}


def reverse_kaplan_meier(sample: Survival) -> Curve:
    """The curve of potential follow-up: censoring is the event, the event censors.

    sample : as in kaplan_meier. Raises TypeError (no Survival).
    Source: Schemper and Smith, Control Clin Trials 1996;17:343-346.
    Checked: against R survival::survfit on 1 - event (golden/km.csv), relative 1e-9.

    >>> reverse_kaplan_meier(Survival([10, 20, 30], [True, False, False])).survival.tolist()
    [1.0, 0.5, 0.0]
    """
    expect(sample, Survival, "sample")
    turned = Survival(sample.days, ~sample.event, entry=sample.entry, weight=sample.weight)
    return kaplan_meier(turned)


def _product_limit(rows: Sums, weighted: Sums) -> Steps:
    died, at_risk = weighted.died[0].astype(np.float64), weighted.at_risk[0].astype(np.float64)
    # Weights leave rounding behind where everybody died; the count of rows knows.
    survivors = at_risk - died
    if weighted is not rows:
        survivors = np.where(rows.died[0] == rows.at_risk[0], 0.0, survivors)
    greenwood = died / (at_risk * survivors)
    step = survivors / at_risk
    return Steps(step, greenwood, lowers=greenwood, raises=1 / at_risk, product=True)


@dataclass(frozen=True)
class DayRange:
    """Observed times of n patients in days; None when n is 0."""

    n: int
    median: float | None
    minimum: int | None
    maximum: int | None


@dataclass(frozen=True)
class FollowUp:
    """The three statistics papers call "median follow-up"; name the one you print."""

    all_patients: DayRange
    survivors: DayRange
    reverse: Quantile


def follow_up(sample: Survival, convention: Convention = "R") -> FollowUp:
    """Time of all patients, of those without event, and the reverse Kaplan-Meier median.

    sample : as in kaplan_meier. convention : whose rules the reverse median follows. The first two count rows in play, whatever
    their weight and entry. Raises TypeError (no Survival), ValueError (another convention).
    Source: Schemper and Smith, Control Clin Trials 1996;17:343-346.
    Checked: by hand; the reverse median against R (golden/quantiles.csv).

    >>> follow_up(Survival([10, 20, 30, 60], [True, False, True, False])).reverse.days
    60.0
    """
    one_of(convention, get_args(Convention), "convention")
    reverse = reverse_kaplan_meier(sample)
    playing = sample.in_play
    return FollowUp(
        all_patients=_range(sample.days[playing]),
        survivors=_range(sample.days[playing & ~sample.event]),
        reverse=reverse.quantile_r() if convention == "R" else reverse.quantile_spss(),
    )


def _range(days: IntArray) -> DayRange:
    if not len(days):
        return DayRange(0, None, None, None)
    return DayRange(len(days), float(np.median(days)), int(days.min()), int(days.max()))

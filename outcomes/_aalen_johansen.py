"""What are the Aalen-Johansen estimates and Aalen's variances? Tables in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._cause_cells import Cells
from outcomes._cause_tables import earlier
from outcomes._columns import FloatArray


@dataclass(frozen=True, eq=False)
class Estimates:
    """Just after the events of each of k days, in every group.

    event_free : (groups, k). steps, incidence : (causes, groups, k) increments and their sums.
    before : (groups, k) event-free just before the events, per unit of weight at risk.
    remaining : (groups, k) weight at risk that no event ends. hazard_variance : (groups, k)
    running sum of d/(Y(Y-d)), standing still once nobody is event-free.
    """

    event_free: FloatArray
    before: FloatArray
    steps: FloatArray
    incidence: FloatArray
    remaining: FloatArray
    hazard_variance: FloatArray


def estimate(cells: Cells) -> Estimates:
    """The probability of every state."""
    at_risk, ended = cells.weight_at_risk, cells.total[1:].sum(axis=0)
    remaining = at_risk - ended
    # Sums of weights carry rounding: whether anybody is left is decided by the counts.
    remaining[(cells.at_risk == cells.left - cells.rows[0]) & (cells.at_risk > 0)] = 0.0
    event_free: FloatArray = np.cumprod(remaining / at_risk, axis=1, dtype=np.float64)
    before = earlier(event_free, 1.0) / at_risk
    steps = before * cells.total[1:]
    below = np.where(event_free > 0, at_risk * remaining, np.inf)
    hazard_variance: FloatArray = np.cumsum(ended / below, axis=1, dtype=np.float64)
    incidence = np.cumsum(steps, axis=2)
    return Estimates(event_free, before, steps, incidence, remaining, hazard_variance)


def aalen_variance(cells: Cells, found: Estimates) -> FloatArray:
    """(1 + causes, groups, k): of event-free survival by Greenwood, of incidences by Aalen."""
    variance = np.empty_like(cells.total)
    variance[0] = found.event_free**2 * found.hazard_variance
    inverse = np.zeros_like(found.event_free)
    np.divide(1.0, found.event_free, out=inverse, where=found.event_free > 0)
    size, all_ended = found.before**2, cells.total[1:].sum(axis=0)
    for cause, (ended, incidence) in enumerate(
        zip(cells.total[1:], found.incidence, strict=True), start=1
    ):
        own = size * _tied(ended, cells.weight_at_risk)
        other = size * _tied(all_ended - ended, cells.weight_at_risk)
        # The other causes of a group's very last day change nothing: nobody is left to be spared.
        other[found.event_free == 0] = 0.0
        height = incidence * inverse
        # Each event moves the incidence by its own step and by (then - now) / event-free.
        grown = own * (1 + height) + other * height
        constant = np.cumsum(grown * height + own * (1 + height), axis=1)
        linear = np.cumsum(grown * inverse, axis=1)
        square = np.cumsum((own + other) * inverse**2, axis=1)
        variance[cause] = constant + incidence * (incidence * square - 2 * linear)
    return np.maximum(variance, 0.0)


def _tied(ended: FloatArray, at_risk: FloatArray) -> FloatArray:
    """Events, tied ones as drawn without putting back; all other causes count as one cause."""
    return ended * (1 - np.maximum(ended - 1, 0) / np.maximum(at_risk - 1, 1))

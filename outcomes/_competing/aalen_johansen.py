"""What are the Aalen-Johansen estimates and Aalen's variances? Tables in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._competing.cause_cells import Cells
from outcomes._numbers.columns import FloatArray


@dataclass(frozen=True, eq=False)
class Estimates:
    """Just after the events of each of the k days of all groups.

    event_free : (k,). steps, incidence : (causes, k) increments and their sums. before : (k,)
    event-free just before the events, per unit of weight at risk. remaining : (k,) weight at risk
    that no event ends. hazard_variance : (k,) running sum of d/(Y(Y-d)), standing still once
    nobody is event-free.
    """

    event_free: FloatArray
    before: FloatArray
    steps: FloatArray
    incidence: FloatArray
    remaining: FloatArray
    hazard_variance: FloatArray


def estimate(cells: Cells) -> Estimates:
    """The probability of every state."""
    days, at_risk, ended = cells.days, cells.weight_at_risk, cells.total[1:].sum(axis=0)
    remaining = at_risk - ended
    # Sums of weights carry rounding: whether anybody is left is decided by the counts.
    remaining[cells.at_risk == cells.left - cells.rows[0]] = 0.0
    event_free = days.product(remaining / at_risk)
    before = days.before(event_free, 1.0) / at_risk
    steps = before * cells.total[1:]
    incidence = days.running(steps)
    # Once nobody is event-free and nobody had another cause, all have had this one.
    alone = np.count_nonzero(incidence, axis=0) == 1
    incidence[(incidence > 0) & alone & (event_free == 0)] = 1.0
    below = np.where(event_free > 0, at_risk * remaining, np.inf)
    hazard_variance = days.running(ended / below)
    return Estimates(event_free, before, steps, incidence, remaining, hazard_variance)


def aalen_variance(cells: Cells, found: Estimates) -> FloatArray:
    """(1 + causes, k) variances: event-free survival by Greenwood, then incidences by Aalen."""
    running, incidence = cells.days.running, found.incidence
    alive = found.event_free > 0
    ended, size = cells.total[1:], found.before**2
    own = size * _tied(ended, cells.weight_at_risk)
    # The other causes of a group's very last day change nothing: nobody is left to be spared.
    other = np.where(alive, size, 0.0) * _tied(ended.sum(axis=0) - ended, cells.weight_at_risk)
    inverse = np.where(alive, 1 / np.where(alive, found.event_free, 1.0), 0.0)
    # Each event moves the incidence by its own step and by (then - now) / event-free.
    height = incidence * inverse
    both = own + other
    grown = own + both * height
    variance = np.empty_like(cells.total)
    variance[0] = found.event_free**2 * found.hazard_variance
    variance[1:] = running(own + (own + grown) * height)
    variance[1:] += incidence * (
        incidence * running(both * inverse**2) - 2 * running(grown * inverse)
    )
    return np.maximum(variance, 0.0)


def _tied(ended: FloatArray, at_risk: FloatArray) -> FloatArray:
    """Events, tied ones as drawn without putting back; all other causes count as one cause."""
    return ended - ended * np.maximum(ended - 1, 0) / np.maximum(at_risk - 1, 1)

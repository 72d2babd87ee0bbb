"""How much does each row move an incidence? The infinitesimal jackknife without a row by day matrix.

The influence of a row on event-free survival S is S g, on an incidence F the integral of g dF and
the row's own step. Once the row has left, g stands still and its influence is a straight line in
F; while at risk it is one curve for all rows of the same entry. So running sums over the kinds of
rows (entry, day, cause) are enough: O(kinds + days), whatever the number of rows.
"""

from __future__ import annotations

import numpy as np

from outcomes._competing.aalen_johansen import Estimates
from outcomes._competing.cause_cells import Cells, Kinds
from outcomes._numbers.columns import FloatArray


def jackknife_variance(cells: Cells, found: Estimates) -> FloatArray:
    """(1 + causes, k) variances of event-free survival and of the incidences."""
    kinds, days, left = cells.kinds, cells.days, cells.kinds.left
    alive, hazard = found.event_free > 0, found.hazard_variance
    leap = 1 / np.where(alive, found.remaining, np.inf)
    hazard_before = days.before(hazard, 0.0)
    start = hazard_before[kinds.entered] if kinds.late else np.zeros(len(left))
    g = hazard[left] - start - np.where(kinds.column > 0, leap[left], 0.0)
    g[~alive[left]] = 0.0
    square, own = kinds.gone(g * g), found.before[left]
    variance = np.empty_like(cells.total)
    variance[0] = square + _at_risk(kinds, hazard, -start, start, np.zeros_like(hazard))
    variance[0] *= found.event_free**2
    for cause, (steps, incidence) in enumerate(zip(found.steps, found.incidence, strict=True), 1):
        drift = days.running(steps * (hazard_before - 1 / cells.weight_at_risk))
        # Counted from the end: no digits are lost where nearly all has come.
        to_come = days.later(steps)
        offset = np.zeros(len(left))
        if kinds.late:
            offset -= days.before(drift, 0.0)[kinds.entered]
            offset -= start * (to_come + steps)[kinds.entered]
        fixed = drift[left] + offset + (start + g) * to_come[left]
        fixed += np.where(kinds.column == cause, own, 0.0)
        gone = kinds.gone(fixed * fixed) + to_come * (to_come * square - 2 * kinds.gone(fixed * g))
        still = _at_risk(kinds, drift, offset, start, to_come)
        # While none or all have had the cause the parts cancel, but for rounding.
        some = (incidence > 0) & (incidence != 1)
        variance[cause] = np.where(some, gone + still, 0.0)
    return np.maximum(variance, 0.0)


def _at_risk(
    kinds: Kinds, curve: FloatArray, offset: FloatArray, slope: FloatArray, along: FloatArray
) -> FloatArray:
    """(k,) sum over the rows still at risk of (curve + offset + slope * along) squared."""
    total: FloatArray = curve**2 * kinds.still(np.ones(len(kinds.left)))
    if not kinds.late:  # offset and slope are 0
        return total
    total += 2 * curve * (kinds.still(offset) + along * kinds.still(slope))
    total += kinds.still(offset**2) + 2 * along * kinds.still(offset * slope)
    return total + along**2 * kinds.still(slope**2)

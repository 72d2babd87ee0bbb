"""How much does each row move an incidence? The infinitesimal jackknife without a row by day matrix.

The influence of a row on event-free survival S is S g, on an incidence F the integral of g dF and
the row's own step. Once the row has left, g stands still and its influence is a straight line in
F; while at risk it is one curve for all rows of the same entry. So running sums over the kinds of
rows (entry, day, cause) are enough: O(kinds + days), whatever the number of rows.
"""

from __future__ import annotations

import numpy as np

from outcomes._aalen_johansen import Estimates
from outcomes._cause_cells import Cells, Kinds
from outcomes._cause_tables import earlier, from_here_on, later
from outcomes._columns import FloatArray


def jackknife_variance(cells: Cells, found: Estimates) -> FloatArray:
    """(1 + causes, groups, k) variances of event-free survival and of the incidences."""
    kinds, alive = cells.kinds, found.event_free > 0
    leap = np.zeros_like(found.event_free)
    np.divide(1.0, found.remaining, out=leap, where=alive)
    hazard = found.hazard_variance
    hazard_before = earlier(hazard, 0.0)
    start = kinds.at_entry(hazard_before)
    g = hazard.ravel()[kinds.left] - start
    g -= np.where(kinds.column > 0, leap.ravel()[kinds.left], 0.0)
    g[~alive.ravel()[kinds.left]] = 0.0
    square = kinds.gone(g * g)
    variance = np.empty_like(cells.total)
    variance[0] = square + _at_risk(kinds, hazard, -start, start, np.zeros_like(hazard))
    variance[0] *= found.event_free**2
    own = found.before.ravel()[kinds.left]
    for cause, (steps, incidence) in enumerate(zip(found.steps, found.incidence, strict=True), 1):
        drift = np.cumsum(steps * (hazard_before - 1 / cells.weight_at_risk), axis=1)
        # Counted from the end: no digits are lost where nearly all has come.
        to_come = later(steps)
        offset = -kinds.at_entry(earlier(drift, 0.0)) - start * kinds.at_entry(from_here_on(steps))
        fixed = drift.ravel()[kinds.left] + offset + (start + g) * to_come.ravel()[kinds.left]
        fixed += np.where(kinds.column == cause, own, 0.0)
        gone = kinds.gone(fixed * fixed) + to_come * (to_come * square - 2 * kinds.gone(fixed * g))
        variance[cause] = gone + _at_risk(kinds, drift, offset, start, to_come)
        # Before the first event of the cause the parts cancel, but for rounding.
        variance[cause][incidence == 0] = 0.0
    return np.maximum(variance, 0.0)


def _at_risk(
    kinds: Kinds, curve: FloatArray, offset: FloatArray, slope: FloatArray, along: FloatArray
) -> FloatArray:
    """(groups, k) sum over the rows still at risk of (curve + offset + slope * along) squared."""
    total: FloatArray = curve**2 * kinds.still(np.ones(len(kinds.left)))
    if not kinds.late:  # offset and slope are 0
        return total
    total += 2 * curve * (kinds.still(offset) + along * kinds.still(slope))
    total += kinds.still(offset**2) + 2 * along * kinds.still(offset * slope)
    return total + along**2 * kinds.still(slope**2)

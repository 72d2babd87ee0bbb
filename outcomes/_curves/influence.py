"""How far does one row move a curve? The infinitesimal jackknife, for rows that carry weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._curves.day_table import PlacedRows
from outcomes._numbers.columns import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Influence:
    """The derivatives of a cumulative hazard by the weight of each row.

    While at risk a row lowers the hazard by `lowers` on each column (k,); the column of its own
    death raises it by `raises` (k,). Columns after survival reached 0 lower it by 0.
    Source: Efron, The jackknife, the bootstrap and other resampling plans, SIAM 1982, ch. 6;
    R survival, vignette "methods", section on the infinitesimal jackknife.
    """

    rows: PlacedRows
    lowers: FloatArray
    raises: FloatArray

    @property
    def _at_entry(self) -> FloatArray:
        return np.concatenate(([0.0], np.cumsum(self.lowers)))[self.rows.first]

    @property
    def _after_leaving(self) -> FloatArray:
        """What stays of each row's pull once it has left."""
        rows, lowered = self.rows, np.cumsum(self.lowers)
        own = np.where(rows.died, self.raises[rows.last] + self.lowers[rows.last], 0.0)
        result: FloatArray = own - lowered[rows.last] + self._at_entry
        return result

    def variance(self) -> FloatArray:
        """Variance of the cumulative hazard after each column, (k,)."""
        rows, lowered, columns = self.rows, np.cumsum(self.lowers), len(self.lowers)
        square, entry = rows.weight**2, self._at_entry

        def standing(share: FloatArray) -> FloatArray:
            came = np.bincount(rows.first, weights=share, minlength=columns)
            went = np.bincount(rows.last, weights=share, minlength=columns)
            # From the end backwards, so that nothing is left over once the last row has gone.
            later = (went - came)[::-1].cumsum()[::-1]
            return np.append(later[1:], 0.0)

        gone = np.bincount(
            rows.last, weights=square * self._after_leaving**2, minlength=columns
        ).cumsum()
        present: FloatArray = (
            lowered**2 * standing(square)
            - 2 * lowered * standing(square * entry)
            + standing(square * entry**2)
        )
        return np.maximum(gone + present, 0.0)

    def area_variance(self, day: IntArray, survival: FloatArray, to: float) -> float:
        """Variance of the area under the survival curve up to a day."""
        rows = self.rows
        stops = np.append(np.minimum(day, to), to).astype(np.float64)
        widths = np.diff(stops)
        area = np.concatenate(([0.0], np.cumsum(widths * survival)))
        lowered = np.concatenate(([0.0], np.cumsum(widths * survival * np.cumsum(self.lowers))))
        stay = area[rows.last] - area[rows.first]
        pull = self._at_entry * stay - (lowered[rows.last] - lowered[rows.first])
        pull += self._after_leaving * (area[-1] - area[rows.last])
        return float(np.sum((rows.weight * pull) ** 2))

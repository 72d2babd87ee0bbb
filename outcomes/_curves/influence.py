"""How far does one row move a curve? The infinitesimal jackknife, for rows that carry weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._curves.day_table import PlacedRows
from outcomes._numbers.columns import FloatArray, IntArray, Places
from outcomes._numbers.together import summed_squares

ALIKE = 1e7  # rows times squared ratio of weights up to which running sums keep nine digits


@dataclass(frozen=True, eq=False)
class Influence:
    """The derivatives of a cumulative hazard by the weight of each row.

    While at risk a row lowers the hazard by `lowers` on each column (k,); the column of its own
    death raises it by `raises` (k,). Columns after survival reached 0 lower it by 0.
    cluster : (n,) what the rows belong to, whose influences are added up before they are squared;
    None = each to itself.
    Source: Efron, The jackknife, the bootstrap and other resampling plans, SIAM 1982, ch. 6;
    R survival, vignette "methods", section on the infinitesimal jackknife.
    """

    rows: PlacedRows
    lowers: FloatArray
    raises: FloatArray
    cluster: Places | None = None

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

    @property
    def _row_by_row(self) -> bool:
        """Whether running sums will not do: clusters, or unlike weights of which some come late."""
        if self.cluster is not None:
            return True
        weight = self.rows.weight
        unlike = float(weight.max() / weight.min()) ** 2 * len(weight) > ALIKE
        return unlike and bool(self.rows.first.any())

    def _pulls(self, some: slice | Places) -> FloatArray:
        """(m, k) how far each of some rows, with its weight, moves the hazard by each column."""
        rows, column = self.rows, np.arange(len(self.lowers))
        first, last = rows.first[some, None], rows.last[some, None]
        pull = np.where((first <= column) & (column <= last), -self.lowers, 0.0)
        died = np.flatnonzero(rows.died[some])
        own = rows.last[some][died]
        pull[died, own] += self.raises[own] + self.lowers[own]
        pull.cumsum(axis=1, out=pull)
        pull *= rows.weight[some, None]
        return pull

    def variance(self) -> FloatArray:
        """Variance of the cumulative hazard after each column, (k,)."""
        if self._row_by_row:
            return summed_squares(self._pulls, len(self.rows.last), len(self.lowers), self.cluster)
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
        stops = np.append(np.minimum(day, to), to).astype(np.float64)
        share = np.diff(stops) * survival
        if self._row_by_row:
            (found,) = summed_squares(
                lambda some: self._pulls(some) @ share[:, None],
                len(self.rows.last),
                len(self.lowers),
                self.cluster,
            )
            return float(found)
        rows = self.rows
        area = np.concatenate(([0.0], np.cumsum(share)))
        lowered = np.concatenate(([0.0], np.cumsum(share * np.cumsum(self.lowers))))
        stay = area[rows.last] - area[rows.first]
        pull = self._at_entry * stay - (lowered[rows.last] - lowered[rows.first])
        pull += self._after_leaving * (area[-1] - area[rows.last])
        return float(np.sum((rows.weight * pull) ** 2))

"""What do the rows of a model add up to? By BLAS, or kind by kind where many rows are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcomes._numbers.columns import FloatArray, Places
from outcomes._numbers.row_sums import weighted_square


@dataclass(frozen=True, eq=False)
class Kinds:
    """m rows that have few combinations of values in q neighbouring columns, those of factors.

    own : the q columns. table : (c, q) the combinations. kind : (m,) place in table of each row.
    others : the k columns beside them; numbers : (k, m) their values.
    """

    own: slice
    table: FloatArray
    kind: Places
    others: Places | slice
    numbers: FloatArray

    def times(self, beta: FloatArray) -> FloatArray:
        """(m,) sum over the columns of their values times beta (p,)."""
        found: FloatArray = (self.table @ beta[self.own]).take(self.kind)
        found += beta[self.others] @ self.numbers
        return found

    def _of_kinds(self, weight: FloatArray) -> FloatArray:
        """(c,) sums of weight (m,)."""
        return np.bincount(self.kind, weight, len(self.table)).astype(np.float64, copy=False)

    def total(self, weight: FloatArray) -> FloatArray:
        """(p,) sums over the rows of their values times weight (m,)."""
        found = np.empty(self.table.shape[1] + len(self.numbers))
        found[self.own] = self._of_kinds(weight) @ self.table
        found[self.others] = self.numbers @ weight
        return found

    def square(self, weight: FloatArray) -> FloatArray:
        """(p, p) sums over the rows of products of two columns, times weight (m,)."""
        weighted = self.numbers * weight
        of_kinds = self._of_kinds(weight)
        columns = np.arange(self.table.shape[1] + len(self.numbers))
        own, others = columns[self.own], columns[self.others]
        shape = len(weighted), len(self.table)
        between = np.array([self._of_kinds(row) for row in weighted]).reshape(shape)
        found = np.empty((len(columns), len(columns)))
        found[self.own, self.own] = (self.table * of_kinds[:, None]).T @ self.table
        found[np.ix_(others, others)] = weighted @ self.numbers.T
        across = between @ self.table
        found[np.ix_(others, own)] = across
        found[np.ix_(own, others)] = across.T
        return found


@dataclass(frozen=True, eq=False)
class Rows:
    """m rows of p columns. values : (m, p), a row in one piece. kinds : the same, where that is
    faster. Of so few rows as a centre's dot takes half as long as @, which is asked for often."""

    values: FloatArray
    kinds: Kinds | None = None

    def take(self, columns: list[int]) -> Rows:
        """The same rows with some of the columns."""
        return Rows(np.take(self.values, columns, axis=1))  # a row stays in one piece

    def times(self, beta: FloatArray) -> FloatArray:
        """(m,) sum over the columns of their values times beta (p,)."""
        if self.kinds is not None:
            return self.kinds.times(beta)
        found: FloatArray = self.values.dot(beta)
        return found

    def total(self, weight: FloatArray) -> FloatArray:
        """(p,) sums over the rows of their values times weight (m,)."""
        if self.kinds is not None:
            return self.kinds.total(weight)
        found: FloatArray = weight.dot(self.values)
        return found

    def square(self, weight: FloatArray) -> FloatArray:
        """(p, p) sums over the rows of products of two columns, times weight (m,)."""
        if self.kinds is None:
            return weighted_square(self.values, weight)
        return self.kinds.square(weight)

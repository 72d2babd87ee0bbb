"""How do the columns of incomplete data come to agree? A chain that redraws one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from outcomes._imputation.draws import Rng, line, matched
from outcomes._imputation.level_draws import choice, levels_drawn, probabilities
from outcomes._numbers.columns import BoolArray, FloatArray, Places
from outcomes.terms import Factor, Numeric

Method = Literal["pmm", "normal", "logistic", "multinomial", "multinomial-drawn"]


@dataclass(frozen=True, eq=False)
class Column:
    """A term among the predictors: its rows of the design, and what is to be filled.

    value : (n,) numbers or codes. seen : codes that a patient has, for a factor.
    fit : patients its regression uses. fill : patients without a value.
    """

    term: Factor | Numeric
    method: Method
    rows: slice
    value: FloatArray
    seen: Places
    fit: Places
    fill: Places
    centre: float
    scale: float

    @property
    def name(self) -> str:
        return self.term.name

    def encoded(self, values: FloatArray) -> FloatArray:
        """(g,) values as rows of the design, (rows, g)."""
        if isinstance(self.term, Factor):
            codes = np.arange(1, len(self.term.levels))
            return np.asarray(values == codes[:, None], dtype=np.float64)
        return np.asarray((values[None] - self.centre) / self.scale, dtype=np.float64)

    def completed(self, filled: FloatArray) -> Factor | Numeric:
        """The term with its gaps filled, (g,)."""
        values = self.value.copy()
        values[self.fill] = filled
        if isinstance(self.term, Factor):
            return Factor(self.name, self.term.levels, values.astype(np.int16))
        return Numeric(self.name, values)


def column(term: Factor | Numeric, method: Method, first_row: int, in_play: BoolArray) -> Column:
    """The term as predictors from first_row on. Patients out of play are filled, never used."""
    usable = term.known & in_play
    centre, scale, width = 0.0, 1.0, 1
    seen = np.empty(0, dtype=np.intp)
    if isinstance(term, Factor):
        value = np.asarray(term.codes, dtype=np.float64)
        seen = np.asarray(np.unique(term.codes[usable]), dtype=np.intp)
        width = len(term.levels) - 1
    else:
        value = term.values
        centre, scale = float(value[usable].mean()), float(value[usable].std()) or 1.0
    rows = slice(first_row, first_row + width)
    fit, fill = np.flatnonzero(usable), np.flatnonzero(~term.known)
    return Column(term, method, rows, value, seen, fit, fill, centre, scale)


class Chain:
    """One chain under way. design : (p, n) predictors, the first constant 1.

    filled : per incomplete column (g,) values. starts : where its regression begins next time.
    """

    def __init__(self, columns: Sequence[Column], design: FloatArray, donors: int, rng: Rng):
        """Every gap begins with a known value drawn at random."""
        self.columns = columns
        self.design = design.copy()
        self.donors = donors
        self.rng = rng
        self.filled: dict[str, FloatArray] = {}
        self.starts: dict[str, FloatArray] = {}
        for gap in columns:
            self._fill(gap, rng.choice(gap.value[gap.fit], len(gap.fill)))

    def redraw(self) -> list[float]:
        """Draw every incomplete column anew, given the others as they are now; the means."""
        for gap in self.columns:
            self._fill(gap, self._drawn(gap))
        return [float(self.filled[gap.name].mean()) for gap in self.columns]

    def _fill(self, gap: Column, values: FloatArray) -> None:
        self.filled[gap.name] = values
        self.design[gap.rows, gap.fill] = gap.encoded(values)

    def _drawn(self, gap: Column) -> FloatArray:
        known = gap.value[gap.fit]
        if (known == known[0]).all():
            return np.full(len(gap.fill), known[0])
        usable = np.ones(len(self.design), dtype=np.bool_)
        usable[gap.rows] = False
        x_fit, x_fill = self.design[:, gap.fit], self.design[:, gap.fill]
        if gap.method in ("logistic", "multinomial", "multinomial-drawn"):
            return self._levels(gap, x_fit, x_fill, usable)
        found = line((known - gap.centre) / gap.scale, x_fit, usable, self.rng)
        if gap.method == "pmm":
            return np.asarray(known[matched(found, x_fit, x_fill, self.donors, self.rng)])
        noise = found.sigma * self.rng.standard_normal(len(gap.fill))
        return np.asarray(gap.centre + gap.scale * (found.drawn @ x_fill + noise))

    def _levels(
        self, gap: Column, x_fit: FloatArray, x_fill: FloatArray, usable: BoolArray
    ) -> FloatArray:
        levels = len(gap.seen)
        level = np.searchsorted(gap.seen, gap.value[gap.fit])
        start = self.starts.get(gap.name, np.zeros((levels - 1, len(x_fit))))
        found = choice(level, levels, x_fit, x_fill, usable, start, self.rng)
        self.starts[gap.name] = found.fitted
        coefficients = found.fitted if gap.method == "multinomial" else found.drawn
        drawn = levels_drawn(probabilities(coefficients @ x_fill), self.rng)
        return np.asarray(gap.seen[drawn], dtype=np.float64)

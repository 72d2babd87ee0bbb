"""How unlikely is a table, given its margins? Fisher's exact test, 2 x 2 and r x c."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from outcomes._numbers.columns import FloatArray, SampleError

# Tables within this relative distance count as equally likely: R fisher.test's own tolerance.
EQUALLY_LIKELY = 1e-7
MOST_STEPS = 600_000
MOST_TABLES = 4_000_000
# Over this many roots of the smallest margin from the mean, on either side, all tables together
# have a chance of exp(-2 * 19.4**2) < 5e-324 (Hoeffding, J Am Stat Assoc 1963;58:13-30).
REACH = 19.4
TOO_LARGE = "table: too large for the exact test; use Pearson's"


class TooLarge(SampleError):
    """The table has too many relatives to enumerate."""


@dataclass(frozen=True)
class Fisher:
    """Exact P values; one_sided is None beyond 2 x 2, both are None with one row or column."""

    two_sided: float | None
    one_sided: float | None


def fisher_exact(counts: NDArray[np.int64]) -> Fisher:
    """Exact test of a table without empty rows or columns."""
    if counts.shape == (2, 2):
        return _two_by_two(counts)
    return Fisher(_freeman_halton(counts), None)


def _two_by_two(counts: NDArray[np.int64]) -> Fisher:
    """The tables with these margins that have a chance, by the top left cell."""
    (top, bottom), (left, right) = counts.sum(axis=1).tolist(), counts.sum(axis=0).tolist()
    mean = top * left // (top + bottom)
    reach = math.ceil(REACH * math.sqrt(min(top, bottom, left, right))) + 1
    first = range(max(0, left - bottom, mean - reach), min(top, left, mean + reach) + 1)
    if len(first) > MOST_TABLES:
        raise TooLarge(TOO_LARGE)
    here = int(counts[0, 0])
    if here not in first:
        return Fisher(0.0, 0.0)
    chance = _chances(first, (top + 1) * (left + 1) // (top + bottom + 2), top, left, bottom)
    at = here - first.start
    likely = chance[at] * (1 + EQUALLY_LIKELY)
    below, above = chance[: at + 1].sum(), chance[at:].sum()
    return Fisher(
        min(1.0, float(chance[chance <= likely].sum())), min(1.0, float(min(below, above)))
    )


def _chances(cells: range, mode: int, top: int, left: int, bottom: int) -> FloatArray:
    """Chance of each top left cell, from the most likely one outwards: each by the one before.

    Logs of factorials would lose digits: they grow with the counts, and their rounding with them.
    """
    a = np.arange(cells.start, cells.stop - 1, dtype=np.float64)
    # The chance of a + 1 to that of a.
    up = (top - a) / (a + 1) * ((left - a) / (bottom - left + a + 1))
    at = mode - cells.start
    chance = np.ones(len(cells))
    chance[at + 1 :] = np.cumprod(up[at:])
    chance[:at] = np.cumprod(1 / up[:at][::-1])[::-1]
    result: FloatArray = chance / chance.sum()
    return result


@cache
def _log_factorial(n: int) -> float:
    return math.lgamma(n + 1)


def _freeman_halton(counts: NDArray[np.int64]) -> float:
    """Share of tables, weighted by their chance, that are as likely as this one or less.

    Columns are filled one after another; what matters for the rest is only what each row has
    left, in any order, and how likely the filled part was. So equal states are merged, and a
    state is settled as soon as all, or none, of its completions are unlikely enough.
    After Mehta and Patel, J Am Stat Assoc 1983;78:427-434.
    """
    if counts.shape[0] > counts.shape[1]:
        counts = counts.T
    columns = tuple(sorted((int(c) for c in counts.sum(axis=0)), reverse=True))
    rows = tuple(sorted(int(r) for r in counts.sum(axis=1)))
    # A table's chance is exp(constant - sum of log factorials of its cells).
    limit = -sum(_log_factorial(int(cell)) for cell in counts.flat) + math.log1p(EQUALLY_LIKELY)
    walk = _Walk(columns)
    settled: list[float] = []
    states: dict[tuple[int, ...], dict[float, float]] = {rows: {0.0: 0.0}}
    for column in range(len(columns)):
        following: dict[tuple[int, ...], dict[float, float]] = {}
        for left, parts in states.items():
            _settle_or_pass(walk, column, left, parts, limit, following, settled)
        states = following
    whole = walk.all_completions(rows, 0)
    return min(1.0, math.fsum(math.exp(log - whole) for log in settled))


def _settle_or_pass(
    walk: _Walk,
    column: int,
    left: tuple[int, ...],
    parts: dict[float, float],
    limit: float,
    following: dict[tuple[int, ...], dict[float, float]],
    settled: list[float],
) -> None:
    """Split one state's filled parts: all unlikely, none unlikely, or still open."""
    least, most = walk.bounds(left, column)
    every = walk.all_completions(left, column)
    still: list[tuple[float, float]] = []
    for part, weight in parts.items():
        if part + most <= limit:
            settled.append(weight + every)
        elif part + least <= limit:
            still.append((part, weight))
    if not still:
        return
    for rest, cost in walk.fillings(left, column):
        target = following.setdefault(rest, {})
        for part, weight in still:
            walk.count()
            key = round(part - cost, 9)
            new = weight - cost
            old = target.get(key)
            target[key] = (
                new if old is None else max(old, new) + math.log1p(math.exp(-abs(old - new)))
            )


class _Walk:
    """The columns to fill, with remembered bounds and a limit on the work."""

    def __init__(self, columns: tuple[int, ...]) -> None:
        self.columns = columns
        self.steps = 0
        self._bounds: dict[tuple[int, tuple[int, ...]], tuple[float, float]] = {}

    def count(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLarge(TOO_LARGE)

    def all_completions(self, left: tuple[int, ...], column: int) -> float:
        """Log of the sum over completions of 1 / product of cell factorials: closed form."""
        rest = self.columns[column:]
        total = _log_factorial(sum(rest))
        return total - sum(map(_log_factorial, left)) - sum(map(_log_factorial, rest))

    def bounds(self, left: tuple[int, ...], column: int) -> tuple[float, float]:
        """Least and most likely completion, as logs without the constant."""
        if column == len(self.columns) - 1:
            only = -sum(map(_log_factorial, left))
            return only, only
        key = (column, left)
        if key not in self._bounds:
            least, most = math.inf, -math.inf
            for rest, cost in self.fillings(left, column):
                low, high = self.bounds(rest, column + 1)
                least, most = min(least, low - cost), max(most, high - cost)
            self._bounds[key] = least, most
        return self._bounds[key]

    def fillings(
        self, left: tuple[int, ...], column: int
    ) -> Iterator[tuple[tuple[int, ...], float]]:
        """Every way to fill a column: what the rows have left then (sorted), and its cost."""
        yield from self._fill(left, self.columns[column], (), 0.0)

    def _fill(
        self, left: tuple[int, ...], amount: int, done: tuple[int, ...], cost: float
    ) -> Iterator[tuple[tuple[int, ...], float]]:
        if len(left) == 1:
            self.count()
            yield tuple(sorted((*done, left[0] - amount))), cost + _log_factorial(amount)
            return
        others = sum(left[1:])
        for cell in range(max(0, amount - others), min(left[0], amount) + 1):
            yield from self._fill(
                left[1:], amount - cell, (*done, left[0] - cell), cost + _log_factorial(cell)
            )

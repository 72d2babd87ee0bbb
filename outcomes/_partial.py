"""How likely are the observed failures under given coefficients? Cox's partial likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from outcomes._columns import FloatArray
from outcomes.sample import Survival

Ties = Literal["breslow", "efron"]
Places = NDArray[np.intp]

CHUNK_ROWS = 2048  # rows times 20 columns stay in the cache between two steps


@dataclass(frozen=True, eq=False)
class Slope:
    """Log partial likelihood, its gradient (p,) and the observed information (p, p)."""

    log_likelihood: float
    score: FloatArray
    information: FloatArray


@dataclass(frozen=True, eq=False)
class Chunk:
    """About CHUNK_ROWS rows, whole blocks, that fit into the processor's cache together."""

    rows: slice
    blocks: slice
    failed: slice


@dataclass(frozen=True, eq=False)
class PartialLikelihood:
    """The partial likelihood of m patients ever at risk at an event, longest times first.

    Patients form K blocks, one per distinct event day from the last to the first: block k
    enters the risk set at event day k, so a running sum over blocks is a sum over risk sets.
    Patients censored before the first event are left out: they are in no risk set.

    values : (m, p). starts : (K,) first row of each block. failed : (events,) rows that failed,
    in row order. first_failed : (K,) place in failed of each block's first. block : (events,)
    block of each failure. share : (events,) Efron's l/d for the l-th of d tied failures, or 0.
    Sources: Breslow, Biometrics 1974;30:89-99; Efron, J Am Stat Assoc 1977;72:557-565.
    """

    values: FloatArray
    starts: Places
    failed: Places
    first_failed: Places
    block: Places
    share: FloatArray
    chunks: tuple[Chunk, ...]

    def take(self, columns: list[int]) -> PartialLikelihood:
        """The same patients with some of the columns."""
        if len(columns) == self.values.shape[1]:
            return self
        return replace(self, values=np.ascontiguousarray(self.values[:, columns]))

    @property
    def spread(self) -> FloatArray:
        """(p,) largest less smallest value of each column."""
        return np.asarray(np.ptp(self.values, axis=0), dtype=np.float64)

    @cached_property
    def shared(self) -> bool:
        """Whether tied failures share the risk set (Efron, and there are ties)."""
        return bool(self.share.any())

    @cached_property
    def failures(self) -> FloatArray:
        """(p,) sum of the values of those who failed."""
        ones = np.zeros(len(self.values))
        ones[self.failed] = 1.0
        return ones @ self.values

    def at(self, beta: FloatArray) -> Slope:
        """Value, gradient and information at beta (p,)."""
        failed, block, share = self.failed, self.block, self.share
        eta = self.values @ beta
        eta -= eta.max()
        weight = np.exp(eta)
        total = np.cumsum(np.add.reduceat(weight, self.starts))
        mean, tied_mean = self._means(weight, total)
        # left: what remains of the risk set's weight for each failure, as a share of it
        left = np.ones(len(failed))
        if self.shared:
            left -= share * (np.add.reduceat(weight[failed], self.first_failed) / total)[block]
        value = float(eta[failed].sum() - np.log(total[block] * left).sum())
        once = np.add.reduceat(1 / left, self.first_failed)
        again = np.add.reduceat(share / left, self.first_failed)
        score = self.failures - (once @ mean - again @ tied_mean)
        hazard = np.cumsum((once / total)[::-1])[::-1]
        load = weight * np.repeat(hazard, np.diff(np.append(self.starts, len(weight))))
        load[failed] -= weight[failed] * (again / total)[block]
        information = self._inner(load) - self._outer(mean, tied_mean, left)
        return Slope(value, score, information)

    def _buffer(self) -> FloatArray:
        longest = max(chunk.rows.stop - chunk.rows.start for chunk in self.chunks)
        return np.empty((longest, self.values.shape[1]))

    def _means(self, weight: FloatArray, total: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(K, p) weighted mean of the risk sets; (K, p) the part of it from those who fail."""
        mean = np.empty((len(self.starts), self.values.shape[1]))
        tied_mean = np.zeros_like(mean)
        buffer = self._buffer()
        for chunk in self.chunks:
            first = chunk.rows.start
            part = buffer[: chunk.rows.stop - first]
            np.multiply(self.values[chunk.rows], weight[chunk.rows, None], out=part)
            np.add.reduceat(part, self.starts[chunk.blocks] - first, out=mean[chunk.blocks])
            if self.shared:
                here = part[self.failed[chunk.failed] - first]
                starts = self.first_failed[chunk.blocks] - chunk.failed.start
                np.add.reduceat(here, starts, out=tied_mean[chunk.blocks])
        np.cumsum(mean, axis=0, out=mean)
        mean /= total[:, None]
        tied_mean /= total[:, None]
        return mean, tied_mean

    def _inner(self, load: FloatArray) -> FloatArray:
        """values' diag(load) values."""
        p = self.values.shape[1]
        inner, buffer = np.zeros((p, p)), self._buffer()
        for chunk in self.chunks:
            x = self.values[chunk.rows]
            part = np.multiply(x, load[chunk.rows, None], out=buffer[: len(x)])
            inner += x.T @ part
        return inner

    def _outer(self, mean: FloatArray, tied_mean: FloatArray, left: FloatArray) -> FloatArray:
        """Sum over failures of the outer products of the risk sets' means."""
        square = 1 / left**2
        full = np.add.reduceat(square, self.first_failed)
        outer: FloatArray = mean.T @ (full[:, None] * mean)
        if self.shared:
            half = np.add.reduceat(self.share * square, self.first_failed)
            rest = np.add.reduceat(self.share**2 * square, self.first_failed)
            cross = mean.T @ (half[:, None] * tied_mean)
            outer = outer - cross - cross.T + tied_mean.T @ (rest[:, None] * tied_mean)
        return outer

    def far(self, beta: FloatArray) -> float:
        """The log-likelihood alone, safe for coefficients so large that weights underflow."""
        eta = self.values @ beta
        total = np.logaddexp.accumulate(np.logaddexp.reduceat(eta, self.starts))
        tied = np.logaddexp.reduceat(eta[self.failed], self.first_failed)
        left = np.log1p(-self.share * np.exp(tied - total)[self.block])
        return float((eta[self.failed] - total[self.block] - left).sum())


def partial_likelihood(sample: Survival, values: FloatArray, ties: Ties) -> PartialLikelihood:
    """Sort once: values (n, p) of the sample's patients. The sample must have an event."""
    event_days = np.unique(sample.days[sample.event])
    # Blocks count from the last event day; whoever left before the first event comes last.
    block_of = len(event_days) - np.searchsorted(event_days, sample.days, side="right")
    small = np.uint16 if len(event_days) < 2**16 else np.int64  # NumPy sorts 16 bits by radix
    order = np.argsort(block_of.astype(small), kind="stable")
    order = order[: np.count_nonzero(block_of < len(event_days))]
    block = block_of[order]
    starts = np.flatnonzero(np.diff(block, prepend=-1))
    failed = np.flatnonzero(sample.event[order])
    failed_block = block[failed]
    first_failed = np.flatnonzero(np.diff(failed_block, prepend=-1))
    share = np.zeros(len(failed))
    if ties == "efron":
        tied = np.diff(np.append(first_failed, len(failed)))
        place = np.arange(len(failed)) - np.repeat(first_failed, tied)
        share = place / np.repeat(tied, tied)
    chunks = _chunks(starts, first_failed, len(order), len(failed))
    return PartialLikelihood(
        values[order], starts, failed, first_failed, failed_block, share, chunks
    )


def _chunks(starts: Places, first_failed: Places, rows: int, failed: int) -> tuple[Chunk, ...]:
    """Cut between blocks, every CHUNK_ROWS rows or at the next block after."""
    wanted = np.arange(0, rows, CHUNK_ROWS)
    cuts = np.unique(np.searchsorted(starts, wanted))
    edges = [int(cut) for cut in cuts if cut < len(starts)]
    chunks = []
    for low, high in zip(edges, [*edges[1:], len(starts)], strict=True):
        last = high == len(starts)
        chunks.append(
            Chunk(
                slice(int(starts[low]), rows if last else int(starts[high])),
                slice(low, high),
                slice(int(first_failed[low]), failed if last else int(first_failed[high])),
            )
        )
    return tuple(chunks)

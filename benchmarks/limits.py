"""How near the limit of this machine is a kernel? What the machine does, what the work needs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.data import LAST_DAY

BLOCK = 2048
COLUMNS = 20
PRODUCTS = 200


@dataclass(frozen=True)
class Machine:
    """Measured here, on one thread, each per second: bytes read from memory, floating operations
    of a matrix product, patients counted into a table of days."""

    read: float
    gemm: float
    count: float


@dataclass(frozen=True)
class Need:
    """What a work cannot do without, however it is written."""

    bytes: float
    flops: float
    counts: float
    why: str

    def seconds(self, machine: Machine) -> float:
        """Reading and reckoning can overlap, so the slowest of the three is the limit."""
        return max(
            self.bytes / machine.read, self.flops / machine.gemm, self.counts / machine.count
        )


def measure() -> Machine:
    """Memory: a dot product over 160 MB. BLAS: (20 x 2048) times (2048 x 20), as in Cox.
    Counting: one bincount of a million days."""
    random = np.random.default_rng(0)
    numbers = np.ones(20_000_000)
    block = np.asfortranarray(random.standard_normal((BLOCK, COLUMNS)))
    other = np.asfortranarray(block + 1.0)  # X'X of one array would be done by half the work
    days = random.integers(0, LAST_DAY, 1_000_000)

    def many() -> None:
        for _ in range(PRODUCTS):
            block.T @ other

    return Machine(
        read=numbers.nbytes / _median(lambda: numbers @ numbers),
        gemm=PRODUCTS * 2 * BLOCK * COLUMNS**2 / _median(many),
        count=len(days) / _median(lambda: np.bincount(days)),
    )


def _median(run: Callable[[], object]) -> float:
    seconds = []
    for _ in range(7):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def regression_need(n: int, p: int, evaluations: int) -> Need:
    """An evaluation reads the design for X b and, when all risks are known, again for X'VX.

    X b takes 2np operations, the symmetric X'VX np(p + 1), one of two halves.
    """
    return Need(
        bytes=evaluations * 2 * 8.0 * n * p,
        flops=evaluations * 1.0 * n * p * (p + 3),
        counts=0.0,
        why=f"{evaluations} evaluations that read n x {p} doubles twice",
    )


def curve_need(n: int) -> Need:
    """A patient's day (4 bytes), event or cause (1) and group (2) are read and counted once."""
    return Need(bytes=7.0 * n, flops=0.0, counts=1.0 * n, why="every patient counted once")

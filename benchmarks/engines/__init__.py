"""Who can do the works? Each module here is one engine: a tuple of calls, named by work."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmarks.data import LANDMARKS, Patients

Answer = dict[str, NDArray[np.float64]]


class Job(Protocol):
    """A call that is ready to go: it takes its own time, so that R counts no pipe.

    lasting : seconds for which it is repeated, at least once; the median counts.
    """

    def time(self, lasting: float = 0.0) -> tuple[float, Answer]: ...


@dataclass(frozen=True)
class PythonJob:
    """run is timed, answer is not: it only takes from the result what can be compared."""

    run: Callable[[], Any]
    answer: Callable[[Any], dict[str, Any]]

    def time(self, lasting: float = 0.0) -> tuple[float, Answer]:
        taken: list[float] = []
        end = time.perf_counter() + lasting
        while not taken or time.perf_counter() < end:
            start = time.perf_counter()
            result = self.run()
            taken.append(time.perf_counter() - start)
        parts = self.answer(result).items()
        return statistics.median(taken), {
            name: np.ravel(np.asarray(part, np.float64)) for name, part in parts
        }


@dataclass(frozen=True)
class Call:
    """How an engine does a work.

    label : its name in the table. prepare : patients to job, not timed (tables in the engine's
    own form). patience : patients beyond which it is only asked when one says `make bench ALL=1`,
    since five calls would take minutes. largest : patients beyond which it is never asked.
    """

    work: str
    label: str
    prepare: Callable[[Patients], Job]
    patience: int = 1_000_000
    largest: int = 1_000_000
    is_reference: bool = False  # R's whole call, whose time is 1


def at_landmarks(days: ArrayLike, values: ArrayLike, before: float) -> list[float]:
    """A step function at the landmarks: values from days on, before until the first of them."""
    places = np.searchsorted(np.asarray(days), LANDMARKS, side="right")
    return [float(value) for value in np.concatenate(([before], np.asarray(values)))[places]]

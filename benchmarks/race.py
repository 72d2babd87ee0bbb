"""How long does each engine take? All on the same patients, in turns, after they agree."""

from __future__ import annotations

import contextlib
import gc
import statistics
import time
import warnings
from dataclasses import dataclass, field

import numpy as np

from benchmarks.data import Floats, Patients
from benchmarks.engines import Answer, Call, Job
from benchmarks.works import Work

LEAST_ROUNDS = 5
MOST_ROUNDS = 25
ENOUGH_SECONDS = 4.0  # more rounds than the least are run until then
TOO_SLOW = 200.0  # seconds; an engine whose first call takes longer is not called again
COLD = 1.0  # seconds; the first call counts as a round only when it took longer
BRIEF = 0.2  # seconds; shorter calls are repeated in their turn
TURN = 0.05  # seconds; for so long, and their median counts

# A judge that fails is a finding, not the end of the run.
FAILURES = (ArithmeticError, AttributeError, RuntimeError, TypeError, ValueError)


@dataclass
class Timing:
    """One engine at one work and size. note: why there is no time, or no ratio."""

    call: Call
    work: Work
    n: int
    seconds: list[float] = field(default_factory=list)
    answer: Answer = field(default_factory=dict)
    note: str = ""
    ratio: float | None = None

    @property
    def brief(self) -> bool:
        return not self.seconds or self.seconds[-1] < BRIEF

    @property
    def median(self) -> float | None:
        return statistics.median(self.seconds) if len(self.seconds) >= LEAST_ROUNDS else None


def race(
    work: Work,
    calls: list[Call],
    patients: Patients,
    *,
    patiently: bool = False,
    seconds: float = ENOUGH_SECONDS,
) -> list[Timing]:
    """First every engine answers and is compared; then they take turns, so that a slow spell of
    the machine meets all of them."""
    timings = [Timing(call, work, patients.n) for call in calls]
    jobs: dict[int, Job] = {}
    for place, timing in enumerate(timings):
        most = timing.call.largest if patiently else timing.call.patience
        if patients.n > most:
            timing.note = f"not run: too slow above n = {most:,}"
            continue
        try:
            jobs[place] = timing.call.prepare(patients)
            taken, timing.answer = timed(jobs[place])
        except FAILURES as problem:
            timing.note = f"failed: {type(problem).__name__}: {problem}"[:100]
            jobs.pop(place, None)
            continue
        if taken > COLD:
            timing.seconds.append(taken)
        if taken > TOO_SLOW:
            timing.note = f"not repeated: one call took {taken:.0f} s"
            del jobs[place]
    _take_turns(timings, jobs, seconds)
    _compare(timings)
    _divide(timings)
    return timings


def warm_up(calls: list[Call], patients: Patients) -> None:
    """Imports, just-in-time compilers and caches, before anything is timed."""
    for call in calls:
        with contextlib.suppress(*FAILURES):  # the race will tell
            timed(call.prepare(patients))


def timed(job: Job, *, lasting: float = 0.0) -> tuple[float, Answer]:
    """lasting : seconds for which the call is repeated. What others, and the collector of garbage,
    left in the processor's caches is no part of a brief call's own time."""
    gc.collect()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the judges' own; whether they are right is compared
            return job.time(lasting)
    finally:
        gc.enable()


def _take_turns(timings: list[Timing], jobs: dict[int, Job], seconds: float) -> None:
    start = time.perf_counter()
    for done in range(MOST_ROUNDS):
        if done >= LEAST_ROUNDS and time.perf_counter() - start > seconds:
            return
        for place, job in jobs.items():
            # The slow ones, whose first call was counted, stop at the least number.
            if done < LEAST_ROUNDS and len(timings[place].seconds) >= LEAST_ROUNDS:
                continue
            lasting = TURN if timings[place].brief else 0.0
            timings[place].seconds.append(timed(job, lasting=lasting)[0])


def _compare(timings: list[Timing]) -> None:
    """Whoever differs from R (from us, without R) by more than the tolerance gets no ratio, nor
    does who answers nothing that could be compared."""
    answered = [timing for timing in timings if timing.answer]
    first = next((timing for timing in answered if timing.call.is_reference), None)
    first = first or next(iter(answered), None)
    for timing in answered:
        assert first is not None
        tolerances = timing.work.tolerance
        common = [part for part in tolerances if part in timing.answer and part in first.answer]
        if not common:
            timing.note = f"not compared: answers none of {', '.join(tolerances)}"
        for part in common:
            gap = difference(timing.answer[part], first.answer[part], timing.work.absolute)
            if not gap <= tolerances[part]:
                timing.note = f"disagrees: {part} differ by {gap:.1g}"


def difference(mine: Floats, theirs: Floats, absolute: bool) -> float:
    """The largest difference, over the greatest number of theirs unless absolute."""
    if mine.shape != theirs.shape:
        return float("inf")
    gap = float(np.max(np.abs(mine - theirs)))
    return gap if absolute else gap / float(np.max(np.abs(theirs)))


def _divide(timings: list[Timing]) -> None:
    one = next((t.median for t in timings if t.call.is_reference), None)
    for timing in timings:
        if one and timing.median and not timing.note:
            timing.ratio = timing.median / one

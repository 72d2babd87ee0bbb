"""Does `make bench` run, compare before it divides, and write what other programs read?"""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.data import FACTOR_LEVELS, invent
from benchmarks.engines import Answer, Call, PythonJob
from benchmarks.race import LEAST_ROUNDS, race
from benchmarks.report import duration, growth, rows
from benchmarks.works import WORKS, Work, chosen

ROOT = Path(__file__).parents[2]
SUM = Work("sum", "a sum", 1, {"total": 1e-6})


class Fake:
    """A job that claims a time."""

    def __init__(self, seconds: float, total: float) -> None:
        self.seconds, self.total = seconds, total

    def time(self, lasting: float = 0.0) -> tuple[float, Answer]:
        if math.isnan(self.total):
            raise ValueError("no convergence")
        return self.seconds, {"total": np.array([self.total])}


def call(label: str, seconds: float, total: float = 8.0, **options: int) -> Call:
    return Call("sum", label, lambda patients: Fake(seconds, total), **options)


def test_the_ratio_is_that_of_medians_and_needs_agreement() -> None:
    calls = [
        call("ours", 0.5),
        call("R", 2.0, is_reference=True),
        call("wrong", 0.1, total=8.1),
        call("broken", 0.1, total=math.nan),
        call("slow", 0.1, patience=100),
        call("endless", 1000.0),
    ]
    found = {one.call.label: one for one in race(SUM, calls, invent(300), seconds=0)}
    assert (found["ours"].ratio, found["R"].ratio) == (0.25, 1)
    assert len(found["ours"].seconds) == LEAST_ROUNDS
    assert found["wrong"].ratio is None
    assert found["wrong"].note == "disagrees: total differ by 0.01"
    assert found["broken"].note == "failed: ValueError: no convergence"
    assert found["slow"].note == "not run: too slow above n = 100"
    assert found["endless"].note == "not repeated: one call took 1000 s"
    assert [one.median for one in found.values()] == [0.5, 2, 0.1, None, None, None]
    assert rows(found.values())[0].split() == ["300", "ours", "500", "ms", "0.25"]


def test_a_brief_call_is_repeated_and_the_median_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls of 5, 1, 2 and 1 seconds, by a clock that only they move."""
    durations, now = [5.0, 1.0, 2.0, 1.0, 9.0], 0.0

    def run() -> float:
        nonlocal now
        now += durations.pop(0)
        return 8.0

    monkeypatch.setattr("benchmarks.engines.time.perf_counter", lambda: now)
    job = PythonJob(run, lambda result: {"total": result})
    assert job.time(lasting=9) == (1.5, {"total": np.array([8.0])})
    assert job.time() == (9.0, {"total": np.array([8.0])})


class Silent:
    """A job that is quick because it answers nothing of what is asked."""

    def time(self, lasting: float = 0.0) -> tuple[float, Answer]:
        return 0.1, {"evaluations": np.array([3.0])}


def test_who_answers_nothing_that_can_be_compared_gets_no_ratio() -> None:
    silent = Call("sum", "silent", lambda patients: Silent())
    calls = [call("R", 2.0, is_reference=True), silent]
    reference, found = race(SUM, calls, invent(300), seconds=0)
    assert (reference.ratio, reference.note) == (1, "")
    assert found.ratio is None and found.note == "not compared: answers none of total"


def test_what_a_work_needs_is_told_by_the_work() -> None:
    known = {work.name for work in WORKS if work.need}
    assert known == {work.name for work in WORKS} - {"imputation"}
    need = WORKS[0].need
    assert need is not None and need(100, 20, {"evaluations": np.array([5.0])}).bytes == 160_000


def test_without_r_there_is_no_ratio_and_growth_is_an_exponent() -> None:
    small = race(SUM, [call("ours", 0.5)], invent(100), seconds=0)
    large = race(SUM, [call("ours", 50)], invent(1000), seconds=0)
    assert small[0].ratio is None
    assert growth([*small, *large])[0].split()[-4:] == ["100", "→", "1,000:", "2.00"]
    assert [duration(t) for t in (12.3456, 0.0123, 4.5e-5)] == ["12.3 s", "12.3 ms", "45 µs"]


def test_the_invented_patients_are_as_described() -> None:
    patients = invent(10_000)
    assert patients.design.shape == (10_000, 20) == (patients.n, len(patients.labels))
    assert patients.event.mean() == pytest.approx(0.5, abs=0.02)
    assert [codes.max() + 1 for codes in patients.factors] == list(FACTOR_LEVELS)
    assert (patients.days == invent(10_000).days).all()


def test_a_part_is_chosen_by_beginnings() -> None:
    assert [work.name for work in chosen(["cox", "km"])] == [work.name for work in WORKS[:3]]
    with pytest.raises(ValueError, match="'cix' is none of"):
        chosen(["cix"])


def test_our_engine_alone_gives_the_json(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    part = f"--engines engraft --sizes 100 300 --seconds 0 --out {out}".split()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *part],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(out.read_text())
    assert {one["work"] for one in found} == {work.name for work in WORKS}
    for one in found:
        assert list(one) == ["work", "n", "p", "engine", "median_s", "ratio"]
        assert one["n"] in (100, 300) and one["engine"].startswith("Engraft")
        assert one["median_s"] > 0 and one["ratio"] is None

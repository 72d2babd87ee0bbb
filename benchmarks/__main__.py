"""Run the race: `make bench`, or `python -m benchmarks --help` for a part of it."""

from __future__ import annotations

import argparse
import platform
import time
from functools import cache
from importlib.metadata import version
from pathlib import Path

from benchmarks import report
from benchmarks.data import invent
from benchmarks.engines import Call
from benchmarks.engines.found import JUDGES, find
from benchmarks.limits import Machine, measure
from benchmarks.race import ENOUGH_SECONDS, Timing, race, warm_up
from benchmarks.works import SIZES, WORKS, Work, chosen

OURS = "Engraft"
WARM_UP = 300
SMALLEST_FOR_LIMITS = 100_000  # below, the fixed cost of a Python call hides the machine


def main() -> int:
    """Print the tables, write the JSON. Returns 1 if our engine disagrees with R."""
    options = _options()
    start = time.perf_counter()
    calls, versions, missing = find(options.engines)
    machine = measure()
    _print_head(versions, missing, machine)
    everything: list[Timing] = []
    for work in chosen(options.works):
        timings = _run(work, [call for call in calls if call.work == work.name], options)
        everything += timings
        _print_work(work, timings, machine)
        report.write_json(everything, options.out)
    print(f"\n{options.out} written after {time.perf_counter() - start:.0f} s")
    ours = [timing for timing in everything if timing.call.label.startswith(OURS)]
    return int(any(timing.note for timing in ours))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="patients")
    parser.add_argument(
        "--works", nargs="+", default=[], help=f"of {[work.name for work in WORKS]}, or beginnings"
    )
    parser.add_argument(
        "--engines", nargs="+", default=[], choices=["engraft", "R", *JUDGES], help="default: all"
    )
    parser.add_argument(
        "--seconds", type=float, default=ENOUGH_SECONDS, help="of a work and size, after 5 rounds"
    )
    parser.add_argument("--all", action="store_true", help="the engines that take minutes too")
    parser.add_argument("--out", type=Path, default=Path("var/bench.json"))
    options = parser.parse_args()
    try:
        chosen(options.works)
    except ValueError as problem:
        parser.error(str(problem))
    return options


patients_of = cache(invent)


def _run(work: Work, calls: list[Call], options: argparse.Namespace) -> list[Timing]:
    warm_up(calls, patients_of(WARM_UP))
    found: list[Timing] = []
    for n in sorted(options.sizes):
        if n <= work.largest:
            found += race(
                work, calls, patients_of(n), patiently=options.all, seconds=options.seconds
            )
    return found


def _print_head(versions: list[str], missing: list[str], machine: Machine) -> None:
    ours = [f"{name} {version(name)}" for name in ("numpy", "scipy")]
    print(f"Python {platform.python_version()}, {', '.join([*ours, *versions])}")
    if missing:
        print(f"not installed: {', '.join(missing)}")
    print(
        f"one thread; this machine reads {machine.read / 1e9:.1f} GB/s, "
        f"multiplies matrices at {machine.gemm / 1e9:.1f} GFlop/s, "
        f"counts {machine.count / 1e6:.0f} million days/s"
    )


def _print_work(work: Work, timings: list[Timing], machine: Machine) -> None:
    print(f"\n{work.name}: {work.title}\n{report.HEAD}")
    lines = report.rows(timings) + report.growth(timings)
    for timing in timings:
        is_ours = timing.call.label == OURS and timing.median is not None
        if is_ours and work.need and timing.n >= SMALLEST_FOR_LIMITS:
            need = work.need(timing.n, work.p, timing.answer)
            lines.append(report.limit(timing, need, machine))
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    raise SystemExit(main())

"""What was measured? A table to read, and the same as JSON for other programs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from benchmarks.limits import Machine, Need
from benchmarks.race import Timing

HEAD = f"{'n':>9}  {'engine':<28} {'median':>10} {'ratio to R':>11}  note"


def duration(seconds: float) -> str:
    """Three digits with the unit that suits."""
    for unit, name in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= unit:
            return f"{seconds / unit:#.3g}".rstrip(".") + f" {name}"
    return f"{seconds * 1e6:.0f} µs"


def rows(timings: Iterable[Timing]) -> list[str]:
    lines, last = [], None
    for timing in timings:
        n = f"{timing.n:,}" if timing.n != last else ""
        last = timing.n
        median = "–" if timing.median is None else duration(timing.median)
        ratio = "–" if timing.ratio is None else f"{timing.ratio:.4f}".rstrip("0").rstrip(".")
        lines.append(
            f"{n:>9}  {timing.call.label:<28} {median:>10} {ratio:>11}  {timing.note}".rstrip()
        )
    return lines


def growth(timings: Iterable[Timing]) -> list[str]:
    """Per engine the exponent between neighbouring sizes: 1 = linear, 2 = quadratic."""
    by_engine: dict[str, list[tuple[int, float]]] = {}
    for timing in timings:
        if timing.median is not None:
            by_engine.setdefault(timing.call.label, []).append((timing.n, timing.median))
    lines = []
    for engine, points in by_engine.items():
        steps = [
            f"{n0:,} → {n1:,}: {math.log(t1 / t0) / math.log(n1 / n0):.2f}"
            for (n0, t0), (n1, t1) in pairwise(points)
        ]
        if steps:
            lines.append(f"{'':>9}  {engine:<28} time ~ n^  {'   '.join(steps)}")
    return lines


def limit(timing: Timing, need: Need, machine: Machine) -> str:
    """Our time over the least this machine could take."""
    assert timing.median is not None
    least = need.seconds(machine)
    parts = [f"{need.bytes / 1e6:.0f} MB"]
    if need.flops:
        parts.append(f"{need.flops / 1e9:.2f} GFlop")
    return (
        f"{timing.n:>9,}  limit here: {need.why}, {', '.join(parts)}: {duration(least)}; "
        f"Engraft takes {timing.median / least:.1f} times as long"
    )


def write_json(timings: Iterable[Timing], path: Path) -> None:
    """A list of work, n, p, engine, median_s, ratio (null without R or without agreement)."""
    found = [
        {
            "work": timing.work.name,
            "n": timing.n,
            "p": timing.work.p,
            "engine": timing.call.label,
            "median_s": timing.median,
            "ratio": timing.ratio,
        }
        for timing in timings
        if timing.median is not None
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n")

"""Is a printed P value a t test of the means and standard deviations printed beside it?"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from scipy.special import stdtr

from reports import numbers
from reports.self_check.findings import Finding, Kind
from reports.self_check.printed import Printed, shown
from reports.self_check.rules import Groups

STUDENT, WELCH = "Student's t test", "Welch's t test"
TOO_WIDE = 0.5  # digits that allow half of all P values say nothing


@dataclass(frozen=True)
class MeanBlock:
    """Means and standard deviations of two groups, with their sizes and the printed P."""

    label: str
    p: Printed
    means: tuple[Printed, Printed]
    spreads: tuple[Printed, Printed]
    sizes: tuple[int, int]

    @property
    def printed(self) -> tuple[Printed, ...]:
        """Every number the proof rests on, the P first."""
        return (self.p, *self.means, *self.spreads)


def mean_blocks(first: Mapping[str, Printed], groups: Groups) -> Iterator[MeanBlock]:
    """Every row of means that two groups have, with a P value."""
    if len(groups.sizes) != 2 or any(key not in first for key in groups.sizes.values()):
        return
    sizes = tuple(int(first[key].value) for key in groups.sizes.values())
    for key, p in first.items():
        if not (key.startswith(groups.beginning) and key.endswith(".p")):
            continue
        stem = key.removesuffix(".p")
        means = [first.get(f"{stem}.{group}.mean") for group in groups.sizes]
        spreads = [first.get(f"{stem}.{group}.sd") for group in groups.sizes]
        match [*means, *spreads]:
            case [Printed() as a, Printed() as b, Printed() as c, Printed() as d]:
                yield MeanBlock(p.row, p, (a, b), (c, d), (sizes[0], sizes[1]))


def t_range(block: MeanBlock, welch: bool) -> tuple[float, float] | None:
    """Smallest and largest two-sided P of the t test that the printed digits allow.

    Source: Student, Biometrika 1908;6:1-25; Welch, Biometrika 1947;34:28-35.
    Checked: by hand (tests/reports/test_self_check_by_hand.py).
    """
    if min(block.sizes) < 2:
        return None
    bands = [(entry.lowest, entry.highest) for entry in (*block.means, *block.spreads)]
    found = [_t_p(corner, block.sizes, welch) for corner in product(*bands)]
    known = [p for p in found if p is not None]
    if not known:
        return None
    (low, high), (other_low, other_high) = bands[0], bands[1]
    equal = low <= other_high and other_low <= high
    return min(known), 1.0 if equal else max(known)


def _t_p(corner: tuple[float, ...], sizes: tuple[int, int], welch: bool) -> float | None:
    """Two-sided P of means a, b with standard deviations c, d."""
    a, b, c, d = corner
    n, m = sizes
    one, other = max(c, 0.0) ** 2, max(d, 0.0) ** 2
    if welch:
        error = one / n + other / m
        parts = (one / n) ** 2 / (n - 1) + (other / m) ** 2 / (m - 1)
        df = error**2 / parts if parts > 0 else 0.0
    else:
        df = float(n + m - 2)
        error = ((n - 1) * one + (m - 1) * other) / df * (1 / n + 1 / m)
    if not error > 0 or not df > 0:
        return None
    return float(2 * stdtr(df, -abs(a - b) / math.sqrt(error)))


def remark_on_means(block: MeanBlock) -> Finding | None:
    """Which t test a printed P value is, or that it is none: then a rank test may give it.

    None where nothing follows from the printed digits.
    """
    ranges = {test: t_range(block, test == WELCH) for test in (STUDENT, WELCH)}
    known = {test: found for test, found in ranges.items() if found is not None}
    if not known or block.p.operator != "=":
        return None
    if any(high - low > TOO_WIDE for low, high in known.values()):
        return None
    fitting = [test for test, found in known.items() if _within(block.p, found)]
    told = " and ".join(f"{_between(*found)} by {test}" for test, found in known.items())
    means = " and ".join(
        f"{shown(mean)} ± {shown(spread)}"
        for mean, spread in zip(block.means, block.spreads, strict=True)
    )
    ids = tuple(entry.id for entry in block.printed)
    where = (block.p.table, block.label, shown(block.p))
    if fitting:
        sentence = f"P {shown(block.p)} is {' or '.join(fitting)} of {means}: {told}."
        return Finding(Kind.TEST, ids, *where, sentence)
    sentence = (
        f"P {shown(block.p)} is no t test: {means} in {block.sizes[0]} and {block.sizes[1]} "
        f"patients have P {told}. A rank test may give it; the paper should name its test."
    )
    return Finding(Kind.NO_T_TEST, ids, *where, sentence, _between(*known[next(iter(known))]))


def _within(p: Printed, found: tuple[float, float]) -> bool:
    """One-sided P values are half of two-sided ones; printed ones may be truncated."""
    low, high = p.lowest, p.value + p.unit_step
    return any(low <= found[1] * part and found[0] * part <= high for part in (1, 0.5))


def _between(low: float, high: float) -> str:
    texts = [numbers.decimals(p, 2) if p >= 0.01 else numbers.p_value(p) for p in (low, high)]
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} to {texts[1]}"

"""Can a P value and a limit stand beside the ratio, median and limits printed with them?"""

import math
from collections.abc import Mapping, Sequence

from reports import numbers
from reports.self_check.printed import Contradiction, Printed, shown

NORMAL_95 = 1.959963984540054


def wald_range(
    ratio: Printed, lower: Printed, upper: Printed, *, tolerated: bool = False
) -> tuple[float, float]:
    """Smallest and largest Wald P that the printed ratio and 95 % limits allow.

    Every number is moved to the edge of its rounding band on its own, so the range is too wide
    rather than too narrow: a P outside it is impossible. tolerated : to the edge of its tolerance
    instead, which is the range of those whose ratio and limits agree with the paper's.
    """
    middle, low, high = (number.band(tolerated) for number in (ratio, lower, upper))
    if low[0] <= 0 or middle[0] <= 0:
        return 0.0, 1.0
    widest = (math.log(high[1]) - math.log(low[0])) / (2 * NORMAL_95)
    narrowest = (math.log(high[0]) - math.log(low[1])) / (2 * NORMAL_95)
    logs = (math.log(middle[0]), math.log(middle[1]))
    nearest = 0.0 if logs[0] <= 0 <= logs[1] else min(abs(log) for log in logs)
    farthest = max(abs(log) for log in logs)
    smallest = _two_sided(farthest / narrowest) if narrowest > 0 else 0.0
    return smallest, _two_sided(nearest / widest)


def _two_sided(z: float) -> float:
    return math.erfc(z / math.sqrt(2))


def against_limits(entry: Printed, first: Mapping[str, Printed]) -> Contradiction | None:
    """A P value that the printed hazard ratio and its limits make impossible."""
    stem = entry.key.removesuffix(".p")
    ratio, lower, upper = (first.get(f"{stem}.{part}") for part in ("hr", "lo", "hi"))
    if stem == entry.key or ratio is None or lower is None or upper is None:
        return None
    smallest, largest = wald_range(ratio, lower, upper)
    if entry.operator != "=":
        possible = smallest < entry.value
    else:
        # P values are also printed truncated: up to one unit above the printed number is allowed.
        possible = smallest <= entry.value + entry.unit_step and largest >= entry.lowest
    if possible:
        return None
    low, high = (numbers.p_value(p, "10^-5") for p in (smallest, largest))
    sentence = (
        f"The paper prints P {shown(entry)}; its own hazard ratio {shown(ratio)} "
        f"({shown(lower)} to {shown(upper)}) has a Wald P from {low} to {high}."
    )
    # Ours need not follow from the printed digits, but from a ratio and limits that agree with
    # them; and it must be on the same side of the printed P as they are.
    low_p, high_p = wald_range(ratio, lower, upper, tolerated=True)
    if smallest >= entry.value:
        return Contradiction(sentence, max(low_p, entry.value), high_p)
    return Contradiction(sentence, low_p, min(high_p, entry.value))


def against_symmetry(
    entry: Printed, first: Mapping[str, Printed], symmetric: Sequence[str]
) -> Contradiction | None:
    """A lower limit that is not as far below the median as the upper one is above it."""
    stem = entry.key.removesuffix("lo")
    if stem not in symmetric:
        return None
    median, upper = first.get(f"{stem}median"), first.get(f"{stem}hi")
    if median is None or upper is None:
        return None
    lowest = 2 * median.lowest - upper.highest
    highest = 2 * median.highest - upper.lowest
    if lowest <= entry.highest and entry.lowest <= highest:
        return None
    places = max(median.places, upper.places) + 1
    low, high = (numbers.decimals(round(bound, 9), places) for bound in (lowest, highest))
    sentence = (
        f"The paper prints {shown(entry)}; symmetric limits, as SPSS gives them, about its own "
        f"{shown(median)} up to its own {shown(upper)} begin between {low} and {high}."
    )
    return Contradiction(sentence, lowest, highest)

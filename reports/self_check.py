"""Where does a paper contradict itself? Proven from its own printed numbers, nothing else.

Four proofs are tried on every printed number: a percentage against the counts it is made of, a
Wald P against its hazard ratio and limits, a limit against one that must lie as far on the other
side, and the same number printed in two places. Each printed number stands for all values that
round or truncate to it; only an impossible one is a contradiction.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports import numbers

NORMAL_95 = 1.959963984540054


@dataclass(frozen=True)
class Printed:
    """A number as the paper prints it; `key` is its address in our report."""

    id: str
    table: str
    row: str
    column: str
    value: float
    unit: str
    printed: str
    operator: str
    note: str
    key: str
    tolerance: float | None
    from_paper: bool = True

    @property
    def in_table(self) -> bool:
        return self.table.startswith(("Table", "Figure"))

    @property
    def places(self) -> int:
        """Decimals that were printed.

        The file writes 0.60 as 0.6: ratios and the P values of tables have at least two decimals.
        """
        places = numbers.places_of(self.printed)
        two = self.unit == "ratio" or (self.unit == "p" and self.in_table)
        return max(places, 2) if two else places

    @property
    def unit_step(self) -> float:
        """One unit of the last printed digit."""
        return float(10.0**-self.places)

    @property
    def lowest(self) -> float:
        """The smallest value that rounds to the printed number."""
        return self.value - self.unit_step / 2

    @property
    def highest(self) -> float:
        """The largest value that rounds to the printed number."""
        return self.value + self.unit_step / 2

    def band(self, tolerated: bool) -> tuple[float, float]:
        """The values that round to the printed number or, `tolerated`, are within its tolerance."""
        half = self.unit_step / 2
        width = max(half, self.tolerance or 0.0) if tolerated else half
        return self.value - width, self.value + width


@dataclass(frozen=True)
class Contradiction:
    """A printed number that the paper's other numbers rule out, and the range they allow.

    The range has no tolerance of its own: whoever is outside it does not say what they say.
    """

    sentence: str
    lowest: float
    highest: float

    def supports(self, ours: float) -> bool:
        """Does our value agree with what the paper's other numbers say?"""
        slack = 1e-9 * max(abs(self.lowest), abs(self.highest))  # 100 * 99 / 161 in binary
        return self.lowest - slack <= ours <= self.highest + slack


def contradictions(
    entries: Iterable[Printed],
    percentages: Mapping[str, Sequence[str]],
    symmetric: Sequence[str] = (),
) -> dict[str, Contradiction]:
    """The contradictions of a paper, by the id of the number.

    percentages : {beginning of the keys of percentages: (beginning of the keys of their counts,
    key of the whole)}; the whole may be "sum", the sum of those counts (percentages of the known).
    symmetric : beginnings of the keys of medians with limits as far below as above, which is how
    SPSS gives them.
    """
    printed = [entry for entry in entries if entry.from_paper]
    by_key: dict[str, list[Printed]] = {}
    for entry in sorted(printed, key=lambda entry: not entry.in_table):
        by_key.setdefault(entry.key, []).append(entry)
    first = {key: found[0] for key, found in by_key.items()}
    proofs: dict[str, Contradiction] = {}
    for entry in printed:
        proof = (
            _against_counts(entry, first, percentages)
            or _against_limits(entry, first)
            or _against_symmetry(entry, first, symmetric)
            or _against_other_place(entry, by_key[entry.key])
        )
        if proof is not None:
            proofs[entry.id] = proof
    return proofs


def _against_counts(
    entry: Printed, first: Mapping[str, Printed], percentages: Mapping[str, Sequence[str]]
) -> Contradiction | None:
    """A percentage that neither rounding nor truncation of part / whole can give."""
    fitting = [beginning for beginning in percentages if entry.key.startswith(beginning)]
    if not fitting or not entry.key.endswith(".pct"):
        return None
    beginning = max(fitting, key=len)
    counts, whole_key = percentages[beginning]
    part = first.get(counts + entry.key[len(beginning) :].removesuffix("pct") + "n")
    whole = _whole(counts, whole_key, first)
    if part is None or not whole:
        return None
    exact = numbers.share(int(part.value), whole)
    shown = numbers.exact(entry.value)
    if shown in (numbers.rounded(exact, entry.places), numbers.truncated(exact, entry.places)):
        return None
    true = numbers.percent(exact, max(entry.places + 1, 2))
    sentence = f"The paper prints {entry.printed}%; its own {part.printed} of {whole} are {true}."
    return Contradiction(sentence, float(exact), float(exact))


def _whole(counts: str, whole: str, first: Mapping[str, Printed]) -> int | None:
    if whole != "sum":
        return int(first[whole].value) if whole in first else None
    parts = (e for key, e in first.items() if key.startswith(counts) and key.endswith(".n"))
    return sum(int(entry.value) for entry in parts)


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


def _against_limits(entry: Printed, first: Mapping[str, Printed]) -> Contradiction | None:
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
        f"The paper prints P {_shown(entry)}; its own hazard ratio {_shown(ratio)} "
        f"({_shown(lower)} to {_shown(upper)}) has a Wald P from {low} to {high}."
    )
    # Ours need not follow from the printed digits, but from a ratio and limits that agree with
    # them; and it must be on the same side of the printed P as they are.
    low_p, high_p = wald_range(ratio, lower, upper, tolerated=True)
    if smallest >= entry.value:
        return Contradiction(sentence, max(low_p, entry.value), high_p)
    return Contradiction(sentence, low_p, min(high_p, entry.value))


def _against_symmetry(
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
        f"The paper prints {_shown(entry)}; symmetric limits, as SPSS gives them, about its own "
        f"{_shown(median)} up to its own {_shown(upper)} begin between {low} and {high}."
    )
    return Contradiction(sentence, lowest, highest)


def _against_other_place(entry: Printed, places: list[Printed]) -> Contradiction | None:
    """The same number, printed otherwise elsewhere in the paper."""
    for other in places:
        if other.id != entry.id and other.unit == entry.unit and not _compatible(entry, other):
            sentence = (
                f"The paper prints {_shown(entry)} in {_place(entry)} and "
                f"{_shown(other)} in {_place(other)}."
            )
            bounds = (other.lowest, other.highest) if other.operator == "=" else (0.0, other.value)
            return Contradiction(sentence, *bounds)
    return None


def _compatible(one: Printed, other: Printed) -> bool:
    if one.operator == other.operator == "=":
        return one.lowest <= other.highest and other.lowest <= one.highest and _agree(one, other)
    if one.operator != "=" and other.operator != "=":
        return True
    bound, number = (one, other) if one.operator != "=" else (other, one)
    return number.lowest < bound.value


def _agree(one: Printed, other: Printed) -> bool:
    """Do two printed numbers show the same digits at the coarser of their precisions?"""
    places = min(one.places, other.places)
    return numbers.rounded(one.value, places) == numbers.rounded(other.value, places)


def _shown(entry: Printed) -> str:
    """The number as it stood in the paper, with its sign and its final zero."""
    if entry.printed.startswith("<"):
        return entry.printed
    if entry.operator == "=" and entry.unit == "ratio":
        return numbers.decimals(entry.value, entry.places)
    return f"{entry.operator}{entry.printed}".removeprefix("=")


def _place(entry: Printed) -> str:
    return entry.table if entry.in_table else f"the {entry.table}"

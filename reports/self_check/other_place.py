"""Is the same number printed otherwise elsewhere in the paper?"""

from collections.abc import Sequence

from reports import numbers
from reports.self_check.printed import Contradiction, Printed, place, shown


def against_other_place(entry: Printed, places: Sequence[Printed]) -> Contradiction | None:
    """The same number, printed otherwise elsewhere in the paper."""
    for other in places:
        if other.id != entry.id and other.unit == entry.unit and not _compatible(entry, other):
            sentence = (
                f"The paper prints {shown(entry)} in {place(entry)} and "
                f"{shown(other)} in {place(other)}."
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

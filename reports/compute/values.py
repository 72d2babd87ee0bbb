"""How is one answer written: a number with its text and address, or the sentence in its place?"""

from collections.abc import Mapping
from dataclasses import dataclass

from reports import numbers
from reports.numbers import PStyle, Unit
from reports.results import Value

NO_PATIENTS = "No patients."
NO_FOLLOW_UP = "No patient with a known start and end of follow-up."
FARTHEST_RATIO = 1e6
TOO_FAR = "Beyond a million: the values leave it open, or lie too close together for such a step."


@dataclass(frozen=True)
class Writer:
    """Writes values in the style of a study; `remarks` become the footnotes of their keys."""

    p_style: PStyle
    remarks: Mapping[str, str]

    def value(self, key: str, number: float, text: str, footnote: str | None = None) -> Value:
        """A number and its text; the study's remark comes after a footnote of our own."""
        notes = [note for note in (footnote, self.remarks.get(key)) if note]
        plain = int(number) if isinstance(number, int) else float(number)
        return Value(plain, text, key, footnote=" ".join(notes) or None)

    def instead(self, key: str, reason: str) -> Value:
        """No number, and why."""
        return Value(None, numbers.NO_VALUE, key, footnote=self.remarks.get(key), reason=reason)

    def count(self, key: str, n: int) -> Value:
        return self.value(key, int(n), numbers.count(n))

    def percent(self, key: str, part: int, whole: int, none: str = NO_PATIENTS) -> Value:
        """The percentage part / whole, or `none` when there is nobody to divide by."""
        if whole == 0:
            return self.instead(key, none)
        exact = numbers.share(part, whole)
        return self.value(key, float(exact), numbers.percent(exact))

    def p(self, key: str, p: float | None, reason: str) -> Value:
        """A P value, or `reason` when there is none."""
        if p is None:
            return self.instead(key, reason)
        return self.value(key, p, numbers.p_value(p, self.p_style))

    def number(self, key: str, value: float | None, places: int, reason: str) -> Value:
        """A number with fixed decimals, or `reason`."""
        if value is None:
            return self.instead(key, reason)
        return self.value(key, value, numbers.decimals(value, places))

    def duration(
        self, key: str, days: float | None, unit: Unit, places: int | None, reason: str
    ) -> Value:
        """Days told in a unit, or `reason`; the number itself is in that unit too."""
        if days is None:
            return self.instead(key, reason)
        told = days if unit == "days" else days / numbers.DAYS_IN[unit]
        return self.value(key, told, numbers.duration(days, unit, places))

    def ratio(self, key: str, value: float | None, reason: str, places: int = 2) -> Value:
        """A hazard ratio or one of its limits, or `reason`; one beyond a million is no answer."""
        if value is None:
            return self.instead(key, reason)
        if not 1 / FARTHEST_RATIO <= value <= FARTHEST_RATIO:
            return self.instead(key, TOO_FAR)
        return self.value(key, value, numbers.hazard_ratio(value, places))

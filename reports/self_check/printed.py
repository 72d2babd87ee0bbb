"""What did a paper print? One number, the values it stands for, and how it is quoted."""

from dataclasses import dataclass

from reports import numbers


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
    """A printed number that the paper's other numbers rule out, and what they allow instead.

    The range has no tolerance of its own: whoever is outside it does not say what they say.
    values : the single values allowed, when they are no range (the P values of several tests).
    """

    sentence: str
    lowest: float
    highest: float
    values: tuple[float, ...] = ()

    def supports(self, ours: float) -> bool:
        """Does our value agree with what the paper's other numbers say?"""
        slack = 1e-9 * max(abs(self.lowest), abs(self.highest))  # 100 * 99 / 161 in binary
        if self.values:
            return any(abs(ours - value) <= slack for value in self.values)
        return self.lowest - slack <= ours <= self.highest + slack


def shown(entry: Printed) -> str:
    """The number as it stood in the paper, with its sign and its final zero."""
    if entry.printed.startswith("<"):
        return entry.printed
    if entry.operator == "=" and (entry.unit == "ratio" or (entry.unit == "p" and entry.in_table)):
        return numbers.decimals(entry.value, entry.places)
    return f"{entry.operator}{entry.printed}".removeprefix("=")


def place(entry: Printed) -> str:
    return entry.table if entry.in_table else f"the {entry.table}"


def where(entry: Printed) -> str:
    """Where a number stands: its row and column, without the unit that is printed with it."""
    parts = (entry.row, entry.column.removesuffix("%").removesuffix(" n").strip())
    return ", ".join(part for part in parts if part)


def fits(entry: Printed, value: float) -> str:
    """How `value` could have become the printed number: "rounded", "truncated", or "" for not."""
    if entry.operator != "=":
        kept = value < entry.value or (entry.operator == "<=" and value == entry.value)
        return "rounded" if kept else ""
    printed = numbers.exact(entry.value)
    if printed == numbers.rounded(value, entry.places):
        return "rounded"
    return "truncated" if printed == numbers.truncated(value, entry.places) else ""

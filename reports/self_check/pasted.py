"""Which printed numbers does a table hold that somebody copied out of a paper?

A line a row: the label, then a cell for each group, then the P value where there is one; cells are
divided by a tab, a semicolon or a bar. The first line names the groups with their sizes. A line
with a label alone, or an empty line, begins a new block: levels that exclude one another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reports.self_check.cells import (
    Number,
    Unreadable,
    alike,
    is_nothing,
    read_cell,
    read_p,
    read_size,
    says_means,
)
from reports.self_check.doubtful import Row, doubts
from reports.self_check.printed import Printed
from reports.self_check.rules import Groups, Rules

MOST_SIGNS, MOST_LINES, MOST_GROUPS, MOST_CELL = 20_000, 300, 6, 200
TABLE = "Pasted table"
HEAD = "Characteristic; Group 1 (n = 9); Group 2 (n = 8); P"

_NO_P = ("", "-", "–", "—", "ns", "n.s.", "na")
_UNKNOWN = ("unknown", "missing", "not known", "not available", "no data")


@dataclass(frozen=True)
class Fault:
    """A line of the pasted text that cannot be read, and what to write instead."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Pasted:
    """The numbers of a pasted table and how they hang together, or why it cannot be read."""

    entries: tuple[Printed, ...]
    rules: Rules
    faults: tuple[Fault, ...]


@dataclass
class _Reader:
    """What was read so far."""

    groups: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    with_p: bool = False
    entries: list[Printed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    in_doubt: list[Row] = field(default_factory=list)
    block: int = 0
    heading: str = ""
    rows: int = 0  # of the block
    has_p: bool = False  # of the block


def read_table(text: str) -> Pasted:
    """The printed numbers of a pasted table; never raises for what the text holds."""
    lines = text.splitlines()
    if len(text) > MOST_SIGNS or len(lines) > MOST_LINES:
        told = f"The table is too long: paste at most {MOST_LINES} lines and {MOST_SIGNS} signs."
        return Pasted((), Rules(), (Fault(1, told),))
    reader = _Reader()
    for number, line in enumerate(lines, 1):
        try:
            _read_line(reader, number, line)
        except Unreadable as fault:
            reader.faults.append(Fault(number, str(fault)))
            if not reader.groups:
                break
    if not reader.groups and not reader.faults:
        reader.faults.append(Fault(1, f"There is no table. Begin with a line such as: {HEAD}"))
    elif reader.groups and len(reader.entries) == len(reader.groups) and not reader.faults:
        reader.faults.append(Fault(len(lines), "Below the head line there is no row with numbers."))
    sizes = {f"g{place}": f"size.g{place}" for place in range(1, len(reader.groups) + 1)}
    rules = Rules(groups=(Groups("t.", sizes),))
    if not reader.faults:
        found = doubts(reader.in_doubt, reader.entries, rules)
        reader.faults += [Fault(line, told) for line, told in found]
    return Pasted(tuple(reader.entries), rules, tuple(reader.faults))


def _read_line(reader: _Reader, number: int, line: str) -> None:
    cells = [alike(cell) for cell in re.split(r"[\t;|]", line)]
    if any(len(cell) > MOST_CELL for cell in cells):
        raise Unreadable(f"A cell has more than {MOST_CELL} signs: divide the line into its cells.")
    if not any(cells):
        _new_block(reader, "")
    elif not reader.groups:
        _read_head(reader, cells)
    else:
        _read_row(reader, number, cells)


def _new_block(reader: _Reader, heading: str) -> None:
    reader.block += 1
    reader.heading, reader.rows, reader.has_p = heading, 0, False


def _read_head(reader: _Reader, cells: list[str]) -> None:
    """Names and sizes of the groups, and whether the last column holds P values."""
    named = cells[1:]
    while named and not named[-1]:
        named.pop()
    reader.with_p = (
        bool(named) and re.fullmatch(r"p[\s-]*(values?)?", named[-1].lower()) is not None
    )
    named = named[:-1] if reader.with_p else named
    found = [read_size(name) for name in named]
    sized = [one for one in found if one is not None]
    if not named or len(sized) < len(named):
        raise Unreadable(
            f"Write the groups with their sizes in the first line, as in: {HEAD}. Divide the cells "
            "by tabs, semicolons or bars."
        )
    if len(named) > MOST_GROUPS:
        raise Unreadable(f"There are {len(named)} groups; paste at most {MOST_GROUPS}.")
    reader.groups = tuple(label or f"Group {at}" for at, (label, _) in enumerate(sized, 1))
    reader.sizes = tuple(int(patients) for _, patients in sized)
    for at, (label, (_, patients)) in enumerate(zip(reader.groups, sized, strict=True), 1):
        reader.entries.append(_entry(f"size.g{at}", "n", label, patients, "patients"))
    _new_block(reader, "")


def _read_row(reader: _Reader, number: int, cells: list[str]) -> None:
    width = 1 + len(reader.groups) + reader.with_p
    extra = [cell for cell in cells[width:] if cell]
    if extra:
        raise Unreadable(
            f"There are more cells than columns in the first line: {', '.join(extra[:3])}. Write the "
            "label, then one cell for each group"
            + (", then P." if reader.with_p else "; name a last column P for P values.")
        )
    label, *rest = (*cells, *[""] * (width - len(cells)))[:width]
    values, p = rest[: len(reader.groups)], rest[-1] if reader.with_p else ""
    wanted = p.lower() not in _NO_P
    if all(is_nothing(value) for value in values):
        _new_block(reader, label)
    elif wanted and reader.has_p:
        _new_block(reader, "")
    found = list(_row_entries(reader, number, label, values))
    found += [_p_entry(reader, label, p)] if wanted else []
    reader.rows += any(entry.unit == "patients" for entry in found)
    reader.has_p = reader.has_p or wanted
    reader.entries += found


def _row_entries(reader: _Reader, number: int, label: str, values: list[str]) -> Iterator[Printed]:
    level = "missing" if label.lower() in _UNKNOWN else f"r{number}"
    row = f"{reader.heading}: {label}" if reader.heading else label
    shares: list[str] = []
    certain, said = False, says_means(row, values)
    for place, (name, value) in enumerate(zip(reader.groups, values, strict=True), 1):
        counts, means = f"t.b{reader.block}.{level}.g{place}", f"t.b{reader.block}.g{place}"
        for one in read_cell(value, row, reader.sizes[place - 1], said):
            stem = means if one.key in ("mean", "sd") else counts
            certain = certain or one.certain
            shares += [f"{stem}.pct"] if one.key == "pct" else []
            yield _number(f"{stem}.{one.key}", row, name, one)
    if shares and not certain:
        reader.in_doubt.append(Row(number, label, tuple(shares)))


def _number(key: str, row: str, group: str, one: Number) -> Printed:
    return _entry(key, row, f"{group} {'%' if one.unit == '%' else one.key}", one.text, one.unit)


def _p_entry(reader: _Reader, label: str, text: str) -> Printed:
    sign, value = read_p(text)
    return _entry(f"t.b{reader.block}.p", reader.heading or label, "P", value, "p", sign)


def _entry(key: str, row: str, column: str, text: str, unit: str, operator: str = "=") -> Printed:
    printed = text if operator == "=" else operator + text
    return Printed(
        id=key,
        table=TABLE,
        row=row,
        column=column,
        value=float(text),
        unit=unit,
        printed=printed,
        operator=operator,
        note="",
        key=key,
        tolerance=None,
    )

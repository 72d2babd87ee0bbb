"""Which printed numbers does a table hold that somebody copied out of a paper?

A line a row: the label, then a cell for each group, then the P value where there is one; cells are
divided by a tab, a semicolon or a bar. The first line names the groups with their sizes. A line
with a label alone, or an empty line, begins a new block: levels that exclude one another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reports.self_check.printed import Printed
from reports.self_check.rules import Groups, Rules

MOST_SIGNS, MOST_LINES, MOST_GROUPS, MOST_PATIENTS = 20_000, 300, 6, 1_000_000
TABLE = "Pasted table"
HEAD = "Characteristic; Group 1 (n = 9); Group 2 (n = 8); P"

_NUMBER = r"(\d+(?:[.,]\d+)?|[.,]\d+)"
_SIZE = re.compile(r"\bn\s*=\s*(\d+)", re.IGNORECASE)
_COUNT = re.compile(rf"(\d+)(?:\s*\(\s*{_NUMBER}\s*%?\s*\)\s*%?)?")
_PERCENT = re.compile(rf"{_NUMBER}\s*%")
_MEAN = re.compile(rf"{_NUMBER}\s*(?:±|\+/-|\+-)\s*{_NUMBER}")
_MEAN_SD = re.compile(rf"{_NUMBER}\s*\(\s*(?:SD\s*)?{_NUMBER}\s*\)", re.IGNORECASE)
_SPREAD = re.compile(r"[\d.,\s]+[(\[].*\d\s*(?:-|–|to|,\s)\s*[\d.,\s]+[)\]]")
_P = re.compile(rf"(?:p\s*)?(<=|≤|<|=)?\s*{_NUMBER}", re.IGNORECASE)
_NO_P = ("", "-", "–", "—", "ns", "n.s.", "na")
_NOTHING = ("", "-", "–", "—", ".", "na", "n/a", "nr")
_UNKNOWN = ("unknown", "missing", "not known", "not available", "no data")


class Unreadable(ValueError):
    """A cell or line that cannot be read; the message says what to write."""


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
    with_p: bool = False
    entries: list[Printed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
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
    return Pasted(tuple(reader.entries), rules, tuple(reader.faults))


def _read_line(reader: _Reader, number: int, line: str) -> None:
    cells = [cell.strip() for cell in re.split(r"[\t;|]", line)]
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
    sizes = [_SIZE.search(name) for name in named]
    if not named or None in sizes:
        raise Unreadable(
            f"Write the groups with their sizes in the first line, as in: {HEAD}. Divide the cells "
            "by tabs, semicolons or bars."
        )
    if len(named) > MOST_GROUPS:
        raise Unreadable(f"There are {len(named)} groups; paste at most {MOST_GROUPS}.")
    for place, (name, size) in enumerate(zip(named, sizes, strict=True), 1):
        assert size is not None
        patients = _whole(size.group(1))
        if patients == 0:
            raise Unreadable(f"{name}: a group has at least one patient.")
        label = _SIZE.sub("", name).strip(" ()[],") or f"Group {place}"
        reader.groups = (*reader.groups, label)
        reader.entries.append(_entry(f"size.g{place}", "n", label, size.group(1), "patients"))
    _new_block(reader, "")


def _read_row(reader: _Reader, number: int, cells: list[str]) -> None:
    width = 1 + len(reader.groups) + reader.with_p
    extra = [cell for cell in cells[width:] if cell]
    if extra:
        raise Unreadable(
            f"There are more cells than columns in the first line: {', '.join(extra)}. Write the "
            "label, then one cell for each group"
            + (", then P." if reader.with_p else "; name a last column P for P values.")
        )
    label, *rest = (*cells, *[""] * (width - len(cells)))[:width]
    values, p = rest[: len(reader.groups)], rest[-1] if reader.with_p else ""
    wanted = p.lower() not in _NO_P
    if all(value.lower() in _NOTHING for value in values):
        _new_block(reader, label)
    elif wanted and reader.has_p:
        _new_block(reader, "")
    found = list(_row_entries(reader, number, label, values))
    found += [_p_entry(reader, number, label, p)] if wanted else []
    reader.rows += any(entry.unit == "patients" for entry in found)
    reader.has_p = reader.has_p or wanted
    reader.entries += found


def _row_entries(reader: _Reader, number: int, label: str, values: list[str]) -> Iterator[Printed]:
    level = "missing" if label.lower() in _UNKNOWN else f"r{number}"
    row = f"{reader.heading}: {label}" if reader.heading else label
    for place, (name, value) in enumerate(zip(reader.groups, values, strict=True), 1):
        counts, means = f"t.b{reader.block}.{level}.g{place}", f"t.b{reader.block}.g{place}"
        for key, unit, text in _cell(value, label):
            stem = means if key in ("mean", "sd") else counts
            yield _entry(f"{stem}.{key}", row, f"{name} {'%' if unit == '%' else key}", text, unit)


def _cell(value: str, label: str) -> Iterator[tuple[str, str, str]]:
    """The numbers of a cell: the end of the key, the unit, the text."""
    words = label.lower()
    if value.lower() in _NOTHING or "median" in words or _SPREAD.fullmatch(value):
        return  # of medians and ranges nothing follows
    measured = _MEAN.fullmatch(value)
    if measured is None and ("mean" in words or not _COUNT.fullmatch(value)):
        measured = _MEAN_SD.fullmatch(value)
    if measured is not None:
        yield "mean", "", measured.group(1)
        yield "sd", "", measured.group(2)
    elif (count := _COUNT.fullmatch(value)) is not None:
        _whole(count.group(1))
        yield "n", "patients", count.group(1)
        if count.group(2) is not None:
            yield "pct", "%", count.group(2)
    elif (share := _PERCENT.fullmatch(value)) is not None:
        yield "pct", "%", share.group(1)
    else:
        raise Unreadable(
            f"“{value[:40]}” is no count: write 8, 8 (88) or 88%, or 6.9 ± 2.8 for a mean with "
            "its standard deviation, or – for nothing."
        )


def _p_entry(reader: _Reader, number: int, label: str, text: str) -> Printed:
    found = _P.fullmatch(text)
    if found is None:
        raise Unreadable(f"“{text[:40]}” is no P value: write 0.45, <0.001, or leave it empty.")
    sign = {"≤": "<="}.get(found.group(1) or "=", found.group(1) or "=")
    value = found.group(2)
    if float(value.replace(",", ".")) > 1:
        raise Unreadable(f"A P value is at most 1, not {text[:40]}.")
    row = reader.heading or label
    return _entry(f"t.b{reader.block}.p", row, "P", value, "p", sign)


def _whole(digits: str) -> int:
    if len(digits) > 7 or int(digits) > MOST_PATIENTS:
        raise Unreadable(f"{digits[:20]} patients are more than the {MOST_PATIENTS} allowed here.")
    return int(digits)


def _entry(key: str, row: str, column: str, text: str, unit: str, operator: str = "=") -> Printed:
    plain = text.replace(",", ".")
    printed = plain if operator == "=" else operator + plain
    return Printed(
        id=key,
        table=TABLE,
        row=row,
        column=column,
        value=float(plain),
        unit=unit,
        printed=printed,
        operator=operator,
        note="",
        key=key,
        tolerance=None,
    )

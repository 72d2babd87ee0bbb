"""How are two columns of confidence limits told as one? "0.43" and "0.85" become "0.43–0.85"."""

from dataclasses import replace

from reports.render.marks import gravest
from reports.results import Row, Table, Value

_LOWER, _UPPER = " lower", " upper"


def with_joined_limits(table: Table) -> Table:
    """The table with "95% CI lower" and "95% CI upper", side by side, as one column "95% CI"."""
    place = _first_pair(table.columns)
    if place is None:
        return table
    name = table.columns[place].removesuffix(_LOWER)
    joined = replace(
        table,
        columns=(*table.columns[:place], name, *table.columns[place + 2 :]),
        rows=tuple(_joined_row(row, place) for row in table.rows),
    )
    return with_joined_limits(joined)


def _first_pair(columns: tuple[str, ...]) -> int | None:
    """Where a lower limit stands just before its upper one."""
    for place in range(len(columns) - 1):
        name = columns[place].removesuffix(_LOWER)
        if columns[place : place + 2] == (name + _LOWER, name + _UPPER):
            return place
    return None


def _joined_row(row: Row, place: int) -> Row:
    cells = row.cells
    if len(cells) < place + 2:
        return row
    limits = _joined(cells[place], cells[place + 1])
    return replace(row, cells=(*cells[:place], limits, *cells[place + 2 :]))


def _joined(lower: Value | None, upper: Value | None) -> Value | None:
    """One cell of two limits; one limit alone, or a sentence, stays as it is."""
    if lower is None or upper is None:
        return lower or upper
    if lower.value is None or upper.value is None:
        return lower if lower.value is None else upper
    notes = dict.fromkeys(note for note in (lower.footnote, upper.footnote) if note)
    both_printed = lower.printed and upper.printed
    return Value(
        value=lower.value,
        text=_span(lower.text, upper.text),
        key=lower.key,
        printed=_span(lower.printed or "", upper.printed or "") if both_printed else None,
        verdict=gravest(v for v in (lower.verdict, upper.verdict) if v is not None),
        footnote=" ".join(notes) or None,
    )


def _span(lower: str, upper: str) -> str:
    """A dash between the two; "to" after a negative number, which a dash would hide."""
    return f"{lower} to {upper}" if lower.startswith(("-", "−")) else f"{lower}–{upper}"

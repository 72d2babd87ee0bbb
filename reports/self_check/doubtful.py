"""Which lines of a pasted table are rather something else than counts with their percentages?

“45 (12)” may be a mean with its standard deviation, and percentages may be of the line instead of
the group. Nobody is accused of what may be a misreading: the reader is asked instead.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.self_check.percentages import Share, shares_of, shows
from reports.self_check.printed import Printed
from reports.self_check.rules import Rules

FAR = 5.0  # per cent points; misprints are mostly nearer, or in one group only
_MEASURED = re.compile(r"\b(?:age|years?|months?|weeks?|days?|kg|mg|cm|score)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """A line whose numbers are called percentages by nothing but their brackets."""

    line: int
    label: str
    shares: tuple[str, ...]  # keys of its percentages


def doubts(
    rows: Sequence[Row], entries: Sequence[Printed], rules: Rules
) -> Iterator[tuple[int, str]]:
    """The lines none of whose percentages is that of its group, and what to write instead."""
    first = {entry.key: entry for entry in entries}
    made = shares_of(entries, first, rules)
    for row in rows:
        if told := _doubt(row, first, made):
            yield row.line, told


def _doubt(row: Row, first: Mapping[str, Printed], made: Mapping[str, Share]) -> str:
    printed = [first[key] for key in row.shares]
    pairs = [
        (entry, int(share.part.value), share.whole)
        for entry in printed
        if (share := made.get(entry.id)) is not None and share.part is not None
    ]
    if not pairs or any(shows(entry, part, whole) for entry, part, whole in pairs):
        return ""
    of_line = sum(part for _, part, _ in pairs)
    entry, part, whole = pairs[0]
    if len(pairs) > 1 and of_line and all(shows(e, n, of_line) for e, n, _ in pairs):
        return (
            f"The percentages of this line are of the line ({part} of {of_line}), not of the "
            f"groups ({part} of {whole}). Leave them out: write {part}."
        )
    far = all(abs(e.value - 100 * n / of) > FAR for e, n, of in pairs)
    if not far or (len(pairs) < 2 and not _MEASURED.search(row.label)):
        return ""
    cell = f"{part} ({entry.printed})"
    return (
        f"“{cell}” is far from the percentage of its group, as all of this line. Write "
        f"{part} ± {entry.printed} for a mean with its standard deviation, or "
        f"{part} ({entry.printed}%) if it is a percentage."
    )

"""How do numbers stand in a plain table on a console?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def short(value: float | None) -> str:
    """Three digits; a dash for what has no number."""
    return "-" if value is None else f"{value:#.3g}"


def aligned_cells(lines: Sequence[tuple[str, ...]]) -> Iterable[str]:
    """Cells padded to the widest of their column; a reason runs on to the end of its line."""
    full = [line for line in lines if len(line) == len(lines[0])]
    widths = [max(map(len, column)) for column in zip(*full, strict=True)]
    for place in (0, 1):
        widths[place] = max(len(line[place]) for line in lines)
    for line in lines:
        yield "  ".join(map(str.ljust, line, widths)).rstrip()

"""How is a cohort's file read? What the mappings of the published studies have in common."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

Case = dict[str, object]
Line = dict[str, str]

UNKNOWN = {"missing": "UNK"}


def rows(file: Path) -> Iterator[Line]:
    """The rows of a CSV file as text, keyed by its first line."""
    with file.open(newline="", encoding="utf-8") as opened:
        yield from csv.DictReader(opened)


def by_centre(
    lines: Iterable[Line], case_of: Callable[[Line], Case], centre: str = "center"
) -> dict[str, list[Case]]:
    """Every case under the code of the centre that would send it; `centre` names its column."""
    cases: dict[str, list[Case]] = defaultdict(list)
    for line in lines:
        cases[line[centre]].append(case_of(line))
    return dict(sorted(cases.items()))

"""Do these numbers agree with those of the report?

They do when they are equal as printed, or equal to nine digits on the edge between two roundings,
which is told.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from .numbers import answers

NEARLY = 1e-9
HEADER = ("key", "value", "text")


def finish(
    omitted: Sequence[str] = (), result: str = "result_py.csv", expected: str = "expected.csv"
) -> None:
    """Write the result, compare, tell, and end with status 1 when a number disagrees.

    omitted : the tables and numbers that the script does not repeat.
    """
    with Path(result).open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerows([HEADER, *answers.rows])
    ours = {key: (value, text) for key, value, text in answers.rows}
    with Path(expected).open(encoding="utf-8", newline="") as opened:
        theirs = {line["key"]: (line["value"], line["text"]) for line in csv.DictReader(opened)}
    for name in omitted:
        left_out = [key for key in theirs if key == name or key.startswith(f"{name}.")]
        print(f"  not repeated here: {len(left_out)} numbers of {name}")
        theirs = {key: told for key, told in theirs.items() if key not in left_out}
    both = [key for key in theirs if key in ours]
    same = {key for key in both if ours[key][1] == theirs[key][1]}
    edge = [key for key in both if key not in same and _near(ours[key][0], theirs[key][0])]
    print(f"{len(same) + len(edge)} of {len(theirs)} numbers agree at the printed digits.")
    for key in edge:
        _tell("on the edge of rounding", key, ours[key][1], theirs[key][1])
    wrong = [key for key in theirs if key not in same and key not in edge]
    for key in wrong:
        _tell("differs", key, ours[key][1] if key in ours else "nothing", theirs[key][1])
    more = [key for key in ours if key not in theirs]
    for key in more:
        print(f"  not in the report: {key}")
    twice = [key for key, n in Counter(key for key, *_ in answers.rows).items() if n > 1]
    for key in twice:
        print(f"  given twice: {key}")
    sys.exit(1 if wrong or more or twice else 0)


def _near(ours: str, theirs: str) -> bool:
    if not ours or not theirs:
        return False
    return abs(float(ours) - float(theirs)) <= NEARLY * max(1.0, abs(float(theirs)))


def _tell(what: str, key: str, here: str, there: str) -> None:
    print(f"  {what}: {key}: {here} here, {there} in the report")

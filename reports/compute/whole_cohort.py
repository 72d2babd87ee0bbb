"""Does a run that is said to hold the paper's patients hold all of them, by the numbers it prints?"""

from reports import numbers
from reports.published import Paper
from reports.results import FlowStep

EXPECTED = (
    "Differences from the paper are expected, and those below say nothing against its numbers or "
    "ours."
)


def part_told(paper: Paper | None, boxes: tuple[FlowStep, ...]) -> tuple[str, ...]:
    """A warning when a box of the flow chart holds other patients than the paper counts; one at most.

    The last box that differs is told: those analysed before those from whom they were chosen.
    """
    printed = paper.by_key() if paper else {}
    for box in reversed(boxes):
        entries = printed.get(f"{box.key}.n", [])
        whole = int(entries[0].value) if entries else box.n
        if box.n != whole:
            return (f"{_held(box.n, whole, box.label)} {EXPECTED}",)
    return ()


def _held(n: int, whole: int, label: str) -> str:
    ours, theirs = numbers.count(n), numbers.count(whole)
    if n < whole:
        return f"This run holds {ours} of the {theirs} patients of the paper's cohort (“{label}”)."
    return f"This run holds {ours} patients, the paper's cohort only {theirs} (“{label}”)."

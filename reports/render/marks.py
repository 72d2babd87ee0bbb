"""Which sign, colour and words stand for a verdict? One set for page, PDF and mail.

Each sign is a drawing (no font lacks it), a character (for plain text) and words (for the legend,
the tooltip and the screen reader). Shape and colour both differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.results import Verdict


@dataclass(frozen=True)
class Mark:
    """One verdict's sign. `path` is SVG path data on a 16 x 16 grid; it is stroked, or filled."""

    verdict: Verdict
    char: str
    words: str
    meaning: str
    colour: str
    path: str
    filled: bool = False

    @property
    def name(self) -> str:
        """The verdict's word, used as a CSS class."""
        return self.verdict.value

    def svg(self) -> str:
        """The sign as a stand-alone drawing without text."""
        paint = (
            f'fill="{self.colour}" fill-rule="evenodd"'
            if self.filled
            else f'fill="none" stroke="{self.colour}" stroke-width="2" stroke-linecap="round"'
            ' stroke-linejoin="round"'
        )
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16">'
            f'<path d="{self.path}" {paint}/></svg>'
        )


MARKS: tuple[Mark, ...] = (
    Mark(
        Verdict.SAME,
        "✓",
        "same",
        "our number, rounded as printed, is the printed number",
        "#1f6b45",
        "M3 8.5 L6.5 12 L13 4",
    ),
    Mark(
        Verdict.SAME_AFTER_ROUNDING,
        "≈",
        "same after rounding",
        "within the tolerance stated for this number",
        "#1b4f72",
        "M2.5 6.5 C5 3.5 6.5 4.5 8 5.5 S11.5 7.5 13.5 4.5"
        " M2.5 11.5 C5 8.5 6.5 9.5 8 10.5 S11.5 12.5 13.5 9.5",
    ),
    Mark(
        Verdict.DIFFERS,
        "▲",
        "differs",
        "outside the tolerance, or a P value on the other side of 0.05 or 0.20",
        "#9b1c1c",
        "M8 1.5 L15 14 L1 14 Z",
        filled=True,
    ),
    Mark(
        Verdict.PAPER_DISAGREES,
        "¶",
        "paper disagrees with itself",
        "the printed number cannot agree with other numbers of the same paper",
        "#7a4b00",
        "M11.5 14 V2.5 H7 A3.2 3.2 0 0 0 7 9 H8 M8 2.5 V14",
    ),
    Mark(
        Verdict.NOT_PRINTED,
        "–",
        "not printed",
        "the paper gives no such number",
        "#4f5d6b",
        "M4 8 H12",
    ),
)

_BY_VERDICT = {mark.verdict: mark for mark in MARKS}
_GRAVITY = (
    Verdict.DIFFERS,
    Verdict.PAPER_DISAGREES,
    Verdict.SAME_AFTER_ROUNDING,
    Verdict.SAME,
    Verdict.NOT_PRINTED,
)


def mark_of(verdict: Verdict | str) -> Mark:
    """The sign of one verdict; raises ValueError for an unknown word."""
    return _BY_VERDICT[Verdict(verdict)]


def gravest(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The verdict a whole line gets: the worst of its cells; None without any."""
    present = set(verdicts)
    return next((verdict for verdict in _GRAVITY if verdict in present), None)

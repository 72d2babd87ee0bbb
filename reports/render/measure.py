"""How wide is a text in the report's type, and where does it break? In points.

matplotlib is imported when something is measured: it stays out of a web process that draws nothing.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

FONTS = Path(__file__).parent / "fonts"
REGULAR, SEMIBOLD = 400, 600
_FILES = {REGULAR: "IBMPlexSans-Regular.ttf", SEMIBOLD: "IBMPlexSans-SemiBold.ttf"}
# The semi-bold file calls its family "SmBld", and Typst goes by that; browsers go by the weight.
_FAMILIES = {
    REGULAR: ["IBM Plex Sans", "sans-serif"],
    SEMIBOLD: ["IBM Plex Sans SmBld", "IBM Plex Sans", "sans-serif"],
}


@cache
def font(size: float, weight: int = REGULAR) -> "FontProperties":
    """The report's type. The file rules the shape; family and weight are what the SVG names."""
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    return FontProperties(
        fname=str(FONTS / _FILES[weight]), family=_FAMILIES[weight], weight=weight, size=size
    )


def width(text: str, size: float, weight: int = REGULAR) -> float:
    """Width of one line in points."""
    from matplotlib.textpath import TextToPath  # noqa: PLC0415

    if not text:
        return 0.0
    return float(
        TextToPath().get_text_width_height_descent(text, font(size, weight), ismath=False)[0]
    )


def wrapped(text: str, limit: float, size: float, weight: int = REGULAR) -> list[str]:
    """`text` in lines of at most `limit` points; a word that is too long is cut."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size, weight) <= limit:
            lines[-1] = joined
        else:
            lines.extend(_pieces(word, limit, size, weight))
    return lines or [""]


def _pieces(word: str, limit: float, size: float, weight: int) -> list[str]:
    """`word` cut wherever it would pass `limit`; at least one letter a piece."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size, weight) > limit:
            pieces.append("")
        pieces[-1] += letter
    return pieces

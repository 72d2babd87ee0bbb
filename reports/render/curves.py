"""Where does each part of a survival figure stand? Plot, legend and rows at risk, in points."""

from dataclasses import dataclass
from itertools import pairwise

from reports.numbers import count
from reports.render.axes import Frame, frame_of
from reports.render.measure import SEMIBOLD, width, wrapped
from reports.results import Figure

PAGE_WIDTH = 482.0  # 170 mm: the width of a journal page and of our PDF
PLOT_HEIGHT = 190.0
SIZE, SMALL = 8.0, 6.5
LINE = 10.5
EDGE, GAP = 4.0, 9.0
LABEL_LIMIT = 128.0
LEGEND_LIMIT = 150.0
HANDLE, HANDLE_GAP = 28.0, 6.0
AXIS_LABELS = 34.0  # y ticks and y label, left of the axis
X_LABELS = 30.0  # x ticks and x label, below the axis

COLOURS = ("#1b6ca8", "#8e5ea2", "#c77c02", "#2a7f62", "#7a7a7a")
# The same hues for letters: orange and grey are too light to be read at eight points.
TEXT_COLOURS = ("#1b6ca8", "#8e5ea2", "#a05f00", "#2a7f62", "#6b6b6b")
DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (7.5, 2.2),
    (1.3, 1.5),
    (6, 1.8, 1.3, 1.8),
    (4.5, 1.5, 1.2, 1.5, 1.2, 1.5),
)


@dataclass(frozen=True)
class Box:
    """A rectangle in points, y upwards."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Box") -> bool:
        """True when the two share a point."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.bottom <= other.top
            and other.bottom <= self.top
        )

    def at(self, across: float, upward: float) -> tuple[float, float]:
        """The point that is so far along its sides, 0-1."""
        return (
            self.left + (self.right - self.left) * across,
            self.bottom + (self.top - self.bottom) * upward,
        )


@dataclass(frozen=True)
class Style:
    """Colour and line of one curve; `text` is the colour of its letters."""

    colour: str
    text: str
    dashes: tuple[float, ...]


def style_of(position: int) -> Style:
    """The style of the curve at `position`; after five the dashes shift against the colours."""
    turn, place = divmod(position, len(COLOURS))
    return Style(COLOURS[place], TEXT_COLOURS[place], DASHES[(place + turn) % len(DASHES)])


@dataclass(frozen=True)
class RiskRow:
    """A row of numbers at risk; `position` is that of its curve, None when it is for all curves."""

    label: str
    at_risk: tuple[int, ...]
    position: int | None


def risk_rows(figure: Figure) -> tuple[RiskRow, ...]:
    """One row for each curve; the causes of death or relapse of the same patients share one."""
    if len(figure.series) > 1 and all(series.rises for series in figure.series):
        first = figure.series[0]
        if all((s.n, s.at_risk) == (first.n, first.at_risk) for s in figure.series):
            return (RiskRow("All patients", first.at_risk, None),)
    return tuple(RiskRow(s.label, s.at_risk, place) for place, s in enumerate(figure.series))


@dataclass(frozen=True)
class Layout:
    """Sizes of one figure in points. `plot` is the field between the axes of `frame`."""

    width: float
    height: float
    plot: Box
    frame: Frame
    labels: tuple[tuple[str, ...], ...]  # lines of each row at risk
    entries: tuple[tuple[str, ...], ...]  # lines of each legend entry
    title: tuple[str, ...]  # lines of the legend's title
    legend: Box | None


def layout_of(figure: Figure, footer: bool) -> Layout:
    """Place everything so that no text meets another one or a curve.

    Raises ValueError when the time axis has no length.
    """
    frame = frame_of(figure)
    rows = risk_rows(figure)
    labels = tuple(tuple(wrapped(row.label, LABEL_LIMIT, SIZE)) for row in rows)
    widest = max((width(line, SIZE) for lines in labels for line in lines), default=0.0)
    heading = width("Number at risk", SIZE, SEMIBOLD)
    half = _half_of_widest_number(figure)
    left = EDGE + max(widest + GAP + half, heading + GAP, AXIS_LABELS + EDGE)
    right = PAGE_WIDTH - EDGE - half
    below = X_LABELS + LINE * (2 + sum(len(lines) for lines in labels)) + (LINE if footer else 0)

    title = tuple(wrapped(figure.test, LEGEND_LIMIT + HANDLE, SIZE)) if figure.test else ()
    entries = (
        tuple(tuple(wrapped(s.label, LEGEND_LIMIT, SIZE)) for s in figure.series)
        if len(figure.series) > 1
        else ()
    )
    plot = Box(left, below + EDGE, right, below + EDGE + PLOT_HEIGHT)
    legend, above = _legend(_obstacles(figure, frame, plot), plot, title, entries)
    height = plot.top + above + LINE
    return Layout(PAGE_WIDTH, height, plot, frame, labels, entries, title, legend)


def _half_of_widest_number(figure: Figure) -> float:
    texts = [count(n) for s in figure.series for n in s.at_risk]
    texts += [str(month) for month in figure.ticks_months]
    return max((width(text, SIZE) for text in texts), default=0.0) / 2


def _legend(
    obstacles: list[Box],
    plot: Box,
    title: tuple[str, ...],
    entries: tuple[tuple[str, ...], ...],
) -> tuple[Box | None, float]:
    """The legend's box and the room it needs above the plot (0 when a corner is free)."""
    lines = [*title, *(line for entry in entries for line in entry)]
    if not lines:
        return None, 0.0
    indent = HANDLE + HANDLE_GAP if entries else 0.0
    wide = max(
        *(width(line, SIZE) for line in title or ("",)),
        *(indent + width(line, SIZE) for entry in entries or (("",),) for line in entry),
    )
    high = LINE * len(lines)
    far, high_up = plot.right - wide - EDGE, plot.top - high - EDGE
    near, low = plot.left + GAP, plot.bottom + GAP
    corners = [(far, high_up), (far, low), (near, low), (near, high_up)]
    for x, y in corners:
        around = Box(x - EDGE, y - EDGE, x + wide + EDGE, y + high + EDGE)
        if not any(around.meets(obstacle) for obstacle in obstacles):
            return Box(x, y, x + wide, y + high), 0.0
    y = plot.top + GAP
    return Box(far, y, far + wide, y + high), high + GAP


def _obstacles(figure: Figure, frame: Frame, plot: Box) -> list[Box]:
    """Every stretch of every curve as a flat box."""
    boxes = []
    for series in figure.series:
        points = [
            plot.at(frame.time.share(x), frame.height.share(y)) for x, y in frame.steps(series)
        ]
        for (x0, y0), (x1, y1) in pairwise(points):
            boxes.append(Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    return boxes

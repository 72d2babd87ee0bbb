"""Where does a curve run between the axes? Percent over months, or log(−log S) over log months.

An axis maps a value to its place, and has none for a value it cannot show; what stands between two
axes is drawn, cut and told by the same object, so a further kind of figure is a further frame.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, floor, inf, log

from reports.numbers import decimals, log_minus_log, percent
from reports.results import Figure, Scale, Series

Point = tuple[float, float]
Reading = Callable[[float], float | None]

MINUS = "\u2212"
FEW_TICKS = 8  # with more than so many whole numbers, every second one is a tick


@dataclass(frozen=True)
class Axis:
    """One axis between two places. ticks : (place, text).

    of : the place of a value, None where it has none. text : how a place is told in numbers.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    of: Reading
    text: Callable[[float], str] = str

    def share(self, place: float) -> float:
        """How far along the axis: 0 at its beginning, 1 at its end."""
        return (place - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Frame:
    """The two axes of a figure. first, last : the months between which curves are drawn."""

    time: Axis
    height: Axis
    first: float
    last: float

    def steps(self, series: Series) -> list[Point]:
        """Corners (place in time, place in height) of the curve, held to the last patient seen.

        Nothing stands where a height has no place; a curve that leaves the axis goes no further.
        """
        corners: list[Point] = []
        for month, level in _held(series, self.first, self.last):
            x, y = self.time.of(month), self.height.of(level)
            assert x is not None  # the months of a frame have a place
            if corners:
                corners.append((x, corners[-1][1]))
                if y is None:
                    return corners
            if y is not None:
                corners.append((x, y))
        end = self.time.of(min(_last_seen(series), self.last)) if corners else None
        if end is not None and end > corners[-1][0]:
            corners.append((end, corners[-1][1]))
        return corners

    def censored(self, series: Series) -> list[Point]:
        """The places of those who left without the event."""
        seen = (mark for mark in series.censor if self.first <= mark[0] <= self.last)
        places = ((self.time.of(month), self.height.of(level)) for month, level in seen)
        return [(x, y) for x, y in places if x is not None and y is not None]


def frame_of(figure: Figure) -> Frame:
    """The axes of a figure. Raises ValueError when its ticks leave the time axis without length."""
    ticks = figure.ticks_months
    if not ticks or ticks[-1] <= 0:
        raise ValueError(f"{figure.id}: the time axis needs a tick after 0")
    height = height_axis(figure)
    if figure.scale is Scale.LOG_MINUS_LOG:
        if not 0 < ticks[0] < ticks[-1]:
            raise ValueError(f"{figure.id}: a log axis needs two ticks, both after 0")
        marks = tuple((log(month), str(month)) for month in ticks)
        return Frame(Axis(log(ticks[0]), log(ticks[-1]), marks, log), height, ticks[0], ticks[-1])
    marks = tuple((float(month), str(month)) for month in ticks)
    return Frame(Axis(0, ticks[-1], marks, float), height, 0, ticks[-1])


def height_axis(figure: Figure) -> Axis:
    """The upright axis: 0 to 100 percent, or the whole numbers around every log(−log S)."""
    if figure.scale is Scale.PERCENT:
        marks = tuple((float(part), str(part)) for part in range(0, 101, 20))
        return Axis(0, 100, marks, lambda level: 100 * level, percent)
    low, high = _whole_numbers_around(list(_heights(figure)))
    every = 1 if high - low <= FEW_TICKS else 2
    marks = tuple((float(n), str(n).replace("-", MINUS)) for n in range(low, high + 1, every))
    return Axis(low, high, marks, log_minus_log, lambda place: decimals(place, 2))


def _heights(figure: Figure) -> Iterator[float]:
    """Every log(−log S) between the first tick and the last."""
    for series in figure.series:
        for _, level in _held(series, figure.ticks_months[0], figure.ticks_months[-1]):
            if (place := log_minus_log(level)) is not None:
                yield place


def _whole_numbers_around(places: list[float]) -> tuple[int, int]:
    low, high = floor(min(places, default=-1)), ceil(max(places, default=1))
    return low, max(high, low + 1)


def _held(series: Series, first: float, last: float) -> list[tuple[float, float]]:
    """The steps (month, level) between two months; the level at the first is that of before."""
    every = list(zip(series.months, series.survival, strict=True))
    if _last_seen(series) < first:
        return []
    before = [(first, level) for month, level in every if month < first][-1:]
    return before + [step for step in every if first <= step[0] <= last]


def _last_seen(series: Series) -> float:
    """The month in which the last patient was seen; none was, in a series without steps."""
    return max((*series.months, *(month for month, _ in series.censor)), default=-inf)

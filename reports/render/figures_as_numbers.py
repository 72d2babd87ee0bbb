"""What are the numbers behind a figure? Height of each curve and patients at risk at the ticks."""

from dataclasses import dataclass

from reports.numbers import count
from reports.render.words import height_at, y_text
from reports.results import Figure


@dataclass(frozen=True)
class NumberLines:
    """A table of texts: one column a tick, one line a curve."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]


def numbers_of(figure: Figure) -> NumberLines:
    """ "59.2% (39)" for each curve and tick; only the number at risk after the last patient."""
    lines = []
    for series in figure.series:
        cells = []
        for tick, n in zip(figure.ticks_months, series.at_risk, strict=True):
            height = height_at(figure, series, tick)
            at_risk = f"({count(n)})"
            cells.append(at_risk if height is None else f"{height[1]} {at_risk}")
        lines.append((series.label, tuple(cells)))
    columns = tuple(str(tick) for tick in figure.ticks_months)
    return NumberLines(
        f"{y_text(figure)} (number at risk): {figure.x_label}", columns, tuple(lines)
    )

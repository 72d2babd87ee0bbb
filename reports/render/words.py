"""What does a figure say to someone who cannot see it?"""

from reports.numbers import count
from reports.render.axes import height_axis
from reports.results import Figure, Scale, Series

SYNTHETIC = "Synthetic data: no row is a real person."
CALIBRATED = (
    "The synthetic cohort was calibrated to the paper's numbers: agreement shows that they are "
    "computed as the paper computed them, not that its findings hold."
)


def description_of(figure: Figure) -> str:
    """A paragraph: axes, test, and for each curve patients, events and survival at the ticks."""
    opening = f"Step curves. {y_text(figure)} by {figure.x_label}."
    test = f" {figure.test}." if figure.test else ""
    curves = " ".join(_told(figure, series) for series in figure.series)
    return f"{opening}{test} {curves}"


def y_text(figure: Figure) -> str:
    """The label of the upright axis; where that is in percent, with its sign."""
    told = figure.scale is not Scale.PERCENT or "%" in figure.y_label
    return figure.y_label if told else f"{figure.y_label} (%)"


def height_at(figure: Figure, series: Series, month: float) -> tuple[float, str] | None:
    """The curve's height at `month` as its figure tells it, in number and text: 59.2, "59.2%".

    None after the last patient was seen, and where the height has no place on the axis.
    """
    level, axis = series.height_at(month), height_axis(figure)
    place = None if level is None else axis.of(level)
    return None if place is None else (place, axis.text(place))


def _told(figure: Figure, series: Series) -> str:
    heights = ((tick, height_at(figure, series, tick)) for tick in figure.ticks_months if tick > 0)
    told = "; ".join(f"at {_months(tick)} {height[1]}" for tick, height in heights if height)
    return (
        f"{series.label}: {count(series.n)} patients, {count(series.events)} events"
        f"{f'; {told}' if told else ''}."
    )


def _months(tick: int) -> str:
    return f"{tick} month" if tick == 1 else f"{tick} months"

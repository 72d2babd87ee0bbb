"""What does a figure say to someone who cannot see it?"""

from reports.numbers import count, percent
from reports.results import Figure, Series

SYNTHETIC = "Synthetic data: no row is a real person."
CALIBRATED = (
    "The synthetic cohort was calibrated to the paper's numbers: agreement shows that they are "
    "computed as the paper computed them, not that its findings hold."
)


def description_of(figure: Figure) -> str:
    """A paragraph: axes, test, and for each curve patients, events and survival at the ticks."""
    opening = f"Step curves. {y_text(figure)} by {figure.x_label}."
    test = f" {figure.test}." if figure.test else ""
    curves = " ".join(_told(series, figure.ticks_months) for series in figure.series)
    return f"{opening}{test} {curves}"


def y_text(figure: Figure) -> str:
    """The label of the upright axis, which is always in percent."""
    return figure.y_label if "%" in figure.y_label else f"{figure.y_label} (%)"


def survival_at(series: Series, month: float) -> float | None:
    """The curve's height (0-1) at `month`; None after the last patient was seen.

    A curve that can change no more stays there: survival at 0, an incidence at 1.
    """
    last = max((*series.months, *(seen for seen, _ in series.censor)), default=0.0)
    reached = [s for m, s in zip(series.months, series.survival, strict=True) if m <= month]
    end = 1 if series.rises else 0
    if not reached or (month > last and reached[-1] != end):
        return None
    return reached[-1]


def _told(series: Series, ticks: tuple[int, ...]) -> str:
    heights = ((tick, survival_at(series, tick)) for tick in ticks if tick > 0)
    told = "; ".join(
        f"at {tick} months {percent(100 * height)}"
        for tick, height in heights
        if height is not None
    )
    return (
        f"{series.label}: {count(series.n)} patients, {count(series.events)} events"
        f"{f'; {told}' if told else ''}."
    )

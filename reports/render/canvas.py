"""Where does matplotlib draw? The only module that draws: curves, legend, rows at risk.

By the object API, without pyplot, from the places that `curves` has worked out. Loading it costs a
third of a second and 40 MB, so `figures` imports it when something is to be drawn.
"""

from io import BytesIO

from matplotlib import style as mpl_style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.text import Text

from reports.numbers import count
from reports.render.axes import Frame
from reports.render.curves import (
    EDGE,
    HANDLE,
    HANDLE_GAP,
    LINE,
    SIZE,
    SMALL,
    X_LABELS,
    Layout,
    layout_of,
    risk_rows,
    style_of,
)
from reports.render.measure import REGULAR, SEMIBOLD, font
from reports.render.words import SYNTHETIC, y_text
from reports.results import Figure, Series

INK, MUTED = "#17212b", "#4f5d6b"
POINTS_PER_INCH = 72.0
LINE_WIDTH = 1.3

_RC = {
    "svg.fonttype": "none",
    "svg.hashsalt": "engraft",
    "font.sans-serif": [],
    "path.simplify": False,
    "axes.unicode_minus": False,
    "text.parse_math": False,
}


def as_svg(figure: Figure, *, synthetic: bool) -> bytes:
    """What matplotlib writes as SVG, with real text and without a date."""
    raw = BytesIO()
    with mpl_style.context(_RC, after_reset=True):
        canvas = draw(figure, synthetic=synthetic)
        canvas.savefig(raw, format="svg", metadata={"Date": None, "Creator": None})
    return raw.getvalue()


def as_png(figure: Figure, *, dpi: int, synthetic: bool) -> bytes:
    """What matplotlib writes as PNG, without its own name and version."""
    raw = BytesIO()
    with mpl_style.context(_RC, after_reset=True):
        canvas = FigureCanvasAgg(draw(figure, synthetic=synthetic))
        canvas.print_figure(raw, format="png", dpi=dpi, metadata={"Software": None})
    return raw.getvalue()


def draw(figure: Figure, *, synthetic: bool = False) -> Canvas:
    """The figure as matplotlib holds it: curves, legend and rows at risk, each at its place."""
    place = layout_of(figure, footer=synthetic)
    canvas = Canvas(
        figsize=(place.width / POINTS_PER_INCH, place.height / POINTS_PER_INCH),
        dpi=POINTS_PER_INCH,
        facecolor="white",
    )
    plot = place.plot
    axes = canvas.add_axes(
        (
            plot.left / place.width,
            plot.bottom / place.height,
            (plot.right - plot.left) / place.width,
            (plot.top - plot.bottom) / place.height,
        )
    )
    _spines(axes, place.frame)
    for position, series in enumerate(figure.series):
        _curve(axes, series, position, place.frame)
    _axis_texts(canvas, place, figure)
    _legend(canvas, place)
    _at_risk(canvas, place, figure)
    if synthetic:
        _write(canvas, place.width - EDGE, EDGE, SYNTHETIC, size=SMALL, colour=MUTED, align="right")
    return canvas


def _spines(axes: Axes, frame: Frame) -> None:
    """Two axes with ticks; their texts are written by us, so that their places are known."""
    axes.set_xlim(frame.time.low, frame.time.high)
    axes.set_ylim(frame.height.low, frame.height.high)
    axes.set_xticks([x for x, _ in frame.time.ticks], labels=[])
    axes.set_yticks([y for y, _ in frame.height.ticks], labels=[])
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(linewidth=0.8, edgecolor=INK)
    axes.tick_params(length=3, width=0.8, color=INK)
    axes.patch.set_visible(False)


def _curve(axes: Axes, series: Series, position: int, frame: Frame) -> None:
    """One step line with a short upright stroke where a patient was censored."""
    style = style_of(position)
    corners = frame.steps(series)
    axes.add_line(
        Line2D(
            [x for x, _ in corners],
            [y for _, y in corners],
            color=style.colour,
            linewidth=LINE_WIDTH,
            dashes=style.dashes or (None, None),
            dash_capstyle="butt",
            solid_joinstyle="miter",
            clip_on=False,
            zorder=3 + position,
        )
    )
    seen = frame.censored(series)
    axes.add_line(
        Line2D(
            [x for x, _ in seen],
            [y for _, y in seen],
            color=style.colour,
            linestyle="none",
            marker="|",
            markersize=5,
            markeredgewidth=0.8,
            clip_on=False,
            zorder=3 + position,
        )
    )


def _axis_texts(canvas: Canvas, place: Layout, figure: Figure) -> None:
    plot, frame = place.plot, place.frame
    for at, told in frame.height.ticks:
        _, y = plot.at(0, frame.height.share(at))
        _write(canvas, plot.left - 6, y, told, align="right", stand="center_baseline")
    for at, told in frame.time.ticks:
        x, _ = plot.at(frame.time.share(at), 0)
        _write(canvas, x, plot.bottom - 13, told, align="center")
    middle = (plot.left + plot.right) / 2
    _write(canvas, middle, plot.bottom - X_LABELS + 5, figure.x_label, align="center")
    upright = _write(
        canvas,
        plot.left - 27,
        (plot.bottom + plot.top) / 2,
        y_text(figure),
        align="center",
        stand="center",
    )
    upright.set_rotation(90)


def _legend(canvas: Canvas, place: Layout) -> None:
    """P first, then a piece of each line with its name."""
    if place.legend is None:
        return
    left = place.legend.left
    y = place.legend.top - LINE + 2.5
    for line in place.title:
        _write(canvas, left, y, line)
        y -= LINE
    for position, lines in enumerate(place.entries):
        style = style_of(position)
        canvas.add_artist(
            Line2D(
                [left / place.width, (left + HANDLE) / place.width],
                [(y + 2.7) / place.height] * 2,
                color=style.colour,
                linewidth=LINE_WIDTH,
                dashes=style.dashes or (None, None),
                dash_capstyle="butt",
            )
        )
        for line in lines:
            _write(canvas, left + HANDLE + HANDLE_GAP, y, line)
            y -= LINE


def _at_risk(canvas: Canvas, place: Layout, figure: Figure) -> None:
    """Under each tick the patients still at risk; the name in the curve's colour."""
    y = place.plot.bottom - X_LABELS - LINE
    _write(canvas, EDGE, y, "Number at risk", weight=SEMIBOLD)
    y -= LINE
    for row, lines in zip(risk_rows(figure), place.labels, strict=True):
        colour = INK if row.position is None else style_of(row.position).text
        for (at, _), n in zip(place.frame.time.ticks, row.at_risk, strict=True):
            x, _ = place.plot.at(place.frame.time.share(at), 0)
            _write(canvas, x, y, count(n), align="center")
        for line in lines:
            _write(canvas, EDGE, y, line, colour=colour)
            y -= LINE


def _write(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    *,
    size: float = SIZE,
    weight: int = REGULAR,
    colour: str = INK,
    align: str = "left",
    stand: str = "baseline",
) -> Text:
    """A text at a place in points. Never read as mathematics: a `$` is a dollar."""
    width, height = (inches * POINTS_PER_INCH for inches in canvas.get_size_inches())
    return canvas.text(
        x / width,
        y / height,
        text,
        fontproperties=font(size, weight),
        color=colour,
        horizontalalignment=align,
        verticalalignment=stand,
        parse_math=False,
    )

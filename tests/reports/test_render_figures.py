"""Can every figure be read? Its texts apart, inside the canvas, escaped, and the same on re-run."""

import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from math import log
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from reports.render import figures
from reports.render.axes import frame_of
from reports.render.canvas import draw
from reports.render.curves import COLOURS, Box, layout_of, style_of
from reports.render.words import SYNTHETIC, height_at
from reports.results import Figure, Results, Scale, Series
from tests.reports import sample_results as sample

ROOT = Path(__file__).parents[2]
LONG = "Chimiothérapie d’induction puis perfusion de lymphocytes du donneur (deux ou plus)"
TURKISH = "İkinci nakil – Şişli, Iğdır, Çağ, Öğün ≥ 365"


def many(n: int, label: str = "Group") -> tuple[Series, ...]:
    """`n` curves from nearly flat to steep: no corner stays free."""
    return tuple(sample.series(f"{label} {i}", 40, 400 / (1 + i) ** 2, i) for i in range(n))


def wide() -> tuple[Series, ...]:
    """A curve with a six-digit number at risk."""
    base = sample.series("All", 30, 18, 1)
    at_risk = (123456, 65432, 34567, 12345, 10000)
    return (Series("All", 123456, 9, base.months, base.survival, base.censor, at_risk),)


def log_minus_log(**changes: object) -> Figure:
    """The sample as a check of proportional hazards; its five numbers at risk are not told anew."""
    axes = {"y_label": "log(−log S)", "ticks_months": (1, 3, 6, 12, 48), "test": None}
    return sample.figure(scale=Scale.LOG_MINUS_LOG, **{**axes, **changes})


FIGURES = {
    "five groups": sample.figure(),
    "one curve": sample.figure(series=(sample.series("All patients", 288, 12, 6),), test=None),
    "one curve with a test": sample.figure(series=many(1)),
    "seven flat and steep": sample.figure(series=many(7)),
    "twelve": sample.figure(series=many(12)),
    "long names": sample.figure(series=many(4, LONG), test=f"{LONG} P < 0.0001"),
    "turkish": sample.figure(series=many(3, TURKISH), x_label=TURKISH, y_label="Sağkalım (%)"),
    "one endless word": sample.figure(series=many(2, "Pneumonoultramicroscopic" * 4)),
    "hostile": sample.hostile_results().figures[0],
    "wide numbers": sample.figure(series=wide()),
    "no curve": sample.figure(series=(), test=None),
    "log minus log": log_minus_log(),
    "log minus log, twelve": log_minus_log(series=many(12)),
    "log minus log, long names": log_minus_log(series=many(4, LONG)),
    "log minus log, wide numbers": log_minus_log(series=wide(), ticks_months=(1, 2, 3, 6, 48)),
    "log minus log, no curve": log_minus_log(series=()),
    "nobody": sample.figure(series=(Series("Nobody", 0, 0, (0.0,), (1.0,), (), (0, 0, 0, 0, 0)),)),
}


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every written text with its rectangle in points."""
    canvas = draw(figure, synthetic=True)
    renderer = FigureCanvasAgg(canvas).get_renderer()
    texts = [t for t in canvas.findobj(Text) if t.get_visible() and t.get_text()]
    return [(t.get_text(), t.get_window_extent(renderer)) for t in texts]


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_meets_another_or_leaves_the_canvas(name: str) -> None:
    figure = FIGURES[name]
    place = layout_of(figure, footer=True)
    found = boxes(figure)
    for text, box in found:
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= place.width and box.y1 <= place.height
        assert inside, f"{text} leaves the canvas: {box}"
    for (one, a), (other, b) in combinations(found, 2):
        apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0
        assert apart, f"{one!r} meets {other!r}"


@pytest.mark.parametrize("name", FIGURES)
def test_no_curve_runs_through_the_legend(name: str) -> None:
    figure = FIGURES[name]
    place = layout_of(figure, footer=False)
    if place.legend is None:
        return
    for series in figure.series:
        for at in place.frame.steps(series):
            x, y = place.plot.at(place.frame.time.share(at[0]), place.frame.height.share(at[1]))
            assert not place.legend.meets(Box(x, y, x, y)), f"{series.label} at {at}"


@pytest.mark.parametrize("name", FIGURES)
def test_a_strict_page_may_hold_the_drawing(name: str) -> None:
    drawing = figures.svg(FIGURES[name], synthetic=True)
    root = ElementTree.fromstring(drawing)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "defs", "path", "use", "text"}
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) and all(i.startswith("f3-") for i in ids)
    for element in root.iter():
        names = {name for name in element.attrib if name == "style" or name.startswith("on")}
        assert not names
        assert element.get("href", "#f3-").startswith("#f3-")


def test_every_text_of_the_drawing_is_real_text() -> None:
    root = ElementTree.fromstring(figures.svg(FIGURES["turkish"]))
    texts = " ".join(e.text or "" for e in root.iter() if e.tag.endswith("}text"))
    for word in ("İkinci nakil", "Iğdır,", "≥", "Sağkalım (%)", "Log-rank P < 0.0001", "At risk"):
        assert word in texts.replace("Number at risk", "At risk")


def test_the_drawing_says_what_it_shows() -> None:
    root = ElementTree.fromstring(figures.svg(sample.figure()))
    title, description = root[0], root[1]
    assert title.text == "Figure 3. Overall survival by treatment after relapse or progression"
    assert root.get("aria-labelledby") == title.get("id")
    assert description.text is not None
    assert "Second HSCT: 70 patients" in description.text
    assert re.search(r"at 12 months \d+\.\d%", description.text)


def test_hostile_labels_stay_letters() -> None:
    drawing = figures.svg(FIGURES["hostile"])
    assert "<script" not in drawing
    root = ElementTree.fromstring(drawing)
    texts = " ".join(e.text or "" for e in root.iter() if e.tag.endswith("}text"))
    assert "$x^2$" in texts and "<script>alert(1)</script>" in texts


def test_the_same_figure_gives_the_same_bytes() -> None:
    assert figures.svg(sample.figure()) == figures.svg(sample.figure())
    assert figures.png(sample.figure()) == figures.png(sample.figure())


def test_a_synthetic_figure_says_so() -> None:
    assert SYNTHETIC in figures.svg(sample.figure(), synthetic=True)
    assert SYNTHETIC not in figures.svg(sample.figure())


def test_png_is_170_mm_wide_at_the_asked_resolution() -> None:
    raw = figures.png(sample.figure(), 600)
    assert raw[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(raw[16:20], "big") == pytest.approx(482 / 72 * 600, abs=1)


def test_curves_differ_in_colour_and_line() -> None:
    styles = [style_of(position) for position in range(len(COLOURS) ** 2)]
    assert len({(s.colour, s.dashes) for s in styles}) == len(styles)
    first = styles[: len(COLOURS)]
    assert len({s.colour for s in first}) == len({s.dashes for s in first}) == len(COLOURS)


def test_letters_are_dark_enough_on_white() -> None:
    for position in range(len(COLOURS)):
        assert contrast_on_white(style_of(position).text) >= 4.5


def contrast_on_white(colour: str) -> float:
    """Contrast by WCAG 2: (1.05) / (relative luminance + 0.05)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


def test_steps_by_hand() -> None:
    #               died at 2, left at 5, died at 8
    series = Series("By hand", 4, 2, (0.0, 2.0, 8.0), (1.0, 0.75, 0.375), ((5.0, 0.75),), (4, 1))
    six, nine = (frame_of(sample.figure(ticks_months=(0, end), series=())) for end in (6, 9))
    assert six.steps(series) == [(0, 100), (2, 100), (2, 75), (6, 75)]
    assert nine.steps(series)[-1] == (8, 37.5)
    assert series.height_at(5) == 0.75
    assert series.height_at(8) == 0.375
    assert series.height_at(9) is None, "nobody was seen after 8 months"


# S and log(−log S): 0.75 and −1.2459, 0.5 and −0.3665, 0.25 and 0.3266
BY_HAND = Series(
    #                          died at 0.5, 2, 8; left at 5; the last died at 16
    *("By hand", 8, 7, (0.0, 0.5, 2.0, 8.0, 16.0), (1.0, 0.75, 0.5, 0.25, 0.0)),
    censor=((0.25, 1.0), (5.0, 0.5)),
    at_risk=(6, 4, 2, 0),
    key="f3.by.hand",
)


def close(found: Iterable[Iterable[float]], wanted: list[tuple[float, float]]) -> bool:
    """The same points but for the last digits, one after the other."""
    return [tuple(point) for point in found] == [pytest.approx(point) for point in wanted]


def test_log_minus_log_by_hand() -> None:
    figure = log_minus_log(series=(BY_HAND,), ticks_months=(1, 4, 8, 32))
    frame = frame_of(figure)
    high, middle, low = log(-log(0.25)), log(-log(0.5)), log(-log(0.75))
    assert (low, middle, high) == pytest.approx((-1.2459, -0.3665, 0.3266), abs=1e-4)
    # The death before the axis begins has set the height at its left end; at S = 0 the curve ends.
    corners = [(0, low), (log(2), low), (log(2), middle), (log(8), middle), (log(8), high)]
    assert close(frame.steps(BY_HAND), [*corners, (log(16), high)])
    assert close(frame.censored(BY_HAND), [(log(5), middle)])
    assert (frame.height.low, frame.height.high) == (-2, 1), "whole numbers around the curve"
    assert [told for _, told in frame.height.ticks] == ["−2", "−1", "0", "1"]
    assert [told for _, told in frame.time.ticks] == ["1", "4", "8", "32"]
    assert [frame.time.share(at) for at, _ in frame.time.ticks] == pytest.approx([0, 0.4, 0.6, 1])
    told = [height_at(figure, BY_HAND, month) for month in (0, 1, 4, 8, 16, 32)]
    assert [height and height[1] for height in told] == [None, "-1.25", "-0.37", "0.33", None, None]


def test_log_minus_log_begins_with_the_first_event() -> None:
    late = Series("Late", 2, 1, (0.0, 6.0, 12.0), (1.0, 0.5, 0.5), (), (2, 2, 1, 0))
    frame = frame_of(log_minus_log(series=(late,), ticks_months=(1, 4, 8, 32)))
    height = log(-log(0.5))
    assert close(frame.steps(late), [(log(6), height), (log(12), height), (log(12), height)])
    gone = Series("Gone", 1, 0, (0.0, 0.9), (1.0, 1.0), ((0.9, 1.0),), (0, 0, 0, 0))
    assert frame.steps(gone) == frame.censored(gone) == []


def test_the_drawing_stands_at_the_points_by_hand() -> None:
    figure = log_minus_log(series=(BY_HAND,), ticks_months=(1, 4, 8, 32))
    (axes,) = draw(figure).axes
    curve, marks = axes.lines
    assert close(curve.get_xydata(), frame_of(figure).steps(BY_HAND))
    assert close(marks.get_xydata(), frame_of(figure).censored(BY_HAND))
    assert axes.get_xlim() == pytest.approx((0, log(32))) and axes.get_ylim() == (-2, 1)


def test_the_kind_of_the_axes_is_kept_with_a_run() -> None:
    results = sample.results(figures=(log_minus_log(),))
    assert Results.from_json(results.to_json()).figures[0].scale is Scale.LOG_MINUS_LOG
    before = results.to_json().replace(',\n   "scale": "log_minus_log"', "")
    assert Results.from_json(before).figures[0].scale is Scale.PERCENT, "a run kept before"


def test_the_drawing_of_logarithms_is_real_text_with_a_description() -> None:
    two = replace(many(1)[0], at_risk=(4, 3, 2, 0))
    drawn = log_minus_log(series=(BY_HAND, two), ticks_months=(1, 4, 8, 32))
    root = ElementTree.fromstring(figures.svg(drawn))
    texts = [e.text for e in root.iter() if e.tag.endswith("}text")]
    assert {"log(−log S)", "−2", "32", "By hand"} <= set(texts)
    assert str(root[1].text).startswith("Step curves. log(−log S) by Months after")
    assert "By hand: 8 patients, 7 events; at 1 month -1.25; at 4 months -0.37" in str(root[1].text)


def test_a_time_axis_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a tick after 0"):
        figures.svg(sample.figure(ticks_months=(0,), series=()))
    with pytest.raises(ValueError, match="needs two ticks, both after 0"):
        figures.svg(log_minus_log(ticks_months=(0, 12), series=()))


def test_matplotlib_stays_out_of_a_process_that_only_shows() -> None:
    asked = (
        "import sys, reports.render.html, reports.render.mail; print('matplotlib' in sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "False"

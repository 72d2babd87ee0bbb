"""Can every figure be read? Its texts apart, inside the canvas, escaped, and the same on re-run."""

import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from reports.render import figures
from reports.render.canvas import draw
from reports.render.curves import COLOURS, Box, layout_of, steps, style_of
from reports.render.words import SYNTHETIC, survival_at
from reports.results import Figure, Series
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
    end, plot = float(figure.ticks_months[-1]), place.plot
    for series in figure.series:
        for month, percent in steps(series, end):
            x = plot.left + (plot.right - plot.left) * month / end
            y = plot.bottom + (plot.top - plot.bottom) * percent / 100
            assert not place.legend.meets(Box(x, y, x, y)), f"{series.label} at {month} months"


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
    assert steps(series, 6.0) == [(0, 100), (2, 100), (2, 75), (6, 75)]
    assert steps(series, 9.0)[-1] == (8, 37.5)
    assert survival_at(series, 5) == 0.75
    assert survival_at(series, 8) == 0.375
    assert survival_at(series, 9) is None, "nobody was seen after 8 months"


def test_a_time_axis_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a tick after 0"):
        figures.svg(sample.figure(ticks_months=(0,), series=()))


def test_matplotlib_stays_out_of_a_process_that_only_shows() -> None:
    asked = (
        "import sys, reports.render.html, reports.render.mail; print('matplotlib' in sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "False"

"""How does a report become a page? The body for the web page, and one file that stands alone."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe

from reports.render import figures
from reports.render.document import Document, document_of
from reports.results import Results

_REPORTS = Path(__file__).parent.parent
_CSS = _REPORTS / "static" / "reports" / "report.css"
_WEB_FONTS = _REPORTS.parent / "registry" / "static" / "registry" / "fonts"
_FACES = (("IBMPlexSans-Regular.woff2", 400), ("IBMPlexSans-SemiBold.woff2", 600))

# A figure with its caption is as tall as so many lines of a table, a table's head and notes as so many.
_FIGURE_LINES, _FRAME_LINES = 15, 4

Links = Mapping[str, Sequence[tuple[str, str]]]


def figures_svg(results: Results) -> dict[str, str]:
    """Every figure drawn: figure id to <svg> text."""
    return {f.id: figures.svg(f, synthetic=results.synthetic) for f in results.figures}


def report_body(
    results: Results, figures_svg: Mapping[str, str], links: Links | None = None
) -> SafeString:
    """The report as one <div class="report">, for a page that loads reports/report.css.

    figures_svg : what `figures_svg(results)` gave (kept beside the run: drawing takes a second).
    links : for a figure's id the (text, address) pairs of its downloads.
    Holds no script, no style attribute and no handler. Raises KeyError for a missing drawing.
    """
    doc = document_of(results)
    drawn = [
        {
            "lines": lines,
            "svg": mark_safe(figures_svg[lines.id]),
            "links": (links or {}).get(lines.id, ()),
        }
        for lines in doc.figures
    ]
    first = _beside_the_figures(doc)
    content = {
        "doc": doc,
        "figures": drawn,
        "beside": doc.tables[:first],
        "below": (*doc.tables[first:], *doc.texts),
    }
    return _rendered("report_body.html", content)


def _beside_the_figures(doc: Document) -> int:
    """How many tables stand beside the figures: so many that neither column ends much earlier."""
    left = _FIGURE_LINES * len(doc.figures) + len(doc.flow) + _FRAME_LINES
    tall = accumulate(len(table.lines) + _FRAME_LINES for table in doc.tables)
    distances = [abs(left - height) for height in (0, *tall)]
    return distances.index(min(distances))


def report_page(results: Results) -> str:
    """The report as one file: style, type and figures inside, nothing to fetch."""
    body = report_body(results, figures_svg(results))
    content = {
        "doc": document_of(results),
        "body": body,
        "css": mark_safe(_CSS.read_text(encoding="utf-8")),
        "fonts": mark_safe(_font_faces()),
    }
    return str(_rendered("report_page.html", content))


def _rendered(name: str, content: dict[str, object]) -> SafeString:
    """A template of ours, without Django's settings: every value arrives as text."""
    template = engine().get_template(f"reports/{name}")
    return template.render(Context(content, use_l10n=False, use_tz=False))


@cache
def engine() -> Engine:
    """Our templates only, escaping on, an unknown name is shown and found by the tests."""
    return Engine(
        dirs=[str(_REPORTS / "templates")], autoescape=True, string_if_invalid="[no such value]"
    )


@cache
def _font_faces() -> str:
    """The two weights as data addresses."""
    faces = []
    for name, weight in _FACES:
        data = b64encode((_WEB_FONTS / name).read_bytes()).decode("ascii")
        faces.append(
            f'@font-face {{ font-family: "IBM Plex Sans"; font-weight: {weight}; '
            f'src: url(data:font/woff2;base64,{data}) format("woff2"); }}'
        )
    return "\n".join(faces)

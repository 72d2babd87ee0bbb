"""How do survival curves become a picture? SVG with real text, PNG for mail and print.

Both come from the same layout and are byte-identical on re-run.
"""

from types import ModuleType

from reports.render.svg import tidy
from reports.render.words import description_of
from reports.results import Figure


def svg(figure: Figure, *, synthetic: bool = False) -> str:
    """The figure as one <svg> element with title and description, without style attributes.

    Every id starts with the figure's id, so several figures fit into one page; there is no
    `style`, so a strict Content-Security-Policy lets it through.
    Raises ValueError when the time axis has no tick after 0.
    """
    raw: bytes = _canvas().as_svg(figure, synthetic=synthetic)
    title = f"{figure.label}. {figure.title}"
    return tidy(raw, prefix=figure.id, title=title, text=description_of(figure))


def png(figure: Figure, dpi: int = 200, *, synthetic: bool = False) -> bytes:
    """The figure as PNG, 170 mm wide at `dpi`; 600 for print, 200 for the mail."""
    raw: bytes = _canvas().as_png(figure, dpi=dpi, synthetic=synthetic)
    return raw


def _canvas() -> ModuleType:
    """matplotlib stays out of a web process that draws nothing."""
    from reports.render import canvas  # noqa: PLC0415

    return canvas

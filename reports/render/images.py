"""How does a reader get the figures alone? Each as SVG and as PNG for print, or all in one ZIP."""

import re

from reports.packed import day_of_cut, packed
from reports.render import figures
from reports.results import Figure, Results

PRINT_DPI = 600
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NOT_IN_A_NAME = re.compile("[^a-z0-9]+")


def names_of(results: Results) -> dict[str, Figure]:
    """Each figure by the name of its files: "figure-3", and with its id where two would share one."""
    named: dict[str, Figure] = {}
    for figure in results.figures:
        name = _NOT_IN_A_NAME.sub("-", figure.label.lower()).strip("-") or "figure"
        named[f"{name}-{figure.id}" if name in named else name] = figure
    return named


def links_of(results: Results) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each figure's id the texts and addresses of its files, seen from the report's page."""
    return {
        figure.id: (
            ("SVG", f"figures/{name}.svg"),
            (f"PNG {PRINT_DPI} dpi", f"figures/{name}.png"),
        )
        for name, figure in names_of(results).items()
    }


def image(results: Results, name: str, ending: str) -> bytes:
    """One figure as "svg" or "png". Raises KeyError for another name or ending."""
    figure = names_of(results)[name]
    return _DRAWN[ending](figure, results.synthetic)


def images(results: Results) -> bytes:
    """A ZIP with every figure in both forms and a file of the titles and captions."""
    named = names_of(results)
    parts = [
        (f"{name}.{ending}", draw(figure, results.synthetic))
        for name, figure in named.items()
        for ending, draw in _DRAWN.items()
    ]
    told = "\n\n".join(
        f"{name}: {figure.label}. {figure.title}. {figure.caption}"
        for name, figure in named.items()
    )
    return packed([*parts, ("captions.txt", f"{told}\n".encode())], day_of_cut(results))


def _svg(figure: Figure, synthetic: bool) -> bytes:
    return f"{_HEAD}{figures.svg(figure, synthetic=synthetic)}\n".encode()


def _png(figure: Figure, synthetic: bool) -> bytes:
    return figures.png(figure, PRINT_DPI, synthetic=synthetic)


_DRAWN = {"svg": _svg, "png": _png}

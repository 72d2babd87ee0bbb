"""Which files does a finished report come as, and how is each made from what its run has kept?

PDF, page and results lie with the run. The others are drawn from the stored results when somebody
asks: a second or less, the same bytes each time, and nothing more to keep. What needs python-docx
or openpyxl is imported only then (docs/adr/0008).
"""

from collections.abc import Callable
from dataclasses import dataclass

from reports.render.images import image, images
from reports.render.tabular import tabular
from reports.results import Results


class OutOfDate(Exception):
    """The results were kept by a version whose reports had another shape."""


def _word(results: Results) -> bytes:
    from reports.render.word import word  # noqa: PLC0415

    return word(results)


def _workbook(results: Results) -> bytes:
    from reports.render.sheet import workbook  # noqa: PLC0415

    return workbook(results)


@dataclass(frozen=True)
class File:
    """One file of a report. `ending` closes its name; `says` tells a reader what it is for.

    kept : the field of the run that holds it; "" for one that is drawn.
    """

    name: str
    ending: str
    content_type: str
    says: str
    kept: str = ""
    draw: Callable[[Results], bytes] | None = None


_OFFICE = "application/vnd.openxmlformats-officedocument."
FILES = {
    "pdf": File("PDF", ".pdf", "application/pdf", "The report on A4, to print and to file.", "pdf"),
    "docx": File(
        "Word",
        ".docx",
        f"{_OFFICE}wordprocessingml.document",
        "The same report with real tables, to be worked into a manuscript.",
        draw=_word,
    ),
    "xlsx": File(
        "Excel",
        ".xlsx",
        f"{_OFFICE}spreadsheetml.sheet",
        "A sheet for each table and figure with the full numbers, and every comparison.",
        draw=_workbook,
    ),
    "csv": File(
        "CSV",
        ".csv",
        "text/csv; charset=utf-8",
        "Every number of the report, one a line, for R or Python.",
        draw=tabular,
    ),
    "figures": File(
        "Figures",
        "-figures.zip",
        "application/zip",
        "Every figure as SVG and as PNG at 600 dpi, with the captions.",
        draw=images,
    ),
    "html": File(
        "HTML",
        ".html",
        "text/html; charset=utf-8",
        "The report as one page that needs nothing else.",
        "page",
    ),
    "json": File(
        "JSON",
        ".json",
        "application/json",
        "The stored results, from which every other file is drawn.",
        "results",
    ),
}
IMAGES = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png"}


def made(what: str, stored: str) -> bytes:
    """The file `what`, drawn from the stored results of a run.

    Raises KeyError for one that is unknown or kept, OutOfDate for results that cannot be read.
    """
    draw = FILES[what].draw
    if draw is None:
        raise KeyError(what)
    return draw(_read(stored))


def figure_made(name: str, ending: str, stored: str) -> bytes:
    """One figure, "figure-3" as "svg" or "png". Raises KeyError where there is none, OutOfDate."""
    return image(_read(stored), name, ending)


def _read(stored: str) -> Results:
    try:
        return Results.from_json(stored)
    except (KeyError, TypeError, ValueError) as fault:
        raise OutOfDate from fault

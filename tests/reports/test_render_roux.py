"""Does the first real study come out whole? Computed on the synthetic cohort, then drawn and set."""

from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import combinations
from xml.etree import ElementTree

from pypdf import PdfReader

from reports.compute import run
from reports.render import html
from reports.render.pdf import pdf
from reports.results import Results
from reports.studies.roux_2017_sfgmtc import STUDY
from tests.reports.computed import MADE
from tests.reports.roux_columns import roux_columns
from tests.reports.test_render_figures import boxes


@cache
def roux() -> Results:
    return run(STUDY, roux_columns(), replace(MADE, cut_date="2014-12-31"))


def test_no_text_of_its_figures_meets_another() -> None:
    for figure in roux().figures:
        for (one, a), (other, b) in combinations(boxes(figure), 2):
            apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0
            assert apart, f"{figure.label}: {one!r} meets {other!r}"


def test_page_and_pdf_hold_every_number_and_sentence() -> None:
    results = roux()
    body = ElementTree.fromstring(html.report_body(results, html.figures_svg(results)))
    page = " ".join(" ".join(body.itertext()).split())
    pages = PdfReader(BytesIO(pdf(results))).pages
    # Without the first and last line of each page: a sentence may run over from one to the next.
    lines = (line for one in pages for line in one.extract_text().splitlines()[1:-1])
    print_out = " ".join(" ".join(lines).split())
    told = [
        cell.reason or cell.text
        for table in results.tables
        for row in table.rows
        for cell in row.cells
        if cell is not None
    ]
    told += [text.value.reason or text.value.text for text in results.texts]
    assert len(told) > 300
    for piece in (*told, *results.method, results.provenance.cut_sha256):
        words = " ".join(piece.split())
        assert words in page
        # Typst may break a long word or a line inside a sentence; letters stay.
        assert words.replace(" ", "") in print_out.replace(" ", "")


def test_the_counts_of_the_verdicts_stand_on_the_page() -> None:
    results = roux()
    page = html.report_body(results, html.figures_svg(results))
    for word, n in results.verdicts.items():
        assert f"<strong>{n}</strong>" in page, word

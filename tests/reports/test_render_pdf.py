"""Is the PDF the report? Its text, the mark on every page, the same bytes again."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from reports.render import figures, html
from reports.render.pdf import pdf
from reports.results import Results, Row, Table, Value, Verdict
from tests.reports import sample_results as sample

ROOT = Path(__file__).parents[2]
FRESH = """
import hashlib
from reports.render import figures, html, pdf
from tests.reports import sample_results as sample
r = sample.results()
made = (figures.svg(r.figures[1]).encode(), figures.png(r.figures[1]), pdf.pdf(r),
        html.report_page(r).encode())
print(*(hashlib.sha256(m).hexdigest() for m in made))
"""


def pages_of(results: Results) -> list[str]:
    """The text of each page, spaces and line ends made one space."""
    return [" ".join(p.extract_text().split()) for p in PdfReader(BytesIO(pdf(results))).pages]


def test_the_pdf_holds_the_report() -> None:
    text = " ".join(pages_of(sample.results()))
    for piece in (
        "Outcome after failure of allogeneic transplant in children with acute leukaemia",
        "Roux et al., Bone Marrow Transplant 2017;52:678-682",
        sample.PROVENANCE.cut_sha256,
        "0.1.0+3f1c2ab",
        "Breslow ties",
        "334 (25.6%)",
        "Excluded: No data after relapse",
        "Table 4. Cox model for death after relapse (n = 288, events = 248)",
        "0.43–0.85",
        "Number at risk",
        "Log-rank P < 0.0001",
        "Not estimable: no event among the 13 patients of this group.",
        "The Wald test from the printed HR and CI gives 0.00008.",
        "paper disagrees with itself",
        "Patients alive were censored at the last contact.",
    ):
        assert piece in text, piece


def test_every_page_says_that_the_data_are_synthetic() -> None:
    assert all("Synthetic data: no row" in page for page in pages_of(sample.results()))
    real = pages_of(sample.results(synthetic=False))
    assert not any("ynthetic" in page for page in real)


def test_every_page_names_the_cut_and_the_code() -> None:
    for place, page in enumerate(pages_of(sample.results()), 1):
        assert "SHA-256 9f2c41d0a7be" in page and "0.1.0+3f1c2ab" in page
        assert f"{place} / " in page


def test_hostile_texts_stay_letters_and_turkish_ones_survive() -> None:
    text = " ".join(pages_of(sample.hostile_results()))
    for piece in ("<script>alert(1)</script>", "#sys", "$x^2$", "@ref", "*b*", "_e_", "`r`", "[c]"):
        assert piece in text, piece
    assert "İıŞşĞğÇçÖöÜü ≥" in text


def test_a_long_table_repeats_its_header() -> None:
    rows = tuple(
        Row(f"Centre {i}", (Value(i, str(i), verdict=Verdict.SAME), None)) for i in range(150)
    )
    long = Table("t9", "Table 9", "Long", ("Unrepeatable header", "P"), rows, ())
    pages = [p for p in pages_of(sample.results(tables=(long,), texts=())) if "Centre 1" in p]
    assert len(pages) > 2 and all("Unrepeatable header" in page for page in pages)


def test_a_wide_table_stays_on_the_page() -> None:
    columns = tuple(f"Group {i} n (%)" for i in range(8))
    cells = tuple(Value(174, "174 (60.4%)", printed="1", verdict=Verdict.SAME) for _ in columns)
    wide = Table("t9", "Table 9", "Wide", columns, (Row("A rather long label", cells),), ())
    text = " ".join(pages_of(sample.results(tables=(wide,))))
    assert text.count("174 (60.4%)") == 8


def test_the_document_is_titled_tagged_and_dated_by_the_cut() -> None:
    reader = PdfReader(BytesIO(pdf(sample.results())))
    assert reader.metadata is not None
    assert reader.metadata.title == sample.results().title
    assert str(reader.metadata.creation_date).startswith("2014-12-31")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith("en")


def test_an_undated_cut_still_gives_the_same_bytes() -> None:
    undated = sample.results(provenance=replace(sample.PROVENANCE, cut_date="open"))
    assert pdf(undated) == pdf(undated)


def test_an_empty_report_still_makes_a_pdf() -> None:
    empty = sample.results(
        flow=(), tables=(), figures=(), texts=(), comparisons=(), verdicts={}, warnings=(), doi=""
    )
    told = " ".join(pages_of(empty))
    assert "Method" in told and "paper disagrees" not in told, "nothing compared, nothing counted"


@pytest.mark.parametrize("seed", ["1", "4711"])
def test_another_process_makes_the_same_bytes(seed: str) -> None:
    results = sample.results()
    here = (
        figures.svg(results.figures[1]).encode(),
        figures.png(results.figures[1]),
        pdf(results),
        html.report_page(results).encode(),
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    fresh = subprocess.run(
        [sys.executable, "-c", FRESH],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert fresh.stdout.split() == [hashlib.sha256(made).hexdigest() for made in here]

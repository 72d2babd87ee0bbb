"""How does a report become a PDF? Set by Typst on A4; the same results give the same bytes."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from reports.packed import day_of_cut
from reports.render import figures
from reports.render.columns import columns_of
from reports.render.document import document_of
from reports.render.marks import MARKS
from reports.render.measure import FONTS
from reports.render.words import description_of
from reports.results import Results

_TEMPLATE = Path(__file__).parent / "report.typ"


def pdf(results: Results) -> bytes:
    """The whole report. The PDF's date is the day of the data cut, never the clock's."""
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"document": _document(results), "drawings": _drawings(results)},
        # An archive may keep it (PDF/A-2a) and a screen reader can walk it (PDF/UA-1).
        pdf_standards=["a-2a", "ua-1"],
        timestamp=day_of_cut(results),
    )


def _document(results: Results) -> str:
    """The texts as JSON. Typst receives strings; none of them is read as markup."""
    doc = document_of(results)
    plain = asdict(doc) | {"code": results.provenance.code_version}
    plain["tables"] = [*plain["tables"], *plain["texts"]]
    for source, lines in zip((*doc.tables, *doc.texts), plain["tables"], strict=True):
        shares, size = columns_of(source)
        lines |= {"width": source.width, "shares": shares, "size": size}
    plain["signs"] = {mark.name: mark.svg() for mark in MARKS}
    return json.dumps(plain, ensure_ascii=False)


def _drawings(results: Results) -> str:
    drawn = {
        figure.id: {
            "svg": figures.svg(figure, synthetic=results.synthetic),
            "alt": f"{figure.label}. {figure.title}. {description_of(figure)}",
        }
        for figure in results.figures
    }
    return json.dumps(drawn, ensure_ascii=False)

"""How do the texts of a form become a PDF? Set by Typst on A4; the same texts give the same bytes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

_TEMPLATE = Path(__file__).parent / "form.typ"


def pdf(texts: dict[str, Any], at: datetime | None = None) -> bytes:
    """The texts of `blank_form` or `filled_form` on A4, to be read by a screen reader too (PDF/UA-1).

    at : when it is printed. An empty form bears no date: it is the same until the dictionary changes.
    """
    # Typst receives strings; none of them is read as markup.
    document = json.dumps({"dated": at is not None} | texts, ensure_ascii=False)
    try:
        return _set(document, at, ["ua-1"])
    except typst.TypstError:
        # The standard refuses a letter that our font lacks, such as a Chinese one in a remark. Then an
        # empty box is drawn in its place, and the form is printed all the same.
        return _set(document, at, [])


def _set(document: str, at: datetime | None, standards: list[str]) -> bytes:
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        font_paths=[settings.PRINT_FONTS],
        ignore_system_fonts=True,
        sys_inputs={"document": document},
        pdf_standards=standards,
        timestamp=int(at.timestamp()) if at else 0,
    )

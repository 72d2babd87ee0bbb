"""What goes into the ZIP? The data of the cut, both scripts with their tools, the numbers, a README."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping

import numpy as np

from reports.catalogue import Kind, catalogue
from reports.columns import Columns
from reports.replay.expected import expected
from reports.replay.parts import columns_used
from reports.replay.readme import readme
from reports.replay.script import TOOLS, python_script, r_script
from reports.results import Period, Results
from reports.study import Study

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes
MANIFEST = "SHA256SUMS"


class OtherRun(ValueError):
    """The results are not those of this study on these columns."""


def archive(study: Study, columns: Columns, results: Results) -> bytes:
    """The ZIP with which a finished run can be computed anew.

    columns : those of the run's data cut. Raises OtherRun; NotRepeated (a cohort without a form).
    """
    _refuse_others(study, columns, results)
    found = r_script(study, results.provenance, results.synthetic)
    python = python_script(study, results.provenance, results.synthetic)
    nowhere = found.omitted.keys() & python.omitted.keys()
    lines = expected(study, results, nowhere)
    files = {
        "README.txt": readme(study, results, {"study.R": found, "study.py": python}),
        "data.csv": data_csv(study, columns, results.provenance.period),
        "expected.csv": _csv(("key", "value", "text"), lines),
        "study.R": found.text,
        "study.py": python.text,
        **_tools(),
    }
    return _zipped({name: text.encode() for name, text in files.items()})


def _refuse_others(study: Study, columns: Columns, results: Results) -> None:
    """A script is written from the study as it is now, so the run must be of this very study."""
    if columns.sha256 != results.provenance.cut_sha256:
        raise OtherRun(f"{study.id}: the columns are not those of the run's data cut")
    ours = [word.id for word in study.tables], [word.id for word in study.figures]
    theirs = [table.id for table in results.tables], [drawn.id for drawn in results.figures]
    version = results.provenance.study_version
    if (study.id, study.version, ours) != (results.study, version, theirs):
        raise OtherRun(f"{study.id}: the run is of another version of the study")


def data_csv(study: Study, columns: Columns, period: Period | None) -> str:
    """The columns that the study uses, rows in the order of the cut; what is missing is empty."""
    rows, names = columns.in_order(), columns_used(study, period)
    told = [_told(catalogue[name].kind, rows, name) for name in names]
    return _csv(names, zip(*told, strict=True))


def _told(kind: Kind, rows: Columns, name: str) -> list[str]:
    known = rows.known(name)
    values = rows[name]
    if kind == "number":
        shown = [np.format_float_positional(value, trim="-") for value in values]
    else:
        shown = [str(value) for value in values]
    return [text if there else "" for text, there in zip(shown, known, strict=True)]


def _csv(header: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *lines])
    return out.getvalue()


def _tools() -> dict[str, str]:
    files = sorted(path for path in TOOLS.iterdir() if path.suffix in (".R", ".py"))
    return {f"tools/{path.name}": path.read_text("utf-8") for path in files}


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """The files with their manifest, which `sha256sum -c` reads."""
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, data in {**files, MANIFEST: sums.encode()}.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            opened.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()

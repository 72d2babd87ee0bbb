"""What goes into the ZIP? The rows of the run, both scripts with their tools, the numbers, a README."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping

import numpy as np

from reports.catalogue import Kind, catalogue
from reports.columns import Columns
from reports.compute.part import done_in
from reports.packed import day_of_cut, packed
from reports.replay.expected import expected
from reports.replay.parts import PATIENT, columns_used, names_patients
from reports.replay.readme import readme
from reports.replay.scene import NotRepeated
from reports.replay.script import TOOLS, python_script, r_script
from reports.results import Period, Results
from reports.study import Study
from reports.words import LogMinusLogFigure

MANIFEST = "SHA256SUMS"


class OtherRun(ValueError):
    """The results are not those of this study on these columns."""


def archive(study: Study, columns: Columns, results: Results) -> bytes:
    """The ZIP with which a finished run can be computed anew.

    columns : those of the run's data cut. Raises OtherRun; NotRepeated (a cohort without a form, or
    a study that names single patients).
    """
    _refuse_others(study, columns, results)
    if names_patients(study):
        raise NotRepeated(f"{study.id}: it names single patients, whose pseudonyms stay here")
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
    contents = {name: text.encode() for name, text in files.items()}
    return packed([*contents.items(), (MANIFEST, _sums(contents))], day_of_cut(results))


def _refuse_others(study: Study, columns: Columns, results: Results) -> None:
    """A script is written from the study as it is now, so the run must be of this very study."""
    if columns.sha256 != results.provenance.cut_sha256:
        raise OtherRun(f"{study.id}: the columns are not those of the run's data cut")
    ours = [word.id for word in study.tables], [word.id for word in study.figures]
    theirs = [table.id for table in results.tables], [drawn.id for drawn in results.figures]
    version = results.provenance.study_version
    if (study.id, study.version, ours) != (results.study, version, theirs):
        raise OtherRun(f"{study.id}: the run is of another version of the study")
    untested = LogMinusLogFigure
    grouped = {word.id for word in study.figures if word.by and not isinstance(word, untested)}
    if any(drawn.id in grouped and drawn.p is None for drawn in results.figures):
        raise OtherRun(f"{study.id}: the run was kept before a figure held its P")


def data_csv(study: Study, columns: Columns, period: Period | None) -> str:
    """The columns that the study uses, of the transplants of the period, in the order of the cut.

    What is missing is empty. No pseudonym leaves: where a word asks for patients they are numbered.
    """
    rows, names = done_in(columns, period).in_order(), columns_used(study)
    told = [_told(catalogue[name].kind, rows, name) for name in names]
    return _csv(names, zip(*told, strict=True))


def _told(kind: Kind, rows: Columns, name: str) -> list[str]:
    known = rows.known(name)
    values = rows[name]
    if name == PATIENT:
        shown = [str(number + 1) for number in np.unique(values, return_inverse=True)[1]]
    elif kind == "number":
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


def _sums(files: Mapping[str, bytes]) -> bytes:
    """The manifest that `sha256sum -c` reads."""
    sums = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    return "".join(sums).encode()

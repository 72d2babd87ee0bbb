"""How are exported files read back in these tests? Each program's file as rows, labels and reasons."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas as pd
import pyreadstat

from registry.dictionary.language import Item
from registry.dictionary.values import Answer
from registry.models import Centre, ClinicalRecord, Patient, User
from registry.records import answer_of, load_case
from registry.scope import every_centre
from reports import actions
from reports.exports.programs import PROGRAMS
from reports.models import Export

READERS = {
    "spss": pyreadstat.read_sav,
    "stata": pyreadstat.read_dta,
    "sas": pyreadstat.read_xport,
}
AS_TEXTS = """
source("read.R")
tables <- read_engraft(".")
dir.create("as_texts")
for (name in names(tables)) {
  texts <- lapply(tables[[name]], function(column) {
    if (is.factor(column) || inherits(column, "Date")) as.character(column)
    else if (is.numeric(column)) format(column, digits = 15, trim = TRUE, scientific = FALSE)
    else as.vector(column)
  })
  frame <- as.data.frame(texts, check.names = FALSE, stringsAsFactors = FALSE)
  path <- file.path("as_texts", paste0(name, ".csv"))
  write.csv(frame, path, na = "", row.names = FALSE, fileEncoding = "UTF-8")
}
"""


@dataclass(frozen=True)
class Back:
    """One table read back. rows : dicts by variable, "" or None where nothing stands."""

    rows: list[dict[str, Any]]
    labels: dict[str, dict[Any, str]]
    words: dict[str, str]


def exported(by: User, kind: str, centre: Centre | None = None) -> Export:
    """An export asked for and made."""
    chosen = centre or by.centre
    assert chosen is not None
    asked = actions.request_export(by=by, centre=chosen, kind=kind)
    actions.make_export(export_id=asked.pk)
    return now(asked)


def now(export: Export) -> Export:
    """The row as it is in the database."""
    with every_centre():
        return Export.objects.get(pk=export.pk)


def unpacked(export: Export, folder: Path) -> dict[str, Any]:
    """The files of an export in a folder; its manifest."""
    assert export.state == "done", export.failure
    with ZipFile(BytesIO(export.archive)) as files:
        files.extractall(folder)
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


def table(folder: Path, kind: str, name: str) -> Back:
    """One table as its program gives it, user-missing values and all."""
    path = folder / "data" / f"{name}.{PROGRAMS[kind].ending}"
    if kind == "csv":
        return Back(rows_of_csv(path), {}, {})
    how = {} if kind == "sas" else {"user_missing": True}
    frame, about = READERS[kind](path, disable_datetime_conversion=True, **how)
    plain = frame.astype(object).where(pd.notna(frame), None)
    words = dict(zip(about.column_names, about.column_labels, strict=True))
    return Back(plain.to_dict("records"), about.variable_value_labels, words)


def codes_of(folder: Path) -> dict[tuple[str, str], dict[float, str]]:
    """The labels of codes.csv by table and variable, for what has none in its own files."""
    found: dict[tuple[str, str], dict[float, str]] = {}
    for line in rows_of_csv(folder / "codes.csv"):
        place = (line["table"], line["variable"])
        found.setdefault(place, {})[float(line["number"])] = line["label"]
    return found


def stored_rows(keys: list[str]) -> Iterator[tuple[str, int, ClinicalRecord]]:
    """Pseudonym, number within the patient, and row of each record but the identities."""
    with every_centre():
        for patient in Patient.objects.filter(key__in=keys):
            by_type: dict[str, list[ClinicalRecord]] = {}
            for row in load_case(patient, without=("identity",)).rows.values():
                by_type.setdefault(row.record_type.name, []).append(row)
            for rows in by_type.values():
                ordered = sorted(rows, key=_order)
                yield from ((patient.pseudonym, n, row) for n, row in enumerate(ordered, 1))


def _order(row: ClinicalRecord) -> tuple[Any, ...]:
    by = row.record_type.order_by
    told = getattr(row, by) if by else None
    return (told is None, row.pk if told is None else told, row.pk)


def answers(row: ClinicalRecord) -> Iterator[tuple[Item, Answer]]:
    """Every item of a record with what the database holds."""
    return ((item, answer_of(row, item)) for item in row.record_type.items)


def in_r(folder: Path) -> None:
    """R reads the tables with read.R and writes them to as_texts/, codes as their labels."""
    environment = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", AS_TEXTS],
        cwd=folder, env=environment, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def rows_of_csv(path: Path) -> list[dict[str, str]]:
    """A CSV file as dicts."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

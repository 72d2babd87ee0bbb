"""What goes into the ZIP of an export? The tables, their dictionary, a manifest, a README."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from reports.exports.content import Content
from reports.exports.csv_files import csv_table
from reports.exports.left_out import RELAPSES, TRANSPLANTS, by_reason
from reports.exports.programs import PROGRAMS, Program
from reports.exports.sas_programs import sas_programs
from reports.exports.variables import Column, Table, Variable
from reports.exports.words import codes_csv, dictionary_csv, readme
from reports.packed import packed

TOOLS = Path(__file__).parent / "tools"
FORMAT = "engraft-export-1"
PACKED = 3
"""Level of the ZIP: half the time of the usual one, a tenth more bytes."""


@dataclass(frozen=True)
class Told:
    """What the manifest says beside what is in the tables. cut_at : the moment of the data cut."""

    centre: str
    by: str
    asked_at: datetime
    cut_at: datetime
    software: str


def archive(
    content: Content, kind: str, told: Told, note: Callable[[int, int], None] = lambda *_: None
) -> tuple[bytes, dict[str, Any]]:
    """The ZIP and its manifest: the same content and words give the same bytes.

    note : told how many tables are written. Raises KeyError for an unknown kind.
    """
    program, files = PROGRAMS[kind], dict[str, bytes]()
    for done, (name, raw) in enumerate(_tables(content, program, told.cut_at)):
        files[name] = raw
        note(done + 1, len(content.tables))
    files["dictionary.csv"] = dictionary_csv(content, program)
    files["codes.csv"] = codes_csv(content, program)
    files |= {name: text.encode() for name, text in _programs(content, program).items()}
    files["README.txt"] = readme(content, program, _facts(content, told)).encode()
    manifest = _manifest(content, program, told, files)
    files["manifest.json"] = json.dumps(manifest, indent=1, ensure_ascii=False).encode() + b"\n"
    return packed(sorted(files.items()), told.cut_at.astimezone(UTC), PACKED), manifest


def _tables(content: Content, program: Program, moment: datetime) -> Iterator[tuple[str, bytes]]:
    write = _writer(program)
    for table in content.tables:
        yield f"data/{table.name}.{program.ending}", write(table, moment)


def load_writers() -> None:
    """Have at hand what writes the files: the first export of a process would wait a second for it.

    The library loads the last of it with the first file, so each program gets a small one.
    """
    sample = Table("sample", "", "", (Column(Variable("one", "", "number"), np.ones(1)),), 1)
    for program in PROGRAMS.values():
        _writer(program)(sample, datetime(2000, 1, 1))


def _writer(program: Program) -> Callable[[Table, datetime], bytes]:
    if program.kind == "csv":
        return csv_table
    # pandas and ReadStat are memory that no web page needs (docs/adr/0012).
    from reports.exports.statistics_files import WRITERS  # noqa: PLC0415

    return WRITERS[program.kind]


def _programs(content: Content, program: Program) -> dict[str, str]:
    if program.kind == "csv":
        return {"read.R": (TOOLS / "read.R").read_text("utf-8")}
    return sas_programs(content) if program.kind == "sas" else {}


def _facts(content: Content, told: Told) -> dict[str, str]:
    return {
        "Centre": told.centre,
        "Taken by": told.by,
        "Asked for": _stamp(told.asked_at),
        "Data cut": f"{_stamp(told.cut_at)}, SHA-256 {content.sha256}",
        "Software": f"Engraft {told.software}, dictionary {content.dictionary_version}",
    }


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _manifest(
    content: Content, program: Program, told: Told, files: dict[str, bytes]
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "program": program.kind,
        "centre": told.centre,
        "by": told.by,
        "asked_at": _stamp(told.asked_at),
        "cut": {"at": _stamp(told.cut_at), "sha256": content.sha256},
        "software": told.software,
        "dictionary_version": content.dictionary_version,
        "synthetic": content.synthetic,
        "patients": content.patients,
        "left_out": {
            "without_consent": content.withheld,
            "merged": content.merged,
            "with_errors_from_analysis_tables": content.with_errors,
            "transplants_from_analysis_tables": by_reason(
                content.left_out.transplants, TRANSPLANTS
            ),
            "relapses_from_analysis_tables": by_reason(content.left_out.relapses, RELAPSES),
            "items": list(content.stays),
        },
        "tables": {
            table.name: {"label": table.label, "rows": table.n, "columns": len(table.columns)}
            for table in content.tables
        },
        "files": {
            name: {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
            for name, raw in sorted(files.items())
        },
    }

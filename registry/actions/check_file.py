"""A worker reads an uploaded table and judges its lines. Nothing clinical is written before the button."""

from __future__ import annotations

import json
import logging
import traceback
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from registry import lease, planner
from registry.actions.import_state import State
from registry.actions.judge_lines import Judged
from registry.actions.remembered_words import words_of
from registry.actions.seen import NOBODY, marks_of
from registry.actions.table_lines import PatientLines, Register, by_patient, judge_lines
from registry.audit import writing
from registry.exchange.lines import Layout, Line, read_line
from registry.exchange.tables import read_table
from registry.lease import Lease
from registry.models import ImportFile, ImportRow
from registry.scope import scope

log = logging.getLogger(__name__)

CHUNK = 250
"""So many lines, or a few more, are judged in one transaction."""
LEASE = Lease(
    timedelta(minutes=2),
    working=State.CHECKING,
    when_dead={"failure": "The table could not be judged. Nothing of it was stored."},
)
VERDICT = ("key", "cells", "outcome", "findings", "deeds", "read_as")


@dataclass(frozen=True)
class _Work:
    """A file that this worker holds: its lines by patient, and those judged before."""

    file: ImportFile
    fence: int
    layout: Layout
    patients: list[PatientLines]
    rows: dict[int, ImportRow]


def check_file(*, file_id: uuid.UUID, centre_id: int) -> None:
    """Judge what is left of a table. Safe to call twice, or after a crash.

    Works under a lease; each chunk is one short transaction, so a killed worker leaves whole
    patients judged, and the next one goes on after them.
    """
    rows = ImportFile.objects.filter(pk=file_id)
    with scope([centre_id]):
        fence = lease.claim(rows, LEASE)
    if fence is None:
        return
    try:
        with scope([centre_id]):
            work = _open(file_id, fence)
        for patients in _chunks(work):
            if not _judge(work, patients):
                return
        _finish(work)
        if work.file.rows >= planner.MANY:
            planner.count_anew([ImportRow])
    except Exception as failure:  # noqa: BLE001 - whatever it was, the file goes back
        # The message of an exception may quote a patient's values; the lines it went through do not.
        where = "".join(traceback.format_tb(failure.__traceback__))
        kind = type(failure).__name__
        log.error("Import %s failed at fence %s: %s\n%s", file_id, fence, kind, where)
        with scope([centre_id]):
            lease.give_back(rows, LEASE, fence)


def unchecked(centre_id: int) -> list[uuid.UUID]:
    """Files of a centre that wait to be judged and that nobody works on, for the sweeper."""
    with scope([centre_id]):
        waiting = lease.waiting(ImportFile.objects.all(), LEASE)
        return list(waiting.values_list("pk", flat=True))


def judged_rows(
    file: ImportFile,
    patients: Sequence[PatientLines],
    layout: Layout,
    known: Mapping[int, ImportRow],
) -> list[ImportRow]:
    """Judge these patients' lines: their rows with the verdicts in them, still to be written.

    known : the rows that stand already, by line; the others are new ones.
    """
    marks = marks_of([one.pk for one in patients if one.pk is not None])
    seen = {line.line: marks.get(one.pk or 0, NOBODY) for one in patients for line in one.lines}
    judged = judge_lines(patients, layout, file.centre)
    return [_row_of(file, one, known.get(one.line.line), seen[one.line.line]) for one in judged]


def _row_of(file: ImportFile, judged: Judged, row: ImportRow | None, seen: str) -> ImportRow:
    row = row or ImportRow(file=file, centre_id=file.centre_id, line=judged.line.line)
    row.key, row.outcome, row.findings = judged.key, judged.outcome, judged.findings
    row.deeds = [f"adds {one}" for one in judged.adds] + [
        f"changes {one}" for one in judged.changes
    ]
    row.read_as = list(judged.line.read_as)
    told = {
        "texts": judged.line.texts,
        "case": judged.case,
        "seen": seen,
        "adds": judged.adds,
        "changes": judged.changes,
    }
    row.cells = json.dumps(told, ensure_ascii=False).encode()
    return row


def write_rows(rows: Sequence[ImportRow]) -> None:
    """Insert the new ones, and write the verdicts on those that stand already."""
    known = [one for one in rows if one.pk is not None]
    ImportRow.objects.bulk_create([one for one in rows if one.pk is None])
    # As an upsert, because bulk_update asks one question per row and column: ten times slower.
    ImportRow.objects.bulk_create(
        known, update_conflicts=True, unique_fields=["id"], update_fields=VERDICT
    )


def _open(file_id: uuid.UUID, fence: int) -> _Work:
    file = ImportFile.objects.select_related("by", "centre").get(pk=file_id)
    rows = {one.line: one for one in ImportRow.objects.filter(file=file)}
    layout = Layout.of(file.columns, words_of(file.centre_id))
    lines = [read_line(layout, line, texts) for line, texts in _texts(file, rows)]
    return _Work(file, fence, layout, by_patient(lines, layout, Register(file.centre)), rows)


def _texts(file: ImportFile, rows: dict[int, ImportRow]) -> Iterator[tuple[int, Sequence[str]]]:
    """Every line that is not sent yet, with the cells as they were corrected since."""
    for line, texts in read_table(file.name, bytes(file.body)).rows:
        row = rows.get(line)
        if row is None or row.submission_id is None:
            yield line, row.texts if row else texts


def _chunks(work: _Work) -> Iterator[list[PatientLines]]:
    """Patients not judged yet, as many as have CHUNK lines together."""
    chunk: list[PatientLines] = []
    lines = 0
    for one in work.patients:
        if all(_is_judged(work, line) for line in one.lines):
            continue
        chunk.append(one)
        lines += len(one.lines)
        if lines >= CHUNK:
            yield chunk
            chunk, lines = [], 0
    if chunk:
        yield chunk


def _is_judged(work: _Work, line: Line) -> bool:
    row = work.rows.get(line.line)
    return row is not None and row.outcome != ""


def _judge(work: _Work, patients: Sequence[PatientLines]) -> bool:
    """Judge a chunk and keep the verdicts; False when the lease is lost."""
    file = work.file
    with writing(by=file.by, centres=[file.centre_id], channel="import", request=str(file.pk)):
        now = _still_mine(work)
        if now is None:
            return False
        rows = judged_rows(file, patients, work.layout, work.rows)
        write_rows(rows)
        work.rows.update((one.line, one) for one in rows)
        now.progress = sum(one.outcome != "" for one in work.rows.values())
        now.lease_until = LEASE.until
        # Whoever fails from here on fails at another chunk: this attempt is the first at that one.
        now.attempts = 1
        now.save(update_fields=["progress", "lease_until", "attempts"])
    return True


def _finish(work: _Work) -> None:
    file = work.file
    with writing(by=file.by, centres=[file.centre_id], channel="import", request=str(file.pk)):
        mine = lease.held(ImportFile.objects.filter(pk=file.pk), LEASE, work.fence)
        mine.update(state=State.READY, lease_until=None, progress=file.rows)


def _still_mine(work: _Work) -> ImportFile | None:
    """The file's row, locked, if no other worker took it over."""
    mine = lease.held(ImportFile.objects.filter(pk=work.file.pk), LEASE, work.fence)
    return mine.select_for_update(of=("self",)).defer("body").first()

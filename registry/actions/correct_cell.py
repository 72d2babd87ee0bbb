"""A data manager corrects a cell of an imported table, in place: of one line, or of all that say the same."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from registry.actions.check_file import judged_rows, write_rows
from registry.actions.forget_files import FORGOTTEN
from registry.actions.import_state import NotNow, State, begin_again, changing
from registry.actions.table_lines import by_patient
from registry.exchange.lines import Layout, read_line
from registry.exchange.tables import LONGEST_CELL
from registry.models import ImportFile, ImportRow, User

CORRECTED_IN = (State.READY, State.DONE)
MOST_AT_ONCE = 1000
"""So many corrected lines are judged while somebody waits; after more of them the whole table is."""


def correct_cell(*, by: User, row: ImportRow, column: int, text: str) -> ImportRow:
    """Put `text` into the cell and judge the line, with the other lines of its patient.

    Theirs may change too, as a line that contradicted this one does. Nothing clinical is written.
    Raises NotNow for a line that is stored or about to be, IndexError for a column that is none.
    """
    with correcting(by=by, row=row) as (file, now):
        _check_place(now, column, file)
        (corrected,) = put(file, [now], column, text)
    return corrected


def correct_alike(*, by: User, row: ImportRow, column: int, text: str) -> list[ImportRow]:
    """The same for every line whose cell of this column holds the same words and cannot be read.

    The line itself comes first. Where there are very many the file is QUEUED afterwards, and the
    caller rings. Raises as `correct_cell`.
    """
    with correcting(by=by, row=row) as (file, now):
        _check_place(now, column, file)
        words = cell_of(now, column)
        told = open_rows(file).filter(findings__contains=[{"column": column, "unread": True}])
        others = [one for one in told.exclude(pk=now.pk) if cell_of(one, column) == words]
        return put(file, [now, *others], column, text)


@contextmanager
def correcting(*, by: User, row: ImportRow) -> Iterator[tuple[ImportFile, ImportRow]]:
    """One transaction with the file and the line locked, as they are now.

    Raises NotNow where the line cannot be corrected, PermissionDenied.
    """
    with changing(by=by, centre_id=row.centre_id, file_id=row.file_id) as file:
        now = ImportRow.objects.select_for_update(of=("self",)).get(pk=row.pk, file=file)
        if file.state not in CORRECTED_IN or now.submission_id is not None:
            raise NotNow(_("This line cannot be corrected any more: it is stored, or about to be"))
        if file.head_line == FORGOTTEN:
            raise NotNow(_("The cells of this table are not kept any more: upload it again"))
        yield file, now


def open_rows(file: ImportFile) -> QuerySet[ImportRow]:
    """The lines of a file that are not stored, nor about to be."""
    return ImportRow.objects.filter(file=file, submission=None).order_by("line")


def cell_of(row: ImportRow, column: int) -> str:
    """What stands in a cell; of a line that is older than the column, nothing."""
    texts = row.texts
    return texts[column].strip() if column < len(texts) else ""


def put(file: ImportFile, rows: Sequence[ImportRow], column: int, text: str) -> list[ImportRow]:
    """Put `text` into this column of these lines, and judge them again. Inside `correcting`."""
    text = " ".join(text[:LONGEST_CELL].split())
    for row in rows:
        texts = [*row.texts, *[""] * (column + 1 - len(row.texts))]
        texts[column] = text
        keep_texts(row, texts)
    if len(rows) > MOST_AT_ONCE:
        write_rows(rows)
        begin_again(file)
        return list(rows)
    layout = Layout.of(file.columns)
    corrected = {row.line: read_line(layout, row.line, row.texts) for row in rows}
    # Lines of the patients as they were, and as they are with the corrected cells.
    whose = by_patient(corrected.values(), layout, file.centre)
    keys = {row.key for row in rows} | {one.key for one in whose}
    keys |= {one.key for one in corrected.values()}
    known = {one.line: one for one in _rows_of(file, keys)} | {row.line: row for row in rows}
    lines = [
        corrected.get(number) or read_line(layout, number, known[number].texts)
        for number in sorted(known)
    ]
    write_rows(judged_rows(file, by_patient(lines, layout, file.centre), layout, known))
    if file.state == State.DONE:
        file.state, file.finished_at = State.READY, None
        file.save(update_fields=["state", "finished_at"])
    return [known[row.line] for row in rows]


def keep_texts(row: ImportRow, texts: Sequence[str]) -> None:
    """Other cells for a line, still to be judged and written."""
    told = {**json.loads(bytes(row.cells)), "texts": list(texts)}
    row.cells = json.dumps(told, ensure_ascii=False).encode()


def _check_place(row: ImportRow, column: int, file: ImportFile) -> None:
    if not 0 <= column < max(len(row.texts), len(file.columns)):
        raise IndexError("the line has no such column")


def _rows_of(file: ImportFile, keys: Collection[str]) -> list[ImportRow]:
    """Lines that are not sent and have one of these patients' numbers, in any case."""
    told = open_rows(file).annotate(folded=Upper("key"))
    return list(told.filter(~Q(key=""), folded__in=[Upper(Value(key)) for key in keys if key]))

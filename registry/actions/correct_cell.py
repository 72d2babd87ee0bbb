"""A data manager corrects a cell of an imported table, in place: of one line, or of all that say the same."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from registry.actions.alike_lines import alike_to
from registry.actions.check_file import judged_rows, write_rows
from registry.actions.forget_files import FORGOTTEN
from registry.actions.import_state import NotNow, State, begin_again, changing
from registry.actions.patients_words import are_of_several, is_a_patients
from registry.actions.remembered_words import remember, words_of
from registry.actions.table_lines import Register, by_patient
from registry.dictionary.values import BadValue
from registry.exchange.heard import Heard, told_of, word_of
from registry.exchange.lines import FindingJson, Layout, read_line
from registry.exchange.tables import LONGEST_CELL
from registry.models import ImportFile, ImportRow, User

CORRECTED_IN = (State.READY, State.DONE)
MOST_AT_ONCE = 1000
"""So many corrected lines are judged while somebody waits; after more of them the whole table is."""


def correct_cell(
    *, by: User, row: ImportRow, column: int, text: str, columns: int | None = None
) -> ImportRow:
    """Put `text` into the cell and judge the line, with the other lines of its patient.

    columns : how many the table had when the cell was looked at, where that is known; one that was
    added since may stand at its place. Other lines may change too, as one that contradicted this
    one does. Nothing clinical is written. Raises NotNow for a line that is stored, or about to be,
    or gone, and for a cell that stands elsewhere now; IndexError for a column that is none.
    """
    with correcting(by=by, row=row) as (file, now):
        _check_place(now, column, file, columns)
        (corrected,) = put(file, [now], column, text)
    return corrected


def correct_alike(
    *, by: User, row: ImportRow, column: int, text: str, columns: int | None = None
) -> list[ImportRow]:
    """The same for every line whose cell of this column holds the same words and cannot be read.

    The line itself comes first, and alone where nothing like that is said of its cell. What the
    words mean is remembered for the centre's next tables, where it is no patient's value. Where
    there are very many the file is QUEUED afterwards, and the caller rings. Raises as `correct_cell`.
    """
    with correcting(by=by, row=row) as (file, now):
        _check_place(now, column, file, columns)
        told = (one for one in now.findings if one.get("unread") and one["column"] == column)
        unread = next(told, {})
        rows = [now, *alike_to(open_rows(file).exclude(pk=now.pk), unread)]
        kept = _remembered(by, file, rows, column, str(unread.get("word", "")), text)
        also = _spelt_otherwise(file, rows, column, kept) if kept else []
        return put(file, rows, column, text, also=also)


def _remembered(
    by: User, file: ImportFile, rows: Sequence[ImportRow], column: int, word: str, text: str
) -> Heard | None:
    """Remember what the word of these lines means. What may be a patient's own, as a name is that
    stands in a wrong column, is not kept, and None is returned."""
    target = file.columns[column]["target"] if column < len(file.columns) else ""
    try:
        told = told_of(target, word, text)
    except BadValue:
        return None
    if told is None or not are_of_several(file, rows) or is_a_patients(file, word):
        return None
    remember(by=by, file=file, told=told)
    return told


def _spelt_otherwise(
    file: ImportFile, rows: Sequence[ImportRow], column: int, kept: Heard
) -> list[ImportRow]:
    """The other lines in which the remembered word stands in other letters, small or large."""
    wrong = open_rows(file).filter(findings__contains=[{"column": column, "unread": True}])
    known = {one.pk for one in rows}
    return [
        row
        for row in wrong
        if row.pk not in known and any(_is(one, column, kept) for one in row.findings)
    ]


def _is(told: FindingJson, column: int, kept: Heard) -> bool:
    return told["column"] == column and word_of(str(told.get("word", ""))) == kept.word


@contextmanager
def correcting(*, by: User, row: ImportRow) -> Iterator[tuple[ImportFile, ImportRow]]:
    """One transaction with the file and the line locked, as they are now.

    Raises NotNow where the line cannot be corrected, PermissionDenied.
    """
    with changing(by=by, centre_id=row.centre_id, file_id=row.file_id) as file:
        rows = ImportRow.objects.select_for_update(of=("self",))
        now = rows.filter(pk=row.pk, file=file).first()
        if now is None:
            raise NotNow(line_is_gone())
        if file.state not in CORRECTED_IN or now.submission_id is not None:
            raise NotNow(_("This line cannot be corrected any more: it is stored, or about to be"))
        if file.head_line == FORGOTTEN:
            raise NotNow(_("The cells of this table are not kept any more: upload it again"))
        yield file, now


def line_is_gone() -> str:
    """What is said to whoever corrects a line that was forgotten meanwhile."""
    return _("This line is not kept any more, and nothing is changed: was the table given up?")


def open_rows(file: ImportFile) -> QuerySet[ImportRow]:
    """The lines of a file that are not stored, nor about to be."""
    return ImportRow.objects.filter(file=file, submission=None).order_by("line")


def put(
    file: ImportFile,
    rows: Sequence[ImportRow],
    column: int,
    text: str,
    *,
    also: Sequence[ImportRow] = (),
) -> list[ImportRow]:
    """Put `text` into this column of these lines, and judge them and `also` again. Inside `correcting`."""
    text = " ".join(text[:LONGEST_CELL].split())
    for row in rows:
        texts = [*row.texts, *[""] * (column + 1 - len(row.texts))]
        texts[column] = text
        # An emptied cell beyond the last column is none.
        while len(texts) > len(file.columns) and not texts[-1].strip():
            texts.pop()
        keep_texts(row, texts)
    judged = judge_rows(file, [*rows, *also])
    return judged[: len(rows)]


def judge_rows(file: ImportFile, rows: Sequence[ImportRow]) -> list[ImportRow]:
    """Judge these lines again as their cells are now, with the other lines of their patients.

    Where there are very many the file is QUEUED instead, and the caller rings. Inside `changing`.
    """
    if len(rows) > MOST_AT_ONCE:
        write_rows(rows)
        begin_again(file)
        return list(rows)
    layout = Layout.of(file.columns, words_of(file.centre_id))
    corrected = {row.line: read_line(layout, row.line, row.texts) for row in rows}
    # Lines of the patients as they were, and as they are with the corrected cells.
    register = Register(file.centre)
    whose = by_patient(corrected.values(), layout, register)
    keys = {row.key for row in rows} | {one.key for one in whose}
    keys |= {one.key for one in corrected.values()}
    known = {one.line: one for one in _rows_of(file, keys)} | {row.line: row for row in rows}
    lines = [
        corrected.get(number) or read_line(layout, number, known[number].texts)
        for number in sorted(known)
    ]
    write_rows(judged_rows(file, by_patient(lines, layout, register), layout, known))
    if file.state == State.DONE:
        file.state, file.finished_at = State.READY, None
        file.save(update_fields=["state", "finished_at"])
    return [known[row.line] for row in rows]


def keep_texts(row: ImportRow, texts: Sequence[str]) -> None:
    """Other cells for a line, still to be judged and written."""
    told = {**json.loads(bytes(row.cells)), "texts": list(texts)}
    row.cells = json.dumps(told, ensure_ascii=False).encode()


def _check_place(row: ImportRow, column: int, file: ImportFile, columns: int | None) -> None:
    if columns is not None and columns != len(file.columns) and column >= columns:
        raise NotNow(_("The table has got another column meanwhile: look at the cell again"))
    if not 0 <= column < max(len(row.texts), len(file.columns)):
        raise IndexError("the line has no such column")


def _rows_of(file: ImportFile, keys: Collection[str]) -> list[ImportRow]:
    """Lines that are not sent and have one of these patients' numbers, in any case."""
    told = open_rows(file).annotate(folded=Upper("key"))
    return list(told.filter(~Q(key=""), folded__in=[Upper(Value(key)) for key in keys if key]))

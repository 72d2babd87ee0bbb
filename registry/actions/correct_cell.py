"""A data manager corrects one cell of an imported table, in place; the line is judged at once."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from registry.actions.check_file import judged_rows, write_rows
from registry.actions.forget_files import FORGOTTEN
from registry.actions.import_state import NotNow, State, changing
from registry.actions.table_lines import by_patient
from registry.exchange.lines import Layout, read_line
from registry.exchange.tables import LONGEST_CELL
from registry.models import ImportRow, User

CORRECTED_IN = (State.READY, State.DONE)


def correct_cell(*, by: User, row: ImportRow, column: int, text: str) -> ImportRow:
    """Put `text` into the cell and judge the line, with the other lines of its patient.

    Theirs may change too, as a line that contradicted this one does. Nothing clinical is written.
    Raises NotNow for a line that is stored or about to be, IndexError for a column that is none.
    """
    with changing(by=by, centre_id=row.centre_id, file_id=row.file_id) as file:
        row = ImportRow.objects.select_for_update(of=("self",)).get(pk=row.pk, file=file)
        if file.state not in CORRECTED_IN or row.submission_id is not None:
            raise NotNow(_("This line cannot be corrected any more: it is stored, or about to be"))
        if file.head_line == FORGOTTEN:
            raise NotNow(_("The cells of this table are not kept any more: upload it again"))
        texts = row.texts
        if not 0 <= column < len(texts):
            raise IndexError("the line has no such column")
        texts[column] = " ".join(text[:LONGEST_CELL].split())
        layout = Layout.of(file.columns)
        corrected = read_line(layout, row.line, texts)
        # Lines of the patient as it was, and as it is with the corrected cell.
        (whose,) = by_patient([corrected], layout, file.centre)
        rows = {one.line: one for one in _rows_of(row, {row.key, whose.key, corrected.key})}
        lines = [
            corrected if one.line == row.line else read_line(layout, one.line, one.texts)
            for one in rows.values()
        ]
        patients = by_patient(lines, layout, file.centre)
        write_rows(judged_rows(file, patients, layout, rows))
        if file.state == State.DONE:
            file.state, file.finished_at = State.READY, None
            file.save(update_fields=["state", "finished_at"])
    return rows[row.line]


def _rows_of(row: ImportRow, keys: set[str]) -> list[ImportRow]:
    """This row, and those of its file that are not sent and have one of these patients' numbers."""
    alike = Q(pk=row.pk)
    for key in keys - {""}:
        alike |= Q(key__iexact=key)
    return list(ImportRow.objects.filter(alike, file=row.file_id, submission=None).order_by("line"))

"""A data manager uploads a table: it is kept, and its columns are guessed."""

from __future__ import annotations

import hashlib

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.actions.import_state import State
from registry.actions.name_columns import remembered_by
from registry.audit import writing
from registry.exchange.guesses import How, Meaning, meanings, understood
from registry.exchange.tables import read_table
from registry.models import ImportFile, User
from registry.models.import_file import NAME_LENGTH
from registry.permissions import may_submit, require

WAITING = (State.COLUMNS, State.QUEUED, State.CHECKING, State.READY, State.SENT)
"""Not over: something is still to be done with the table."""


class StillWaits(Exception):
    """The centre uploaded these very bytes before, and that table is not over: `file`."""

    def __init__(self, file: ImportFile) -> None:
        super().__init__(str(file.pk))
        self.file = file


def upload_file(*, by: User, name: str, body: bytes) -> ImportFile:
    """Keep a file. Its state is QUEUED when every column is understood, else COLUMNS.

    Raises BadTable with a sentence for what is no table, StillWaits for a table that is there,
    PermissionDenied for those who may not enter data. The caller rings for a queued file.
    """
    require(may_submit(by), _("import a table"))
    table = read_table(name, body)
    sha256 = hashlib.sha256(body).hexdigest()
    with writing(by=by, centres=[by.centre_id], channel="import"):
        _one_at_a_time(by.centre_id, sha256)
        if before := _waiting_with(by.centre_id, sha256):
            raise StillWaits(before)
        found = meanings(table.headers, remembered_by(by.centre_id))
        known = understood(table.headers, found)
        return ImportFile.objects.create(
            centre_id=by.centre_id,
            by=by,
            uploaded_at=timezone.now(),
            name=file_name(name),
            body=body,
            sha256=sha256,
            columns=[
                {"header": header, "target": one.target} | _left_out(one)
                for header, one in zip(table.headers, found, strict=True)
            ],
            head_line=table.head_line,
            rows=len(table.rows),
            state=State.QUEUED if known else State.COLUMNS,
        )


def _left_out(one: Meaning) -> dict[str, bool]:
    """Whether the centre left a column with these words out before, as `ImportFile.columns` tells it."""
    return {"meant": True} if not one.target and one.how == How.REMEMBERED else {}


def _one_at_a_time(centre_id: int, sha256: str) -> None:
    """Of two uploads of the same bytes at once the second one waits, and finds the first.

    The centre's row is not locked for it: who stores a table holds that for minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [centre_id, sha256])


def _waiting_with(centre_id: int, sha256: str) -> ImportFile | None:
    """The centre's table with these bytes that is not over; the last one."""
    same = ImportFile.objects.filter(centre=centre_id, sha256=sha256, state__in=WAITING)
    return same.select_related("by").defer("body").order_by("-uploaded_at").first()


def file_name(name: str) -> str:
    """The last part of a path, without signs that nobody sees."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in last if one.isprintable())[-NAME_LENGTH:] or "table"

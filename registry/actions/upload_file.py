"""A data manager uploads a table: it is kept, and its columns are guessed."""

from __future__ import annotations

import hashlib

from django.utils import timezone

from registry.actions.import_state import State
from registry.actions.name_columns import remembered_by
from registry.audit import writing
from registry.exchange.guesses import meanings, understood
from registry.exchange.tables import read_table
from registry.models import ImportFile, User
from registry.models.import_file import NAME_LENGTH
from registry.permissions import may_submit, require

WAITING = (State.COLUMNS, State.QUEUED, State.CHECKING, State.READY, State.SENT)
"""Not over: something is still to be done with the table."""


def upload_file(*, by: User, name: str, body: bytes) -> ImportFile:
    """Keep a file. Its state is QUEUED when every column is understood, else COLUMNS.

    Raises BadTable with a sentence for what is no table, PermissionDenied for those who may not
    enter data. The caller rings for a queued file.
    """
    require(may_submit(by), "import a table")
    table = read_table(name, body)
    with writing(by=by, centres=[by.centre_id], channel="import"):
        found = meanings(table.headers, remembered_by(by.centre_id))
        known = understood(table.headers, found)
        return ImportFile.objects.create(
            centre_id=by.centre_id,
            by=by,
            uploaded_at=timezone.now(),
            name=file_name(name),
            body=body,
            sha256=_hash(body),
            columns=[
                {"header": header, "target": one.target}
                for header, one in zip(table.headers, found, strict=True)
            ],
            head_line=table.head_line,
            rows=len(table.rows),
            state=State.QUEUED if known else State.COLUMNS,
        )


def waiting_with(*, by: User, body: bytes) -> ImportFile | None:
    """The table of the uploader's centre with these very bytes that is not over; the last one."""
    same = ImportFile.objects.filter(centre=by.centre_id, sha256=_hash(body), state__in=WAITING)
    return same.select_related("by").defer("body").order_by("-uploaded_at").first()


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def file_name(name: str) -> str:
    """The last part of a path, without signs that nobody sees."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in last if one.isprintable())[-NAME_LENGTH:] or "table"

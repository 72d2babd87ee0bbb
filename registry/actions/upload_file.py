"""A data manager uploads a table: it is kept, and its columns are guessed."""

from __future__ import annotations

import hashlib

from django.utils import timezone

from registry.audit import writing
from registry.exchange.columns import guess, understood
from registry.exchange.tables import read_table
from registry.models import ImportFile, ImportMapping, User
from registry.models.import_file import NAME_LENGTH
from registry.permissions import may_submit, require


def upload_file(*, by: User, name: str, body: bytes) -> ImportFile:
    """Keep a file. Its state is QUEUED when every column is understood, else COLUMNS.

    Raises BadTable with a sentence for what is no table, PermissionDenied for those who may not
    enter data. The caller rings for a queued file.
    """
    require(may_submit(by), "import a table")
    table = read_table(name, body)
    with writing(by=by, centres=[by.centre_id], channel="import"):
        mappings = ImportMapping.objects.filter(centre=by.centre_id)
        remembered = dict(mappings.values_list("header", "target"))
        targets = guess(table.headers, remembered)
        known = understood(table.headers, targets, remembered)
        return ImportFile.objects.create(
            centre_id=by.centre_id,
            by=by,
            uploaded_at=timezone.now(),
            name=file_name(name),
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
            columns=[
                {"header": header, "target": target}
                for header, target in zip(table.headers, targets, strict=True)
            ],
            head_line=table.head_line,
            rows=len(table.rows),
            state=ImportFile.State.QUEUED if known else ImportFile.State.COLUMNS,
        )


def file_name(name: str) -> str:
    """The last part of a path, without signs that nobody sees."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in last if one.isprintable())[-NAME_LENGTH:] or "table"

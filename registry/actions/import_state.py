"""In which state is an imported table, and who may change it now? Shared by the deeds around it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import F

from registry.audit import writing
from registry.models import ImportFile, ImportRow, Submission, User
from registry.permissions import may_edit, require

State = ImportFile.State


class NotNow(Exception):
    """The table, or the line, is in a state in which this cannot be done; the message says why."""


@contextmanager
def changing(*, by: User, centre_id: int, file_id: uuid.UUID) -> Iterator[ImportFile]:
    """One transaction with the file's row locked, as it is now, without its body.

    Raises PermissionDenied for those who may not enter data of the file's centre.
    """
    require(may_edit(by, centre_id), "import a table of this centre")
    with writing(by=by, centres=[centre_id], channel="import", request=str(file_id)):
        rows = ImportFile.objects.select_for_update(of=("self",)).defer("body")
        yield rows.get(pk=file_id)


def begin_again(file: ImportFile) -> None:
    """Have every line judged afresh that is not stored. Inside `changing`, or a worker's own."""
    ImportRow.objects.filter(file=file, submission=None).update(outcome="", findings=[])
    file.state, file.progress, file.lease_until, file.attempts = State.QUEUED, 0, None, 0
    file.save(update_fields=["state", "progress", "lease_until", "attempts"])


def settle(submission: Submission, *, stored: bool) -> None:
    """What becomes of the table whose lines are in this submission, now that it is over.

    Runs in the transaction that stores the cases. Refused as a whole, because the registry changed
    since the lines were judged, they are judged afresh; nothing of them was stored.
    """
    lines = ImportRow.objects.filter(submission=submission)
    first = lines.select_related("file").defer("file__body").order_by("pk").first()
    if first is None:
        return
    file = first.file
    if not stored:
        lines.update(submission=None)
        begin_again(file)
        return
    left = ImportRow.objects.filter(file=file, submission=None).exclude(outcome="same").exists()
    file.state = State.READY if left else State.DONE
    file.finished_at = None if left else submission.finished_at
    file.progress = F("rows")
    file.save(update_fields=["state", "finished_at", "progress"])

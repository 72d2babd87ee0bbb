"""A data manager gives a table up: what is not stored of it is forgotten."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from registry.actions.import_state import NotNow, State, changing
from registry.models import ImportFile, User


def drop_file(*, by: User, file: ImportFile) -> ImportFile:
    """Forget the file and its lines. What was stored stays; then only the rest is forgotten.

    Raises NotNow while lines are being stored, and for a file that is over; PermissionDenied.
    """
    with changing(by=by, centre_id=file.centre_id, file_id=file.pk) as now:
        if now.state in (State.SENT, State.DROPPED, State.DONE, State.EMPTIED):
            raise NotNow(_("The table is being stored, or it is over"))
        now.lines.filter(submission=None).delete()
        now.state = State.DONE if now.lines.exists() else State.DROPPED
        now.body, now.lease_until, now.finished_at = b"", None, timezone.now()
        now.save(update_fields=["state", "body", "lease_until", "finished_at"])
    return now

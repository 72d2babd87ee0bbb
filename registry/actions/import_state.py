"""In which state is an imported table, and who may change it now? Shared by the deeds around it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.actions.judge_batch import Verdict
from registry.audit import writing
from registry.exchange.lines import FindingJson, finding
from registry.models import ImportFile, ImportRow, Submission, User
from registry.permissions import may_edit, require

log = logging.getLogger(__name__)

State = ImportFile.State
LONGEST = 300
"""Signs that the file's `failure` holds."""
SHOWN = 10
"""Numbers of refused lines that are named in the sentence."""


class NotNow(Exception):
    """The table, or the line, is in a state in which this cannot be done; the message says why."""


@contextmanager
def changing(*, by: User, centre_id: int, file_id: uuid.UUID) -> Iterator[ImportFile]:
    """One transaction with the file's row locked, as it is now, without its body.

    Its time to be finished runs anew (`forget_files`), unless the deed is refused. Raises
    PermissionDenied for those who may not enter data of the file's centre.
    """
    require(may_edit(by, centre_id), _("import a table of this centre"))
    with writing(by=by, centres=[centre_id], channel="import", request=str(file_id)):
        rows = ImportFile.objects.select_for_update(of=("self",)).defer("body")
        file = rows.get(pk=file_id)
        file.touched_at = timezone.now()
        file.save(update_fields=["touched_at"])
        yield file


def begin_again(file: ImportFile, why: str = "") -> None:
    """Have every line judged afresh that is not stored. Inside `changing`, or a worker's own.

    why : a sentence for the page, when it was not asked for.
    """
    ImportRow.objects.filter(file=file, submission=None).update(outcome="", findings=[])
    file.state, file.progress, file.lease_until, file.attempts = State.QUEUED, 0, None, 0
    file.failure, file.finished_at = why, None
    changed = ("state", "progress", "lease_until", "attempts", "failure", "finished_at")
    file.save(update_fields=changed)


def settle(submission: Submission, *, refused: Sequence[Verdict], moved: Collection[str]) -> None:
    """What becomes of the table whose lines are in this submission, now that it is over.

    Runs in the transaction that stores the cases. moved : patients changed since their lines were
    judged; then nothing was stored, and all lines are judged afresh. refused : cases that nothing
    but the batch could refuse; then nothing was stored, and their lines say why.
    """
    lines = ImportRow.objects.filter(submission=submission)
    file = _file_of(lines)
    if file is None:
        return
    if moved:
        lines.update(submission=None)
        begin_again(file, _changed(len(moved)))
        return
    if refused:
        log.error("Import %s was refused as a whole: submission %s", file.pk, submission.pk)
        why = _refused(lines, refused)
        _ready_again(file, lines, _("Nothing was stored. %s") % why)
        return
    left = ImportRow.objects.filter(file=file, submission=None).exclude(outcome="same").exists()
    file.state = State.READY if left else State.DONE
    file.finished_at = None if left else submission.finished_at
    file.progress, file.failure = F("rows"), ""
    file.save(update_fields=["state", "finished_at", "progress", "failure"])


def unsend(submissions: Collection[uuid.UUID]) -> None:
    """These submissions are given up: their tables can be corrected, sent anew and dropped again.

    Nothing of them was stored. Runs in the transaction that buries them (registry/lease.py).
    """
    for pk in submissions:
        lines = ImportRow.objects.filter(submission=pk)
        if file := _file_of(lines):
            _ready_again(
                file,
                lines,
                _(
                    "The rows could not be stored, and nothing of them was. The registry office "
                    "has been told. You may press the button again, or upload the table again."
                ),
            )


def _file_of(lines: QuerySet[ImportRow]) -> ImportFile | None:
    first = lines.select_related("file").defer("file__body").order_by("pk").first()
    return first.file if first else None


def _ready_again(file: ImportFile, lines: QuerySet[ImportRow], why: str) -> None:
    """The lines are not sent any more, with the verdicts they have."""
    lines.update(submission=None)
    file.state, file.finished_at, file.failure = State.READY, None, why[:LONGEST]
    file.save(update_fields=["state", "finished_at", "failure"])


def _changed(patients: int) -> str:
    return ngettext(
        "Nothing was stored: %s patient was changed since the rows were judged. All are judged "
        "afresh; look at them and press the button again.",
        "Nothing was stored: %s patients were changed since the rows were judged. All are judged "
        "afresh; look at them and press the button again.",
        patients,
    ) % (patients,)


def _refused(lines: QuerySet[ImportRow], refused: Sequence[Verdict]) -> str:
    """Reject the lines of these cases, and say in a sentence which they are."""
    numbers = []
    for one in refused:
        own = lines.filter(key=one.key)
        numbers += own.values_list("line", flat=True)
        own.update(outcome=ImportRow.Outcome.REJECTED, findings=[_told(f) for f in one.findings])
    shown = ", ".join(str(one) for one in sorted(numbers)[:SHOWN])
    more = ", …" if len(numbers) > SHOWN else ""
    return _("These lines cannot be stored, and say why under “To correct”: %s") % (shown + more)


def _told(found: FindingJson) -> FindingJson:
    """What a receipt says of a case, as a line says it."""
    rule = found["rule"]
    return finding(
        str(found["detail"]),
        severity=str(found["severity"]),
        rule=rule if isinstance(rule, int) else None,
    )

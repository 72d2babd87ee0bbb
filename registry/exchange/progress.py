"""How far is an imported table, in words?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from registry.models import ImportFile, Submission

State = ImportFile.State


def progress_words(file: ImportFile, submission: Submission | None = None) -> str:
    """What is being done to a file; "" for one that waits for a person.

    `submission` : the one that is under way, of a file that is being stored.
    """
    if file.state == State.QUEUED:
        return _("Waiting for a worker")
    if file.state == State.CHECKING:
        words = {"done": f"{file.progress:,}", "all": f"{file.rows:,}"}
        return _("%(done)s of %(all)s lines are read and judged. Nothing is stored yet") % words
    if file.state != State.SENT:
        return ""
    cases = submission.cases if submission else file.rows
    if file.progress <= cases:
        words = {"done": f"{file.progress:,}", "all": f"{cases:,}"}
        return (
            _("%(done)s of %(all)s patients are judged once more, before they are stored") % words
        )
    words = {"done": f"{file.progress - cases:,}", "all": f"{cases:,}"}
    return (
        _("%(done)s of %(all)s patients are written. All are seen at once, when the last is in")
        % words
    )

"""How long is kept what came in, as a table, a batch or a draft? It tells who the patients are."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from registry.actions.import_state import State
from registry.models import Draft, ImportFile, ImportRow, Submission
from registry.scope import every_centre

KEPT = timedelta(days=30)
"""So long after it was stored, dropped or given up can it be looked at."""
DRAFT_KEPT = timedelta(days=90)
"""So long can somebody come back to what was typed and never saved."""
OVER = (State.DONE, State.DROPPED, State.DEAD)
FORGOTTEN = 0
"""The line with the names of the columns, of a table that has no lines any more."""


def forget_what_came_in(now: datetime) -> int:
    """Empty what is over for so long, for the sweeper; how many tables, batches and drafts there were.

    Who sent what when and through which door, its SHA-256 and what became of each line or case
    stay: they are the log, and a batch that is sent again is still known by them.
    """
    return forget_old_files(now) + forget_old_batches(now) + forget_old_drafts(now)


def forget_old_files(now: datetime) -> int:
    """The bodies and cells of tables.

    Name and columns stay, and of each line its number, its patient's number and what became of it.
    """
    with every_centre():
        over = ImportFile.objects.filter(state__in=OVER, finished_at__lt=now - KEPT)
        files = list(over.exclude(head_line=FORGOTTEN).defer("body"))
        for one in files:
            cells = {"texts": [""] * len(one.columns), "case": None, "seen": None}
            # The words of a finding may repeat the cell.
            ImportRow.objects.filter(file=one).update(cells=json.dumps(cells).encode(), findings=[])
            one.body, one.head_line = b"", FORGOTTEN
            one.save(update_fields=["body", "head_line"])
    return len(files)


def forget_old_batches(now: datetime) -> int:
    """The bodies of submissions. Receipts stay: no sentence of theirs quotes an identity."""
    with every_centre():
        over = Submission.objects.filter(finished_at__lt=now - KEPT, emptied_at=None)
        return over.update(body=b"", emptied_at=now)


def forget_old_drafts(now: datetime) -> int:
    """Forms that were never saved: they may tell who a patient is, and nobody asks for them any more."""
    with every_centre():
        deleted, _of_each = Draft.objects.filter(saved_at__lt=now - DRAFT_KEPT).delete()
    return deleted

"""How long is kept what came in, as a table, a batch or a draft? It tells who the patients are."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from registry.actions.import_state import State
from registry.models import Draft, ImportFile, ImportRow, Submission
from registry.scope import every_centre

KEPT = timedelta(days=30)
"""So long after it was stored, dropped or given up can it be looked at."""
DRAFT_KEPT = timedelta(days=90)
"""So long can somebody come back to what was typed and never saved."""
UNFINISHED_KEPT = DRAFT_KEPT
"""So long does a table wait for its columns to be named, its lines to be corrected, its button, since it
was uploaded or somebody last did one of these to it."""
WARNED = timedelta(days=14)
"""So long before does its page say so."""
WAITING = (State.COLUMNS, State.READY)
OVER = (State.DONE, State.DROPPED, State.DEAD)
FORGOTTEN = 0
"""The line with the names of the columns, of a table whose cells are not kept any more."""


def forget_what_came_in(now: datetime) -> int:
    """Empty what is over for so long, for the sweeper; how many tables, batches and drafts there were.

    Who sent what when and through which door, its SHA-256 and what became of each line or case
    stay: they are the log, and a batch that is sent again is still known by them.
    """
    return forget_old_files(now) + forget_old_batches(now) + forget_old_drafts(now)


def forget_old_files(now: datetime) -> int:
    """The bodies and cells of tables that are over, and of those that nobody finished.

    Name and columns stay, and of each line its number, its patient's number and what became of it;
    of a table that nobody finished, of those lines only that are stored.
    """
    with every_centre():
        waits = Q(state__in=WAITING, touched_at__lt=now - UNFINISHED_KEPT)
        over = Q(state__in=OVER, finished_at__lt=now - KEPT) & ~Q(head_line=FORGOTTEN)
        # Who has a table open at this moment, to correct or to import it, keeps it for another time.
        rows = ImportFile.objects.select_for_update(of=("self",), skip_locked=True).defer("body")
        files = list(rows.filter(over | waits))
        for one in files:
            if one.state in WAITING:
                _give_up(one, now)
            cells = {"texts": [""] * len(one.columns), "case": None, "seen": None}
            # The words of a finding may repeat the cell, and so do those that were read as told.
            ImportRow.objects.filter(file=one).update(
                cells=json.dumps(cells).encode(), findings=[], read_as=[]
            )
            one.body, one.head_line = b"", FORGOTTEN
            one.save(update_fields=["body", "head_line", "state", "finished_at", "failure"])
    return len(files)


def emptied_soon(file: ImportFile, now: datetime) -> datetime | None:
    """When a table that waits will be emptied unless somebody goes on with it; None if not soon."""
    until = file.touched_at + UNFINISHED_KEPT
    return until if file.state in WAITING and until - now <= WARNED else None


def _give_up(file: ImportFile, now: datetime) -> None:
    """Its lines that wait are forgotten; the table stays in the list, and says so."""
    file.lines.filter(submission=None).delete()
    file.state, file.finished_at = State.EMPTIED, now
    file.failure = _(
        "Nobody finished this table within %s days: what was not stored of it is forgotten. "
        "Upload it again to go on."
    ) % (UNFINISHED_KEPT.days,)


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

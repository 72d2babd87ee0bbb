"""How far is a table whose lines are stored all at once? Told beside the transaction that nobody sees into."""

from __future__ import annotations

import logging
import time
from threading import Thread

from django.db import DatabaseError, connection

from registry.models import ImportFile, ImportRow, Submission
from registry.scope import scope

log = logging.getLogger(__name__)

PATIENCE = 5.0


class ProgressBeside:
    """Tells the table of a submission how many of its cases are through; others tell nobody.

    In a thread with a connection of its own: what the worker's transaction writes is not seen
    before all of it is in. That nobody could be told stops nothing.
    """

    seconds_between = 1.0

    def __init__(self, submission: Submission) -> None:
        rows = ImportRow.objects.filter(submission=submission)
        self._file = rows.values_list("file_id", flat=True).first()
        self._centre = submission.centre_id
        self._told = time.monotonic()

    def __call__(self, done: int) -> None:
        """So many cases are judged, and then written on top of that; at most once in a second."""
        now = time.monotonic()
        if self._file is None or now - self._told < self.seconds_between:
            return
        self._told = now
        beside = Thread(target=self._tell, args=(done,), daemon=True)
        beside.start()
        beside.join(PATIENCE)

    def _tell(self, done: int) -> None:
        try:
            with scope([self._centre]):
                ImportFile.objects.filter(pk=self._file).update(progress=done)
        except DatabaseError as failure:
            log.warning(
                "No word of the progress of import %s: %s", self._file, type(failure).__name__
            )
        finally:
            connection.close()

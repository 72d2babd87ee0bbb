"""How long is an imported table kept? Its cells tell who the patients are, and are emptied in the end."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from registry.actions.import_state import State
from registry.models import ImportFile, ImportRow
from registry.scope import every_centre

KEPT = timedelta(days=30)
"""So long after it was imported, dropped or given up a table can be looked at."""
OVER = (State.DONE, State.DROPPED, State.DEAD)
FORGOTTEN = 0
"""The line with the names of the columns, of a table that has no lines any more."""


def forget_old_files(now: datetime) -> int:
    """Empty the bodies and cells of tables that are over, for the sweeper; how many there were.

    Who imported when, under which name, the SHA-256, the columns, and of each line its number, its
    patient's number and what became of it stay: they are the log.
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

"""Does PostgreSQL know how much came into a table at once? Without it a page reads whole tables, for seconds.

Autovacuum finds out by itself, some minutes later. Only who owns a table may ask for it at once, so
the app role calls a function of the owner's (registry/protect.py).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db import DatabaseError, connection, models, transaction

from registry.models import RECORD_MODELS, CaseReceipt, ImportRow, MatchToken, Question

log = logging.getLogger(__name__)

MANY = 1000
"""From so many lines or cases on the tables that they filled are counted anew."""
STORED: tuple[type[models.Model], ...] = (
    *RECORD_MODELS,
    *(one.pgh_event_model for one in RECORD_MODELS),
    MatchToken,
    Question,
    CaseReceipt,
)
"""The tables that storing a batch fills."""


def count_anew(tables: Iterable[type[models.Model]] = (*STORED, ImportRow)) -> None:
    """Have PostgreSQL look at these tables now; outside any transaction. Never raises."""
    try:
        for one in tables:
            # One after the other, so that none is kept from autovacuum while another is looked at.
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT engraft_analyze(%s)", [one._meta.db_table])
    except DatabaseError as failure:
        log.warning("PostgreSQL could not count the tables: %s", type(failure).__name__)

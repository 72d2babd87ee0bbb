"""Who works on a row that is a job? Its lease and fence say so; the queue only rings.

A table of jobs has the columns `state`, `lease_until`, `fence`, `attempts` and `finished_at`.
Every function takes `rows`: a queryset that names the one job (or, for `waiting`, the whole
table), evaluated inside the scope that the caller has opened. Nothing here keeps a transaction
open: each step is one UPDATE, so of two workers one changes the row and the other finds nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
"""So often is work on a job begun without coming any further."""

QUEUED, DEAD = "queued", "dead"


@dataclass(frozen=True)
class Lease:
    """How a table's jobs are held.

    length : for how long a worker may be silent. working : the state of a held row.
    when_dead : further columns of a row that is given up, such as why. buried : told the primary
    keys of rows that are given up, in the same transaction.
    """

    length: timedelta
    working: str
    when_dead: Mapping[str, object] = field(default_factory=dict)
    buried: Callable[[list[Any]], None] | None = None

    @property
    def until(self) -> datetime:
        """When a lease ends that is taken or extended now."""
        return timezone.now() + self.length


def waiting(rows: QuerySet, lease: Lease) -> QuerySet:
    """The jobs that nobody works on: queued ones, and those whose worker fell silent."""
    silent = Q(state=lease.working, lease_until__lt=timezone.now())
    return rows.filter(Q(state=QUEUED) | silent)


def claim(rows: QuerySet, lease: Lease) -> int | None:
    """Take the lease; answer the fence, or None when another worker has it or it is over.

    A job that kills its workers outright never comes to `give_back`: it is buried here. A row that
    somebody has locked is being worked on, however old its lease: a long transaction of one worker
    holds no other one up.
    """
    unlocked = waiting(rows, lease).select_for_update(skip_locked=True, of=("self",))
    free = waiting(rows.filter(pk__in=list(unlocked.values_list("pk", flat=True))), lease)
    bury(free.filter(attempts__gte=MOST_ATTEMPTS), lease)
    claimed = free.update(
        state=lease.working,
        lease_until=lease.until,
        fence=F("fence") + 1,
        attempts=F("attempts") + 1,
    )
    return rows.values_list("fence", flat=True).get() if claimed else None


def held(rows: QuerySet, lease: Lease, fence: int) -> QuerySet:
    """The job while it is still held under this fence: empty once another worker has taken over.

    Effects are written through this queryset only. To extend: `.update(lease_until=lease.until)`.
    """
    return rows.filter(fence=fence, state=lease.working)


def give_back(rows: QuerySet, lease: Lease, fence: int, **changes: object) -> None:
    """After a failure: back into the queue with these changes, or dead after MOST_ATTEMPTS."""
    mine = held(rows, lease, fence)
    bury(mine.filter(attempts__gte=MOST_ATTEMPTS), lease)
    mine.update(state=QUEUED, lease_until=None, **changes)


def bury(hopeless: QuerySet, lease: Lease) -> None:
    """Give these jobs up, and tell the registry office by the log."""
    with transaction.atomic():
        dead = list(hopeless.values_list("pk", flat=True))
        hopeless.update(state=DEAD, finished_at=timezone.now(), lease_until=None, **lease.when_dead)
        if dead and lease.buried:
            lease.buried(dead)
    for pk in dead:
        log.critical("%s %s is dead after %s attempts", hopeless.model.__name__, pk, MOST_ATTEMPTS)

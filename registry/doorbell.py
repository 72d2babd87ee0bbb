"""How does a worker learn that there is something to do? It is rung for, once the row is safe.

The row is the job and PostgreSQL the memory. A missed ring costs half a minute: the sweeper
(`dispatch_due`) finds every row that nobody works on. So Redis may be away, or hang, without
holding up whoever asks.
"""

from __future__ import annotations

import logging
from functools import partial
from threading import BoundedSemaphore, Thread
from typing import Protocol

from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from registry.models import ImportFile, Submission
from registry.tasks import check_file, process_submission

log = logging.getLogger(__name__)

MOST_AT_ONCE = 20
_free = BoundedSemaphore(MOST_AT_ONCE)


class Bell(Protocol):
    """A Celery task, seen from outside. The first argument names the row."""

    name: str

    def delay(self, *told: object) -> object:
        """Send the message."""


def ring(submission: Submission) -> None:
    """Call a worker for this submission when the transaction is committed. Never raises."""
    ring_for(process_submission, str(submission.pk), submission.centre_id)


def ring_file(file: ImportFile) -> None:
    """Call a worker to judge this table when the transaction is committed. Never raises."""
    ring_for(check_file, str(file.pk), file.centre_id)


def ring_for(bell: Bell, *told: object) -> None:
    """Call a worker for a row when the transaction is committed. Never raises."""
    transaction.on_commit(partial(_ring_beside, bell, told), robust=True)


def _ring_beside(bell: Bell, told: tuple[object, ...]) -> None:
    # In a thread: a Redis that accepts but never answers takes seconds to give up on.
    if _free.acquire(blocking=False):
        Thread(target=_ring_now, args=(bell, told), daemon=True).start()
    else:
        log.warning("Too many rings at once: the sweeper takes %s %s", bell.name, told[0])


def _ring_now(bell: Bell, told: tuple[object, ...]) -> None:
    try:
        bell.delay(*told)
    except (OperationalError, RedisError, OSError) as failure:
        name = type(failure).__name__
        log.warning("No ring for %s %s (%s): the sweeper takes it", bell.name, told[0], name)
    finally:
        _free.release()

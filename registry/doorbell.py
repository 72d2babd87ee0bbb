"""How does a worker learn that there is something to do? It is rung for, once the row is safe.

The row is the job and PostgreSQL the memory. A missed ring costs half a minute: the sweeper
(`tasks.ring_again`) finds every submission that nobody works on. So Redis may be away, or hang,
without holding up whoever sends.
"""

from __future__ import annotations

import logging
from functools import partial
from threading import BoundedSemaphore, Thread

from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from registry.models import Submission
from registry.tasks import process_submission

log = logging.getLogger(__name__)

MOST_AT_ONCE = 20
_free = BoundedSemaphore(MOST_AT_ONCE)


def ring(submission: Submission) -> None:
    """Call a worker for this submission when the transaction is committed. Never raises."""
    told = (str(submission.pk), submission.centre_id)
    transaction.on_commit(partial(_ring_beside, *told), robust=True)


def _ring_beside(submission_id: str, centre_id: int) -> None:
    # In a thread: a Redis that accepts but never answers takes seconds to give up on.
    if _free.acquire(blocking=False):
        Thread(target=_ring_now, args=(submission_id, centre_id), daemon=True).start()
    else:
        log.warning("Too many rings at once: the sweeper takes submission %s", submission_id)


def _ring_now(submission_id: str, centre_id: int) -> None:
    try:
        process_submission.delay(submission_id, centre_id)
    except (OperationalError, RedisError, OSError) as failure:
        name = type(failure).__name__
        log.warning("No ring for submission %s (%s): the sweeper takes it", submission_id, name)
    finally:
        _free.release()

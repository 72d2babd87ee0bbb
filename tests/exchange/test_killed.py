"""What is left of a table when its worker is killed in the middle, and does the next one go on? Real workers, kill -9."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Thread, current_thread, main_thread

import pytest
from django.db import connection
from django.utils import timezone

from config.celery import app
from registry import doorbell
from registry.actions.receive_submission import LEASE
from registry.actions.send_file import send_file
from registry.actions.upload_file import upload_file
from registry.lease import claim
from registry.models import CaseReceipt, ImportFile, Submission
from registry.scope import every_centre
from registry.tasks import ring_again
from tests.exchange import planted
from tests.exchange.desk import lines, now, outcomes
from tests.processes import celery_worker, kill
from tests.registry.people import People, new_people, number_of_patients

PATIENTS = 800
LONGEST = 120.0


@pytest.fixture
def real(transactional_db: None) -> People:
    """People whose rows a worker in another process can see."""
    return new_people()


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def time_passes() -> None:
    """The leases of whoever is silent run out, and the sweeper comes by."""
    with every_centre():
        past = timezone.now() - timedelta(seconds=1)
        for model in (ImportFile, Submission):
            model.objects.filter(lease_until__isnull=False).update(lease_until=past)
    ring_again()


def writing_now() -> bool:
    """Is a worker inside the transaction that stores the cases?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND state <> 'idle' AND query ~ 'INSERT INTO .registry_(patient|disease|transplant|graft).'"
        )
        return bool(cursor.fetchone()[0])


def receipts() -> int:
    with every_centre():
        return CaseReceipt.objects.count()


@pytest.mark.drill
def test_killed_while_judging_and_while_storing(real: People) -> None:
    body = planted.as_csv(planted.rows(PATIENTS))
    good = PATIENTS - len(planted.PLACES)
    with celery_worker() as first:
        file = upload_file(by=real.own_centre, name="a.csv", body=body)
        doorbell.ring_file(file)
        wait_until(lambda: now(file).progress > 0)
        kill(first)
    half = now(file)
    assert (half.state, 0 < half.progress < PATIENTS) == ("checking", True)
    assert len(lines(file)) == half.progress
    assert number_of_patients() == 0

    with celery_worker() as second:
        time_passes()
        wait_until(lambda: now(file).state == "ready")
        assert outcomes(file) == {"new": good, "rejected": len(planted.PLACES)}
        assert (now(file).fence, number_of_patients()) == (2, 0)
        submission = send_file(by=real.own_centre, file=now(file))
        doorbell.ring(submission)
        wait_until(writing_now)
        kill(second)
    assert (number_of_patients(), receipts(), now(file).state) == (0, 0, "sent")

    with celery_worker():
        time_passes()
        wait_until(lambda: now(file).state == "ready")
    assert (number_of_patients(), receipts()) == (good, good)
    with every_centre():
        assert Submission.objects.get(pk=submission.pk).state == "done"
    app.control.purge()


def test_a_long_transaction_holds_no_other_worker_up(real: People) -> None:
    file = upload_file(by=real.own_centre, name="a.csv", body=planted.as_csv(planted.rows(3)))
    rows = ImportFile.objects.filter(pk=file.pk)
    with every_centre():
        rows.select_for_update().get()
        waiting: list[int | None] = []
        other = Thread(target=lambda: waiting.append(claimed(file)))
        other.start()
        other.join(LONGEST)
        assert waiting == [None]
    assert claimed(file) == 1


def claimed(file: ImportFile) -> int | None:
    """What another worker gets, on a connection of its own."""
    try:
        with every_centre():
            return claim(ImportFile.objects.filter(pk=file.pk), LEASE)
    finally:
        if current_thread() is not main_thread():
            connection.close()

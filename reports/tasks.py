"""The doorbell of the reports' jobs: an id in, one call, done."""

import uuid
from typing import Any

from celery import shared_task
from celery.signals import worker_init
from django.utils import timezone

from registry.tasks import ring_again
from reports import actions, deliver
from reports.exports.archive import load_writers


@worker_init.connect
def get_ready(**_signal: Any) -> None:
    """Before the worker has children: each of them begins with it, and they share its memory."""
    load_writers()


@shared_task
def execute_run(run_id: str) -> None:
    """Compute one run and ring for its deliveries."""
    actions.execute_run(run_id=uuid.UUID(run_id))
    for delivery_id in deliver.ready_deliveries():
        send_delivery.delay(delivery_id)


@shared_task
def send_delivery(delivery_id: int) -> None:
    """Send one delivery."""
    deliver.deliver(delivery_id=delivery_id)


@shared_task
def make_export(export_id: str) -> None:
    """Make the files of one export."""
    actions.make_export(export_id=uuid.UUID(export_id))


@shared_task
def dispatch_due() -> None:
    """Beat's only entry: make the runs that fall due, and ring for all that waits."""
    actions.make_due_runs(timezone.now())
    for run_id in actions.waiting_runs():
        execute_run.delay(str(run_id))
    for export_id in actions.waiting_exports():
        make_export.delay(str(export_id))
    actions.delete_old_exports(timezone.now())
    for delivery_id in deliver.ready_deliveries():
        send_delivery.delay(delivery_id)
    ring_again.delay()

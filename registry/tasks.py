"""The doorbell of the registry's jobs: an id in, one call, done."""

import uuid

from celery import shared_task
from django.utils import timezone

from registry.actions import check_file as checking
from registry.actions import (
    clock_round,
    forget_files,
    network_figures,
    receive_submission,
    send_digests,
)
from registry.models import Centre


@shared_task
def process_submission(submission_id: str, centre_id: int) -> None:
    """Process one submission."""
    receive_submission.process_submission(
        submission_id=uuid.UUID(submission_id), centre_id=centre_id
    )
    # A table of which nothing was stored waits to be judged afresh, and its owner looks on.
    _ring_for_tables(centre_id)


@shared_task
def check_file(file_id: str, centre_id: int) -> None:
    """Read and judge one uploaded table."""
    checking.check_file(file_id=uuid.UUID(file_id), centre_id=centre_id)


@shared_task
def judge_centre_again(centre_id: int) -> None:
    """Judge a centre's patients as of today."""
    clock_round.judge_centre(centre_id)


@shared_task
def compute_network_figures() -> None:
    """Compute what all centres have in common."""
    network_figures.compute_network_figures()


@shared_task
def send_digest(digest_id: int) -> None:
    """Send one reminder."""
    send_digests.send_digest(digest_id)


@shared_task
def ring_again() -> None:
    """Ring for every job that nobody is working on: the doorbell may have been missed."""
    for centre_id in Centre.objects.values_list("pk", flat=True):
        for submission_id in receive_submission.unfinished(centre_id):
            process_submission.delay(str(submission_id), centre_id)
        _ring_for_tables(centre_id)
    forget_files.forget_what_came_in(timezone.now())
    _ring_for_the_day()


def _ring_for_tables(centre_id: int) -> None:
    for file_id in checking.unchecked(centre_id):
        check_file.delay(str(file_id), centre_id)


def _ring_for_the_day() -> None:
    """What no row asks for: patients not judged today, old figures, mornings that have come."""
    for centre_id in clock_round.centres_to_judge():
        judge_centre_again.delay(centre_id)
    if network_figures.figures_are_old():
        compute_network_figures.delay()
    send_digests.make_due_digests(timezone.now())
    for digest_id in send_digests.ready_digests():
        send_digest.delay(digest_id)

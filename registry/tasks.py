"""The doorbell of the registry's jobs: an id in, one call, done."""

import uuid

from celery import shared_task

from registry.actions import receive_submission
from registry.models import Centre


@shared_task
def process_submission(submission_id: str, centre_id: int) -> None:
    """Process one submission."""
    receive_submission.process_submission(
        submission_id=uuid.UUID(submission_id), centre_id=centre_id
    )


@shared_task
def ring_again() -> None:
    """Ring for every submission that nobody is working on: the doorbell may have been missed."""
    for centre_id in Centre.objects.values_list("pk", flat=True):
        for submission_id in receive_submission.unfinished(centre_id):
            process_submission.delay(str(submission_id), centre_id)

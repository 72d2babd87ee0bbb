"""What did a centre send, and what became of each case?"""

import uuid

from django.db import models
from django.db.models import Q

from registry.dictionary.values import KEY_LENGTH
from registry.models.fields import SealedBytes

SOURCE_LENGTH = 64
IDEMPOTENCY_LENGTH = 128


class Submission(models.Model):
    """A batch of cases as it came in. The row is the job: Celery only rings.

    `lease_until` and `fence` say who works on it: effects are written only while the fence is
    still the worker's own.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        PROCESSING = "processing", "Being processed"
        DONE = "done", "Done"
        DEAD = "dead", "Failed: the registry office has been told"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("registry.User", on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=8, choices=[("api", "API"), ("import", "Import")])
    source_system = models.CharField(max_length=SOURCE_LENGTH)
    idempotency_key = models.CharField(max_length=IDEMPOTENCY_LENGTH, null=True)
    atomic = models.BooleanField(default=False, help_text="All cases or none")
    body = SealedBytes(help_text="As it came in, encrypted: it may tell who a patient is")
    sha256 = models.CharField(max_length=64, help_text="Of the body as it came in")
    emptied_at = models.DateTimeField(null=True, help_text="When the body was emptied: it was over")
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True)
    cases = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-received_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["by", "idempotency_key"], name="submission_idempotency_key"
            ),
            models.CheckConstraint(
                name="submission_finished",
                condition=Q(state__in=["done", "dead"], finished_at__isnull=False)
                | (~Q(state__in=["done", "dead"]) & Q(finished_at__isnull=True)),
            ),
        ]


class CaseReceipt(models.Model):
    """What became of one case of a submission."""

    class Outcome(models.TextChoices):
        NEW = "new", "New"
        CHANGED = "changed", "Changed"
        SAME = "same", "The same"
        REJECTED = "rejected", "To correct"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="receipts")
    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    index = models.PositiveIntegerField(help_text="Place in the batch, from 0")
    key = models.CharField(max_length=KEY_LENGTH, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    patient = models.ForeignKey(
        "registry.Patient", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    findings = models.JSONField(default=list)

    class Meta:
        ordering = ("index",)
        constraints = [
            models.UniqueConstraint(fields=["submission", "index"], name="receipt_of_case")
        ]

"""What is remembered of a report? The cut it was computed on, the run, what was sent or taken out."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from registry.models.fields import SealedBytes
from reports.results import Period
from reports.schedule import DAYS, HOURS, USUAL_DAY, USUAL_HOUR


class DataCut(models.Model):
    """The analysis columns as they were at a moment: what a run can be repeated on, byte for byte.

    `centres` are those whose patients are in it. The database shows a cut only to those who may
    see every one of them. `cohort` is the synthetic cohort that they were, all of them and no
    other. What was taken is not changed: the app role may not.
    """

    append_only = True  # registry.protect

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    centres = ArrayField(models.BigIntegerField())
    taken_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField(
        default=0, help_text="Patients whose records have errors still to be corrected"
    )
    withheld = models.PositiveIntegerField(
        default=0, help_text="Patients without consent to the use of their records"
    )
    synthetic = models.BooleanField(default=False)
    linked = models.JSONField(
        default=list, help_text="Pseudonyms of each person who stands in several centres"
    )
    cohort = models.CharField(max_length=64, blank=True)
    dictionary_version = models.CharField(max_length=16)
    columns = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="cut_once",
                fields=[
                    "sha256",
                    "centres",
                    "left_out",
                    "withheld",
                    "synthetic",
                    "linked",
                    "cohort",
                    "dictionary_version",
                ],
            ),
        ]


class Subscription(models.Model):
    """A person's standing order for a study's report, once a month."""

    user = models.ForeignKey(
        "registry.User", on_delete=models.CASCADE, related_name="subscriptions"
    )
    study = models.CharField(max_length=64)
    day = models.PositiveSmallIntegerField(default=USUAL_DAY)
    hour = models.PositiveSmallIntegerField(default=USUAL_HOUR)
    time_zone = models.CharField(max_length=40)
    since = models.DateTimeField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "study"], name="subscription_once"),
            models.CheckConstraint(
                name="subscription_time", condition=Q(day__range=DAYS, hour__range=HOURS)
            ),
        ]


class Run(models.Model):
    """One computation of a study. The row is the job; lease and fence say who works on it.

    period_from, period_to : the transplants taken; null leaves an end open. judged : whether these
    are the paper's patients; null where that is left to `papers_patients` (reports.actions.cuts).
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        DEAD = "dead", "Failed"

    UNFINISHED = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.CharField(max_length=64)
    by = models.ForeignKey("registry.User", on_delete=models.PROTECT, related_name="+")
    centres = ArrayField(models.BigIntegerField())
    period_from = models.DateField(null=True)
    period_to = models.DateField(null=True)
    judged = models.BooleanField(null=True)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.SET_NULL, related_name="runs"
    )
    slot = models.DateTimeField(null=True)
    cut = models.ForeignKey(DataCut, null=True, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    step = models.CharField(max_length=80, blank=True, help_text="Progress in words")
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    results = models.TextField(blank=True, help_text="reports.results.Results as JSON")
    body = models.TextField(blank=True, help_text="The report for the web page")
    page = models.TextField(blank=True, help_text="The report as one HTML file")
    pdf = models.BinaryField(null=True)

    class Meta:
        ordering = ("-asked_at",)
        constraints = [
            models.UniqueConstraint(fields=["subscription", "slot"], name="run_of_slot"),
            models.CheckConstraint(
                name="run_finished",
                condition=Q(state__in=["done", "dead"], finished_at__isnull=False)
                | (~Q(state__in=["done", "dead"]) & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(name="run_period", condition=~Q(period_from__gt=F("period_to"))),
        ]

    @property
    def period(self) -> Period | None:
        """The transplant dates asked for; None for all of them."""
        ends = [day and day.isoformat() for day in (self.period_from, self.period_to)]
        return Period(*ends) if any(ends) else None


class Delivery(models.Model):
    """One report on its way to one reader.

    `unknown` is the honest state after a connection broke while the server had the message:
    it may or may not have arrived, and an operator decides.
    """

    class State(models.TextChoices):
        READY = "ready", "Ready"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not sent"
        UNKNOWN = "unknown", "Perhaps sent"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="deliveries")
    to = models.ForeignKey("registry.User", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.READY)
    message_id = models.CharField(max_length=120, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(help_text="Not to be tried before")
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "to"], name="delivery_once"),
        ]


class TakenOut(models.Model):
    """Patients' rows that left the registry, written before they did: who took which, and when.

    They are those of a study on a cut, or the records of an export. run is null for a cut that was
    taken from the shell. The app role can write a line and read it, but not change or delete it,
    and sees those of centres in its scope only.
    """

    append_only = True  # registry.protect

    by = models.ForeignKey("registry.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    study = models.CharField(max_length=64, blank=True)
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    cut = models.ForeignKey(DataCut, null=True, on_delete=models.PROTECT, related_name="+")
    export = models.ForeignKey(
        "reports.Export", null=True, on_delete=models.PROTECT, related_name="fetched"
    )
    centres = ArrayField(models.BigIntegerField())
    rows = models.PositiveIntegerField()

    class Meta:
        ordering = ("-at",)
        constraints = [
            models.CheckConstraint(
                name="taken_out_what",
                condition=Q(cut__isnull=False, export__isnull=True)
                | Q(cut__isnull=True, export__isnull=False, run__isnull=True),
            ),
        ]


class Export(models.Model):
    """A centre's records as files of a statistics program, made by a worker. The row is the job.

    kind : csv, spss, stata or sas. manifest : what is in the archive, with rows, SHA-256, cut and
    versions. archive : the ZIP file, encrypted, deleted when it is no longer kept; the row stays as
    the line of the log.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Being made"
        DONE = "done", "Done"
        DEAD = "dead", "Failed"

    UNFINISHED = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey("registry.User", on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    step = models.CharField(max_length=80, blank=True, help_text="Progress in words")
    progress = models.PositiveSmallIntegerField(default=0, help_text="In hundredths")
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    patients = models.PositiveIntegerField(default=0)
    manifest = models.JSONField(default=dict)
    archive = SealedBytes(null=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at",)

"""Which reminder went to whom, what was judged by the clock, and how good is the follow-up of all?"""

from django.db import models
from django.db.models import Q


class Digest(models.Model):
    """A mail that counts what waits for a person. It names patients by pseudonym, never a value.

    `unknown` : the connection broke while the server had the message; an operator decides.
    `nothing` : nothing waited on that morning. asked_at : set where the person asked for one at
    once; such a mail stands beside that of the morning.
    """

    class State(models.TextChoices):
        READY = "ready", "Ready"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not sent"
        UNKNOWN = "unknown", "Perhaps sent"
        NOTHING = "nothing", "Nothing waited"

    to = models.ForeignKey("registry.User", on_delete=models.CASCADE, related_name="+")
    slot = models.DateField(help_text="The day it falls due, in the centre's time zone")
    state = models.CharField(max_length=8, choices=State.choices, default=State.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(help_text="Not to be tried before")
    sent_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True, help_text="When the person asked for it by hand")
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["to", "slot"], condition=Q(asked_at__isnull=True), name="digest_once"
            ),
            models.UniqueConstraint(
                fields=["to"],
                condition=Q(asked_at__isnull=False, state__in=["ready", "sending"]),
                name="digest_asked_once",
            ),
        ]


class NetworkFigure(models.Model):
    """A number about all centres together, computed by a worker: no reader may see what it is made of."""

    name = models.CharField(max_length=32, primary_key=True)
    value = models.FloatField(null=True)
    centre_count = models.PositiveIntegerField()
    computed_at = models.DateTimeField()


class ClockRound(models.Model):
    """How far the judge has come with a centre's patients today: rules that look at the day change.

    One row per centre instead of a date per patient, which would put every patient into the trail
    every day. done_to : the primary key of the last patient judged on `day`.
    """

    centre = models.OneToOneField(
        "registry.Centre", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    day = models.DateField()
    done_to = models.BigIntegerField(default=0)
    finished = models.BooleanField(default=False)
    at = models.DateTimeField(help_text="Of the last chunk")

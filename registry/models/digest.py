"""Which reminder went to whom, and how good is the follow-up of all centres together?"""

from django.db import models


class Digest(models.Model):
    """A mail that counts what waits for a person. It names patients by pseudonym, never a value.

    `unknown` : the connection broke while the server had the message; an operator decides.
    """

    class State(models.TextChoices):
        READY = "ready", "Ready"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not sent"
        UNKNOWN = "unknown", "Perhaps sent"

    to = models.ForeignKey("registry.User", on_delete=models.CASCADE, related_name="+")
    slot = models.DateField(help_text="The day it falls due, in the centre's time zone")
    state = models.CharField(max_length=8, choices=State.choices, default=State.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(help_text="Not to be tried before")
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["to", "slot"], name="digest_once")]


class NetworkFigure(models.Model):
    """A number about all centres together, computed by a worker: no reader may see what it is made of."""

    name = models.CharField(max_length=32, primary_key=True)
    value = models.FloatField(null=True)
    centre_count = models.PositiveIntegerField()
    computed_at = models.DateTimeField()

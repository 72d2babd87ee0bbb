"""What is still to be answered about a patient's record?"""

from django.db import models
from django.db.models import Q

from registry.dictionary.values import KEY_LENGTH


class Question(models.Model):
    """A data query. Opened by a QUERY rule; closes itself when the data no longer break it."""

    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "registry.Patient", on_delete=models.CASCADE, related_name="questions"
    )
    rule = models.PositiveSmallIntegerField()
    record_type = models.CharField(max_length=32)
    record_key = models.CharField(max_length=KEY_LENGTH)
    item = models.CharField(max_length=KEY_LENGTH, blank=True)
    text = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("opened_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "rule", "record_type", "record_key", "item"],
                condition=Q(closed_at__isnull=True),
                name="question_open_once",
            )
        ]

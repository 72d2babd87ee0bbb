"""Which records are finished, who said so, and who opened them again?"""

from django.db import models
from django.db.models import Q

from registry.dictionary.values import LONGEST_REASON


class SignOff(models.Model):
    """A record that somebody signed: it is changed through no door until it is opened again.

    The row in force is the one without `opened_at`. Earlier rows stay as the trace. PostgreSQL
    refuses other answers in a signed record (registry.models.signed).
    """

    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "registry.Patient", on_delete=models.CASCADE, related_name="sign_offs"
    )
    record_type = models.CharField(max_length=32)
    record_pk = models.BigIntegerField()
    version = models.PositiveIntegerField(help_text="Of the record, as it was signed")
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey("registry.User", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(
        "registry.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=LONGEST_REASON, blank=True, help_text="For opening it")

    class Meta:
        ordering = ("signed_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["record_type", "record_pk"],
                condition=Q(opened_at__isnull=True),
                name="signed_once",
            ),
            models.CheckConstraint(
                name="opened_with_a_reason",
                condition=Q(opened_at__isnull=True, opened_by__isnull=True, reason="")
                | (Q(opened_at__isnull=False, opened_by__isnull=False) & ~Q(reason="")),
            ),
        ]

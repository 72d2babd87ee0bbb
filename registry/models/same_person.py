"""Which patients may be the same person, in one centre or in two?"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from registry.dictionary.values import LONGEST_REASON

TOKEN_LENGTH = 32


class MatchToken(models.Model):
    """Keyed fingerprints of a patient's identity: equal parts of two identities have equal tokens.

    Every centre's rows can be searched (registry.protect.OPEN), because the tokens tell nothing
    without the registry's key, and a search must find the child whom another centre registered.
    A merged patient keeps one that names the patient who was kept (actions.merged_links).
    """

    patient = models.OneToOneField(
        "registry.Patient", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    tokens = ArrayField(models.CharField(max_length=TOKEN_LENGTH))

    class Meta:
        indexes = [GinIndex(fields=["tokens"], name="match_tokens", fastupdate=False)]


class LinkRequest(models.Model):
    """A centre asks the registry office whether its patient is one of another centre's.

    The row belongs to the centre that asks; `other` is shown to the registry office only.
    """

    class State(models.TextChoices):
        OPEN = "open", "Waiting for the registry office"
        LINKED = "linked", "The same person"
        DECLINED = "declined", "Not the same person"

    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("registry.Patient", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("registry.Patient", on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey("registry.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        "registry.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        ordering = ("asked_at",)
        constraints = [
            models.UniqueConstraint(fields=["patient", "other"], name="link_asked_once"),
            models.CheckConstraint(name="link_of_two", condition=~Q(patient=F("other"))),
        ]


class PatientMerge(models.Model):
    """Two patients of one centre that were found to be one: whose records went where.

    moved : [[record type, primary key, key before], ...] of the rows that now hang on `kept`;
    undoing puts them back. Both pseudonyms stay and lead to the same page.
    """

    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    kept = models.ForeignKey("registry.Patient", on_delete=models.CASCADE, related_name="+")
    merged = models.ForeignKey("registry.Patient", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("registry.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=LONGEST_REASON)
    moved = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        "registry.User", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("at",)
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="merged_once"
            ),
            models.CheckConstraint(name="merge_of_two", condition=~Q(kept=F("merged"))),
        ]

"""What is still to be answered about a patient's record, who asked, and what was said?"""

from django.db import models
from django.db.models import Q

from registry.dictionary.values import KEY_LENGTH, LONGEST_MESSAGE


class Question(models.Model):
    """A data query about one answer, one record or the patient: open, then answered, then closed.

    A rule's question (`rule`) closes itself when the data no longer break it. A person's question is
    answered by the side it was asked of, and closed by the side that asked.
    """

    class Side(models.TextChoices):
        CENTRE = "centre", "Centre"
        OFFICE = "office", "Registry office"

    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "registry.Patient", on_delete=models.CASCADE, related_name="questions"
    )
    rule = models.PositiveSmallIntegerField(null=True, help_text="Null where a person asks")
    asked_of = models.CharField(max_length=8, choices=Side.choices, default=Side.CENTRE)
    record_type = models.CharField(max_length=32)
    record_key = models.CharField(max_length=KEY_LENGTH)
    record_pk = models.BigIntegerField(
        null=True,
        help_text="The row that a person asked about, whose key may stand below two parents. "
        "Null where a rule asks",
    )
    item = models.CharField(max_length=KEY_LENGTH, blank=True)
    text = models.CharField(max_length=LONGEST_MESSAGE)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        "registry.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        "registry.User", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("opened_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "rule", "record_type", "record_key", "item"],
                condition=Q(closed_at__isnull=True, rule__isnull=False),
                name="question_open_once",
            ),
            models.CheckConstraint(
                name="question_has_an_asker",
                condition=Q(rule__isnull=False) ^ Q(opened_by__isnull=False),
            ),
        ]

    @property
    def state(self) -> str:
        """open, answered or closed."""
        if self.closed_at:
            return "closed"
        return "answered" if self.answered_at else "open"


class QuestionMessage(models.Model):
    """One thing said about a question. What was said is not changed; it goes with its question."""

    written_once = True  # registry.protect

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="messages")
    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("registry.User", on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, choices=Question.Side.choices)
    at = models.DateTimeField()
    text = models.CharField(max_length=LONGEST_MESSAGE)

    class Meta:
        ordering = ("at", "pk")

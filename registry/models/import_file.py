"""Which table of a centre is being imported, how were its columns understood, and what is each row?"""

import json
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from registry.dictionary.values import KEY_LENGTH
from registry.models.fields import SealedBytes

NAME_LENGTH = 200


class ImportFile(models.Model):
    """A table that somebody uploaded. The row is the job; Celery only rings.

    Reading and judging write nothing but these rows. After the button the accepted rows become a
    Submission, which is stored whole or not at all.

    body : the file as it came in. columns : [{"header": words, "target": "type.item", "key" or ""},
    ...] in the order of the file; then those for answers given on its page, with "added". Of a
    column without a target "meant" tells that somebody left it out on purpose. progress : lines
    judged so far, of `rows`; while it is stored the cases judged once more, and then those written.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to be read"
        CHECKING = "checking", "Being read and judged"
        COLUMNS = "columns", "Its columns are to be named"
        READY = "ready", "Ready: nothing is stored yet"
        SENT = "sent", "Being stored, all or none"
        DROPPED = "dropped", "Given up: nothing was stored"
        DONE = "done", "Imported"
        EMPTIED = "emptied", "Not finished: emptied"
        DEAD = "dead", "Failed: the registry office has been told"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("registry.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    touched_at = models.DateTimeField(
        default=timezone.now, help_text="When somebody last did something to it"
    )
    finished_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=NAME_LENGTH)
    body = SealedBytes()
    sha256 = models.CharField(max_length=64)
    columns = models.JSONField(default=list)
    head_line = models.PositiveIntegerField(default=1, help_text="Line of the file with the names")
    rows = models.PositiveIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-uploaded_at",)


class ImportRow(models.Model):
    """One line of the table: what it says, and what would become of it.

    cells : JSON {"texts": [of each column], "case": what it says of the patient, "seen": the mark
    of the patient's records when it was judged (actions/seen.py), "adds" and "changes": the kinds
    of records that it would}. deeds : the same kinds, as "adds transplant" or "changes patient",
    so that they can be counted without opening the lines; null of a line judged before there were
    any, while a line that only completes another one's records has none of its own. read_as : the
    words that are read as the centre answered them before (exchange/heard.py). findings :
    [{"column": place or null, "severity": ..., "says": words, "rule": number or null, "values":
    words, and what else exchange/lines.py knows}, ...].
    `submission` is set once its case went into one.
    """

    class Outcome(models.TextChoices):
        NEW = "new", "New"
        CHANGED = "changed", "Changed"
        SAME = "same", "The same"
        REJECTED = "rejected", "To correct"

    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="lines")
    centre = models.ForeignKey("registry.Centre", on_delete=models.PROTECT, related_name="+")
    line = models.PositiveIntegerField(help_text="Of the file, as its owner counts")
    key = models.CharField(max_length=KEY_LENGTH, blank=True, help_text="The patient's own number")
    cells = SealedBytes()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    findings = models.JSONField(default=list)
    deeds = ArrayField(models.CharField(max_length=2 * KEY_LENGTH), null=True)
    read_as = ArrayField(models.TextField(), default=list)
    submission = models.ForeignKey(
        "registry.Submission", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("line",)
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="line_of_file")]
        indexes = [models.Index(fields=["file", "outcome", "line"], name="line_by_outcome")]

    @property
    def texts(self) -> list[str]:
        """What stands in the line, by place of the column."""
        told: list[str] = json.loads(bytes(self.cells))["texts"]
        return told

    @property
    def case(self) -> dict[str, object] | None:
        """What the line says of its patient, as a case of the API; None when it cannot be read."""
        told: dict[str, object] | None = json.loads(bytes(self.cells))["case"]
        return told

    @property
    def seen(self) -> str | None:
        """The mark of what the line was judged beside; None for a line judged before there was one."""
        told: str | None = json.loads(bytes(self.cells)).get("seen")
        return told

    @property
    def adds(self) -> list[str]:
        """The kinds of records that would be added with it; unknown of a line judged long ago."""
        told: list[str] = json.loads(bytes(self.cells)).get("adds", [])
        return told

    @property
    def changes(self) -> list[str]:
        """The kinds of records that it would change."""
        told: list[str] = json.loads(bytes(self.cells)).get("changes", [])
        return told


class ImportMapping(models.Model):
    """How a centre's columns were understood last time: by the words above them."""

    centre = models.ForeignKey("registry.Centre", on_delete=models.CASCADE, related_name="+")
    header = models.CharField(max_length=NAME_LENGTH, help_text="In small letters, without accents")
    target = models.CharField(max_length=2 * KEY_LENGTH, blank=True, help_text="Empty: left out")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "header"], name="mapping_of_header"),
            models.CheckConstraint(name="mapping_has_a_header", condition=~Q(header="")),
        ]

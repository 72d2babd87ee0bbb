"""What has somebody typed and not saved yet?"""

from django.db import models
from django.db.models import Q

from registry.models.fields import SealedBytes

PLACE_LENGTH = 200
PAGE_LENGTH = 16


class Draft(models.Model):
    """The controls of one form as they stand on somebody's page, on whatever computer.

    place : the record that the form is of, as its address names it below the patient, so that it is
    found where the patient is merged; of a form without a patient the address itself. version : the
    one the form was opened with, null for a new record. body : the form's fields as they would be
    sent, encrypted: they may tell who a patient is. page, turn : which opened page sent it, and as
    which of its drafts: of one page the later stays.
    A draft is nobody's data yet: it has no trail, and only its writer sees it.
    """

    centre = models.ForeignKey("registry.Centre", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("registry.User", on_delete=models.CASCADE, related_name="+")
    patient = models.ForeignKey(
        "registry.Patient", null=True, on_delete=models.CASCADE, related_name="+"
    )
    place = models.CharField(max_length=PLACE_LENGTH)
    version = models.PositiveIntegerField(null=True)
    body = SealedBytes()
    page = models.CharField(max_length=PAGE_LENGTH, blank=True)
    turn = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "centre", "place"], name="draft_of_form"),
            models.CheckConstraint(name="draft_has_a_place", condition=~Q(place="")),
        ]

"""What has somebody typed and not saved yet?"""

from django.db import models
from django.db.models import Q

from registry.models.fields import SealedBytes

PLACE_LENGTH = 200


class Draft(models.Model):
    """The controls of one form as they stand on somebody's page, on whatever computer.

    place : the path of the form's address. version : the one the form was opened with, null for a
    new record. body : the form's fields as they would be sent, encrypted: they may tell who a
    patient is. A draft is nobody's data yet: it has no trail, and only its writer sees it.
    """

    centre = models.ForeignKey("registry.Centre", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("registry.User", on_delete=models.CASCADE, related_name="+")
    patient = models.ForeignKey(
        "registry.Patient", null=True, on_delete=models.CASCADE, related_name="+"
    )
    place = models.CharField(max_length=PLACE_LENGTH)
    version = models.PositiveIntegerField(null=True)
    body = SealedBytes()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "place"], name="draft_of_form"),
            models.CheckConstraint(name="draft_has_a_place", condition=~Q(place="")),
        ]

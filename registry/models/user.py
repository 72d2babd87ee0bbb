"""Who may sign in, and in which role?"""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    """What a person does in the registry; permissions.py says what each may."""

    DATA_MANAGER = "data_manager", "Data manager"
    READER = "reader", "Reader of a centre"
    OFFICE = "office", "Registry office"
    STATISTICIAN = "statistician", "Statistician"
    SERVICE = "service", "Service account of a centre"


CENTRE_ROLES = (Role.DATA_MANAGER, Role.READER, Role.SERVICE)


class User(AbstractUser):
    """A person or a centre's service account."""

    role = models.CharField(max_length=16, choices=Role.choices, default=Role.READER)
    centre = models.ForeignKey(
        "registry.Centre", null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )

    digest = models.CharField(
        max_length=8,
        choices=[("none", "Never"), ("daily", "Each morning"), ("weekly", "Mondays")],
        default="weekly",
        help_text="How often a mail counts what waits for the person",
    )
    digest_chosen_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person chose it"
    )

    looked_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when looks for persons of other centres are counted"
    )
    looked_count = models.PositiveIntegerField(default=0)
    looked_for = models.CharField(
        max_length=64, blank=True, help_text="Whom last, as a fingerprint of keyed tokens"
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                name="user_centre_fits_role",
                condition=Q(role__in=CENTRE_ROLES, centre__isnull=False)
                | (~Q(role__in=CENTRE_ROLES) & Q(centre__isnull=True)),
                violation_error_message="A role of a centre needs its centre; the others have none",
            )
        ]

    @property
    def role_label(self) -> str:
        return Role(self.role).label

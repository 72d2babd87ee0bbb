"""Which hospitals report to the registry?"""

from django.db import models
from django.db.models import Q


class Centre(models.Model):
    """A transplant centre. Not patient data: every signed-in reader may see the list."""

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    city = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2")
    cic = models.CharField("EBMT number (CIC)", max_length=8, blank=True)
    ccn = models.CharField("CIBMTR number (CCN)", max_length=8, blank=True)
    population = models.CharField(
        max_length=12,
        choices=[("adult", "Adults"), ("paediatric", "Children"), ("both", "Both")],
        default="both",
    )
    time_zone = models.CharField(max_length=40, default="Europe/Paris")
    synthetic = models.BooleanField(
        default=False, help_text="Its patients are invented: everything made of them says so"
    )
    cohort = models.CharField(
        max_length=64,
        blank=True,
        help_text="The synthetic cohort that its patients belong to, by the id of its study",
    )

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                name="centre_cohort",
                condition=Q(cohort="") | Q(synthetic=True),
                violation_error_message="Only a centre of invented patients belongs to a cohort",
            )
        ]

    def __str__(self) -> str:
        return f"Centre {self.code} · {self.name}" if self.name else f"Centre {self.code}"

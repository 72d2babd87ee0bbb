"""Who is the patient, without saying who it is?"""

from django.db import models

from registry.dictionary import codes
from registry.dictionary.values import OF_A_PERSON
from registry.models.base import ClinicalRecord, record
from registry.models.fields import Code, PartialDate
from registry.models.transplant import NUMBERED
from registry.pseudonym import LENGTH


@record("patients", "Patient", parent=None, rules=(NUMBERED,))
class Patient(ClinicalRecord):
    """A patient of one centre. The key is the centre's own patient number (EBMT: UPN).

    What could identify the person stands in Identity; everything else shows the pseudonym.
    """

    sex = Code(
        "Sex",
        codes.SEX,
        core=True,
        reasons=OF_A_PERSON,
        help="As recorded at birth or in the hospital file.",
    )
    country = Code(
        "Country of residence",
        codes.COUNTRY,
        reasons=OF_A_PERSON,
        help="Where the patient lived at diagnosis.",
    )
    blood_group = Code(
        "Blood group", codes.BLOOD_GROUP, section="Blood", help="Before the first transplant."
    )
    rh = Code("Rhesus factor", codes.RH)
    cmv_serology = Code(
        "CMV antibodies", codes.SEROLOGY, core=True, help="IgG before the first transplant."
    )
    cmv_date = PartialDate("Date of CMV test")

    pseudonym = models.CharField(max_length=LENGTH, unique=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    dictionary_version = models.CharField(max_length=16, blank=True)
    error_count = models.PositiveSmallIntegerField(default=0)
    warning_count = models.PositiveSmallIntegerField(default=0)
    query_count = models.PositiveSmallIntegerField(default=0)
    # What lists and counts of a whole centre ask, settled by the judge from the records.
    first_transplant_on = models.DateField(null=True, blank=True)
    last_transplant_on = models.DateField(null=True, blank=True)
    last_contact_on = models.DateField(null=True, blank=True)
    vital = models.CharField(max_length=8, blank=True, help_text="ALIVE, DEAD, LOST or not known")
    due_on = models.DateField(null=True, blank=True, help_text="Of the next visit that is owed")
    due_visit = models.CharField(max_length=8, blank=True, help_text="D100, M6, Y1, Y2, …")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = (
            # Every record of a patient points at (patient, centre), so it cannot change hospitals.
            models.UniqueConstraint(fields=["id", "centre"], name="patient_of_centre"),
        )
        indexes = (
            models.Index(
                fields=["centre", "due_on"],
                condition=models.Q(due_on__isnull=False, merged_into__isnull=True),
                name="patient_due",
            ),
        )

    def __str__(self) -> str:
        return self.pseudonym

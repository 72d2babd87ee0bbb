"""What do we record of chronic graft-versus-host disease?"""

from django.db import models

from registry.dictionary.checks import InOrder, Never, Recomputed, error, warning
from registry.dictionary.codes import outcome as codes
from registry.dictionary.codes.common import YES_NO
from registry.dictionary.grading import ORGANS, nih_severity
from registry.dictionary.predicates import DaysBetween, Is
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Integer, PartialDate
from registry.models.happened import no_has_no_date, no_is_dated, no_needs_as_of, still_no_on

_YES = Is("occurred", "YES")
_SCORE = "NIH 2014: 0 none, 1 mild, 2 moderate, 3 severe."


@record(
    "chronic_gvhds",
    "Chronic GvHD",
    parent="transplant",
    order_by="date_onset",
    rules=(
        error(
            43,
            "Chronic GvHD begins before the transplant or after the last contact: correct a date, "
            "or add the later contact",
            InOrder("transplant.date", "date_onset", "case.last_contact"),
            "LY1901, IN1801",
        ),
        warning(
            44,
            "Chronic GvHD begins before day 60: check the date, and whether it is acute GvHD",
            Never(DaysBetween("transplant.date", "date_onset", "<", 60)),
        ),
        # The table of checks marks it H, but its words ask for a reason: only a warning takes one.
        warning(
            46,
            "The severity reported is not the one that the NIH organ scores give: check the "
            "severity and the scores",
            Recomputed("severity_reported", nih_severity, ORGANS),
        ),
        error(
            1,
            "Chronic GvHD resolves before it begins: correct one of the dates",
            InOrder("date_onset", "date_resolved"),
        ),
        no_needs_as_of("occurred"),
        no_has_no_date("occurred", "date_onset"),
    ),
)
class ChronicGvhd(PatientRecord):
    """Chronic graft-versus-host disease after a transplant: onset and maximum."""

    occurred = Code("Chronic GvHD", YES_NO, core=True, section="Onset")
    as_of = still_no_on()
    date_onset = PartialDate("Began on", core=True, asked_if=_YES)
    onset_type = Code("Type of onset", codes.CGVHD_ONSET, asked_if=_YES)
    skin = Integer("Skin", low=0, high=3, asked_if=_YES, help=_SCORE, section="Highest scores")
    mouth = Integer("Mouth", low=0, high=3, asked_if=_YES, help=_SCORE)
    eyes = Integer("Eyes", low=0, high=3, asked_if=_YES, help=_SCORE)
    gut = Integer("Gut", low=0, high=3, asked_if=_YES, help=_SCORE)
    liver = Integer("Liver", low=0, high=3, asked_if=_YES, help=_SCORE)
    lung = Integer("Lung", low=0, high=3, asked_if=_YES, help=_SCORE)
    joints = Integer("Joints and fascia", low=0, high=3, asked_if=_YES, help=_SCORE)
    genital = Integer("Genital tract", low=0, high=3, asked_if=_YES, help=_SCORE)
    severity_reported = Code(
        "Highest severity, as reported by the centre",
        codes.NIH_SEVERITY,
        core=True,
        asked_if=_YES,
        section="Maximum",
        help="NIH 2014, global.",
    )
    extent = Code(
        "Extent, old classification", codes.CGVHD_EXTENT, asked_if=_YES, help="Seattle 1980."
    )
    systemic_treatment = Code("Systemic immunosuppression", YES_NO, core=True, asked_if=_YES)
    date_resolved = PartialDate("Resolved on", asked_if=_YES)

    transplant = models.ForeignKey(
        "registry.Transplant", on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        constraints = (no_is_dated("chronicgvhd", "occurred"),)

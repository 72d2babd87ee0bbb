"""When and where did the disease come back before the transplant?"""

from django.db import models

from registry.dictionary import codes
from registry.dictionary.checks import InOrder, Recomputed, error
from registry.dictionary.derived import relapse_timing
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Codes, Integer, PartialDate


@record(
    "pretransplant_relapses",
    "Relapse before transplant",
    parent="disease",
    order_by="number",
    rules=(
        error(
            1,
            "The relapse is dated before the diagnosis: correct one of the dates",
            InOrder("disease.date_diagnosis", "date"),
            "seeds; C15",
        ),
        error(
            36,
            "The timing reported is not the one that the dates give: correct a date, or remove "
            "the timing",
            Recomputed(
                "timing_reported",
                relapse_timing,
                because=("date", "disease.date_diagnosis", "disease.frontline_end_date"),
            ),
            "Kaya",
        ),
    ),
)
class PretransplantRelapse(PatientRecord):
    """A relapse before the first transplant. Later ones are recorded as relapses after it."""

    disease = models.ForeignKey("registry.Disease", on_delete=models.CASCADE, related_name="+")
    number = Integer("Number", core=True, low=1, high=9, help="1 is the first relapse.")
    date = PartialDate("Date", core=True)
    sites = Codes("Sites", codes.SITE, core=True)
    level = Code("Level", codes.RELAPSE_LEVEL, core=True)
    timing_reported = Code(
        "Timing as reported",
        codes.RELAPSE_TIMING,
        help="Computed from the dates where they are known; typed in only from old sources.",
    )

"""What do we record of complications and late effects?"""

from registry.dictionary.checks import InOrder, error
from registry.dictionary.codes import outcome as codes
from registry.dictionary.predicates import Is
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, PartialDate, Text

_VOD = Is("kind", "VOD")
_INFECTION = Is("kind", "INFECTION")


@record(
    "complications",
    "Complication",
    order_by="date",
    rules=(
        error(
            1,
            "The complication begins before birth, or ends before it begins: correct the date "
            "that is wrong",
            InOrder("identity.birth_date", "date", "date_resolved"),
            "seeds; C15",
        ),
    ),
)
class Complication(PatientRecord):
    """A complication of the transplant, an infection, a second malignancy or a late effect."""

    kind = Code("Complication", codes.COMPLICATION, core=True)
    kind_text = Text("Which other complication", core=True, asked_if=Is("kind", "OTHER"))
    date = PartialDate("Began on", core=True)
    date_resolved = PartialDate("Resolved on")
    severity = Code("Severity", codes.SEVERITY, core=True)
    vod_criteria = Code("Criteria used", codes.VOD_CRITERIA, asked_if=_VOD, section="VOD/SOS")
    organism = Code("Organism", codes.ORGANISM, core=True, asked_if=_INFECTION, section="Infection")
    organism_text = Text("Name of the organism", asked_if=_INFECTION)
    infection_site = Code("Site", codes.INFECTION_SITE, core=True, asked_if=_INFECTION)
    icd_o = Text(
        "Second malignancy, ICD-O code",
        core=True,
        length=20,
        asked_if=Is("kind", "SECOND_MALIGNANCY"),
        section="Second malignancy",
        help="Morphology and topography, for example 9687/3 C77.9.",
    )
    late_effect = Code(
        "Late effect",
        codes.LATE_EFFECT,
        core=True,
        asked_if=Is("kind", "LATE_EFFECT"),
        section="Late effect",
    )

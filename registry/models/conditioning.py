"""What was given to prepare the patient for the transplant?"""

from django.db import models

from registry.dictionary import codes
from registry.dictionary.checks import InOrder, Never, Require, error, warning
from registry.dictionary.predicates import AllOf, Answered, AnyOf, Compare, Has, Is, Known
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Codes, Integer, Number, PartialDate

TBI = Is("tbi", "YES")
MYELOABLATIVE_TBI = AnyOf(
    AllOf(Compare("tbi_fractions", "==", 1), Compare("tbi_dose_gy", ">", 5)),
    AllOf(Compare("tbi_fractions", ">", 1), Compare("tbi_dose_gy", ">=", 8)),
)
SEROTHERAPY_GIVEN = Is(
    "serotherapy", "ATG_THYMOGLOBULIN", "ATG_GRAFALON", "ATG_HORSE", "ATG_NOS", "ALEMTUZUMAB"
)

RULES = (
    error(
        1,
        "Conditioning starts before the diagnosis or after the transplant: correct the date that "
        "is wrong",
        InOrder("disease.date_diagnosis", "date_start", "transplant.date"),
        "seeds; C15",
    ),
    error(
        24,
        "A dose or fractions of irradiation are given, and total body irradiation is not said to "
        "be: answer it with yes, or remove the dose and the fractions",
        Require(AnyOf(Known("tbi_dose_gy"), Known("tbi_fractions")), AllOf(Known("tbi"), TBI)),
    ),
    error(
        24,
        "Total body irradiation has no dose: give it, or the reason why it is not known",
        Require(TBI, Answered("tbi_dose_gy")),
    ),
    warning(
        25,
        "The irradiation is myeloablative (more than 5 Gy at once, or 8 Gy in fractions), and the "
        "intensity is not: check both",
        Never(AllOf(Is("intensity", "RIC", "NMA"), MYELOABLATIVE_TBI)),
        "(k)",
    ),
    warning(
        25,
        "Myeloablative conditioning has no busulfan, irradiation, melphalan or treosulfan: check "
        "the intensity and the drugs",
        Require(Is("intensity", "MAC"), AnyOf(Has("drugs", "BU", "MEL", "TREO"), TBI)),
        "(k)",
    ),
    warning(
        27,
        "Serotherapy has no dose: give it, or the reason why it is not known",
        Require(SEROTHERAPY_GIVEN, Answered("serotherapy_dose")),
        "Momm",
    ),
)


@record("conditionings", "Conditioning", parent="transplant", single=True, rules=RULES)
class Conditioning(PatientRecord):
    """Drugs and irradiation before the infusion."""

    transplant = models.ForeignKey(
        "registry.Transplant", on_delete=models.CASCADE, related_name="+"
    )
    date_start = PartialDate(
        "Start", core=True, help="The follow-up of an earlier transplant ends the day before."
    )
    intensity = Code("Intensity", codes.INTENSITY, core=True)
    intensity_by = Code("Intensity decided by", codes.DECIDED_BY)
    drugs = Codes("Drugs", codes.CONDITIONING_DRUG, core=True)

    tbi = Code("Total body irradiation", codes.YES_NO, core=True, section="Irradiation")
    tbi_dose_gy = Number("Total dose", core=True, unit="Gy", low=1, high=16, places=2, asked_if=TBI)
    tbi_fractions = Integer("Fractions", core=True, low=1, high=12, asked_if=TBI)
    tbi_shield = Code("Lungs shielded", codes.YES_NO, asked_if=TBI)

    serotherapy = Code("Serotherapy", codes.SEROTHERAPY, core=True, section="Serotherapy")
    serotherapy_dose = Number(
        "Total dose of serotherapy",
        core=True,
        unit="mg/kg",
        low=0.01,
        high=200,
        places=2,
        asked_if=SEROTHERAPY_GIVEN,
    )
    serotherapy_days = Integer("Days given", low=1, high=14, asked_if=SEROTHERAPY_GIVEN)

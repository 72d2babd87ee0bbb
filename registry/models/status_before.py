"""In which condition was the patient just before the transplant?"""

from decimal import Decimal

from django.db import models

from registry.dictionary import codes
from registry.dictionary.checks import Always, InOrder, Never, Require, error, warning
from registry.dictionary.language import Unit
from registry.dictionary.predicates import AgeAt, AllOf, AnyOf, Compare, Is, Known, Not
from registry.dictionary.quantities import MultipleOf, Ratio
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Codes, Integer, Number, PartialDate

KARNOFSKY = Is("performance_scale", "KARNOFSKY")
LANSKY = Is("performance_scale", "LANSKY")


def _aged(relation: str, years: int) -> AnyOf:
    """The age on the day of the assessment, or on day 0 when that day was not recorded."""
    return AnyOf(
        AgeAt("date", relation, years),
        AllOf(Not(Known("date")), AgeAt("transplant.date", relation, years)),
    )


RULES = (
    error(
        1,
        "The patient is assessed before the diagnosis or after the transplant: correct the date "
        "that is wrong",
        InOrder("disease.date_diagnosis", "date", "transplant.date"),
        "seeds; C15",
    ),
    error(
        28,
        "The patient is 16 years or older, and the scale is not Karnofsky's: choose Karnofsky, or "
        "correct a date",
        Require(_aged(">=", 16), KARNOFSKY),
        "C16",
    ),
    error(
        28,
        "The patient is 1 to under 16 years old, and the scale is not Lansky's: choose Lansky, or "
        "correct a date",
        Require(AllOf(_aged(">=", 1), _aged("<", 16)), LANSKY),
        "C16",
    ),
    error(
        28,
        "The patient is under 1 year old, and there is a performance score: remove it, or correct "
        "a date",
        Require(
            _aged("<", 1),
            AllOf(Not(Known("performance_score")), Not(AnyOf(KARNOFSKY, LANSKY))),
        ),
        "C16",
    ),
    error(
        28,
        "The performance score is not a multiple of 10: correct it",
        Always(MultipleOf("performance_score", 10)),
    ),
    warning(
        29,
        "ECOG and Karnofsky do not agree: check both; ECOG 0 goes with more than 60, ECOG 3 and 4 "
        "with less than 80",
        Never(
            AllOf(
                KARNOFSKY,
                AnyOf(
                    AllOf(Compare("ecog", "==", 0), Compare("performance_score", "<=", 60)),
                    AllOf(Compare("ecog", ">=", 3), Compare("performance_score", ">=", 80)),
                ),
            )
        ),
        "HSCT2",
    ),
    warning(
        30,
        "The body mass index lies outside 8 to 60 kg/m2: check weight and height",
        Never(
            AnyOf(
                Ratio("weight_kg", "height_cm", "<", Decimal("0.0008"), power=2),
                Ratio("weight_kg", "height_cm", ">", Decimal("0.006"), power=2),
            )
        ),
    ),
    warning(
        30,
        "The body mass index as reported lies outside 8 to 60 kg/m2: check it",
        Never(AnyOf(Compare("bmi_reported", "<", 8), Compare("bmi_reported", ">", 60))),
    ),
    warning(
        31,
        "Haemoglobin lies outside 5 to 18 g/dL: check the number and its unit",
        Never(AnyOf(Compare("haemoglobin", "<", 5), Compare("haemoglobin", ">", 18))),
        "HSCT2",
    ),
)


@record(
    "statuses_before", "Status before transplant", parent="transplant", single=True, rules=RULES
)
class StatusBefore(PatientRecord):
    """Condition and laboratory within 30 days before day 0, nearest to the start of conditioning."""

    transplant = models.ForeignKey(
        "registry.Transplant", on_delete=models.CASCADE, related_name="+"
    )
    date = PartialDate("Date of assessment")
    performance_scale = Code("Performance scale", codes.PERFORMANCE_SCALE, core=True)
    performance_score = Integer(
        "Performance score",
        core=True,
        low=10,
        high=100,
        asked_if=AnyOf(KARNOFSKY, LANSKY),
        help="10 to 100 in steps of 10.",
    )
    ecog = Integer(
        "ECOG",
        core=True,
        low=0,
        high=4,
        asked_if=_aged(">=", 16),
        help="0 fully active to 4 completely disabled. As assessed, not converted.",
    )
    weight_kg = Number("Weight", core=True, unit="kg", low=1, high=250, places=1)
    height_cm = Number("Height", core=True, unit="cm", low=30, high=230, places=1)
    bmi_reported = Number(
        "Body mass index, as reported",
        unit="kg/m2",
        low=5,
        high=100,
        places=1,
        asked_if=Not(AllOf(Known("weight_kg"), Known("height_cm"))),
        help="Where weight or height is not known. Where they are, the registry computes it.",
    )
    hct_ci = Codes(
        "Comorbidities (HCT-CI)",
        codes.HCT_CI,
        core=True,
        help="All that apply, or none of them. The score is computed.",
    )

    haemoglobin = Number(
        "Haemoglobin",
        unit="g/dL",
        units=(Unit("g/L", Decimal("0.1")), Unit("mmol/L", Decimal("1.6114"))),
        low=2,
        high=22,
        places=2,
        section="Blood count",
        help="mmol/L counts single haem groups.",
    )
    transfused = Code("Red cells transfused in the 4 weeks before", codes.YES_NO)
    lymphocytes = Number(
        "Lymphocytes",
        unit="10^9/L",
        units=(Unit("/uL", Decimal("0.001")),),
        low=0,
        high=100,
        places=3,
    )
    anc = Number(
        "Neutrophils",
        unit="10^9/L",
        units=(Unit("/uL", Decimal("0.001")),),
        low=0,
        high=200,
        places=3,
    )
    platelets = Number("Platelets", unit="10^9/L", low=0, high=3000, places=1)

    ldh = Number(
        "LDH",
        unit="U/L",
        units=(Unit("ukat/L", Decimal(60)),),
        low=50,
        high=10000,
        places=1,
        section="Chemistry and organs",
    )
    ldh_upper_limit = Number(
        "Upper limit of LDH",
        unit="U/L",
        units=(Unit("ukat/L", Decimal(60)),),
        low=50,
        high=2000,
        places=1,
        help="The laboratory's own.",
    )
    ferritin = Number(
        "Ferritin",
        unit="ng/mL",
        units=(Unit("ug/L", Decimal(1)), Unit("pmol/L", Decimal("0.445"))),
        low=1,
        high=100000,
        places=1,
    )
    bilirubin = Number(
        "Bilirubin",
        unit="umol/L",
        units=(Unit("mg/dL", Decimal("17.1")),),
        low=0,
        high=1000,
        places=1,
    )
    alt = Number(
        "ALT", unit="U/L", units=(Unit("ukat/L", Decimal(60)),), low=0, high=20000, places=1
    )
    creatinine = Number(
        "Creatinine",
        unit="umol/L",
        units=(Unit("mg/dL", Decimal("88.42")),),
        low=1,
        high=2000,
        places=1,
    )
    lvef = Number("Left ventricular ejection fraction", unit="%", low=5, high=90, places=1)
    dlco = Number("Carbon monoxide transfer (DLCO)", unit="% predicted", low=5, high=200, places=1)
    active_infection = Code("Active infection", codes.YES_NO, section="Infection")
    fungal_infection = Code("Earlier invasive fungal infection", codes.YES_NO)

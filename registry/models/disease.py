"""Which disease is the patient transplanted for, and how did it present?"""

from registry.dictionary import codes
from registry.dictionary.checks import InOrder, Never, Require, error, warning
from registry.dictionary.predicates import AllOf, Answered, Exists, Has, Is, Known, Not
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Codes, Integer, Number, PartialDate, Text

ALL = Is("diagnosis", "ALL")

RULES = (
    error(
        1,
        "The diagnosis is dated before birth: correct one of the dates",
        InOrder("identity.birth_date", "date_diagnosis"),
        "seeds; C15",
    ),
    error(
        1,
        "Front-line treatment ends before the diagnosis: correct one of the dates",
        InOrder("date_diagnosis", "frontline_end_date"),
        "seeds; C15",
    ),
    error(
        32,
        "A phenotype is given, and the diagnosis is not acute lymphoblastic leukaemia: remove the "
        "phenotype, or correct the diagnosis",
        Never(AllOf(Known("all_phenotype"), Not(ALL))),
        "Roux",
    ),
    error(
        32,
        "Acute lymphoblastic leukaemia has no phenotype: choose it, or say that it is unknown",
        Require(ALL, Answered("all_phenotype")),
        "Roux",
    ),
    warning(
        33,
        "Acute lymphoblastic leukaemia has t(15;17), inv(16), t(8;21) or NPM1, which are not "
        "expected in it: check the findings and the diagnosis",
        Never(AllOf(Has("cytogenetics", "T_15_17", "INV_16", "T_8_21", "NPM1"), ALL)),
    ),
    warning(
        33,
        "Acute myeloid leukaemia has ETV6::RUNX1, which is not expected in it: check the findings "
        "and the diagnosis",
        Never(AllOf(Has("cytogenetics", "ETV6_RUNX1"), Is("diagnosis", "AML"))),
    ),
)


@record("diseases", "Disease", order_by="date_diagnosis", rules=RULES)
class Disease(PatientRecord):
    """The disease at diagnosis and its front-line treatment."""

    number = Integer(
        "Number", core=True, low=1, high=9, section="Diagnosis", help="1 for the first or only one."
    )
    diagnosis = Code("Diagnosis", codes.DIAGNOSIS, core=True)
    all_phenotype = Code(
        "Phenotype",
        codes.ALL_PHENOTYPE,
        core=True,
        asked_if=ALL,
        help="B includes pro-B, common, pre-B and mature B; T includes early T precursor.",
    )
    all_subtype = Code("Subtype", codes.ALL_SUBTYPE, asked_if=ALL)
    classification = Code("Classification used", codes.CLASSIFICATION)
    who_class = Text("Class in that classification", length=120)
    date_diagnosis = PartialDate(
        "Date of diagnosis", core=True, help="Of the first sample that shows the disease."
    )
    constitutional = Codes("Constitutional disorder", codes.CONSTITUTIONAL)

    wbc_dx = Number(
        "White cells", unit="10^9/L", low=0, high=1500, places=2, section="At diagnosis"
    )
    blasts_bm_dx = Number("Blasts in bone marrow", unit="%", low=0, high=100, places=1)
    blasts_pb_dx = Number("Blasts in blood", unit="%", low=0, high=100, places=1)
    extramedullary_dx = Codes("Extramedullary disease", codes.EXTRAMEDULLARY)
    cytogenetics = Codes(
        "Cytogenetic and molecular findings",
        codes.CYTOGENETICS,
        core=True,
        help="All that were found. When nothing was examined, say not done.",
    )
    cytogenetics_text = Text(
        "Other finding", asked_if=Has("cytogenetics", "OTHER"), help="In the laboratory's words."
    )

    frontline_protocol = Text(
        "Front-line protocol", length=80, core=True, asked_if=ALL, section="Front-line treatment"
    )
    risk_group_frontline = Code(
        "Risk group",
        codes.RISK_GROUP,
        core=True,
        asked_if=ALL,
        help="By the front-line protocol named above.",
    )
    blasts_pb_day8 = Number(
        "Blasts in blood, day 8",
        unit="10^9/L",
        low=0,
        high=500,
        places=3,
        help="1.0 or more is a poor prednisone response in BFM protocols.",
    )
    marrow_day15 = Code("Marrow, day 15", codes.MARROW)
    marrow_day33 = Code("Marrow, day 33", codes.MARROW)
    fcm_mrd_day15 = Number(
        "Residual disease by flow cytometry, day 15", unit="%", low=0, high=100, places=4
    )
    frontline_end_date = PartialDate(
        "End of front-line treatment",
        core=True,
        asked_if=Exists("pretransplant_relapse", inside=True),
        help="Needed to tell an early from a late relapse.",
    )
    relapse_history = Code(
        "Relapses before the transplant",
        codes.RELAPSE_HISTORY,
        core=True,
        section="Relapses before transplant",
        help="Complete: each one is recorded, or there was none.",
    )

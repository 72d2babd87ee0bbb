"""What do we record of each treatment of a relapse?"""

from django.db import models

from registry.dictionary.checks import InOrder, Never, Recomputed, Require, error, warning
from registry.dictionary.codes import outcome as codes
from registry.dictionary.codes.common import YES_NO
from registry.dictionary.codes.countries import COUNTRY
from registry.dictionary.derived import salvage_group, toxicity_group
from registry.dictionary.predicates import AllOf, AnyOf, Compare, Exists, Has, Is, Known, Not
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Codes, Integer, Number, PartialDate, Text

_AGAINST_CD19 = AnyOf(
    Has("drugs", "BLINATUMOMAB", "CAR_T_CD19"),
    Is("regimen", "BLINATUMOMAB"),
)
_WITHOUT_CD19 = AnyOf(
    Is("disease.all_phenotype", "T"),
    Is("disease.diagnosis", "AML"),
    Is("relapse.cd19_status", "NEG"),
)
_REMISSION = Is("response", "CR", "CRI", "CR_MRDNEG")


@record(
    "treatment_lines",
    "Treatment line",
    parent="relapse",
    order_by="number",
    rules=(
        error(
            54,
            "The treatment begins before the relapse that it treats, or ends before it begins: "
            "correct the date that is wrong",
            InOrder("relapse.date", "date_start", "date_end"),
        ),
        error(
            54,
            "The treatment begins after death: correct one of the dates",
            InOrder("date_start", "death.date"),
        ),
        error(
            55,
            "Donor lymphocytes are among the components, and no infusion of them is recorded: add "
            "the infusion, or correct the components",
            Require(
                Has("components", "DLI"),
                Exists("infusion", where=Not(Is("product", "CAR_T")), inside=True),
            ),
            "Roux",
        ),
        error(
            55,
            "A second transplant is among the components, and none since the relapse is recorded: "
            "add the transplant, or correct the components",
            Require(
                Has("components", "HSCT2"),
                Exists(
                    "transplant",
                    where=AllOf(Known("number"), Compare("date", ">=", "outer.relapse.date")),
                ),
            ),
            "Roux",
        ),
        warning(
            56,
            "A transplant or CAR-T cells are given with palliative intent: check the intent and "
            "the components",
            Never(AllOf(Is("intent", "PALLIATIVE"), Has("components", "HSCT2", "CAR_T"))),
            "Hazar",
        ),
        warning(
            58,
            "A treatment against CD19 is given in T-lineage ALL, in AML or against blasts without "
            "CD19: check the drugs and the diagnosis",
            Never(AllOf(_AGAINST_CD19, _WITHOUT_CD19)),
            "Kaya",
        ),
        error(
            59,
            "The group reported, purine analogue or targeted, is not the one that the drugs give: "
            "correct the drugs, or remove the group",
            Recomputed("group_reported", salvage_group, ("drugs", "regimen", "components")),
            "Kaya",
        ),
        warning(
            60,
            "A remission is reported, and the marrow holds more than 5 % blasts on that day: "
            "check the response and the blasts",
            Never(
                AllOf(
                    _REMISSION,
                    AnyOf(
                        Compare("bm_blasts", ">", 5),
                        AllOf(
                            Compare("relapse.bm_blasts", ">", 5),
                            Compare("date_response", "==", "relapse.date"),
                        ),
                    ),
                )
            ),
        ),
        error(
            61,
            "The worst toxicity reported is not the one that the grades give: correct the grades, "
            "or remove it",
            Recomputed("toxicity_reported", toxicity_group),
            "Kaya",
        ),
        error(
            1,
            "The response is dated before the line begins: correct one of the dates",
            InOrder("date_start", "date_response"),
        ),
    ),
)
class TreatmentLine(PatientRecord):
    """One treatment of a relapse, or the decision not to treat it.

    Supportive care only is a line too: give the component "Best supportive care".
    """

    number = Integer("Number", core=True, low=1, high=30, section="Line")
    date_start = PartialDate("Began on", core=True)
    date_end = PartialDate("Ended on", core=True)
    intent = Code("Intent", codes.INTENT, core=True)
    components = Codes(
        "Components",
        codes.COMPONENTS,
        core=True,
        help="Everything that belongs to this line. The strategy is computed from them.",
    )
    refused = Code(
        "Refused",
        YES_NO,
        core=True,
        help="Yes: this treatment was offered, and the patient or family refused it.",
    )
    refused_reason = Text(
        "Reason of the refusal",
        core=True,
        asked_if=Is("refused", "YES"),
        help="In general words, without names.",
    )
    regimen = Code("Regimen", codes.REGIMEN, core=True, section="Drugs")
    regimen_text = Text("Which other regimen", core=True, asked_if=Is("regimen", "OTHER"))
    drugs = Codes("Drugs", codes.SALVAGE_DRUGS)
    group_reported = Code(
        "Group, as reported",
        codes.SALVAGE_GROUP,
        help="Only to check a report: the registry computes the group from the drugs.",
    )
    cycles = Integer("Cycles", low=1, high=30)
    off_label = Code("Off label", YES_NO)
    where_given = Code("Where given", codes.WHERE_GIVEN, section="Where")
    given_country = Code("Country", COUNTRY, asked_if=Is("where_given", "ABROAD"))
    response = Code("Best response", codes.SALVAGE_RESPONSE, core=True, section="Response")
    date_response = PartialDate("Date of the response", core=True)
    bm_blasts = Number("Blasts in the marrow at the response", unit="%", low=0, high=100, places=1)
    toxicity_reported = Code(
        "Worst toxicity, as reported",
        codes.TOXICITY_GROUP,
        section="Toxicity",
        help="CTCAE, over all toxicities; computed where each has its grade, else typed in.",
    )

    relapse = models.ForeignKey("registry.Relapse", on_delete=models.CASCADE, related_name="+")

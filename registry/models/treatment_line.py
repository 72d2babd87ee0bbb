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
            "A treatment line begins on or after the relapse that it treats, and before it ends",
            InOrder("relapse.date", "date_start", "date_end"),
        ),
        error(
            54,
            "A treatment line does not begin after death",
            InOrder("date_start", "death.date"),
        ),
        error(
            55,
            "Donor lymphocytes among the components have their infusion record",
            Require(
                Has("components", "DLI"),
                Exists("infusion", where=Not(Is("product", "CAR_T")), inside=True),
            ),
            "Roux",
        ),
        error(
            55,
            "A second transplant among the components has its transplant record",
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
            "A palliative line holds no transplant and no CAR-T cells",
            Never(AllOf(Is("intent", "PALLIATIVE"), Has("components", "HSCT2", "CAR_T"))),
            "Hazar",
        ),
        warning(
            58,
            "A treatment against CD19 goes with B-lineage ALL and blasts that carry CD19",
            Never(AllOf(_AGAINST_CD19, _WITHOUT_CD19)),
            "Kaya",
        ),
        error(
            59,
            "The group, purine analogue or targeted, follows from the drugs",
            Recomputed("group_reported", salvage_group, ("drugs", "regimen", "components")),
            "Kaya",
        ),
        warning(
            60,
            "A remission has no more than 5 % blasts in the marrow on the day of the response",
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
            "The worst toxicity as reported is the one that the grades give",
            Recomputed("toxicity_reported", toxicity_group),
            "Kaya",
        ),
        error(
            1, "A response is not before the line begins", InOrder("date_start", "date_response")
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

"""Who gave the cells, how well do they match, and how many were given?"""

from decimal import Decimal

from django.db import models

from registry.dictionary import codes
from registry.dictionary.checks import Always, Never, Require, error, warning
from registry.dictionary.language import Unit
from registry.dictionary.predicates import AllOf, AnyOf, Compare, Is, Not
from registry.dictionary.quantities import Difference, Ratio
from registry.models.base import PatientRecord, record
from registry.models.fields import Code, Codes, Integer, Number, Text

MATCHED = Compare("hla_matched", "==", "hla_typed")
MATCH_AS_COUNTED = 80
"""The number of the rule: the table of checks in dictionary.md ends at 75, others took up to 79."""
# Of 12 loci two are HLA-DP, which nobody counts when a donor is called matched.
MISMATCHED = AnyOf(
    AllOf(Compare("hla_matched", "<", "hla_typed"), Compare("hla_typed", "<=", 10)),
    Difference("hla_typed", "hla_matched", ">=", 3),
)
LOCI = AnyOf(*(Compare("hla_typed", "==", loci) for loci in (6, 8, 10, 12)))
NO_SIBLING = AnyOf(
    Is("relation", "PARENT", "CHILD", "COUSIN", "OTHER", "NONE"),
    Is("donor_type", "URD_MATCHED", "URD_MISMATCHED", "URD_NOS"),
)
OTHER_SEX = AnyOf(
    AllOf(Is("donor_sex", "M"), Is("patient.sex", "F")),
    AllOf(Is("donor_sex", "F"), Is("patient.sex", "M")),
)
ADULT_SOURCE = Is("source", "BM", "PB", "BM_PB")
CORD_DONOR = Is("donor_type", "CORD_REL", "CORD_UNREL")


def _cd34_between(low: str, high: str) -> AllOf:
    return AllOf(
        Compare("cd34_dose", ">=", Decimal(low)), Compare("cd34_dose", "<=", Decimal(high))
    )


DONOR_RULES = (
    error(
        14,
        "The transplant is allogeneic, and the donor is the patient: correct the type of donor, "
        "or that of the transplant",
        Require(Is("transplant.type", "ALLO"), Not(Is("donor_type", "AUTO"))),
    ),
    error(
        14,
        "The transplant is autologous, and the donor is not the patient: correct the type of "
        "donor, or that of the transplant",
        Require(Is("transplant.type", "AUTO"), Is("donor_type", "AUTO")),
    ),
    error(
        15,
        "An identical twin does not match at every locus typed: correct the loci, or the type of "
        "donor",
        Require(Is("donor_type", "SYNGENEIC"), MATCHED),
    ),
    warning(
        15,
        "An identical twin is not of the patient's sex, which only rare mosaics explain: check "
        "both sexes and the type of donor",
        Never(AllOf(OTHER_SEX, Is("donor_type", "SYNGENEIC"))),
    ),
    error(
        16,
        "A matched sibling does not match at every locus typed: correct the loci, or the type of "
        "donor",
        Require(Is("donor_type", "SIB_MATCHED"), MATCHED),
    ),
    error(
        17,
        "A matched unrelated donor has a mismatch at 8 or 10 loci: choose the mismatched "
        "unrelated donor, or correct the loci",
        Never(
            AllOf(
                Is("donor_type", "URD_MATCHED"),
                AnyOf(Compare("hla_typed", "==", 8), Compare("hla_typed", "==", 10)),
                Compare("hla_matched", "<", "hla_typed"),
            )
        ),
        "UCI HLAmatch",
    ),
    warning(
        18,
        "A haploidentical donor matches at 9 of 10 loci or more: check the loci and the type of "
        "donor",
        Never(
            AllOf(
                Is("donor_type", "HAPLO"),
                Ratio("hla_matched", "hla_typed", ">=", Decimal("0.9")),
            )
        ),
    ),
    warning(
        18,
        "A relative with one mismatch has two or more: check the loci and the type of donor",
        Never(
            AllOf(
                Is("donor_type", "REL_MISMATCH_1"), Difference("hla_typed", "hla_matched", ">=", 2)
            )
        ),
    ),
    error(
        19,
        "More loci match than were typed: correct one of the two numbers",
        Always(Compare("hla_matched", "<=", "hla_typed")),
    ),
    error(
        19,
        "The number of HLA loci typed is not 6, 8, 10 or 12: correct it, both alleles counted",
        Always(LOCI),
    ),
    warning(
        MATCH_AS_COUNTED,
        "A donor reported as matched has a mismatch, HLA-DP apart: check the match reported and "
        "the loci",
        Never(AllOf(MISMATCHED, Is("match_level", "MATCHED"))),
    ),
)

CELL_RULES = (
    error(
        20,
        "The donor of cord blood is older than 0 years: give 0 as age, or correct the source",
        Never(AllOf(Compare("donor_age", ">", 0), Is("source", "CB"))),
    ),
    error(
        20,
        "The donor of marrow or blood is under 1 year and no sibling: correct the age, the source "
        "or the donor",
        Never(AllOf(Compare("donor_age", "<", 1), ADULT_SOURCE, NO_SIBLING)),
    ),
    error(
        21,
        "The donor is one of cord blood, and the source is not cord blood: correct one of the two",
        Require(CORD_DONOR, Is("source", "CB")),
    ),
    error(
        21,
        "The source is cord blood, and the donor is not one of cord blood: correct one of the two",
        Require(Is("source", "CB"), CORD_DONOR),
    ),
    warning(
        22,
        "CD34+ cells of marrow or blood lie outside 1 to 20 x 10^6/kg: check the number and its "
        "unit",
        Require(ADULT_SOURCE, _cd34_between("1", "20")),
        "UCI max 57.8",
    ),
    warning(
        22,
        "CD34+ cells of cord blood lie outside 0.01 to 2 x 10^6/kg: check the number and its unit",
        Require(Is("source", "CB"), _cd34_between("0.01", "2")),
        "UCI max 57.8",
    ),
    warning(
        23,
        "More CD34+ cells than nucleated cells were given: check both numbers and their units",
        Never(Ratio("cd34_dose", "tnc_dose", ">", Decimal(100))),
        "UCI ratio",
    ),
)


@record("grafts", "Donor and graft", parent="transplant", rules=DONOR_RULES + CELL_RULES)
class Graft(PatientRecord):
    """One donor's product. A transplant may have several, such as two cords."""

    transplant = models.ForeignKey(
        "registry.Transplant", on_delete=models.CASCADE, related_name="+"
    )
    donor_type = Code("Type of donor", codes.DONOR_TYPE, core=True, section="Donor")
    relation = Code("Relation to the patient", codes.RELATION)
    match_level = Code(
        "Match as reported",
        codes.MATCH_LEVEL,
        help="When the loci are not known, or to tell matched from mismatched cord blood.",
    )
    same_donor_as_previous = Code(
        "Same donor as before",
        codes.YES_NO,
        core=True,
        asked_if=Compare("transplant.number", ">", 1),
    )
    hla_typed = Integer(
        "HLA loci typed", core=True, low=6, high=12, help="6, 8, 10 or 12, both alleles counted."
    )
    hla_matched = Integer("HLA loci matched", core=True, low=0, high=12)
    hla_level = Code("Level of typing", codes.HLA_LEVEL)
    donor_sex = Code("Sex of the donor", codes.DONOR_SEX, core=True)
    donor_age = Integer(
        "Age of the donor", core=True, unit="years", low=0, high=100, help="0 for cord blood."
    )
    donor_cmv = Code("CMV antibodies of the donor", codes.SEROLOGY)
    donor_abo = Code("Blood group of the donor", codes.BLOOD_GROUP)
    donor_rh = Code("Rhesus factor of the donor", codes.RH)

    source = Code("Source", codes.SOURCE, core=True, section="Cells")
    manipulation = Codes("Manipulation", codes.MANIPULATION, core=True)
    tnc_dose = Number(
        "Nucleated cells", unit="10^8/kg", low=0.01, high=50, places=3, help="Per kg of recipient."
    )
    cd34_dose = Number(
        "CD34+ cells",
        core=True,
        unit="10^6/kg",
        low=0.01,
        high=100,
        places=3,
        help="Per kg of recipient.",
    )
    cd3_dose = Number(
        "CD3+ cells",
        unit="10^8/kg",
        units=(Unit("10^6/kg", Decimal("0.01")),),
        low=0,
        high=50,
        places=5,
        help="Per kg of recipient. Cord blood is often given in 10^6/kg: choose the unit.",
    )
    viability = Number("Viable cells", unit="%", low=0, high=100, places=1)
    cryopreserved = Code("Frozen before use", codes.YES_NO)
    drug_product_name = Text("Name of a licensed product", length=80)

"""What may be answered about a transplant, its graft and what the patient was given for it?"""

from registry.dictionary.language import Code, CodeList, codes

TRANSPLANT_TYPE = codes("type of transplant", ALLO="Allogeneic", AUTO="Autologous")

INDICATION = codes(
    "indication of a further transplant",
    GRAFT_FAILURE="Graft failure or insufficient recovery",
    INSUFFICIENT_CHIMERISM="Insufficient chimerism",
    RELAPSE="Relapse",
    PERSISTENT_DISEASE="Persistent disease",
    NEW_MALIGNANCY="New malignancy",
    PLANNED="Planned",
    OTHER="Other",
)

BOOST = codes(
    "boost or rescue",
    NO="No: a transplant",
    CD34_BOOST="CD34+ boost",
    AUTO_RESCUE="Autologous rescue",
)

DISEASE_STATUS = codes(
    "disease status at transplant",
    UNTREATED="Untreated",
    CR1="First complete remission",
    CR2="Second complete remission",
    CR3="Third complete remission",
    CR4="Fourth or later complete remission",
    CR_NOS="Complete remission, number not stated",
    PIF="Primary induction failure",
    RELAPSE1="First relapse",
    RELAPSE2="Second relapse",
    RELAPSE3="Third or later relapse",
    ADVANCED="Stable or advanced disease",
)

MRD_RESULT = codes("minimal residual disease", NEG="Negative", POS="Positive")

MRD_METHOD = codes("method of MRD", FCM="Flow cytometry", PCR="PCR", NGS="Sequencing")

POST_HSCT_CR = codes(
    "remission after transplant",
    YES="Yes, reached after it",
    NEVER="Never reached",
    NOT_EVALUABLE="Not evaluable",
    IN_CR="Already in remission at transplant",
)

DONOR_TYPE = CodeList(
    "type of donor",
    (
        Code("SIB_MATCHED", "Matched sibling", "Identical sibling", "HLA-identical sibling"),
        Code("SYNGENEIC", "Identical twin", "Syngeneic", "Syngeneic (monozygotic twin)"),
        Code(
            "REL_MATCHED_OTHER", "Matched relative, not a sibling", "", "HLA-matched other relative"
        ),
        Code("REL_MISMATCH_1", "Relative with one mismatch", "", "HLA-mismatched relative"),
        Code("HAPLO", "Haploidentical relative", "", "HLA-mismatched relative"),
        Code("REL_NOS", "Relative, match not stated"),
        Code("URD_MATCHED", "Matched unrelated"),
        Code("URD_MISMATCHED", "Mismatched unrelated"),
        Code("URD_NOS", "Unrelated, match not stated"),
        Code("CORD_REL", "Related cord blood"),
        Code("CORD_UNREL", "Unrelated cord blood"),
        Code("AUTO", "The patient (autologous)", "", "Autologous"),
    ),
)

RELATION = codes(
    "relation to the donor",
    SIBLING="Sibling",
    PARENT="Parent",
    CHILD="Child",
    COUSIN="Cousin",
    OTHER="Other relative",
    NONE="Not related",
)

MATCH_LEVEL = codes(
    "match as reported", MATCHED="Matched", MISMATCHED="Mismatched", UNSPECIFIED="Not stated"
)

HLA_LEVEL = codes("level of HLA typing", ANTIGEN="Antigen", ALLELE="Allele")

SOURCE = codes(
    "source of stem cells",
    BM="Bone marrow",
    PB="Peripheral blood",
    CB="Cord blood",
    BM_PB="Bone marrow and peripheral blood",
    BM_CB="Bone marrow and cord blood",
)

MANIPULATION = codes(
    "manipulation of the graft",
    NONE="None",
    CD34_SELECTION="CD34+ selection",
    TCR_AB_DEPLETION="T-cell receptor alpha/beta depletion",
    T_DEPLETION_OTHER="Other T-cell depletion",
    VOLUME_REDUCTION="Plasma or red cell reduction",
)

INTENSITY = codes(
    "intensity of conditioning",
    MAC="Myeloablative",
    RIC="Reduced intensity",
    NMA="Non-myeloablative",
)

DECIDED_BY = codes("who decided", CENTRE="The centre", ALGORITHM="An algorithm")

CONDITIONING_DRUG = codes(
    "conditioning drugs",
    BU="Busulfan",
    CY="Cyclophosphamide",
    FLU="Fludarabine",
    MEL="Melphalan",
    TREO="Treosulfan",
    TT="Thiotepa",
    VP16="Etoposide",
    CLO="Clofarabine",
    ARAC="Cytarabine",
    BCNU="Carmustine",
    AMSA="Amsacrine",
    OTHER="Other",
    NONE="None",
)


SEROTHERAPY = codes(
    "serotherapy",
    NONE="None",
    ATG_THYMOGLOBULIN="ATG, rabbit (Thymoglobulin)",
    ATG_GRAFALON="ATG, rabbit (Grafalon)",
    ATG_HORSE="ATG, horse",
    ATG_NOS="ATG, product not stated",
    ALEMTUZUMAB="Alemtuzumab",
)

PROPHYLAXIS = codes(
    "GvHD prophylaxis",
    CSA="Ciclosporin",
    TAC="Tacrolimus",
    MTX="Methotrexate",
    MMF="Mycophenolate",
    SIROLIMUS="Sirolimus",
    STEROID="Corticosteroid",
    PTCY="Cyclophosphamide after transplant",
    ABATACEPT="Abatacept",
    T_DEPLETION="T-cell depletion outside the body",
    NONE="None",
)

PTCY_DAY = codes(
    "days of cyclophosphamide", D3="Day +3", D4="Day +4", D5="Day +5", OTHER="Other day"
)

HCT_CI = codes(
    "comorbidities of the HCT-CI",
    NONE="None of them",
    ARRHYTHMIA="Arrhythmia",
    CARDIAC="Coronary disease, heart failure, infarction or ejection fraction of 50 % or less",
    BOWEL="Inflammatory bowel disease",
    DIABETES="Diabetes with treatment",
    CEREBROVASCULAR="Transient ischaemic attack or stroke",
    PSYCHIATRIC="Depression or anxiety with treatment",
    HEPATIC_MILD="Hepatic, mild",
    OBESITY="Obesity",
    INFECTION="Infection with treatment continued after day 0",
    RHEUMATOLOGICAL="Rheumatological",
    PEPTIC_ULCER="Peptic ulcer with treatment",
    RENAL="Renal, moderate or severe",
    PULMONARY_MODERATE="Pulmonary, moderate",
    PRIOR_MALIGNANCY="Prior malignancy",
    HEART_VALVE="Heart valve disease",
    PULMONARY_SEVERE="Pulmonary, severe",
    HEPATIC_SEVERE="Hepatic, moderate or severe",
)

_TWO_POINTS = frozenset({"RHEUMATOLOGICAL", "PEPTIC_ULCER", "RENAL", "PULMONARY_MODERATE"})
_THREE_POINTS = frozenset({"PRIOR_MALIGNANCY", "HEART_VALVE", "PULMONARY_SEVERE", "HEPATIC_SEVERE"})


def hct_ci_score(comorbidities: frozenset[str]) -> int:
    """The HCT-CI, 0 to 29 points.

    Source: Sorror, Blood 2005;106:2912-2919, table 1. Checked: by hand, all weights add to 29.
    """
    present = comorbidities - {"NONE"}
    return len(present) + len(present & _TWO_POINTS) + 2 * len(present & _THREE_POINTS)

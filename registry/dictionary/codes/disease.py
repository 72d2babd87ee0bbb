"""What may be answered about the disease and its course before the transplant?"""

from registry.dictionary.language import codes

DIAGNOSIS = codes(
    "diagnosis",
    ALL="Acute lymphoblastic leukaemia",
    AML="Acute myeloid leukaemia",
    AL_MPAL="Acute leukaemia, mixed phenotype or biphenotypic",
    AL_OTHER="Acute leukaemia, other",
    MDS="Myelodysplastic syndrome",
    JMML="Juvenile myelomonocytic leukaemia",
    CML="Chronic myeloid leukaemia",
    LYMPHOMA="Lymphoma",
    NONMALIG="Non-malignant disease",
    OTHER="Other",
)

ALL_PHENOTYPE = codes("phenotype of ALL", B="B lineage", T="T lineage")

ALL_SUBTYPE = codes(
    "subtype of ALL",
    PRO_B="Pro-B",
    COMMON="Common",
    PRE_B="Pre-B",
    MATURE_B="Mature B",
    ETP="Early T precursor",
    T_OTHER="T, other",
)

CLASSIFICATION = codes(
    "classification", WHO2016="WHO 2016", WHO2022="WHO 2022", ICC="International Consensus 2022"
)

EXTRAMEDULLARY = codes(
    "extramedullary disease at diagnosis",
    NONE="None",
    CNS1="CNS 1",
    CNS2="CNS 2",
    CNS3="CNS 3",
    TESTIS="Testis",
    MEDIASTINUM="Mediastinum",
    SKIN="Skin",
    OTHER="Other",
)

CYTOGENETICS = codes(
    "cytogenetic and molecular findings",
    BCR_ABL1="t(9;22) BCR::ABL1",
    T_4_11="t(4;11) KMT2A::AFF1",
    KMT2A_OTHER="Other KMT2A rearrangement",
    HYPODIPLOID="Hypodiploidy",
    ETV6_RUNX1="ETV6::RUNX1",
    HYPERDIPLOID="High hyperdiploidy",
    IAMP21="iAMP21",
    T_8_21="t(8;21)",
    INV_16="inv(16)",
    T_15_17="t(15;17)",
    MINUS_7="-7 or del(7q)",
    MINUS_5="-5 or del(5q)",
    COMPLEX="Complex karyotype",
    NORMAL="Normal karyotype",
    FLT3_ITD="FLT3-ITD",
    NPM1="NPM1 mutation",
    FAILED="Examination failed",
    OTHER="Other",
)

MARROW = codes(
    "marrow response", M1="M1 (under 5 %)", M2="M2 (5 to under 25 %)", M3="M3 (25 % or more)"
)

RISK_GROUP = codes(
    "risk group", SR="Standard risk", MR="Medium or intermediate risk", HR="High risk"
)

PROTOCOL = codes(
    "protocol before transplant",
    ALL_BFM="ALL-BFM",
    ALL_REZ_BFM_02="ALL-REZ BFM 2002",
    FLAG="FLAG",
    FLAG_IDA="FLAG-IDA",
    CLOVE="CLOVE",
    INTREALL="IntReALL",
    AML_BFM="AML-BFM",
    MRC="MRC",
    OTHER="Other",
)

CONSTITUTIONAL = codes(
    "constitutional disorder",
    NONE="None",
    DOWN="Down syndrome",
    FANCONI="Fanconi anaemia",
    LI_FRAUMENI="Li-Fraumeni syndrome",
    OTHER="Other",
)

RELAPSE_HISTORY = codes(
    "history of relapses",
    COMPLETE="Complete: every relapse before the transplant is recorded",
    UNKNOWN="Unknown: some may not be recorded",
)

RELAPSE_LEVEL = codes(
    "level of a relapse",
    HAEMATOLOGICAL="Haematological or extramedullary",
    MRD="Minimal residual disease only",
)

RELAPSE_TIMING = codes(
    "timing of relapse (BFM)",
    VERY_EARLY="Very early (under 18 months from diagnosis)",
    EARLY="Early (18 months or later, under 6 months from the end of front-line treatment)",
    LATE="Late (6 months or later from the end of front-line treatment)",
)

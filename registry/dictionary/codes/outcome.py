"""Which answers are permitted about what happened after a transplant?"""

from registry.dictionary.language import codes

RECOVERY = codes(
    "recovery",
    YES="Yes",
    NO="No, not until the date given",
    NEVER_BELOW="Never fell below the limit",
)
GRAFT_FAILURE = codes(
    "graft failure",
    NO="No",
    PRIMARY="Primary: the graft never took",
    SECONDARY="Secondary: the graft was lost after it had taken",
)
PLATELET_RULE = codes(
    "platelet rule",
    SEVEN_DAYS="First of three days, no transfusion in the seven days before",
    ANY_DAY="First day above the limit, transfusions not considered",
    OTHER="Another definition",
)

TISSUE = codes("tissue", PB="Peripheral blood", BM="Bone marrow")
CHIMERISM_GROUP = codes(
    "chimerism group",
    FULL="Full donor: 95 % or more",
    MIXED="Mixed: 5 to under 95 %",
    RECIPIENT="Recipient: under 5 %",
)
CELL_FRACTION = codes(
    "cell fraction",
    WHOLE="Whole sample",
    CD3="T cells (CD3)",
    CD33="Myeloid cells (CD33)",
    CD19="B cells (CD19)",
    CD34="Progenitors (CD34)",
)
CHIMERISM_METHOD = codes(
    "chimerism method",
    STR="Short tandem repeats",
    FISH="FISH for the sex chromosomes",
    QPCR="Quantitative PCR",
    NGS="Sequencing",
)

GVHD_SYSTEM = codes(
    "GvHD system",
    MAGIC="MAGIC (2016)",
    KEYSTONE="Keystone, modified Glucksberg (1994)",
    GLUCKSBERG="Glucksberg (1974)",
    IBMTR="IBMTR index",
)
GVHD_GRADE = codes(
    "GvHD grade",
    _0="0",
    I="I",
    II="II",
    III="III",
    IV="IV",
    **{"II-IV": "II to IV, not stated which"},
)
GVHD_FIRST_LINE = codes(
    "GvHD first line",
    NONE="None",
    TOPICAL="Topical only",
    STEROID="Systemic steroid",
    STEROID_PLUS="Systemic steroid with another drug",
    OTHER="Another treatment without steroid",
)
STEROID_RESPONSE = codes(
    "steroid response",
    COMPLETE="Complete response",
    PARTIAL="Partial response",
    REFRACTORY="Refractory",
    DEPENDENT="Dependent",
    NE="Not evaluable",
)
CGVHD_ONSET = codes(
    "chronic GvHD onset",
    DE_NOVO="De novo: no acute GvHD before",
    INTERRUPTED="Interrupted: after acute GvHD had resolved",
    PROGRESSIVE="Progressive: out of acute GvHD",
    OVERLAP="Overlap syndrome",
)
NIH_SEVERITY = codes("NIH severity", MILD="Mild", MODERATE="Moderate", SEVERE="Severe")
CGVHD_EXTENT = codes("chronic GvHD extent", LIMITED="Limited", EXTENSIVE="Extensive")
CGVHD_ACTIVITY = codes(
    "chronic GvHD activity",
    NONE="None, or never",
    MILD="Mild",
    MODERATE="Moderate",
    SEVERE="Severe",
)

RELAPSE_KIND = codes(
    "relapse kind",
    RELAPSE="Relapse: after a remission since the transplant",
    PROGRESSION="Progression: never in remission since the transplant",
    MRD_RELAPSE="Relapse of minimal residual disease only",
    MOLECULAR="Cytogenetic or molecular relapse only",
)
SITE_GROUP = codes(
    "site group",
    ISOLATED_BM="Isolated bone marrow (and blood)",
    ISOLATED_EM="Isolated extramedullary",
    COMBINED="Combined",
)
CLONAL_CHANGE = codes("clonal change", SAME="The same clone", CHANGED="Changed")
ANTIGEN_STATUS = codes("antigen status", POS="Positive", DIM="Dim", NEG="Negative")

INTENT = codes(
    "intent",
    CURATIVE="Curative",
    PALLIATIVE="Palliative",
    BRIDGING="Bridging to a transplant",
    PREEMPTIVE="Pre-emptive",
)
COMPONENTS = codes(
    "components",
    CHEMO="Chemotherapy",
    DLI="Donor lymphocyte infusion",
    HSCT2="Second transplant",
    TARGETED="Targeted drug or antibody",
    CAR_T="CAR-T cells",
    RADIOTHERAPY="Radiotherapy",
    IS_WITHDRAWAL="Immunosuppression stopped",
    SUPPORTIVE="Best supportive care",
    PALLIATIVE_CHEMO="Palliative chemotherapy",
)
REGIMEN = codes(
    "regimen",
    FLAG="FLAG",
    FLAG_IDA="FLAG-IDA",
    CLOVE="CLOVE",
    CLOFARABINE_OTHER="Clofarabine, other combination",
    BORTEZOMIB_BASED="Bortezomib-based",
    BLINATUMOMAB="Blinatumomab",
    INOTUZUMAB="Inotuzumab ozogamicin",
    CAR_T="CAR-T cells",
    AZACITIDINE="Azacitidine",
    AZA_DLI="Azacitidine and DLI",
    VENETOCLAX="Venetoclax-based",
    TKI="Tyrosine kinase inhibitor of BCR-ABL1",
    FLT3_INHIBITOR="Sorafenib or gilteritinib",
    REZ_BFM="ALL-REZ BFM",
    VXLD="VXLD",
    MONOTHERAPY="A single drug",
    OTHER="Another regimen",
)
SALVAGE_DRUGS = codes(
    "salvage drugs",
    FLUDARABINE="Fludarabine",
    CLOFARABINE="Clofarabine",
    NELARABINE="Nelarabine",
    CYTARABINE="Cytarabine",
    IDARUBICIN="Idarubicin",
    MITOXANTRONE="Mitoxantrone",
    ETOPOSIDE="Etoposide",
    CYCLOPHOSPHAMIDE="Cyclophosphamide",
    VINCRISTINE="Vincristine",
    STEROID="Prednisone or dexamethasone",
    ASPARAGINASE="Asparaginase",
    METHOTREXATE="Methotrexate",
    AZACITIDINE="Azacitidine",
    BLINATUMOMAB="Blinatumomab",
    BORTEZOMIB="Bortezomib",
    INOTUZUMAB="Inotuzumab ozogamicin",
    GEMTUZUMAB="Gemtuzumab ozogamicin",
    DARATUMUMAB="Daratumumab",
    T_CELL_ENGAGER="Another T-cell engager",
    CAR_T_CD19="CAR-T cells against CD19",
    CAR_T_OTHER="CAR-T cells, another target",
    VENETOCLAX="Venetoclax",
    TKI="Tyrosine kinase inhibitor of BCR-ABL1",
    FLT3_INHIBITOR="Sorafenib or gilteritinib",
    OTHER="Another drug",
)
SALVAGE_GROUP = codes(
    "salvage group",
    PURINE_ANALOGUE="Purine analogue (fludarabine, clofarabine)",
    TARGETED="Targeted agent",
)
WHERE_GIVEN = codes("where given", OWN="This centre", SAME_COUNTRY="Elsewhere", ABROAD="Abroad")
SALVAGE_RESPONSE = codes(
    "response to salvage",
    CR="Complete remission",
    CRI="Complete remission, incomplete blood count",
    CR_MRDNEG="Complete remission without measurable disease",
    PR="Partial remission",
    NR="No response",
    PD="Progression",
    DEATH="Died before the response could be judged",
    NE="Not evaluable",
)

INFUSION_INDICATION = codes(
    "infusion indication",
    PLANNED="Planned",
    MIXED_CHIMERISM="Pre-emptive: mixed chimerism",
    MRD="Pre-emptive: minimal residual disease",
    RELAPSE="Relapse",
    INFECTION="Infection",
    GRAFT_LOSS="Loss of the graft",
)
CELL_PRODUCT = codes(
    "cell product",
    DLI="Lymphocytes, unstimulated",
    DLI_GCSF="Lymphocytes, G-CSF primed",
    CD45RA_DEPLETED="Lymphocytes, CD45RA-depleted",
    CAR_T="CAR-T cells",
    NK="NK cells",
    VST="Virus-specific T cells",
)
CELL_DONOR = codes("cell donor", SAME="Donor of the last transplant", OTHER="Another donor")
GVHD_AFTER = codes(
    "GvHD after",
    NONE="None",
    ACUTE_I="Acute, grade I",
    ACUTE_II_IV="Acute, grade II to IV",
    CHRONIC="Chronic",
    BOTH="Acute and chronic",
)

CTCAE_VERSION = codes("CTCAE version", V3="3.0", V4="4.03", V5="5.0")
TOXICITY_TERM = codes(
    "toxicity term",
    MUCOSITIS="Oral mucositis",
    DIARRHOEA="Diarrhoea",
    ANC="Neutrophil count decreased",
    PLATELETS="Platelet count decreased",
    LIVER="ALT or bilirubin increased",
    NEUROTOXICITY="Neurotoxicity",
    CRS="Cytokine release syndrome",
    ICANS="ICANS",
    OTHER="Another toxicity",
)
TOXICITY_GROUP = codes(
    "worst toxicity",
    **{"1-2": "Grade 1 or 2", "3-4": "Grade 3 or 4", "5": "Grade 5: death"},
)
ATTRIBUTION = codes(
    "attribution",
    UNRELATED="Unrelated",
    POSSIBLE="Possible",
    PROBABLE="Probable",
    DEFINITE="Definite",
)

COMPLICATION = codes(
    "complication",
    VOD="Veno-occlusive disease (VOD/SOS)",
    TMA="Thrombotic microangiopathy",
    IPS="Idiopathic pneumonia syndrome",
    INFECTION="Infection",
    PRES="Posterior reversible encephalopathy (PRES)",
    SECOND_MALIGNANCY="Second malignancy",
    LATE_EFFECT="Late effect",
    OTHER="Another complication",
)
VOD_CRITERIA = codes(
    "VOD criteria",
    EBMT_ADULT="EBMT, adults",
    EBMT_CHILD="EBMT, children",
    BALTIMORE="Baltimore",
    SEATTLE="Modified Seattle",
)
SEVERITY = codes(
    "severity", MILD="Mild", MODERATE="Moderate", SEVERE="Severe", VERY_SEVERE="Very severe"
)
ORGANISM = codes(
    "organism",
    BACTERIAL="Bacterial",
    VIRAL="Viral",
    FUNGAL="Fungal",
    PROTOZOAL="Protozoal",
    UNKNOWN="Organism not found",
)
INFECTION_SITE = codes(
    "infection site",
    BLOOD="Blood stream",
    LUNG="Lung",
    GUT="Gut",
    URINARY="Urinary tract",
    SKIN="Skin and soft tissue",
    CNS="Central nervous system",
    DISSEMINATED="Disseminated",
    OTHER="Another site",
)
LATE_EFFECT = codes(
    "late effect",
    THYROID="Thyroid",
    GROWTH="Growth",
    GONADS="Gonads",
    CATARACT="Cataract",
    AVN="Avascular necrosis of bone",
    CARDIAC="Heart",
    OTHER="Another late effect",
)

CONTACT_SOURCE = codes(
    "contact source",
    VISIT="Visit",
    TELEPHONE="Telephone",
    REGISTRY="Population or death registry",
    OTHER_CENTRE="Another centre",
)
VITAL_STATUS = codes("vital status", ALIVE="Alive", DEAD="Dead", LOST="Lost to follow-up")
DISEASE_AT_CONTACT = codes(
    "disease at contact",
    CR="Complete remission",
    MRD="Remission with measurable residual disease",
    RELAPSE="Relapse",
    PERSISTENT="Never in remission",
    NE="Not evaluable",
)
CONSENT_CHECK = codes(
    "consent check",
    VALID="Consent still stands",
    CHANGED="Consent has changed: see the consent records",
    NOT_ASKED="Not asked",
)
DEATH_CAUSE = codes(
    "death cause",
    RELAPSE="Recurrence, persistence or progression",
    ACUTE_GVHD="Acute GvHD",
    CHRONIC_GVHD="Chronic GvHD",
    GRAFT_FAILURE="Graft failure",
    INFECTION_BACTERIAL="Infection, bacterial",
    INFECTION_VIRAL="Infection, viral",
    INFECTION_FUNGAL="Infection, fungal",
    INFECTION_PROTOZOAL="Infection, protozoal",
    INFECTION_UNKNOWN="Infection, organism not known",
    IPS_ARDS="IPS or ARDS",
    VOD="Liver failure or VOD",
    CARDIAC="Heart failure",
    PULMONARY="Lung failure",
    RENAL="Kidney failure",
    CNS="Failure of the central nervous system",
    MULTIPLE_ORGAN="Failure of several organs",
    CRS_NEUROTOXICITY="Cytokine release or neurotoxicity",
    HAEMORRHAGE="Haemorrhage",
    TMA="Thrombotic microangiopathy",
    SECOND_MALIGNANCY="Second malignancy",
    CELL_THERAPY="Related to a cellular therapy",
    ACCIDENT_SUICIDE="Accident or suicide",
    OTHER="Another cause",
    NON_RELAPSE_NOS="Not the disease; which other cause is not stated",
    UNKNOWN="Cause not known",
)

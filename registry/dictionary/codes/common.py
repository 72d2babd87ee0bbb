"""What may be answered where several records ask the same?"""

from registry.dictionary.language import codes

YES_NO = codes("yes or no", YES="Yes", NO="No")

SEX = codes("sex", M="Male", F="Female", U="Unknown", O="Other")

DONOR_SEX = codes("donor sex", M="Male", F="Female")

BLOOD_GROUP = codes("blood group", A="A", B="B", AB="AB", O="O")

RH = codes("rhesus factor", POS="Positive", NEG="Negative")

SEROLOGY = codes("serology", POS="Positive", NEG="Negative", INCONCLUSIVE="Inconclusive")

SITE = codes(
    "site of leukaemia",
    BM="Bone marrow",
    PB="Peripheral blood",
    CNS="Central nervous system",
    TESTIS="Testis",
    SKIN="Skin",
    OTHER="Other",
)

RESPONSE = codes(
    "response",
    CR="Complete remission",
    CRI="Complete remission with incomplete blood recovery",
    PR="Partial remission",
    STABLE="Stable disease",
    PROGRESSION="Progression",
    EARLY_DEATH="Death before evaluation",
    NE="Not evaluable",
)

PERFORMANCE_SCALE = codes(
    "performance scale",
    KARNOFSKY="Karnofsky (16 years and older)",
    LANSKY="Lansky (1 to under 16 years)",
    NONE="None (under 1 year)",
)

CONSENT_TYPE = codes(
    "type of consent",
    CORE="Registry, core data",
    EXTENDED="Registry, extended data",
    BIOBANK="Biobank",
    EBMT="Transfer to EBMT",
    CIBMTR="Transfer to CIBMTR",
    CONTACT="Being contacted again",
    RESEARCH="Secondary research",
)

CONSENT_GIVER = codes(
    "who consented",
    PATIENT="Patient",
    PARENT_1="Parent 1",
    PARENT_2="Parent 2",
    GUARDIAN="Guardian",
)

CONSENT_STATUS = codes(
    "status of consent",
    GIVEN="Given",
    REFUSED="Refused",
    WITHDRAWN="Withdrawn",
    WAIVED="Waived by law",
    NOT_ASKED="Not asked",
    LAPSED="Lapsed at majority",
)

WITHDRAWAL_SCOPE = codes(
    "scope of withdrawal",
    NO_NEW_DATA="No new data",
    NO_FURTHER_USE="No further use",
    ERASE="Erase",
)

"""HSCT2 2025: what decides survival after a second allograft for relapsed leukaemia in adults?"""

# From top to bottom: how patients are told apart (first the reference), who is in, what is shown.
# fmt: off
from reports.study import *

# --- How patients are told apart: the twelve covariates of the abstract, in its order.
# It prints no cut point: numbers enter as they were measured, the ratio is that of `per` more.
AGE = Measured("age", "Age at second transplant", "age_at_transplant", per=10)
ECOG = Bands("ecog", "ECOG performance status", "ecog", {"0-1": 0, ">=2": 2})
BMI = Measured("bmi", "Body mass index", "bmi")
CHIMERISM = Category("chimerism", "Chimerism before second transplant", "chimerism_before", {
    "full": "Full donor", "not_full": "Mixed or recipient"},
    join={"not_full": ("mixed", "recipient")})
CONDITIONING = Category("conditioning", "Conditioning", "intensity", {
    "MAC": "Myeloablative", "reduced": "Reduced intensity or non-myeloablative"},
    join={"reduced": ("RIC", "NMA")})
CD34 = Measured("cd34", "CD34+ cells infused", "cd34_dose")
PTCY = yes_no("ptcy", "Cyclophosphamide after transplant", "ptcy")
DISEASE = Category("disease", "Disease", "diagnosis", {"AML": "AML", "ALL": "ALL"})
HAEMOGLOBIN = Measured("hb", "Haemoglobin", "haemoglobin")
LYMPHOCYTES = Measured("lymphocytes", "Lymphocytes", "lymphocytes")
LDH = Measured("ldh", "Lactate dehydrogenase", "ldh", per=100)
FERRITIN = Measured("ferritin", "Ferritin", "ferritin", per=1000)

COVARIATES = (AGE, ECOG, BMI, CHIMERISM, CONDITIONING, CD34, PTCY, DISEASE, HAEMOGLOBIN,
              LYMPHOCYTES, LDH, FERRITIN)

STUDY = Study(
    id="hsct2_2025_ecog", version="1",
    title="Second allogeneic transplantation for acute leukaemia relapsed after a first one",
    citation="Batgi et al., Transfus Apher Sci 2025;64(4)",
    doi="10.1016/j.transci.2025.104187",
    paper=printed_numbers("hsct2"), convention="SPSS",

    # --- Who is in
    cohort=(
        Step("second", "Second allogeneic transplant for AML or ALL", (
            SecondAllogeneicTransplant(),
            Is("diagnosis", "AML", "ALL"))),
    ),
    end_point=EndPoint("Overall survival", "transplant_date"),

    # --- What is shown
    tables=(
        Characteristics("t1", "Table 1", "Characteristics", (
            Quantity("years", "Age at second transplant", "age_at_transplant"),
            DISEASE, ECOG, CHIMERISM, CONDITIONING, PTCY,
            Quantity("weight", "Body mass index", "bmi", places=1),
            Quantity("cells", "CD34+ cells infused", "cd34_dose", places=1),
            Quantity("blood", "Haemoglobin", "haemoglobin", places=1),
            Quantity("lymph", "Lymphocytes", "lymphocytes", places=2),
            Quantity("enzyme", "Lactate dehydrogenase", "ldh"),
            Quantity("iron", "Ferritin", "ferritin"))),
        UnivariateCox("t2", "Table 2", "Univariate Cox models", COVARIATES, ratio_places=3),
        MultivariableCox("t3", "Table 3", "Multivariable Cox model", screened_by="t2",
                         ratio_places=3),
        SurvivalAtHorizons("t4", "Table 4", "Overall survival", (1, 2, 5)),
    ),
    figures=(
        KaplanMeierFigure("f1", "Figure 1", "Overall survival"),
        KaplanMeierFigure("f2", "Figure 2", "Overall survival by ECOG performance status", ECOG),
    ),
    texts={
        "Second transplants": (
            *count_and_share("text.remission", "In complete remission before", IN_REMISSION),
        ),
        "Follow-up": (
            *median_and_range(FollowUp("text.followup", "Dead or alive", "all", unit="months")),
            FollowUp("text.survivors", "Survivors, median months", "survivors", unit="months"),
            FollowUp("text.reverse", "Reverse Kaplan-Meier, median months", "reverse",
                     unit="months")),
        "Overall survival": (
            *count_and_share("text.dead", "Died", (Is("death", "yes"),)),
            MedianSurvival("text.os.median", "Median, months", unit="months"),
            MedianSurvival("text.os.lo", "95% CI lower", statistic="lower", unit="months"),
            MedianSurvival("text.os.hi", "95% CI upper", statistic="upper", unit="months")),
    },

    # --- What the reader must know: where the paper is wrong, unclear, or not followed
    limits=(
        ("Numbers enter the models as they were measured; only ECOG is cut, between 1 and 2. With "
         "cuts of the others the screen and the selection can end with other covariates."),
        ("Only overall survival is reported: relapse and death without relapse after the second "
         "transplant are competing events that this study does not tell apart."),
    ),
)

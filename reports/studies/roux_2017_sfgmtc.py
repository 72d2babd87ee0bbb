"""Roux 2017 (SFGM-TC): what becomes of children whose acute leukaemia returns after an allograft?"""

# From top to bottom: how patients are told apart (first the reference), who is in, what is shown.
# fmt: off
from reports.study import *

# --- How patients are told apart
AGE = Bands("age", "Age at transplant", "age_at_transplant",
            {"0-4": 0, "5-9": 5, "10-14": 10, ">14": 15})
SEX = Category("gender", "Sex", "sex", {"M": "Male", "F": "Female"})
LEUKAEMIA = Category("leuk", "Type of leukaemia", "leukaemia_type", {
    "AML": "AML", "B-ALL": "B-cell ALL", "T-ALL": "T-cell ALL", "biphenotypic": "Biphenotypic"})
ALL_OR_AML = Category("all_aml", "Leukaemia", "diagnosis", {"ALL": "ALL", "AML": "AML"})
MAC = yes_no("mac", "Myeloablative conditioning", "myeloablative")
# "GvHD" of Table 3 has the standard error of what 14 % have: chronic, not acute GvHD (56 %).
GVHD = yes_no("gvhd", "Chronic GvHD", "chronic_gvhd")
REMISSION = yes_no("cr", "Complete remission after transplant", "post_transplant_cr")
INTERVAL = Bands("interval", "Transplant to failure", "days_to_failure",
                 {"0-91": 0, "92-182": 92, "183-364": 183, ">=365": 365})
MONTHS = Bands("interval", "Transplant to failure", "days_to_failure",
               {"0-6": 0, "7-12": 183, ">12": 365}, unit="months")
HALF_YEAR = Bands("half_year", "Transplant to failure", "days_to_failure", {"0-182": 0, ">182": 183})
TREATMENT = Category("treatment", "Treatment after failure", "treatment", {
    "second_hsct": "Chemotherapy, then second transplant", "chemo_dli": "Chemotherapy, then DLI",
    "palliative": "Palliative care", "chemotherapy": "Chemotherapy alone", "dli": "DLI alone"})
PALLIATIVE = whether("palliative", "Palliative care", "treatment", "palliative")
HSCT2 = happened("second", "Second transplant", "second_transplant_date", "treatment", "second_hsct")
DLI = happened("dli", "DLI", "first_dli_date", "treatment", "chemo_dli", "dli")
ANY_GVHD = ACUTE_GVHD.at("I", "II-IV")
ALIVE = (Is("death", "no"),)

STUDY = Study(
    id="roux_2017_sfgmtc", version="1",
    title="Outcome after failure of allogeneic transplantation in children with acute leukaemia",
    citation="Roux et al., Bone Marrow Transplant 2017;52:678-682",
    doi="10.1038/bmt.2016.360",
    paper=printed_numbers("roux"), convention="SPSS", p_style="10^-5",

    # --- Who is in
    cohort=(
        Step("first", "First allogeneic transplant for acute leukaemia under 18 years, 2000–2009", (
            FirstAllogeneicTransplant(),
            Between("transplant_date", "2000-01-01", "2009-12-31"),
            Below("age_at_transplant", 18),
            Is("diagnosis", "ALL", "AML", "AL_MPAL"))),
        Step("failed", "Relapse or progression", (Is("failure", "yes"),)),
        Step("analysed", "Analysed", (Known("treatment"),),
             excluded="Treatment after failure not known"),
    ),
    subgroups={"ALL": (Is("diagnosis", "ALL"),), "AML": (Is("diagnosis", "AML"),)},
    end_point=EndPoint("Overall survival after failure", "failure_date", cutoff="2014-12-31"),

    # --- What is shown; on the analysed unless `on` names another box of the flow chart
    tables=(
        Characteristics("t1", "Table 1", "Characteristics", (SEX, LEUKAEMIA, MAC, INTERVAL)),
        SurvivalTable("t2", "Table 2", "Survival by treatment after failure", TREATMENT),
        UnivariateCox("t3", "Table 3", "Univariate Cox models", on="failed", covariates=(
            AGE, SEX, TBI, STEM_CELL_SOURCE, LEUKAEMIA, GVHD, REMISSION, MAC)),
        MultivariableCox("t4", "Table 4", "Multivariable Cox model", screened_by="t3",
                         offered=(TREATMENT, INTERVAL)),
        SurvivalTable("t5", "Table 5", "Survival by time from transplant to failure", MONTHS),
        Characteristics("text", "In the text", "Further characteristics", (
            DISEASE_STATUS, DONOR_KIND, STEM_CELL_SOURCE, TBI, ACUTE_GVHD,
            Quantity("age", "Age at transplant", "age_at_transplant", places=2),
            Quantity("diagnosis", "Diagnosis to transplant", "days_diagnosis_to_transplant"))),
        ImputedCox("s1", "Table S1", "Complete cases and imputed treatments", of="t4",
                   imputed=TREATMENT, times=10, seed=2017, on="failed"),
        CrossTable("s2", "Table S2", "Treatment by time to failure", TREATMENT, INTERVAL,
                   median=Quantity("interval", "Transplant to failure, days", "days_to_failure")),
        InteractionTests("s3", "Table S3", "Interactions in the multivariable model", added_to="t4"),
        ProportionalHazards("s4", "Table S4", "Proportional hazards in the multivariable model", of="t4"),
        TimeDependentCox("s5", "Table S5", "Second transplant and DLI, each from its day on",
                         (HSCT2, DLI), (REMISSION, INTERVAL, PALLIATIVE), interacts=INTERVAL,
                         beside="t4", compared=TREATMENT, against="chemotherapy"),
        *in_each(("ALL", "AML"),
            SurvivalTable("s6", "Table S6", "Survival by treatment", TREATMENT),
            MultivariableCox("s7", "Table S7", "Multivariable Cox model", selection="none",
                             offered=(REMISSION, TREATMENT, INTERVAL))),
        SideBySide("excluded", "In the text", "Included and excluded patients",
                   {"analysed": "Analysed", "excluded": "Excluded"}, (
            MedianOf("interval", "Transplant to failure, median days", "days_to_failure"),
            FollowUp("followup", "Observed time, dead or alive, median days", "all"),
            FollowUp("months", "Observed time, dead or alive, median months", "all", unit="months"),
            MedianSurvival("os", "Overall survival, Kaplan-Meier median, days"))),
    ),
    figures=(
        KaplanMeierFigure("f1", "Figure 1", "Survival after failure"),
        KaplanMeierFigure("f2", "Figure 2", "Survival after failure, ALL and AML", ALL_OR_AML),
        KaplanMeierFigure("f3", "Figure 3", "Survival by treatment after failure", TREATMENT),
        *log_minus_log_of("l1", "Figure S1", TREATMENT, INTERVAL, REMISSION),
    ),
    texts={
        "First transplants": (
            DistinctOf("text.centres", "Centres", "centre", on="first"),
            CountOf("text.first.all", "ALL", (Is("diagnosis", "ALL"),), on="first"),
            CountOf("text.first.aml", "AML", (Is("diagnosis", "AML"),), on="first"),
            CountOf("text.first.mpal", "Biphenotypic", (Is("diagnosis", "AL_MPAL"),), on="first")),
        "Analysed": (
            CountOf("text.all.n", "ALL", (Is("diagnosis", "ALL"),)),
            *count_and_share("text.remission", "In remission at transplant", IN_REMISSION),
            *count_and_share("text.gvhd", "Acute GvHD", ANY_GVHD),
            ShareOf("text.gvhd_I.pct", "Of these grade I, %", ACUTE_GVHD.at("I"), ANY_GVHD),
            ShareOf("text.gvhd_II_IV.pct", "Of these grade II–IV, %", ACUTE_GVHD.at("II-IV"),
                    ANY_GVHD)),
        "Treatment after failure": (
            *share_of_each("t2.treatment", TREATMENT),
            *median_of_each("text.interval", "median days from transplant to failure",
                            "days_to_failure", TREATMENT)),
        "Alive at last contact": (
            *count_and_share("text.alive_failed", "Alive, of all failures", ALIVE, on="failed"),
            ShareOf("text.alive.pct", "Alive, of the analysed, %", ALIVE),
            *median_and_range(FollowUp("text.alive", "Follow-up of survivors", "survivors")),
            FollowUp("text.reverse", "Reverse Kaplan-Meier, median days", "reverse")),
        "Tests": (
            LogRankP("text.half_year.p", "Failure by day 182 or later, log-rank P", HALF_YEAR),
            InteractionP("text.interaction.p", "Interaction of treatment and time to failure, P",
                         (TREATMENT, INTERVAL), added_to="t4")),
    },

    # --- What the reader must know: where the paper is wrong, unclear, or not followed
    limits=(
        ("Treatments are compared from the day of failure, although they were received later: who "
         "died before a second transplant or an infusion could not get one. This immortal time "
         "favours those two groups in Tables 2, 4, S6 to S9. Table S5 is to count each from its day "
         "on, against children who have had neither so far and are not in palliative care, which was "
         "chosen after the failure too."),
        ("Table 3 is for all failures, Table 4 for those whose treatment is known. Chronic GvHD "
         "counts in Table 3 whenever it began, even after the failure."),
    ),
)

"""Momm (PRSZT): how do children with ALL fare after a second allogeneic transplant?"""

# From top to bottom: how patients are told apart (first the reference), who is in, what is shown.
# fmt: off
from reports.study import *

# --- How patients are told apart
AGE = Bands("age", "Age at second transplant", "age_at_transplant", {"<10": 0, ">=10": 10})
PHENOTYPE = Category("phenotype", "Immunophenotype", "all_phenotype", {
    "B": "B-cell ALL", "T": "T-cell ALL"})
SEX = Category("sex", "Sex", "sex", {"F": "Female", "M": "Male"})
ATG = yes_no("atg", "Antithymocyte globulin at second transplant", "atg")
INDICATION = Category("indication", "Indication of second transplant", "indication", {
    "relapse": "Relapse", "graft_failure": "Graft failure"})
# Six months are 182.6 days. Known in those who relapsed after the first transplant.
REMISSION = Bands("remission", "Remission after first transplant", "days_in_remission_before",
                  {"0-6": 0, ">6": 183}, unit="months")
CHRONIC_GVHD = yes_no("cgvhd", "Chronic GvHD after second transplant, ever", "chronic_gvhd")
ONSET = Switch("onset", "Chronic GvHD", "chronic_gvhd_date", CHRONIC_GVHD)

RELAPSED = (Is("failure", "yes"),)
TOLD = (Is("failure", "yes", "no"),)
COVARIATES = (AGE, PHENOTYPE, SEX, ATG)

STUDY = Study(
    id="momm_prszt", version="1",
    title="Second allogeneic transplantation in children with acute lymphoblastic leukaemia",
    citation="Momm et al., Pediatr Blood Cancer (PRSZT registry); after the summary at ALL Hub, "
             "30 April 2026, and the journal's abstract",
    doi="",
    paper=printed_numbers("momm"), convention="SPSS",

    # --- Who is in
    cohort=(
        Step("second", "Second allogeneic transplant for ALL under 18 years, 2011–2020", (
            SecondAllogeneicTransplant(),
            Is("diagnosis", "ALL"),
            Below("age_at_transplant", 18),
            Between("transplant_date", "2011-01-01", "2020-12-31"))),
    ),
    subgroups={"after_relapse": (Is("indication", "relapse"),)},
    end_point=EndPoint("Overall survival", "transplant_date"),
    end_points={"rfs": EndPoint("Relapse-free survival", "transplant_date", "failure or death")},

    # --- What is shown; on all of them unless `on` names a subgroup
    tables=(
        Characteristics("t1", "Table 1", "Characteristics", (
            INDICATION, SEX, PHENOTYPE, AGE,
            Quantity("years", "Age at second transplant", "age_at_transplant", places=1),
            REMISSION, ATG, CHRONIC_GVHD)),
        SurvivalAtHorizons("t2", "Table 2", "Overall and relapse-free survival", (1, 2, 5),
                           end_points=("", "rfs")),
        MultivariableCox("t3", "Table 3", "Multivariable Cox model, overall survival",
                         offered=COVARIATES, ratio_places=3),
        MultivariableCox("t4", "Table 4", "Multivariable Cox model, relapse-free survival",
                         offered=COVARIATES, end_point="rfs"),
        UnivariateLogRank("t5", "Table 5", "Overall survival by single covariates",
                          (*COVARIATES, CHRONIC_GVHD), at_years=2),
        UnivariateLogRank("t6", "Table 6", "Relapse-free survival by single covariates",
                          (*COVARIATES, CHRONIC_GVHD), at_years=2, end_point="rfs"),
        UnivariateLogRank("t7", "Table 7", "Overall survival after transplant for relapse",
                          (REMISSION,), at_years=2, on="after_relapse"),
        CumulativeIncidence("t8", "Table 8", "Relapse and non-relapse mortality", (1, 2, 5)),
        TimeDependentCox("t9", "Table 9", "Chronic GvHD from its onset on, overall survival", (ONSET,)),
        TimeDependentCox("t10", "Table 10", "Chronic GvHD from its onset on, relapse-free survival",
                         (ONSET,), end_point="rfs"),
    ),
    figures=(
        KaplanMeierFigure("f1", "Figure 1", "Overall survival",
                          ticks_months=(0, 12, 24, 36, 48, 60)),
        KaplanMeierFigure("f2", "Figure 2", "Relapse-free survival",
                          ticks_months=(0, 12, 24, 36, 48, 60), end_point="rfs"),
        CumulativeIncidenceFigure("f3", "Figure 3", "Relapse and non-relapse mortality",
                                  ticks_months=(0, 12, 24, 36, 48, 60)),
    ),
    texts={
        "Second transplants": (
            YearOf("text.period.first", "First year", "transplant_date", "first"),
            YearOf("text.period.last", "Last year", "transplant_date", "last"),
            ShareOf("text.relapse.pct", "For relapse, %", (Is("indication", "relapse"),)),
            ShareOf("text.graft.pct", "For graft failure, %", (Is("indication", "graft_failure"),))),
        "Relapse after second transplant": (
            ShareOf("text.relapsed.pct", "Relapse, %", RELAPSED, among=TOLD),
            MedianOf("text.relapsed.months", "Second transplant to relapse, median months",
                     "days_to_failure", RELAPSED, unit="months")),
        "Follow-up": (
            FollowUp("text.followup.survivors", "Survivors, median years", "survivors",
                     unit="years"),
            FollowUp("text.followup.all", "Dead or alive, median years", "all", unit="years"),
            FollowUp("text.followup.reverse", "Reverse Kaplan-Meier, median years", "reverse",
                     unit="years")),
    },

    # --- What the reader must know: where the paper is wrong, unclear, or not followed
    remarks={
        **dict.fromkeys(("t5.cgvhd.p", "t6.cgvhd.p"), "A comparison from the day of transplant, "
            "with immortal time in favour of chronic GvHD."),
    },
    limits=(
        ("Tables 5 and 6 compare who ever had chronic GvHD with who never had. Who died or relapsed "
         "early could not get it any more. This immortal time favours those with chronic GvHD, and "
         "the P values of that comparison must not be read as an effect. Tables 9 and 10 are to "
         "count chronic GvHD from the day of its onset on; who had it on an unknown day is left out "
         "there and counted."),
        ("Relapse and non-relapse mortality are given as competing risks: one minus relapse-free "
         "survival tells neither of the two. Six months of remission are read as 183 days or more."),
    ),
)

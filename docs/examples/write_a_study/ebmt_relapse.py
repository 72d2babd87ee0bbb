"""EBMT 1985-1998: how long do patients with ALL live whose leukaemia returns after an allograft?"""

# A study is laid out for its reader; the formatter leaves it alone.
# fmt: off

from reports.study import (  # isort: skip
    Bands, Category, Characteristics, EndPoint, FirstAllogeneicTransplant, FollowUp, Is,
    KaplanMeierFigure, MedianSurvival, MultivariableCox, Step, Study, SurvivalAt, SurvivalTable,
    UnivariateCox, yes_no,
)

# --- How patients are told apart: the first level is the reference
INTERVAL = Bands("interval", "Transplant to relapse", "days_to_failure",
                 {"0-90": 0, "91-180": 91, "181-365": 181, ">365": 366})
AGE = Bands("age", "Age at transplant", "age_at_transplant", {"0-20": 0, "21-40": 21, ">40": 41})
YEAR = Bands("year", "Year of transplant", "transplant_year",
             {"1985-1989": 1985, "1990-1994": 1990, "1995-1998": 1995})
MATCH = Category("match", "Sex of donor and patient", "sex_mismatch",
                 {"no": "The same", "yes": "Different"})
PROPHYLAXIS = yes_no("prophylaxis", "GvHD prophylaxis", "gvhd_prophylaxis")
COVARIATES = (INTERVAL, AGE, YEAR, MATCH, PROPHYLAXIS)

STUDY = Study(
    id="ebmt_relapse",
    version="1",
    title="Survival after relapse of ALL following an allogeneic transplant, 1985-1998",
    citation="Our own, on the data of mstate::ebmt4",
    doi="",
    convention="R",
    # --- Who is in
    cohort=(
        Step("transplanted", "First allogeneic transplant for ALL",
             (FirstAllogeneicTransplant(), Is("diagnosis", "ALL"))),
        Step("relapsed", "Relapse", (Is("failure_kind", "RELAPSE"),)),
    ),
    end_point=EndPoint("Overall survival after relapse", "failure_date"),
    # --- What is shown
    tables=(
        Characteristics("t1", "Table 1", "Characteristics", COVARIATES),
        SurvivalTable("t2", "Table 2", "Survival by time to relapse", INTERVAL),
        UnivariateCox("t3", "Table 3", "Univariate Cox models", COVARIATES),
        MultivariableCox("t4", "Table 4", "Multivariable Cox model", offered=COVARIATES,
                         selection="none"),
    ),
    figures=(
        KaplanMeierFigure("f1", "Figure 1", "Survival after relapse"),
        KaplanMeierFigure("f2", "Figure 2", "Survival by time to relapse", INTERVAL),
    ),
    texts={
        "Survival after relapse": (
            SurvivalAt("text.os.1y", "1 year after relapse, %", 1),
            SurvivalAt("text.os.5y", "5 years after relapse, %", 5),
            SurvivalAt("text.os.5y.lo", "95% CI lower", 5, "lower"),
            SurvivalAt("text.os.5y.hi", "95% CI upper", 5, "upper"),
            MedianSurvival("text.median", "Median, days"),
            MedianSurvival("text.median.lo", "95% CI lower", statistic="lower"),
            MedianSurvival("text.median.hi", "95% CI upper", statistic="upper"),
            FollowUp("text.followup", "Follow-up, reverse Kaplan-Meier, median days", "reverse"),
        ),
    },
    limits=("The dates are invented, the days between them are not; see cases.py.",),
)

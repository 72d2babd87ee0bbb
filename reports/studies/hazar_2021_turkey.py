"""Hazar 2021 (Turkey): which children live on when acute leukaemia returns after an allograft?"""

# From top to bottom: how patients are told apart (first the reference), who is in, what is shown.
# fmt: off
from reports.study import *

# --- How patients are told apart
DIAGNOSIS = Category("diagnosis", "Diagnosis", "diagnosis", {"ALL": "ALL", "AML": "AML"})
SEX = Category("sex", "Sex", "sex", {"M": "Male", "F": "Female"})
DONOR = Category("donor", "Donor", "donor_group", {
    "matched sibling": "Matched sibling", "mismatched related": "Mismatched relative",
    "unrelated": "Unrelated", "other": "Other, such as another matched relative"},
    join={"unrelated": ("matched unrelated", "mismatched unrelated", "unrelated unspecified"),
          "other": ("other", "syngeneic")})
CHRONIC_GVHD = yes_no("cgvhd", "Chronic GvHD", "chronic_gvhd")
SITE = Category("site", "Site of relapse", "relapse_site", {
    "isolated_bm": "Bone marrow", "isolated_em": "Outside the marrow", "combined": "Both"})
EXTRAMEDULLARY = whether("em", "Relapse outside the marrow alone", "relapse_site", "isolated_em")
INTERVAL = Bands("interval", "Transplant to relapse", "days_to_failure",
                 {"0-180": 0, "181-365": 181, ">365": 366}, reference=">365")
CHEMOSENSITIVE = yes_no("chemosensitive", "Chemosensitive relapse", "chemosensitive")
SALVAGE = Category("salvage", "Salvage treatment", "salvage", {
    "curative_no_hsct2": "Curative intent, no second transplant",
    "second_hsct": "Second transplant", "palliative": "Palliative"})
HSCT2 = happened("second", "Second transplant", "second_transplant_date", "salvage", "second_hsct")

BACKGROUND = (DIAGNOSIS, SEX, DISEASE_STATUS, DONOR, STEM_CELL_SOURCE, ACUTE_GVHD, CHRONIC_GVHD)
DIED_OF_IT = (Is("death_cause", "relapse"),)

STUDY = Study(
    id="hazar_2021_turkey", version="1",
    title="Prognostic factors in children who relapsed after transplantation for acute leukaemia",
    citation="Hazar et al., Pediatr Transplant 2021;25(5):e13942",
    doi="10.1111/petr.13942",
    paper=printed_numbers("hazar"), convention="SPSS",

    # --- Who is in
    cohort=(
        Step("first", "First allogeneic transplant for ALL or AML under 18 years", (
            FirstAllogeneicTransplant(),
            Below("age_at_transplant", 18),
            Is("diagnosis", "ALL", "AML"))),
        Step("relapsed", "Relapse", (Is("failure_kind", "RELAPSE"),)),
    ),
    subgroups={"chemosensitive": (Is("chemosensitive", "yes"),)},
    end_point=EndPoint("Overall survival after relapse", "failure_date"),

    # --- What is shown; on the relapsed unless `on` names another box of the flow chart or subgroup
    tables=(
        Characteristics("t1", "Table 1", "Characteristics", (
            *BACKGROUND, SITE, INTERVAL, CHEMOSENSITIVE, SALVAGE,
            Quantity("age", "Age at transplant", "age_at_transplant", places=1))),
        UnivariateLogRank("t2", "Table 2", "Univariate analysis of survival",
                          (EXTRAMEDULLARY, INTERVAL, *BACKGROUND), at_years=3),
        MultivariableCox("t3", "Table 3", "Multivariable Cox model",
                         screened=(EXTRAMEDULLARY, INTERVAL, *BACKGROUND), ratio_places=3),
        SurvivalTable("t4", "Table 4", "Survival by salvage treatment, chemosensitive relapse",
                      SALVAGE, at_years=3, on="chemosensitive"),
        TimeDependentCox("t5", "Table 5", "Second transplant from its day on, chemosensitive relapse",
                         (HSCT2,), (EXTRAMEDULLARY, INTERVAL), on="chemosensitive"),
        Landmark("t6", "Table 6", "Survival from day 180 after relapse on, chemosensitive relapse",
                 HSCT2, at_days=180, at_years=(1, 2), on="chemosensitive"),
    ),
    figures=(
        KaplanMeierFigure("f1", "Figure 1", "Survival after relapse"),
        KaplanMeierFigure("f2", "Figure 2", "Survival by time from transplant to relapse", INTERVAL),
        KaplanMeierFigure("f3", "Figure 3", "Survival by salvage treatment, chemosensitive relapse",
                          SALVAGE, on="chemosensitive"),
    ),
    texts={
        "Relapse and survival": (
            MedianOf("text.interval.median", "Transplant to relapse, median days", "days_to_failure"),
            SurvivalAt("text.os.3y", "Survival 3 years after relapse, %", 3),
            SurvivalAt("text.os.3y.se", "Its standard error, %", 3, "error"),
            MedianSurvival("text.os.median", "Overall survival, Kaplan-Meier median, days")),
        "Deaths": (
            CountOf("text.deaths.n", "Deaths", (Is("death", "yes"),)),
            CountOf("text.cause.n", "From leukaemia", DIED_OF_IT),
            ShareOf("text.cause.pct", "From leukaemia, % of deaths of known cause", DIED_OF_IT,
                    among=(Known("death_cause"),))),
        "Follow-up": (
            FollowUp("text.alive.median", "Survivors, median days", "survivors"),
            FollowUp("text.reverse", "Reverse Kaplan-Meier, median days", "reverse")),
    },

    # --- What the reader must know: where the paper is wrong, unclear, or not followed
    remarks={
        "t4.logrank.p": "Biased by immortal time in favour of the second transplant; see Method.",
        "t1.chemosensitive.missing.n": "No response to reinduction is recorded; palliative care has none.",
    },
    limits=(
        ("The comparison of second transplants with other salvage (Table 4, Figure 3) is biased by "
         "immortal time. Survival is counted from relapse, yet a child has to live until a second "
         "transplant to be in that group; whoever dies waiting for one is counted against the other. "
         "It does not show that a second transplant prolongs life. Table 5 is to count the transplant "
         "from its day on, Table 6 to compare from day 180 on: neither makes the groups alike in what "
         "led to a transplant."),
        ("Whether a relapse is chemosensitive is known only weeks later. Those who died before are "
         "not in Tables 4 to 6 and Figure 3; the curves of Figure 3 therefore begin too high."),
        ("GvHD counts whenever it began, even after relapse. Salvage, chosen after relapse, is no "
         "candidate of Table 3."),
    ),
)

"""Kaya 2025: after a relapse following transplant, do children with ALL live longer with new drugs?"""

# From top to bottom: how patients are told apart (first the reference), who is in, what is shown.
# fmt: off
from reports.study import *

# --- How patients are told apart
GROUP = Category("group", "Salvage", "salvage_agent",
                 {"g1": "Group 1, purine analogue", "g2": "Group 2, targeted agent"},
                 join={"g1": ("purine_analogue",), "g2": ("targeted_agent",)})
FEATURES = (
    Category("gender", "Sex", "sex", {"M": "Male", "F": "Female"}),
    Quantity("age", "Age at diagnosis", "age_at_diagnosis", places=1),
    Category("leukemia", "Phenotype", "leukaemia_type", {"T-ALL": "T-cell", "B-ALL": "B-cell"}),
    Category("risk", "BFM risk group", "bfm_risk_group",
             {"high": "High", "medium": "Medium", "standard": "Standard"}),
    # Very early: within 18 months of diagnosis. Early: later, within 6 months of the end of therapy.
    Category("relapse_type", "Relapse before transplant", "relapse_before",
             {"very_early": "Very early", "early": "Early"}),
    Category("donor", "Donor", "related_donor", {"yes": "Related", "no": "Unrelated"}),
    yes_no("tbi", "Total body irradiation", "tbi"),
    Category("product", "Stem cell source", "stem_cell_source", {"BM": "Marrow", "PB": "Blood"}),
    yes_no("agvhd", "Acute GvHD", "acute_gvhd"),
    Category("site", "Site of relapse after transplant", "relapse_site",
             {"isolated_bm": "Bone marrow alone", "combined": "Bone marrow and elsewhere"}),
    Bands("time", "Transplant to relapse", "days_to_failure", {"<=100": 0, ">100": 101}),
    Category("second_sct", "Second allogeneic transplant", "treatment", {"yes": "Yes", "no": "No"},
             {"yes": ("second_hsct",), "no": ("chemotherapy", "chemo_dli", "dli", "palliative")}),
    Category("toxicity", "Worst toxicity of the salvage", "worst_toxicity",
             {"1-2": "Grade 1–2", "3-4": "Grade 3–4"}),
    Category("survival", "Survival status", "death", {"no": "Alive", "yes": "Died"}),
)
COURSE = Category("before", "Remission before transplant with", "remission_protocol",
                  {"rez": "ALL-REZ BFM 2002", "salvage": "FLAG-IDA or CLOVE"},
                  {"rez": ("ALL_REZ_BFM_02",), "salvage": ("FLAG_IDA", "CLOVE")})
DRUG = Category("drug", "Drug of the salvage", "salvage_drug", {
    "fludarabine": "Fludarabine", "clofarabine": "Clofarabine", "bortezomib": "Bortezomib",
    "blinatumomab": "Blinatumomab", "car_t": "CAR-T cells"})

FLAG, CLOVE = Is("remission_protocol", "FLAG_IDA"), Is("remission_protocol", "CLOVE")
EITHER = (Is("remission_protocol", "FLAG_IDA", "CLOVE"),)
GROUP_1, ALIVE, DIED = Is("salvage_agent", "purine_analogue"), Is("death", "no"), Is("death", "yes")
REMISSION, FAILED = Is("remission_after_salvage", "yes"), Is("remission_after_salvage", "no")
BORTEZOMIB = Is("salvage_drug", "bortezomib")
BORTEZOMIB_ALIVE = (BORTEZOMIB, REMISSION, ALIVE)

STUDY = Study(
    id="kaya_2025_salvage", version="1",
    title="Purine analogues and targeted agents for ALL relapsed after allogeneic transplantation",
    citation="Kaya et al., Turk J Haematol 2025",
    doi="10.4274/tjh.galenos.2025.2025.0356",
    paper=printed_numbers("kaya"), convention="SPSS",

    # --- Who is in
    cohort=(
        Step("children", "First allogeneic transplant for relapsed ALL, 2005–2024", (
            FirstAllogeneicTransplant(),
            Is("diagnosis", "ALL"),
            Below("age_at_transplant", 18),
            Between("transplant_date", "2005-01-01", "2024-12-31"),
            Is("relapse_before", "very_early", "early"),
            Is("disease_status", "CR2", "CR3", "CR4+", "CR"))),
        Step("relapsed", "Relapse after transplant", (Is("failure_kind", "RELAPSE"),),
             excluded="No relapse after transplant, or not known"),
    ),
    end_point=EndPoint("Survival after relapse", "failure_date"),

    # --- What is shown; on those who relapsed unless `on` names others
    tables=(
        GroupComparison("t1", "Table 1", "Demographic, clinical and laboratory features", GROUP,
                        FEATURES, quantities="mean", paper_test="one-sided"),
        SurvivalAtHorizons("t2", "Table 2", "Survival after relapse", (1, 2, 5, 12), by=GROUP),
        Characteristics("t3", "Table 3", "Remission before transplant", (COURSE,), on="children"),
        Characteristics("t4", "Table 4", "Relapse after transplant and its salvage", (
            yes_no("cns", "Central nervous system at relapse", "relapse_cns"),
            yes_no("testis", "Testis at relapse", "relapse_testis"), DRUG,
            yes_no("crs", "Cytokine release syndrome", "cytokine_release"))),
    ),
    figures=(
        KaplanMeierFigure("f2", "Figure 2", "Survival after relapse by salvage", GROUP,
                          ticks_months=(0, 12, 24, 36, 48, 60, 72, 96, 120, 144)),
    ),
    texts={
        "Transplants": (
            TransplantsOf("text.transplants", "First and second transplants", on="children"),
            CountOf("text.flag.n", "FLAG-IDA", (FLAG,), on="children"),
            ShareOf("text.flag.pct", "FLAG-IDA, % of both", (FLAG,), EITHER, "children"),
            CountOf("text.clove.n", "CLOVE", (CLOVE,), on="children"),
            ShareOf("text.clove.pct", "CLOVE, % of both", (CLOVE,), EITHER, "children")),
        "Group 1": (
            CountOf("text.g1.failed", "No remission, died", (GROUP_1, FAILED, DIED)),
            CountOf("text.g1.refused", "Refused treatment, died",
                    (GROUP_1, Is("treatment_refused", "yes"), DIED)),
            CountOf("text.g1.died", "Died", (GROUP_1, DIED)),
            CountOf("text.g1.alive", "Remission, alive", (GROUP_1, REMISSION, ALIVE))),
        "Group 2": (
            CountOf("text.bort.alive", "Bortezomib, remission, alive", BORTEZOMIB_ALIVE),
            ShareOf("text.bort.pct", "Bortezomib, remission, %", (REMISSION,), (BORTEZOMIB,)),
            *median_and_range(TimeBetween(
                "text.bort", "Their remission so far", "salvage_remission_date",
                "last_contact_date", BORTEZOMIB_ALIVE, unit="years", places=1)),
            MedianOf("text.cart.age", "CAR-T cells, age at diagnosis, years", "age_at_diagnosis",
                     (Known("car_t_date"),), places=0),
            TimeBetween("text.cart.years", "CAR-T cells to death, years", "car_t_date",
                        "death_date", unit="years", places=1)),
    },

    # --- What the reader must know: where the paper is wrong, unclear, or not followed
    limits=(
        ("A patient belongs to Group 2 when any treatment of the relapse was a targeted agent, also "
         "one given months later. Who died early could not get it any more. This immortal time "
         "favours Group 2; so may the years in which the new drugs came into use."),
        ("Survival is counted from the day of relapse, and told with the patients at risk: beyond the "
         "last of them it tells nothing. Counting who is alive (Table 1) ignores how long each was "
         "followed."),
        ("The site of a relapse before transplant is no analysis column: nobody is left out for an "
         "isolated extramedullary one."),
    ),
)

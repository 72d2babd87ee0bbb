"""Which words above a column may mean an item whose label does not say them? Proposed, never taken."""

ALSO_CALLED = {
    "disease.diagnosis": ("leukaemia", "leukemia", "malignancy"),
    "disease.all_phenotype": ("immunophenotype", "lineage"),
    "transplant.type": ("kind of transplant",),
    "transplant.disease_status": (
        "remission", "remission status", "disease status", "status at transplant", "stage at transplant",
    ),
    "status_before.performance_score": ("karnofsky", "lansky", "kps", "performance status"),
    "follow_up.performance": ("kps", "performance score", "performance status"),
    "relapse.performance_score": ("kps", "performance status"),
    "follow_up.status": ("outcome", "dead or alive", "survival"),
    "follow_up.disease_status": ("remission", "disease status"),
    "acute_gvhd.grade_reported": ("agvhd", "acute gvhd", "gvhd grade", "agvhd grade", "maximum grade"),
    "acute_gvhd.date_onset": ("agvhd date", "gvhd date", "onset of agvhd"),
    "acute_gvhd.occurred": ("agvhd", "gvhd"),
    "chronic_gvhd.occurred": ("cgvhd", "gvhd"),
    "chronic_gvhd.date_onset": ("cgvhd date", "gvhd date", "onset of cgvhd"),
    "death.primary_cause": ("cause of death",),
}  # fmt: skip
"""Words by item, as centres write them of more than one kind of record."""

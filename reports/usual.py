"""Which groupings and conditions do most studies share? Each is said once, the same in all of them.

A study that tells a level otherwise, or names it otherwise, says its own.
"""

from reports.criteria import Is
from reports.groupings import Category, yes_no

DISEASE_STATUS = Category(
    "status",
    "Disease status at transplant",
    "disease_status",
    {"CR1": "CR1", "CR2": "CR2", "CR3": "CR3 or later", "advanced": "Detectable disease"},
    join={"CR3": ("CR3", "CR4+")},
)
DONOR_KIND = Category(
    "donor",
    "Donor",
    "donor_group",
    {
        "matched sibling": "Matched sibling",
        "mismatched unrelated": "Mismatched unrelated",
        "matched unrelated": "Matched unrelated",
        "unrelated unspecified": "Unrelated, not specified",
        "mismatched related": "Mismatched related",
        "syngeneic": "Syngeneic",
        "other": "Other",
    },
)
STEM_CELL_SOURCE = Category(
    "source",
    "Stem cell source",
    "stem_cell_source",
    {"BM": "Bone marrow", "PB": "Peripheral blood", "CB": "Cord blood"},
)
ACUTE_GVHD = Category(
    "agvhd",
    "Acute GvHD",
    "acute_gvhd_grade",
    {"0": "None", "I": "Grade I", "II-IV": "Grade II–IV"},
    join={"II-IV": ("II", "III", "IV", "II-IV")},
)
TBI = yes_no("tbi", "Total body irradiation", "tbi")

IN_REMISSION = (Is("disease_status", "CR1", "CR2", "CR3", "CR4+", "CR"),)

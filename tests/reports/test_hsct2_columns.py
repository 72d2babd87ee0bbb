"""Does every case of the cohort of adults come in, and do its columns say what the file says?"""

from __future__ import annotations

import numpy as np
import pytest

from demo.cohorts import hsct2
from tests.reports.door import Passed, pass_through, texts

ROWS = list(hsct2.rows())
KEYS = [row["patient_id"] for row in ROWS]

DONOR = {
    "matched_related": "other",
    "haploidentical": "mismatched related",
    "matched_unrelated": "matched unrelated",
}

# column: what the file says of a row, "" where it says nothing
OF_THE_SECOND = {
    "centre": lambda row: row["center"],
    "sex": lambda row: row["sex"],
    "diagnosis": lambda row: row["disease"],
    "transplant_date": lambda row: row["hsct2_date"],
    "disease_status": lambda row: {"CR": "CR", "not_CR": "advanced"}[
        row["remission_status_pre_hsct2"]
    ],
    "donor_group": lambda row: DONOR[row["donor_type"]],
    "chimerism_before": lambda row: {"full_donor": "full", "mixed": "mixed"}[row["chimerism"]],
    "intensity": lambda row: row["conditioning"],
    "myeloablative": lambda row: {"MAC": "yes", "RIC": "no"}[row["conditioning"]],
    "ptcy": lambda row: row["post_transplant_cyclophosphamide"],
    "ecog": lambda row: row["ecog"],
    "tbi": lambda _: "",
    "stem_cell_source": lambda _: "",
    "failure": lambda _: "no",
    "death": lambda row: {"1": "yes", "0": "no"}[row["death"]],
    "death_date": lambda row: row["last_contact_date"] if row["death"] == "1" else "",
    "death_cause": lambda _: "",
    "last_contact_date": lambda row: row["last_contact_date"],
}
MEASURED = {
    "bmi": "bmi_kg_m2",
    "cd34_dose": "cd34_infused_1e6_per_kg",
    "haemoglobin": "hemoglobin_g_dl",
    "lymphocytes": "lymphocyte_1e9_per_l",
    "ldh": "ldh_u_l",
    "ferritin": "ferritin_ng_ml",
}
OF_THE_FIRST = {
    "transplant_date": lambda row: row["hsct1_date"],
    "failure": lambda _: "yes",
    "days_to_failure": lambda row: row["hsct1_to_relapse_days"],
    "treatment": lambda _: "second_hsct",
    "second_transplant_date": lambda row: row["hsct2_date"],
    **dict.fromkeys(
        (
            "disease_status",
            "intensity",
            "myeloablative",
            "ptcy",
            "ecog",
            "bmi",
            "chimerism_before",
            "cd34_dose",
        ),
        lambda _: "",
    ),
}


@pytest.fixture
def passed(db: None) -> Passed:
    return pass_through(hsct2.cases_by_centre())


def test_the_cohort_gives_the_columns_that_its_file_gives(passed: Passed) -> None:
    assert passed.outcomes == {"new": 72}
    assert (passed.errors, passed.taken.left_out, passed.taken.withheld) == (0, 0, 0)
    assert passed.taken.columns.n == 144
    for number, wanted in ((1, OF_THE_FIRST), (2, OF_THE_SECOND)):
        columns = passed.of(passed.rows(number), KEYS)
        for name, say in wanted.items():
            assert texts(columns, name) == [say(row) for row in ROWS], name
    second = passed.of(passed.rows(2), KEYS)
    for name, theirs in MEASURED.items():
        assert second[name].tolist() == [float(row[theirs]) for row in ROWS], name
    years = np.floor(second["age_at_transplant"]).astype(int)
    assert years.tolist() == [int(row["age_years"]) for row in ROWS]
    days = (second["last_contact_date"] - second["transplant_date"]).astype(int)
    assert days.tolist() == [int(row["os_days_from_hsct2"]) for row in ROWS]
    assert (second["disease_status"] == "CR").sum() == 34
    assert (second["death"] == "yes").sum() == 44

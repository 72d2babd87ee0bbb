"""Does every case of the Turkish cohort come in, and do its columns say what the file says?"""

from __future__ import annotations

import numpy as np
import pytest

from demo.cohorts import hazar
from reports.columns import Columns
from tests.reports.door import Passed, pass_through, texts

ROWS = list(hazar.rows())
KEYS = [row["patient_id"] for row in ROWS]

STATUS = {"CR1": "CR1", "CR2": "CR2", "CR3+": "CR3", "active": "advanced"}
DONOR = {
    "matched_sibling": "matched sibling",
    "matched_related": "other",
    "haploidentical": "mismatched related",
    "unrelated": "unrelated unspecified",
}
SITE = {
    "": "",
    "isolated_bone_marrow": "isolated_bm",
    "isolated_extramedullary": "isolated_em",
    "combined": "combined",
}
CAUSE = {
    "": "",
    "disease_progression_or_subsequent_relapse": "relapse",
    "toxicity_or_infection": "non_relapse",
    "non-relapse mortality": "non_relapse",
}

# column: what the file says of a row, "" where it says nothing
OF_THE_FIRST = {
    "centre": lambda row: row["center"],
    "sex": lambda row: row["sex"],
    "diagnosis": lambda row: row["diagnosis"],
    "transplant_date": lambda row: row["hsct1_date"],
    "disease_status": lambda row: STATUS[row["status_at_hsct1"]],
    "donor_group": lambda row: DONOR[row["donor_type"]],
    "stem_cell_source": lambda row: row["stem_cell_source"],
    "acute_gvhd_grade": lambda row: row["acute_gvhd"].replace("no", "0"),
    "chronic_gvhd": lambda row: row["chronic_gvhd"],
    "failure": lambda row: row["relapsed"],
    "failure_kind": lambda row: "RELAPSE" if row["relapsed"] == "yes" else "",
    "failure_date": lambda row: row["relapse_date"],
    "days_to_failure": lambda row: row["hsct1_to_relapse_days"],
    "relapse_site": lambda row: SITE[row["relapse_site"]],
    "salvage": lambda row: row["salvage_treatment"],
    "chemosensitive": lambda row: row["chemosensitive_relapse"].replace("not_treated", ""),
    "second_transplant_date": lambda row: row["second_hsct_date"],
    "death": lambda row: {"1": "yes", "0": "no"}[row["death"]],
    "death_date": lambda row: row["last_contact_date"] if row["death"] == "1" else "",
    "death_cause": lambda row: CAUSE[row["cause_of_death"]],
    "last_contact_date": lambda row: row["last_contact_date"],
}


@pytest.fixture
def passed(db: None) -> Passed:
    return pass_through(hazar.cases_by_centre())


def test_the_cohort_gives_the_columns_that_its_file_gives(passed: Passed) -> None:
    assert passed.outcomes == {"new": 938}
    assert (passed.errors, passed.taken.left_out, passed.taken.withheld) == (0, 0, 0)
    assert passed.rows(1).n == 938
    assert passed.rows(2).n == sum(bool(row["second_hsct_date"]) for row in ROWS) == 56
    columns = passed.of(passed.rows(1), KEYS)
    for name, say in OF_THE_FIRST.items():
        assert texts(columns, name) == [say(row) for row in ROWS], name
    _numbers_of_the_paper(columns)


def _numbers_of_the_paper(columns: Columns) -> None:
    ages = [float(row["age_at_hsct1_years"]) for row in ROWS]
    np.testing.assert_allclose(columns["age_at_transplant"], ages, atol=0.01)
    relapsed = columns.where(columns["failure"] == "yes")
    assert (relapsed.n, np.median(relapsed["days_to_failure"])) == (255, 180)
    after = (relapsed["last_contact_date"] - relapsed["failure_date"]).astype(int)
    told = [row["os_days_from_relapse"] for row in ROWS if row["relapsed"] == "yes"]
    assert after.tolist() == [int(one) for one in told]
    assert np.median(after[relapsed["death"] == "no"]) == 1844
    counts = [texts(relapsed, "salvage").count(one) for one in ("curative_no_hsct2", "second_hsct")]
    assert counts == [173, 56]
    causes = texts(relapsed, "death_cause")
    assert (causes.count("relapse"), causes.count("non_relapse")) == (185, 39)

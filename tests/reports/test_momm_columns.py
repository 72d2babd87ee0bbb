"""Does every case of the PRSZT cohort come in, and do its columns say what the file says?"""

from __future__ import annotations

import numpy as np
import pytest

from demo.cohorts import momm
from tests.reports.door import Passed, pass_through, texts

ROWS = list(momm.rows())
KEYS = [row["patient_id"] for row in ROWS]

# column: what the file says of a row, "" where it says nothing
OF_THE_SECOND = {
    "centre": lambda row: row["center"],
    "sex": lambda row: row["sex"],
    "leukaemia_type": lambda row: row["immunophenotype"],
    "diagnosis": lambda _: "ALL",
    "transplant_date": lambda row: row["hsct2_date"],
    "indication": lambda row: row["indication_hsct2"].replace("unknown", ""),
    "days_in_remission_before": lambda row: row["remission_after_hsct1_days"],
    "atg": lambda row: row["atg_hsct2"],
    "chronic_gvhd": lambda row: row["chronic_gvhd_after_hsct2"],
    "chronic_gvhd_date": lambda _: "",
    "failure": lambda row: row["relapse_after_hsct2"],
    "failure_date": lambda row: row["relapse_date"],
    "days_to_failure": lambda row: row["hsct2_to_relapse_days"],
    "death": lambda row: {"1": "yes", "0": "no"}[row["death"]],
    "death_cause": lambda row: row["cause_of_death"].replace("-", "_").removesuffix(" mortality"),
    "death_date": lambda row: row["last_contact_date"] if row["death"] == "1" else "",
    "last_contact_date": lambda row: row["last_contact_date"],
}
OF_THE_FIRST = {
    "transplant_date": lambda row: row["hsct1_date"],
    "failure": lambda row: "yes" if row["remission_after_hsct1_days"] else "no",
    "days_to_failure": lambda row: row["remission_after_hsct1_days"],
    "treatment": lambda row: "second_hsct" if row["remission_after_hsct1_days"] else "",
    "indication": lambda _: "",
    "atg": lambda _: "",
    "days_in_remission_before": lambda _: "",
}


@pytest.fixture
def passed(db: None) -> Passed:
    return pass_through(momm.cases_by_centre())


def test_the_cohort_gives_the_columns_that_its_file_gives(passed: Passed) -> None:
    assert passed.outcomes == {"new": 75}
    assert (passed.errors, passed.taken.left_out, passed.taken.withheld) == (0, 0, 0)
    assert passed.taken.columns.n == 150
    for number, wanted in ((1, OF_THE_FIRST), (2, OF_THE_SECOND)):
        columns = passed.of(passed.rows(number), KEYS)
        for name, say in wanted.items():
            assert texts(columns, name) == [say(row) for row in ROWS], name


def test_the_numbers_of_the_paper_can_be_counted(passed: Passed) -> None:
    second = passed.of(passed.rows(2), KEYS)
    ages = [float(row["age_at_hsct2_years"]) for row in ROWS]
    np.testing.assert_allclose(second["age_at_transplant"], ages, atol=0.006)
    years = np.array(ages) >= 10
    assert (second["age_at_transplant"] >= 10).tolist() == years.tolist()
    indications = second["indication"].tolist()
    assert [indications.count(one) for one in ("relapse", "graft_failure", "")] == [55, 16, 4]
    assert second["atg"].tolist().count("") == 27
    end = np.where(
        second.known("failure_date"), second["failure_date"], second["last_contact_date"]
    )
    for stop, days in (
        (second["last_contact_date"], "os_days_from_hsct2"),
        (end, "rfs_days_from_hsct2"),
    ):
        told = (stop - second["transplant_date"]).astype(int)
        assert told.tolist() == [int(row[days]) for row in ROWS]
    events = (second["failure"] == "yes") | (second["death"] == "yes")
    assert events.tolist() == [row["rfs_event"] == "1" for row in ROWS]

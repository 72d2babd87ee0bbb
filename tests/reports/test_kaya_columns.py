"""Does every case of the one-centre salvage cohort come in, and do its columns say what the file says?"""

from __future__ import annotations

import statistics
from collections import Counter

import numpy as np
import pytest

from demo.cohorts import kaya
from registry.dictionary import derived
from registry.dictionary.case import Case
from registry.dictionary.reading import read_case
from registry.dictionary.values import PartialDate
from registry.models import DICTIONARY
from tests.reports.door import Passed, pass_through, texts

ROWS = list(kaya.rows())
KEYS = [row["patient_id"] for row in ROWS]
SITE = {"": ("", ""), "CNS": ("yes", "no"), "testis": ("no", "yes")}

# column: what the file says of a row, "" where it says nothing
OF_THE_FIRST = {
    "centre": lambda _: "K01",
    "sex": lambda row: row["sex"],
    "leukaemia_type": lambda row: row["immunophenotype"],
    "bfm_risk_group": lambda row: row["bfm_risk_group"],
    "relapse_before": lambda row: row["pretransplant_relapse_type"].replace(" ", "_"),
    "remission_protocol": lambda row: kaya.PROTOCOL[row["pretransplant_cr_regimen"]],
    "transplant_date": lambda row: row["first_sct_date"],
    "disease_status": lambda _: "CR2",
    "related_donor": lambda row: {"related": "yes", "unrelated": "no"}[row["donor_type"]],
    "tbi": lambda row: {"TBI": "yes", "non-TBI": "no"}[row["conditioning"]],
    "stem_cell_source": lambda row: row["stem_cell_source"],
    "acute_gvhd": lambda row: row["acute_gvhd"],
    "failure": lambda row: row["posttransplant_relapse"],
    "failure_date": lambda row: row["posttransplant_relapse_date"],
    "days_to_failure": lambda row: row["transplant_to_relapse_days"],
    "relapse_site": lambda row: (
        row["posttransplant_relapse_site"]
        .lower()
        .replace("combined bm", "combined")
        .replace(" ", "_")
    ),
    "relapse_cns": lambda row: _site(row, 0),
    "relapse_testis": lambda row: _site(row, 1),
    "salvage_agent": lambda row: row["group"],
    "salvage_drug": lambda row: row["salvage_agent"].replace("-", "_"),
    "remission_after_salvage": lambda row: row["cr_after_salvage"].replace("unknown", ""),
    "treatment_refused": lambda row: "yes" if "refused" in row["story"] else "",
    "second_transplant_date": lambda row: row["second_sct_date"],
    "car_t_date": lambda row: row["cart_date"],
    "worst_toxicity": lambda row: row["worst_toxicity_grade"],
    "cytokine_release": lambda row: row["cytokine_release_syndrome"],
    "death": lambda row: {"1": "yes", "0": "no"}[row["death"]],
    "death_cause": lambda row: "relapse" if row["death"] == "1" else "",
    "death_date": lambda row: row["death_date"],
    "last_contact_date": lambda row: row["last_contact_date"],
}


def _site(row: dict[str, str], place: int) -> str:
    relapsed = row["posttransplant_relapse"] == "yes"
    return (SITE[row["extramedullary_site"]][place] or "no") if relapsed else ""


@pytest.fixture
def passed(db: None) -> Passed:
    return pass_through(kaya.cases_by_centre())


def test_the_cohort_gives_the_columns_that_its_file_gives(passed: Passed) -> None:
    assert passed.outcomes == {"new": 40}
    assert (passed.errors, passed.taken.left_out, passed.taken.withheld) == (0, 0, 0)
    columns = passed.of(passed.rows(1), KEYS)
    for name, say in OF_THE_FIRST.items():
        assert texts(columns, name) == [say(row) for row in ROWS], name
    ages = [float(row["age_years"]) for row in ROWS]
    np.testing.assert_allclose(columns["age_at_diagnosis"], ages, atol=0.053)
    second = passed.rows(2)
    keys = [row["patient_id"] for row in ROWS if row["second_sct_date"]]
    told = passed.of(second, keys)
    assert texts(told, "indication") == ["relapse"] * 5
    days = [row["transplant_to_relapse_days"] for row in ROWS if row["second_sct_date"]]
    assert texts(told, "days_in_remission_before") == days


def test_the_numbers_of_the_paper_can_be_counted(passed: Passed) -> None:
    assert passed.taken.columns.n == 45, "40 children, 45 transplants"
    every = passed.of(passed.rows(1), KEYS)
    assert Counter(texts(every, "remission_protocol")) == {
        "ALL_REZ_BFM_02": 29,
        "FLAG_IDA": 8,
        "CLOVE": 3,
    }
    relapsed = every.where(every["failure"] == "yes")
    assert Counter(texts(relapsed, "salvage_drug")) == {
        "fludarabine": 7,
        "clofarabine": 2,
        "bortezomib": 5,
        "blinatumomab": 2,
        "car_t": 1,
    }
    first = relapsed.where(relapsed["salvage_agent"] == "purine_analogue")
    ends = zip(
        texts(first, "remission_after_salvage"),
        texts(first, "treatment_refused"),
        texts(first, "death"),
        strict=True,
    )
    assert Counter(ends) == {("no", "", "yes"): 4, ("", "yes", "yes"): 3, ("yes", "", "no"): 2}
    assert texts(relapsed, "relapse_cns").count("yes") == 3
    assert texts(relapsed, "relapse_testis").count("yes") == 2
    assert texts(relapsed, "cytokine_release").count("yes") == 1


def test_remissions_last_as_long_as_the_paper_prints(passed: Passed) -> None:
    """1.0 to 3.5 years, median 2: the month of the remission is all that a tenth of a year tells."""
    every = passed.of(passed.rows(1), KEYS)
    held = every.where(every.known("salvage_remission_date"))
    assert set(texts(held, "salvage_drug")) == {"bortezomib"}
    days = (held["last_contact_date"] - held["salvage_remission_date"]).astype(int)
    years = sorted((days / 365.25).tolist())
    assert years == pytest.approx([1.0, 1.7, 2.3, 3.5], abs=0.05)
    assert statistics.median(years) == pytest.approx(2, abs=0.05)
    cells = every.where(every.known("car_t_date"))
    after = (cells["death_date"] - cells["car_t_date"]).astype(int) / 365.25
    assert after.tolist() == pytest.approx([11], abs=0.1)
    assert cells["age_at_diagnosis"].tolist() == pytest.approx([13], abs=0.05)


def test_the_dates_give_the_timing_that_the_file_names() -> None:
    """Very early by the dates alone; early ones are not, and the end of front-line is not told."""
    for row in ROWS:
        given = [
            PartialDate.parse(row[one]) for one in ("diagnosis_date", "pretransplant_relapse_date")
        ]
        by_dates = derived.bfm_timing(given[0], given[1], None)
        wanted = {"very early": "VERY_EARLY", "early": None}[row["pretransplant_relapse_type"]]
        assert by_dates == wanted, row["patient_id"]


def test_each_toxicity_is_a_record_and_none_has_an_invented_grade() -> None:
    for row in ROWS:
        reading = read_case(DICTIONARY, kaya.case_of(row))
        assert not reading.problems
        case = Case(reading.record, DICTIONARY, kaya.date(2026, 1, 1))
        items = [item for item in row["toxicity_items"].split("; ") if item]
        toxicities = case.of("toxicity")
        crs = row["cytokine_release_syndrome"] == "yes"
        assert len(toxicities) == len(items) + crs
        assert all(one.value("grade") is None for one in toxicities)

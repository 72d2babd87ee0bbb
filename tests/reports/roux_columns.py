"""How does the synthetic Roux cohort become columns? For tests only: reports read the registry."""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from reports.catalogue import catalogue
from reports.columns import Columns

COHORT = Path(__file__).parents[2] / "demo" / "cohorts" / "roux.csv"

DIAGNOSIS = {
    "AML": ("AML", "", "AML"),
    "B-ALL": ("ALL", "B", "B-ALL"),
    "T-ALL": ("ALL", "T", "T-ALL"),
    "ALL, phenotype unknown": ("ALL", "", ""),
    "biphenotypic": ("AL_MPAL", "", "biphenotypic"),
}
STATUS = {"active disease": "advanced"}
SAME_NAME = {
    "patient": "patient_id",
    "centre": "center",
    "sex": "sex",
    "transplant_date": "sct1_date",
    "donor_group": "donor_type",
    "stem_cell_source": "stem_cell_source",
    "myeloablative": "myeloablative",
    "tbi": "tbi",
    "acute_gvhd_grade": "acute_gvhd_grade",
    "chronic_gvhd": "chronic_gvhd",
    "failure": "failure",
    "failure_date": "failure_date",
    "post_transplant_cr": "post_transplant_cr",
    "treatment": "post_failure_treatment",
    "second_transplant_date": "second_sct_date",
    "first_dli_date": "dli_date",
    "death_date": "death_date",
    "last_contact_date": "last_contact_date",
}


@cache
def roux_rows() -> tuple[dict[str, Any], ...]:
    """The cohort, one dictionary of catalogue columns per row."""
    with COHORT.open(encoding="utf-8", newline="") as file:
        return tuple(_row(line) for line in csv.DictReader(file))


def _row(line: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {name: line[theirs] for name, theirs in SAME_NAME.items()}
    row["diagnosis"], row["all_phenotype"], row["leukaemia_type"] = DIAGNOSIS[line["leukemia_type"]]
    status = line["disease_status_at_sct1"]
    row |= {
        "transplant_type": "allo",
        "allo_number": 1,
        "age_at_transplant": float(line["age_at_sct1_years"]),
        "days_diagnosis_to_transplant": _days(line["diagnosis_to_sct1_days"]),
        "days_to_failure": _days(line["sct1_to_failure_days"]),
        "disease_status": STATUS.get(status, status),
        "failure_kind": line["failure_type"].upper(),
        "death": "yes" if line["death"] == "1" else "no",
    }
    return {name: row[name] or None if "date" in name else row[name] for name in row}


def _days(text: str) -> float | None:
    return float(text) if text else None


def columns_of(rows: Iterable[dict[str, Any]]) -> Columns:
    """Columns from rows; a row may leave out what is missing."""
    listed = list(rows)
    return Columns({name: [row.get(name) for row in listed] for name in catalogue})


@cache
def roux_columns() -> Columns:
    """The whole cohort of 1307 first transplants."""
    return columns_of(roux_rows())

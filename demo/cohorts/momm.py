"""How does a row of momm.csv become a case of the API? The PRSZT cohort of second transplants.

What the file leaves open is sent as a missing reason, never invented: diagnosis dates, onset
dates of chronic GvHD, the dose of ATG, sites of relapse, when a remission was reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from demo.cohorts import reading
from demo.cohorts.reading import UNKNOWN, Case, Line

FILE = Path(__file__).with_suffix(".csv")

INDICATION = {"relapse": "RELAPSE", "graft_failure": "GRAFT_FAILURE", "unknown": UNKNOWN}
ATG: dict[str, Case] = {
    "yes": {"serotherapy": "ATG_NOS", "serotherapy_dose": UNKNOWN},
    "no": {"serotherapy": "NONE"},
    "": {"serotherapy": UNKNOWN},
}
CAUSE = {"relapse": "RELAPSE", "non-relapse mortality": "NON_RELAPSE_NOS"}


def cases_by_centre() -> dict[str, list[Case]]:
    """Every case of the file, under the code of the centre that would send it."""
    return reading.by_centre(rows(), case_of)


def rows() -> Iterator[Line]:
    """The rows of the file as text."""
    return reading.rows(FILE)


def case_of(row: Line) -> Case:
    """One patient with both transplants, as a centre's own system would send it."""
    disease: Case = {
        "diagnosis": "ALL",
        "all_phenotype": row["immunophenotype"].removesuffix("-ALL"),
        "date_diagnosis": UNKNOWN,
        "relapse_history": "UNKNOWN",
    }
    case = reading.patient(row, disease=disease, transplants=[_first(row), _second(row)])
    case["relapses"] = list(_relapses(row))
    if reading.died(row):
        case["death"] = reading.death(row["last_contact_date"], CAUSE[row["cause_of_death"]])
    return case


def _first(row: Line) -> Case:
    remission = reading.remission_before_relapse(row["remission_after_hsct1_days"] != "")
    return reading.transplant(1, row["hsct1_date"], **remission)


def _second(row: Line) -> Case:
    return reading.transplant(
        2,
        row["hsct2_date"],
        indication=INDICATION[row["indication_hsct2"]],
        **reading.remission_before_relapse(row["relapse_after_hsct2"] == "yes"),
        conditioning=ATG[row["atg_hsct2"]],
        chronic_gvhds=[reading.chronic_gvhd(row, row["chronic_gvhd_after_hsct2"])],
    )


def _relapses(row: Line) -> Iterator[Case]:
    number = 0
    if row["remission_after_hsct1_days"]:
        number += 1
        when = reading.days_after(row["hsct1_date"], row["remission_after_hsct1_days"])
        yield reading.relapse(number, 1, when, treatment_lines=[reading.SECOND_TRANSPLANT])
    if row["relapse_date"]:
        yield reading.relapse(number + 1, 2, row["relapse_date"])

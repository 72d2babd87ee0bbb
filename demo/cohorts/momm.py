"""How does a row of momm.csv become a case of the API? The PRSZT cohort of second transplants.

What the file leaves open is sent as a missing reason, never invented: diagnosis dates, onset
dates of chronic GvHD, the dose of ATG, sites of relapse, when a remission was reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
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
    case: Case = {
        "key": row["patient_id"],
        "sex": row["sex"],
        "identity": {"birth_date": row["birth_date"]},
        "diseases": [
            {
                "key": "D1",
                "diagnosis": "ALL",
                "all_phenotype": row["immunophenotype"].removesuffix("-ALL"),
                "date_diagnosis": UNKNOWN,
                "relapse_history": "UNKNOWN",
            }
        ],
        "transplants": [_first(row), _second(row)],
        "relapses": list(_relapses(row)),
        "follow_ups": [
            {
                "key": "LAST",
                "date_of_contact": row["last_contact_date"],
                "status": "DEAD" if row["death"] == "1" else "ALIVE",
            }
        ],
    }
    if row["death"] == "1":
        case["death"] = {
            "date": row["last_contact_date"],
            "primary_cause": CAUSE[row["cause_of_death"]],
        }
    return case


def _first(row: Line) -> Case:
    return {
        "key": "T1",
        "number": 1,
        "date": row["hsct1_date"],
        "type": "ALLO",
        "disease_status": UNKNOWN,
        **_remission(row["remission_after_hsct1_days"] != ""),
    }


def _second(row: Line) -> Case:
    chronic: Case = {"key": "C1"}
    if row["chronic_gvhd_after_hsct2"] == "yes":
        chronic |= {"occurred": "YES", "date_onset": UNKNOWN}
    else:
        chronic |= {"occurred": "NO", "as_of": row["last_contact_date"]}
    return {
        "key": "T2",
        "number": 2,
        "date": row["hsct2_date"],
        "type": "ALLO",
        "indication": INDICATION[row["indication_hsct2"]],
        "disease_status": UNKNOWN,
        **_remission(row["relapse_after_hsct2"] == "yes"),
        "conditioning": ATG[row["atg_hsct2"]],
        "chronic_gvhds": [chronic],
    }


def _remission(relapsed: bool) -> Case:
    """Who relapsed had been in remission; of the others the file says nothing."""
    if relapsed:
        return {"post_hsct_cr": "YES", "post_hsct_cr_date": UNKNOWN}
    return {"post_hsct_cr": UNKNOWN}


def _relapses(row: Line) -> Iterator[Case]:
    number = 0
    if row["remission_after_hsct1_days"]:
        number += 1
        remission = timedelta(days=int(row["remission_after_hsct1_days"]))
        line: Case = {
            "key": "L1",
            "number": 1,
            "date_start": UNKNOWN,
            "components": ["HSCT2"],
            "intent": UNKNOWN,
        }
        when = date.fromisoformat(row["hsct1_date"]) + remission
        yield {**_relapse(number, 1, when.isoformat()), "treatment_lines": [line]}
    if row["relapse_date"]:
        yield _relapse(number + 1, 2, row["relapse_date"])


def _relapse(number: int, after: int, when: str) -> Case:
    return {
        "key": f"R{number}",
        "number": number,
        "after_transplant": after,
        "kind": "RELAPSE",
        "date": when,
        "sites": UNKNOWN,
    }

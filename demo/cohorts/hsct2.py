"""How does a row of hsct2.csv become a case of the API? Adults before and after a second transplant.

What the file leaves open is sent as a missing reason, never invented: all of the first
transplant but its date, dates of diagnosis, sites of relapse, single treatments, causes of death.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from demo.cohorts import reading
from demo.cohorts.reading import UNKNOWN, Case, Line

FILE = Path(__file__).with_suffix(".csv")

STATUS = {"CR": "CR_NOS", "not_CR": "ADVANCED"}
CHIMERISM = {"full_donor": "FULL", "mixed": "MIXED"}
# Whether a matched relative is a sibling is not in the file.
DONOR: dict[str, Case] = {
    "matched_related": {"donor_type": "REL_NOS", "match_level": "MATCHED"},
    "haploidentical": {"donor_type": "HAPLO"},
    "matched_unrelated": {"donor_type": "URD_MATCHED"},
}


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
                "diagnosis": row["disease"],
                **({"all_phenotype": UNKNOWN} if row["disease"] == "ALL" else {}),
                "date_diagnosis": UNKNOWN,
                "relapse_history": "UNKNOWN",
            }
        ],
        "transplants": [_first(row), _second(row)],
        "relapses": [_relapse(row)],
        "follow_ups": [
            {
                "key": "LAST",
                "date_of_contact": row["last_contact_date"],
                "status": "DEAD" if row["death"] == "1" else "ALIVE",
            }
        ],
    }
    if row["death"] == "1":
        case["death"] = {"date": row["last_contact_date"], "primary_cause": UNKNOWN}
    return case


def _first(row: Line) -> Case:
    sample: Case = {
        "key": "H1",
        **dict.fromkeys(("date", "tissue", "cell_fraction", "percent_donor"), UNKNOWN),
        "group_reported": CHIMERISM[row["chimerism"]],
    }
    return {
        "key": "T1",
        "number": 1,
        "date": row["hsct1_date"],
        "type": "ALLO",
        "disease_status": UNKNOWN,
        "post_hsct_cr": UNKNOWN,
        "chimerisms": [sample],
    }


def _second(row: Line) -> Case:
    return {
        "key": "T2",
        "number": 2,
        "date": row["hsct2_date"],
        "type": "ALLO",
        "indication": "RELAPSE",
        "disease_status": STATUS[row["remission_status_pre_hsct2"]],
        "post_hsct_cr": UNKNOWN,
        "grafts": [
            {
                "key": "G1",
                **DONOR[row["donor_type"]],
                "source": UNKNOWN,
                "cd34_dose": float(row["cd34_infused_1e6_per_kg"]),
            }
        ],
        "conditioning": {"intensity": row["conditioning"], "tbi": UNKNOWN},
        "prophylaxis": {
            "drugs": UNKNOWN,
            "ptcy_reported": row["post_transplant_cyclophosphamide"].upper(),
        },
        "status_before": _status_before(row),
    }


def _status_before(row: Line) -> Case:
    return {
        "date": UNKNOWN,
        "ecog": int(row["ecog"]),
        "weight_kg": UNKNOWN,
        "height_cm": UNKNOWN,
        "bmi_reported": float(row["bmi_kg_m2"]),
        "haemoglobin": float(row["hemoglobin_g_dl"]),
        "lymphocytes": float(row["lymphocyte_1e9_per_l"]),
        "ldh": float(row["ldh_u_l"]),
        "ferritin": float(row["ferritin_ng_ml"]),
    }


def _relapse(row: Line) -> Case:
    after = timedelta(days=int(row["hsct1_to_relapse_days"]))
    line: Case = {
        "key": "L1",
        "number": 1,
        "components": ["HSCT2"],
        "intent": UNKNOWN,
        "date_start": UNKNOWN,
    }
    return {
        "key": "R1",
        "number": 1,
        "after_transplant": 1,
        "kind": "RELAPSE",
        "date": (date.fromisoformat(row["hsct1_date"]) + after).isoformat(),
        "sites": UNKNOWN,
        "treatment_lines": [line],
    }

"""How does a row of hsct2.csv become a case of the API? Adults before and after a second transplant.

What the file leaves open is sent as a missing reason, never invented: all of the first
transplant but its date, dates of diagnosis, sites of relapse, single treatments, causes of death.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    disease: Case = {
        "diagnosis": row["disease"],
        **({"all_phenotype": UNKNOWN} if row["disease"] == "ALL" else {}),
        "date_diagnosis": UNKNOWN,
        "relapse_history": "UNKNOWN",
    }
    case = reading.patient(row, disease=disease, transplants=[_first(row), _second(row)])
    case["relapses"] = [_relapse(row)]
    if reading.died(row):
        case["death"] = reading.death(row["last_contact_date"])
    return case


def _first(row: Line) -> Case:
    sample: Case = {
        "key": "H1",
        **dict.fromkeys(("date", "tissue", "cell_fraction", "percent_donor"), UNKNOWN),
        "group_reported": CHIMERISM[row["chimerism"]],
    }
    return reading.transplant(1, row["hsct1_date"], chimerisms=[sample])


def _second(row: Line) -> Case:
    graft: Case = {
        "key": "G1",
        **DONOR[row["donor_type"]],
        "source": UNKNOWN,
        "cd34_dose": float(row["cd34_infused_1e6_per_kg"]),
    }
    cyclophosphamide = row["post_transplant_cyclophosphamide"].upper()
    return reading.transplant(
        2,
        row["hsct2_date"],
        indication="RELAPSE",
        disease_status=STATUS[row["remission_status_pre_hsct2"]],
        grafts=[graft],
        conditioning={"intensity": row["conditioning"], "tbi": UNKNOWN},
        prophylaxis={"drugs": UNKNOWN, "ptcy_reported": cyclophosphamide},
        status_before=_status_before(row),
    )


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
    when = reading.days_after(row["hsct1_date"], row["hsct1_to_relapse_days"])
    return reading.relapse(1, 1, when, treatment_lines=[reading.SECOND_TRANSPLANT])

"""How does a row of hazar.csv become a case of the API? The mapping of the Turkish cohort.

What the file leaves open is sent as a missing reason, never invented: dates of diagnosis and of
relapses before the transplant, phenotypes, sites outside the marrow, single causes of death.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from demo.cohorts import reading
from demo.cohorts.reading import UNKNOWN, Case, Line

FILE = Path(__file__).with_suffix(".csv")

STATUS = {"CR1": "CR1", "CR2": "CR2", "CR3+": "CR3", "active": "ADVANCED"}
RELAPSES_BEFORE = {"CR1": 0, "CR2": 1, "CR3+": 2, "active": 0}
DONOR: dict[str, Case] = {
    "matched_sibling": {"donor_type": "SIB_MATCHED", "relation": "SIBLING"},
    "matched_related": {"donor_type": "REL_MATCHED_OTHER"},
    "haploidentical": {"donor_type": "HAPLO"},
    "unrelated": {"donor_type": "URD_NOS"},
}
CORD_DONOR: dict[str, Case] = {
    "matched_sibling": {
        "donor_type": "CORD_REL",
        "relation": "SIBLING",
        "match_level": "MATCHED",
    },
    "matched_related": {"donor_type": "CORD_REL", "relation": "OTHER", "match_level": "MATCHED"},
    "haploidentical": {"donor_type": "CORD_REL", "match_level": "MISMATCHED"},
    "unrelated": {"donor_type": "CORD_UNREL", "match_level": "UNSPECIFIED"},
}
SITES: dict[str, Case] = {
    "isolated_bone_marrow": {"sites": ["BM"]},
    "isolated_extramedullary": {"sites": UNKNOWN, "site_group_reported": "ISOLATED_EM"},
    "combined": {"sites": UNKNOWN, "site_group_reported": "COMBINED"},
}
# Reinduction was judged in all who were treated with curative intent: so there was chemotherapy.
SALVAGE: dict[str, Case] = {
    "curative_no_hsct2": {"components": ["CHEMO"], "intent": "CURATIVE"},
    "second_hsct": {"components": ["CHEMO", "HSCT2"], "intent": "CURATIVE"},
    "palliative": {"components": ["SUPPORTIVE"], "intent": "PALLIATIVE"},
}
RESPONSE: dict[str, Case] = {
    "yes": {"response": "CR", "date_response": UNKNOWN},
    "no": {"response": "NR", "date_response": UNKNOWN},
    "not_treated": {},
}
CAUSE = {
    "disease_progression_or_subsequent_relapse": "RELAPSE",
    "toxicity_or_infection": "NON_RELAPSE_NOS",
    "non-relapse mortality": "NON_RELAPSE_NOS",
}


def cases_by_centre() -> dict[str, list[Case]]:
    """Every case of the file, under the code of the centre that would send it."""
    return reading.by_centre(rows(), case_of)


def rows() -> Iterator[Line]:
    """The rows of the file as text."""
    return reading.rows(FILE)


def case_of(row: Line) -> Case:
    """One patient with all records, as a centre's own system would send it."""
    case: Case = {
        "key": row["patient_id"],
        "sex": row["sex"],
        "identity": {"birth_date": row["birth_date"]},
        "diseases": [_disease(row)],
        "transplants": [_transplant(row), *_second_transplant(row)],
        "follow_ups": [
            {
                "key": "LAST",
                "date_of_contact": row["last_contact_date"],
                "status": "DEAD" if row["death"] == "1" else "ALIVE",
            }
        ],
    }
    if row["relapsed"] == "yes":
        case["relapses"] = [_relapse(row)]
    if row["death"] == "1":
        cause = CAUSE[row["cause_of_death"]]
        case["death"] = {"date": row["last_contact_date"], "primary_cause": cause}
    return case


def _disease(row: Line) -> Case:
    status = row["status_at_hsct1"]
    return {
        "key": "D1",
        "diagnosis": row["diagnosis"],
        **({"all_phenotype": UNKNOWN} if row["diagnosis"] == "ALL" else {}),
        "date_diagnosis": UNKNOWN,
        # "CR3+" may stand for more relapses than two, active disease for any number.
        "relapse_history": "COMPLETE" if status in ("CR1", "CR2") else "UNKNOWN",
        "pretransplant_relapses": [
            {"key": f"P{number}", "number": number, "date": UNKNOWN}
            for number in range(1, RELAPSES_BEFORE[status] + 1)
        ],
    }


def _transplant(row: Line) -> Case:
    cord = row["stem_cell_source"] == "CB"
    return {
        "key": "T1",
        "number": 1,
        "date": row["hsct1_date"],
        "type": "ALLO",
        "disease_status": STATUS[row["status_at_hsct1"]],
        **_remission(row),
        "grafts": [
            {
                "key": "G1",
                **(CORD_DONOR if cord else DONOR)[row["donor_type"]],
                "source": row["stem_cell_source"],
            }
        ],
        "acute_gvhds": [_acute_gvhd(row)],
        "chronic_gvhds": [_chronic_gvhd(row)],
    }


def _remission(row: Line) -> Case:
    if row["status_at_hsct1"] != "active":
        return {"post_hsct_cr": "IN_CR"}
    if row["relapsed"] == "yes":
        return {"post_hsct_cr": "YES", "post_hsct_cr_date": UNKNOWN}
    return {"post_hsct_cr": UNKNOWN}


def _acute_gvhd(row: Line) -> Case:
    if row["acute_gvhd"] == "no":
        return {"key": "A1", "occurred": "NO", "as_of": row["last_contact_date"]}
    return {
        "key": "A1",
        "occurred": "YES",
        "grade_reported": row["acute_gvhd"],
        **dict.fromkeys(("date_onset", "skin", "liver", "upper_gi", "lower_gi"), UNKNOWN),
    }


def _chronic_gvhd(row: Line) -> Case:
    if row["chronic_gvhd"] == "yes":
        return {"key": "C1", "occurred": "YES", "date_onset": UNKNOWN}
    return {"key": "C1", "occurred": "NO", "as_of": row["last_contact_date"]}


def _second_transplant(row: Line) -> Iterator[Case]:
    if row["second_hsct_date"]:
        yield {
            "key": "T2",
            "number": 2,
            "date": row["second_hsct_date"],
            "type": "ALLO",
            "indication": "RELAPSE",
            "disease_status": UNKNOWN,
            "post_hsct_cr": UNKNOWN,
        }


def _relapse(row: Line) -> Case:
    line = {
        "key": "L1",
        "number": 1,
        **SALVAGE[row["salvage_treatment"]],
        **RESPONSE[row["chemosensitive_relapse"]],
        "date_start": UNKNOWN,
    }
    return {
        "key": "R1",
        "number": 1,
        "after_transplant": 1,
        "kind": "RELAPSE",
        "date": row["relapse_date"],
        **SITES[row["relapse_site"]],
        "treatment_lines": [line],
    }

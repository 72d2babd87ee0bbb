"""How does a row of roux.csv become a case of the API? The mapping of the SFGM-TC cohort.

What the file leaves open is sent as a missing reason, never invented: onset dates of GvHD,
irradiation doses, dates of relapses before the transplant, causes of death.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from demo.cohorts import reading
from demo.cohorts.reading import UNKNOWN, Case

FILE = Path(__file__).with_suffix(".csv")

DISEASE = {
    "AML": {"diagnosis": "AML"},
    "B-ALL": {"diagnosis": "ALL", "all_phenotype": "B"},
    "T-ALL": {"diagnosis": "ALL", "all_phenotype": "T"},
    "ALL, phenotype unknown": {"diagnosis": "ALL", "all_phenotype": UNKNOWN},
    "biphenotypic": {"diagnosis": "AL_MPAL"},
}
STATUS = {"CR1": "CR1", "CR2": "CR2", "CR3": "CR3", "active disease": "ADVANCED"}
RELAPSES_BEFORE = {"CR1": 0, "CR2": 1, "CR3": 2, "active disease": 0}
DONOR = {
    "matched sibling": {"donor_type": "SIB_MATCHED", "relation": "SIBLING"},
    "matched unrelated": {"donor_type": "URD_MATCHED"},
    "mismatched unrelated": {"donor_type": "URD_MISMATCHED"},
    "unrelated unspecified": {"donor_type": "URD_NOS"},
    "mismatched related": {"donor_type": "REL_MISMATCH_1"},
    "syngeneic": {"donor_type": "SYNGENEIC"},
    "": {"donor_type": UNKNOWN},
}
CORD_DONOR = {
    "matched sibling": {
        "donor_type": "CORD_REL",
        "relation": "SIBLING",
        "match_level": "MATCHED",
    },
    "mismatched related": {"donor_type": "CORD_REL", "match_level": "MISMATCHED"},
    "matched unrelated": {"donor_type": "CORD_UNREL", "match_level": "MATCHED"},
    "mismatched unrelated": {"donor_type": "CORD_UNREL", "match_level": "MISMATCHED"},
    "unrelated unspecified": {"donor_type": "CORD_UNREL", "match_level": "UNSPECIFIED"},
}
STRATEGY = {
    "second_hsct": {"components": ["CHEMO", "HSCT2"], "intent": "CURATIVE"},
    "chemo_dli": {"components": ["CHEMO", "DLI"], "intent": "CURATIVE"},
    "chemotherapy": {"components": ["CHEMO"], "intent": UNKNOWN},
    "dli": {"components": ["DLI"], "intent": "CURATIVE"},
    "palliative": {"components": ["SUPPORTIVE"], "intent": "PALLIATIVE"},
}


def cases_by_centre() -> dict[str, list[Case]]:
    """Every case of the file, under the code of the centre that would send it."""
    return reading.by_centre(rows(), case_of)


def rows() -> Iterator[dict[str, str]]:
    """The rows of the file as text."""
    return reading.rows(FILE)


def case_of(row: dict[str, str]) -> Case:
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
    if row["failure"] == "yes":
        case["relapses"] = [_relapse(row)]
    if row["death"] == "1":
        case["death"] = {"date": row["last_contact_date"], "primary_cause": UNKNOWN}
    return case


def _disease(row: dict[str, str]) -> Case:
    before = range(1, RELAPSES_BEFORE[row["disease_status_at_sct1"]] + 1)
    return {
        "key": "D1",
        **DISEASE[row["leukemia_type"]],
        "date_diagnosis": row["diagnosis_date"],
        "relapse_history": "UNKNOWN"
        if row["disease_status_at_sct1"] == "active disease"
        else "COMPLETE",
        "pretransplant_relapses": [
            {"key": f"P{number}", "number": number, "date": UNKNOWN} for number in before
        ],
    }


def _transplant(row: dict[str, str]) -> Case:
    grade = row["acute_gvhd_grade"]
    acute: Case = {
        "key": "A1",
        "occurred": "NO" if grade == "0" else "YES",
        "grade_reported": grade,
    }
    if grade == "0":
        acute["as_of"] = row["last_contact_date"]
    else:
        acute |= {"date_onset": UNKNOWN, "date_grade_2": UNKNOWN}
        acute |= dict.fromkeys(("skin", "liver", "upper_gi", "lower_gi"), UNKNOWN)
    if grade in ("III", "IV"):
        acute["date_grade_3"] = UNKNOWN
    chronic: Case = {"key": "C1"}
    if row["chronic_gvhd"] == "yes":
        chronic |= {"occurred": "YES", "date_onset": UNKNOWN}
    else:
        chronic |= {"occurred": "NO", "as_of": row["last_contact_date"]}
    return {
        "key": "T1",
        "number": 1,
        "date": row["sct1_date"],
        "type": "ALLO",
        "disease_status": STATUS[row["disease_status_at_sct1"]],
        **_remission(row),
        "grafts": [_graft(row)],
        "conditioning": _conditioning(row),
        "acute_gvhds": [acute],
        "chronic_gvhds": [chronic],
    }


def _remission(row: dict[str, str]) -> Case:
    if row["failure_type"] == "progression":
        return {"post_hsct_cr": "NEVER"}
    if row["disease_status_at_sct1"] != "active disease":
        return {"post_hsct_cr": "IN_CR"}
    if row["failure_type"] == "relapse":
        return {"post_hsct_cr": "YES", "post_hsct_cr_date": UNKNOWN}
    return {"post_hsct_cr": UNKNOWN}


def _graft(row: dict[str, str]) -> Case:
    donors = CORD_DONOR if row["stem_cell_source"] == "CB" else DONOR
    return {
        "key": "G1",
        **donors[row["donor_type"]],
        "source": row["stem_cell_source"] or UNKNOWN,
    }


def _conditioning(row: dict[str, str]) -> Case:
    return {
        "intensity": "MAC" if row["myeloablative"] == "yes" else "RIC",
        **({"tbi": "YES", "tbi_dose_gy": UNKNOWN} if row["tbi"] == "yes" else {"tbi": "NO"}),
    }


def _second_transplant(row: dict[str, str]) -> Iterator[Case]:
    if row["second_sct_date"]:
        yield {
            "key": "T2",
            "number": 2,
            "date": row["second_sct_date"],
            "type": "ALLO",
            "indication": "RELAPSE",
            "disease_status": UNKNOWN,
            "post_hsct_cr": UNKNOWN,
        }


def _relapse(row: dict[str, str]) -> Case:
    relapse: Case = {
        "key": "R1",
        "number": 1,
        "after_transplant": 1,
        "kind": row["failure_type"].upper(),
        "date": row["failure_date"],
        "sites": UNKNOWN,
    }
    if row["post_failure_treatment"]:
        line: Case = {
            "key": "L1",
            "number": 1,
            **STRATEGY[row["post_failure_treatment"]],
            "date_start": UNKNOWN,
        }
        if row["dli_date"]:
            line["infusions"] = [
                {
                    "key": "I1",
                    "number": 1,
                    "date": row["dli_date"],
                    "product": "DLI",
                    "indication": "RELAPSE",
                }
            ]
        relapse["treatment_lines"] = [line]
    return relapse

"""How does a row of roux.csv become a case of the API? The mapping of the SFGM-TC cohort.

What the file leaves open is sent as a missing reason, never invented: onset dates of GvHD,
irradiation doses, dates of relapses before the transplant, causes of death.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from demo.cohorts import reading
from demo.cohorts.reading import UNKNOWN, Case, Line

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
STRATEGY: dict[str, Case] = {
    "second_hsct": {"components": ["CHEMO", "HSCT2"], "intent": "CURATIVE"},
    "chemo_dli": {"components": ["CHEMO", "DLI"], "intent": "CURATIVE"},
    "chemotherapy": {"components": ["CHEMO"], "intent": UNKNOWN},
    "dli": {"components": ["DLI"], "intent": "CURATIVE"},
    "palliative": {"components": ["SUPPORTIVE"], "intent": "PALLIATIVE"},
}


def cases_by_centre() -> dict[str, list[Case]]:
    """Every case of the file, under the code of the centre that would send it."""
    return reading.by_centre(rows(), case_of)


def rows() -> Iterator[Line]:
    """The rows of the file as text."""
    return reading.rows(FILE)


def case_of(row: Line) -> Case:
    """One patient with all records, as a centre's own system would send it."""
    second = reading.second_for_relapse(row["second_sct_date"])
    transplants = [_transplant(row), *second]
    case = reading.patient(row, disease=_disease(row), transplants=transplants)
    if row["failure"] == "yes":
        case["relapses"] = [_relapse(row)]
    if reading.died(row):
        case["death"] = reading.death(row["last_contact_date"])
    return case


def _disease(row: Line) -> Case:
    return {
        **DISEASE[row["leukemia_type"]],
        "date_diagnosis": row["diagnosis_date"],
        "relapse_history": "UNKNOWN"
        if row["disease_status_at_sct1"] == "active disease"
        else "COMPLETE",
        "pretransplant_relapses": reading.relapses_before(
            RELAPSES_BEFORE[row["disease_status_at_sct1"]]
        ),
    }


def _transplant(row: Line) -> Case:
    return reading.transplant(
        1,
        row["sct1_date"],
        disease_status=STATUS[row["disease_status_at_sct1"]],
        **_remission(row),
        grafts=[_graft(row)],
        conditioning=_conditioning(row),
        acute_gvhds=[_acute_gvhd(row)],
        chronic_gvhds=[reading.chronic_gvhd(row, row["chronic_gvhd"])],
    )


def _acute_gvhd(row: Line) -> Case:
    grade = row["acute_gvhd_grade"]
    if grade == "0":
        return {**reading.no_acute_gvhd(row), "grade_reported": grade}
    acute = {**reading.acute_gvhd(grade), "date_grade_2": UNKNOWN}
    return {**acute, "date_grade_3": UNKNOWN} if grade in ("III", "IV") else acute


def _remission(row: Line) -> Case:
    if row["failure_type"] == "progression":
        return {"post_hsct_cr": "NEVER"}
    if row["disease_status_at_sct1"] != "active disease":
        return {"post_hsct_cr": "IN_CR"}
    return reading.remission_before_relapse(row["failure_type"] == "relapse")


def _graft(row: Line) -> Case:
    donors = CORD_DONOR if row["stem_cell_source"] == "CB" else DONOR
    return {
        "key": "G1",
        **donors[row["donor_type"]],
        "source": row["stem_cell_source"] or UNKNOWN,
    }


def _conditioning(row: Line) -> Case:
    return {
        "intensity": "MAC" if row["myeloablative"] == "yes" else "RIC",
        **({"tbi": "YES", "tbi_dose_gy": UNKNOWN} if row["tbi"] == "yes" else {"tbi": "NO"}),
    }


def _relapse(row: Line) -> Case:
    relapse = reading.relapse(1, 1, row["failure_date"], kind=row["failure_type"].upper())
    if row["post_failure_treatment"]:
        line = reading.line_of_treatment(1, **STRATEGY[row["post_failure_treatment"]])
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

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
    second = reading.second_for_relapse(row["second_hsct_date"])
    transplants = [_transplant(row), *second]
    case = reading.patient(row, disease=_disease(row), transplants=transplants)
    if row["relapsed"] == "yes":
        case["relapses"] = [_relapse(row)]
    if reading.died(row):
        case["death"] = reading.death(row["last_contact_date"], CAUSE[row["cause_of_death"]])
    return case


def _disease(row: Line) -> Case:
    status = row["status_at_hsct1"]
    return {
        "diagnosis": row["diagnosis"],
        **({"all_phenotype": UNKNOWN} if row["diagnosis"] == "ALL" else {}),
        "date_diagnosis": UNKNOWN,
        # "CR3+" may stand for more relapses than two, active disease for any number.
        "relapse_history": "COMPLETE" if status in ("CR1", "CR2") else "UNKNOWN",
        "pretransplant_relapses": reading.relapses_before(RELAPSES_BEFORE[status]),
    }


def _transplant(row: Line) -> Case:
    donors = CORD_DONOR if row["stem_cell_source"] == "CB" else DONOR
    graft = {"key": "G1", **donors[row["donor_type"]], "source": row["stem_cell_source"]}
    return reading.transplant(
        1,
        row["hsct1_date"],
        disease_status=STATUS[row["status_at_hsct1"]],
        **_remission(row),
        grafts=[graft],
        acute_gvhds=[_acute_gvhd(row)],
        chronic_gvhds=[reading.chronic_gvhd(row, row["chronic_gvhd"])],
    )


def _remission(row: Line) -> Case:
    if row["status_at_hsct1"] != "active":
        return {"post_hsct_cr": "IN_CR"}
    return reading.remission_before_relapse(row["relapsed"] == "yes")


def _acute_gvhd(row: Line) -> Case:
    if row["acute_gvhd"] == "no":
        return reading.no_acute_gvhd(row)
    return reading.acute_gvhd(row["acute_gvhd"])


def _relapse(row: Line) -> Case:
    told = {**SALVAGE[row["salvage_treatment"]], **RESPONSE[row["chemosensitive_relapse"]]}
    lines = [reading.line_of_treatment(1, **told)]
    return reading.relapse(
        1, 1, row["relapse_date"], **SITES[row["relapse_site"]], treatment_lines=lines
    )

"""How does a row of kaya.csv become a case of the API? Salvage after a relapse, in one centre.

What the file leaves open is sent as a missing reason, never invented: the end of front-line
treatment, the dose of irradiation, the grade of each toxicity, grades and onset of acute GvHD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from demo.cohorts import reading
from demo.cohorts.reading import UNKNOWN, Case, Line

FILE = Path(__file__).with_suffix(".csv")
CENTRE = "K01"
"""The file names no centre: the study was made in one."""

RISK = {"high": "HR", "medium": "MR", "standard": "SR", "": UNKNOWN}
TIMING = {"very early": "VERY_EARLY", "early": "EARLY"}
PROTOCOL = {"ALL-REZ BFM 2002": "ALL_REZ_BFM_02", "FLAG-IDA": "FLAG_IDA", "CLOVE": "CLOVE"}
DONOR = {"related": "REL_NOS", "unrelated": "URD_NOS"}
TBI: dict[str, Case] = {"TBI": {"tbi": "YES", "tbi_dose_gy": UNKNOWN}, "non-TBI": {"tbi": "NO"}}
SALVAGE: dict[str, tuple[str, object]] = {
    "fludarabine": ("CHEMO", ["FLUDARABINE"]),
    "clofarabine": ("CHEMO", ["CLOFARABINE"]),
    "blinatumomab": ("TARGETED", ["BLINATUMOMAB"]),
    "bortezomib": ("TARGETED", ["BORTEZOMIB"]),
    # The drugs before CAR-T cells are told by the regimen; the cells are a line of their own.
    "car-t": ("CHEMO", UNKNOWN),
}
"""Component and drugs of the first line, by the agent that the file names."""

RESPONSE = {"yes": "CR", "no": "NR", "unknown": UNKNOWN}
TOXICITY: dict[str, Case] = {
    "mucositis": {"term": "MUCOSITIS"},
    "diarrhoea": {"term": "DIARRHOEA"},
    "myelosuppression": {"term": "OTHER", "term_text": "Myelosuppression"},
    "mild hepatotoxicity": {"term": "LIVER"},
    "neurotoxicity": {"term": "NEUROTOXICITY"},
}
REGIMENS = (("FLAG-IDA", "FLAG_IDA"), ("FLAG", "FLAG"), ("blinatumomab", "BLINATUMOMAB"))


def cases_by_centre() -> dict[str, list[Case]]:
    """Every case of the file, under the code of the centre that would send it."""
    return {CENTRE: [case_of(row) for row in rows()]}


def rows() -> Iterator[Line]:
    """The rows of the file as text."""
    return reading.rows(FILE)


def case_of(row: Line) -> Case:
    """One patient with all records, as the centre's own system would send it."""
    transplants = [_transplant(row), *_second_transplant(row)]
    case = reading.patient(row, disease=_disease(row), transplants=transplants)
    if row["posttransplant_relapse"] == "yes":
        case["relapses"] = [_relapse(row), *_last_relapse(row)]
    if reading.died(row):
        case["death"] = reading.death(row["death_date"], "RELAPSE")
    return case


def _disease(row: Line) -> Case:
    return {
        "diagnosis": "ALL",
        "all_phenotype": row["immunophenotype"].removesuffix("-ALL"),
        "date_diagnosis": row["diagnosis_date"],
        "risk_group_frontline": RISK[row["bfm_risk_group"]],
        "frontline_end_date": UNKNOWN,
        "relapse_history": "UNKNOWN",
        "pretransplant_relapses": [
            {
                "key": "P1",
                "number": 1,
                "date": row["pretransplant_relapse_date"],
                "timing_reported": TIMING[row["pretransplant_relapse_type"]],
            }
        ],
        "courses": [
            {
                "key": "B1",
                "number": UNKNOWN,
                "protocol": PROTOCOL[row["pretransplant_cr_regimen"]],
                "response": "CR",
            }
        ],
    }


def _transplant(row: Line) -> Case:
    donor = DONOR[row["donor_type"]]
    return reading.transplant(
        1,
        row["first_sct_date"],
        disease_status="CR2",
        post_hsct_cr="IN_CR",
        grafts=[{"key": "G1", "donor_type": donor, "source": row["stem_cell_source"]}],
        conditioning={"intensity": UNKNOWN, **TBI[row["conditioning"]]},
        acute_gvhds=[_acute_gvhd(row)],
    )


def _acute_gvhd(row: Line) -> Case:
    if row["acute_gvhd"] == "yes":
        return {"key": "A1", "occurred": "YES", "date_onset": UNKNOWN, "grade_reported": UNKNOWN}
    if row["acute_gvhd"] == "no":
        return reading.no_acute_gvhd(row)
    return {"key": "A1", "occurred": UNKNOWN}


def _second_transplant(row: Line) -> Iterator[Case]:
    place: Case = {"place_elsewhere": "Germany"} if "Germany" in row["story"] else {}
    yield from reading.second_for_relapse(row["second_sct_date"], **place)


def _relapse(row: Line) -> Case:
    marrow_and = [row["extramedullary_site"].upper()] if row["extramedullary_site"] else []
    lines = [_salvage(row), *_car_t_cells(row), *_refusal(row)]
    return reading.relapse(
        1,
        1,
        row["posttransplant_relapse_date"],
        sites=["BM", *marrow_and],
        treatment_lines=lines,
    )


def _last_relapse(row: Line) -> Iterator[Case]:
    """The relapse that the file knows only as the cause of death."""
    if row["cause_of_death"] == "isolated CNS relapse":
        yield reading.relapse(2, 2, UNKNOWN, sites=["CNS"])


def _salvage(row: Line) -> Case:
    component, drugs = SALVAGE[row["salvage_agent"]]
    transplant = ["HSCT2"] if row["second_allo_sct"] == "yes" else []
    line: Case = {
        "key": "L1",
        "number": 1,
        "date_start": row["salvage_start_date"],
        "intent": UNKNOWN,
        "components": [component, *transplant],
        "drugs": drugs,
        "regimen": next((code for word, code in REGIMENS if word in row["story"]), UNKNOWN),
        "response": RESPONSE[row["cr_after_salvage"]],
        "date_response": _remission_began(row),
        "toxicity_reported": row["worst_toxicity_grade"],
        "toxicities": list(_toxicities(row)),
    }
    if cycles := re.search(r"(\d+) cycles", row["story"]):
        line["cycles"] = int(cycles[1])
    return line


def _remission_began(row: Line) -> object:
    """The month from which a remission of so many years, to one decimal, reaches the last contact."""
    years = re.search(r"CR for ([\d.]+) y", row["story"])
    if years is None:
        return UNKNOWN
    length = timedelta(days=round(float(years[1]) * 365.25))
    return (date.fromisoformat(row["last_contact_date"]) - length).isoformat()[:7]


def _toxicities(row: Line) -> Iterator[Case]:
    known = [TOXICITY[item] for item in row["toxicity_items"].split("; ")]
    if row["cytokine_release_syndrome"] == "yes":
        known.append({"term": "CRS"})
    for number, one in enumerate(known, start=1):
        yield {"key": f"X{number}", **one, "grade": UNKNOWN, "ctcae_version": UNKNOWN}


def _car_t_cells(row: Line) -> Iterator[Case]:
    if row["cart_date"]:
        cells = {"key": "I1", "number": 1, "date": row["cart_date"], "product": "CAR_T"}
        yield reading.line_of_treatment(
            2,
            intent=UNKNOWN,
            components=["CAR_T"],
            regimen="CAR_T",
            where_given="ABROAD",
            given_country="DE",
            response=UNKNOWN,
            infusions=[{**cells, "indication": UNKNOWN, "gvhd_after": UNKNOWN}],
        )


def _refusal(row: Line) -> Iterator[Case]:
    """What was offered after the salvage, and refused."""
    if "refused" in row["story"]:
        yield reading.line_of_treatment(
            2, components=UNKNOWN, refused="YES", refused_reason=UNKNOWN
        )

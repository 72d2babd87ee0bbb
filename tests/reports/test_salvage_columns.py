"""Do the columns of reports.extract.salvage say what was recorded, and nothing else?"""

from __future__ import annotations

from datetime import date

import pytest

from registry.dictionary import derived
from registry.dictionary.case import Case
from registry.dictionary.reading import read_case
from registry.models import DICTIONARY
from reports.extract.salvage import before_and_after
from tests.spec.tables import patient

UNKNOWN = {"missing": "UNK"}
TRANSPLANTS = ({"number": 1, "date": "2008-03-14", "type": "ALLO"},)
RELAPSE = {"number": 1, "after_transplant": 1, "kind": "RELAPSE", "date": "2009-01-10"}


def columns(*transplants: dict[str, object], **items: object) -> dict[str, object]:
    """The columns of the last of these allogeneic transplants that are not missing."""
    raw = patient(transplants=[*(transplants or TRANSPLANTS)], **items)
    reading = read_case(DICTIONARY, raw)
    assert not reading.problems, reading.problems
    case = Case(reading.record, DICTIONARY, date(2020, 1, 1))
    transplant = derived.allogeneic(case)[-1]
    row = before_and_after(transplant, derived.first_failure(transplant), 8.189)
    return {name: value for name, value in row.items() if value is not None}


def relapsed(*lines: dict[str, object], **items: object) -> dict[str, object]:
    numbered = [{"number": n, **line} for n, line in enumerate(lines, start=1)]
    return columns(relapses=[{**RELAPSE, "treatment_lines": numbered, **items}])


def test_nothing_recorded_is_nothing_said() -> None:
    assert columns() == {}
    assert relapsed({"components": ["CHEMO"]}, sites=UNKNOWN) == {}


@pytest.mark.parametrize(
    ("donors", "related"),
    [
        (["HAPLO"], "yes"),
        (["CORD_UNREL", "CORD_UNREL"], "no"),
        (["HAPLO", "CORD_UNREL"], None),
        (["SIB_MATCHED", UNKNOWN], None),
    ],
)
def test_a_donor_is_related_or_not(donors: list[object], related: str | None) -> None:
    grafts = [{"donor_type": one} for one in donors]
    assert columns({**TRANSPLANTS[0], "grafts": grafts}).get("related_donor") == related


@pytest.mark.parametrize(
    ("given", "atg"),
    [("ATG_HORSE", "yes"), ("NONE", "no"), ("ALEMTUZUMAB", "no"), (UNKNOWN, None)],
)
def test_atg_is_one_of_the_serotherapies(given: object, atg: str | None) -> None:
    told = columns({**TRANSPLANTS[0], "conditioning": {"serotherapy": given}})
    assert told.get("atg") == atg


def test_one_transplant_does_not_borrow_the_serotherapy_of_another() -> None:
    first = {**TRANSPLANTS[0], "conditioning": {"serotherapy": "ATG_NOS"}}
    assert columns(first, {"number": 2, "date": "2009-06-01", "type": "ALLO"}) == {}


@pytest.mark.parametrize(
    ("relapse", "days"),
    [
        ({}, 302),
        ({"date": "2009-08-01"}, None),
        ({"kind": "PROGRESSION"}, None),
        ({"date": UNKNOWN}, None),
        ({"after_transplant": 2, "date": "2009-07-01"}, None),
    ],
)
def test_remission_before_ends_with_the_relapse_between_two_transplants(
    relapse: dict[str, object], days: int | None
) -> None:
    second = {"number": 2, "date": "2009-06-01", "type": "ALLO", "indication": "RELAPSE"}
    told = columns(*TRANSPLANTS, second, relapses=[{**RELAPSE, **relapse}])
    assert told.get("days_in_remission_before") == days
    assert told["indication"] == "relapse"


def test_the_history_before_the_first_transplant() -> None:
    disease = {
        "date_diagnosis": "2007-01-03",
        "risk_group_frontline": "MR",
        "pretransplant_relapses": [
            {"number": 1, "date": "2007-06-01"},
            {"number": 2, "timing_reported": "EARLY"},
        ],
        "courses": [
            {"number": 3, "protocol": "CLOVE", "response": "PR"},
            {"number": 2, "protocol": "FLAG", "response": "CRI"},
            {"number": 1, "protocol": "ALL_BFM", "response": "CR"},
        ],
    }
    assert columns(diseases=[disease]) == {
        "age_at_diagnosis": 6.995,
        "bfm_risk_group": "medium",
        "relapse_before": "early",
        "remission_protocol": "FLAG",
    }


def test_gvhd_happened_on_a_day_or_did_not() -> None:
    episodes = [{"occurred": "YES", "date_onset": "2008-09"}, {"occurred": "YES"}]
    acute = [{"occurred": "NO", "as_of": "2009-01-01"}]
    told = columns({**TRANSPLANTS[0], "chronic_gvhds": episodes, "acute_gvhds": acute})
    assert told == {"acute_gvhd": "no", "chronic_gvhd_date": date(2008, 9, 15)}


@pytest.mark.parametrize(
    ("responses", "remission"),
    [
        (["NR", "CR_MRDNEG"], "yes"),
        (["PD", UNKNOWN], "no"),
        (["NE"], None),
        ([UNKNOWN], None),
    ],
)
def test_remission_after_salvage(responses: list[object], remission: str | None) -> None:
    told = relapsed(*({"response": one} for one in responses))
    assert told.get("remission_after_salvage") == remission


def test_salvage_with_cells_from_beginning_to_refusal() -> None:
    cells = {"number": 1, "product": "CAR_T", "date": "2009-05-02", "crs_grade": 2}
    told = relapsed(
        {"regimen": "FLAG_IDA", "response": "CR", "date_response": "2009-02-20", "refused": "NO"},
        {"components": ["CAR_T"], "toxicities": [{"grade": 4}], "infusions": [cells]},
        {"refused": "YES"},
        sites=["BM", "TESTIS"],
    )
    assert told == {
        "relapse_cns": "no",
        "relapse_testis": "yes",
        "salvage_agent": "targeted_agent",
        "salvage_drug": "car_t",
        "remission_after_salvage": "yes",
        "salvage_remission_date": date(2009, 2, 20),
        "treatment_refused": "yes",
        "car_t_date": date(2009, 5, 2),
        "worst_toxicity": "3-4",
        "cytokine_release": "yes",
    }


@pytest.mark.parametrize(
    ("line", "release"),
    [
        ({"toxicities": [{"term": "CRS"}]}, "yes"),
        ({"toxicities": [{"term": "DIARRHOEA"}]}, "no"),
        ({"infusions": [{"number": 1, "product": "CAR_T", "crs_grade": 0}]}, "no"),
        ({}, None),
    ],
)
def test_cytokine_release(line: dict[str, object], release: str | None) -> None:
    assert relapsed(line).get("cytokine_release") == release

"""Does each number of the study of second transplants hang on the record it should?

One case at a time is changed, and sent through the registry's door.
"""

from __future__ import annotations

from typing import Any

import pytest

from demo.cohorts import hsct2
from reports.studies.hsct2_2025_ecog import COVARIATES, STUDY
from tests.reports.computed import number
from tests.reports.wired import UNKNOWN, Wired, ending, later, lives_on, of

RATIO = ("hr", "lo", "hi", "p")


@pytest.fixture(scope="module")
def wired(django_db_setup: None, django_db_blocker: Any) -> Wired:
    return Wired(STUDY, hsct2.cases_by_centre(), django_db_blocker)


def status(case: Any) -> Any:
    """The status before the second transplant."""
    return case["transplants"][1]["status_before"]


def keys(stem: str, *ends: str) -> set[str]:
    return {f"{stem}.{end}" for end in ends}


def test_what_the_study_does_not_ask_moves_nothing(wired: Wired) -> None:
    case = wired.case(lambda case: case["sex"] == "M")
    case["sex"] = "F"
    case["relapses"][0]["date"] = later(case["relapses"][0]["date"], 5)
    case["transplants"][0]["date"] = later(case["transplants"][0]["date"], -5)
    case["transplants"][1]["grafts"][0]["donor_type"] = UNKNOWN
    status(case)["weight_kg"] = {"missing": "ND"}
    assert wired.moved_by(case) == set()


def test_ecog_moves_when_it_crosses_the_cut_alone(wired: Wired) -> None:
    case = wired.case(lambda case: status(case)["ecog"] == 1 and "death" not in case)
    status(case)["ecog"] = 0
    assert wired.moved_by(case) == set()
    status(case)["ecog"] = 2
    moved = wired.moved_by(case)
    assert moved == {
        *(f"t1.ecog.{level}.{end}" for level in ("0-1", ">=2") for end in ("n", "pct")),
        *(f"{table}.ecog.{level}.n" for table in ("t2", "t3") for level in ("0-1", ">=2")),
        *(f"{table}.ecog.>=2.{end}" for table in ("t2", "t3") for end in RATIO),
        "f2",
    }


@pytest.mark.parametrize(
    ("item", "name", "told"),
    [
        ("haemoglobin", "hb", "blood"),
        ("lymphocytes", "lymphocytes", "lymph"),
        ("ldh", "ldh", "enzyme"),
        ("ferritin", "ferritin", "iron"),
        ("bmi_reported", "bmi", "weight"),
    ],
)
def test_a_measurement_moves_its_own_covariate(
    wired: Wired, item: str, name: str, told: str
) -> None:
    case = wired.case(lambda case: True)
    status(case)[item] = round(status(case)[item] * 1.3, 1)
    moved = wired.moved_by(case) - {f"t1.{told}.median"}
    # They are candidates of the model as well, and leave it again.
    assert moved == keys(f"t2.{name}", *RATIO)
    status(case)[item] = UNKNOWN
    moved = wired.moved_by(case) - {f"t1.{told}.median"}
    assert moved - of(moved, "t3.ecog.") == {f"t1.{told}.n"} | keys(f"t2.{name}", "n", *RATIO) | (
        of(moved, f"t2.{name}.deaths")
    )
    after = wired.after(case)
    # Selection is run on patients complete for every candidate that passed the screen.
    assert next(table.n for table in after.tables if table.id == "t3") == 71


def test_a_removed_death_moves_survival_and_no_characteristic(wired: Wired) -> None:
    dead = wired.case(lambda case: "death" in case)
    lives_on(dead)
    moved, after = wired.moved_by(dead), wired.after(dead)
    assert not of(moved, "t1.") and not ending(moved, ".n") - {"text.dead.n"}
    for covariate in COVARIATES:
        deaths = ending(of(moved, f"t2.{covariate.name}."), "deaths")
        assert len(deaths) == 1, covariate.name
        (key,) = deaths
        assert number(after, key) == (number(wired.before, key) or 0) - 1
    assert number(after, "text.dead.n") == 43
    assert {"f1", "text.reverse", "text.survivors", "t4.global.5y.s"} <= moved
    assert not of(moved, "text.followup.", "text.remission.")


def test_a_later_transplant_moves_age_and_time(wired: Wired) -> None:
    case = wired.case(lambda case: "death" in case)
    case["transplants"][1]["date"] = later(case["transplants"][1]["date"], 9)
    moved = wired.moved_by(case)
    assert keys("t2.age", *RATIO) | {"f1", "f2"} <= moved
    assert not ending(moved, ".n", ".deaths", ".pct")


def test_chimerism_is_that_of_the_transplant_before(wired: Wired) -> None:
    case = wired.case(
        lambda case: (
            case["transplants"][0]["chimerisms"][0]["group_reported"] == "FULL"
            and "death" not in case
        )
    )
    case["transplants"][0]["chimerisms"][0]["group_reported"] = "MIXED"
    moved = wired.moved_by(case)
    assert moved == of(moved, "t1.chimerism.", "t2.chimerism.")
    assert ending(moved, ".deaths") == set()


def test_a_transplant_that_was_the_third_is_not_in_it(wired: Wired) -> None:
    case = wired.case(lambda case: True)
    first, second = case["transplants"]
    between = {**first, "key": "T0", "number": 2, "date": later(first["date"], 40)}
    between |= {"indication": "GRAFT_FAILURE", "chimerisms": []}
    second["number"] = 3
    case["relapses"][0]["after_transplant"] = 2
    case["transplants"] = [first, between, second]
    assert [box.n for box in wired.after(case).flow] == [72]
    assert number(wired.after(case), "t1.enzyme.n") == 71

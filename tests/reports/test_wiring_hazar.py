"""Does each number of the Hazar study hang on the record it should, and on nothing else?

One case at a time is changed, and sent through the registry's door.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from demo.cohorts import hazar
from reports.studies.hazar_2021_turkey import STUDY
from tests.reports.computed import number
from tests.reports.wired import UNKNOWN, Wired, ending, later, lives_on, of

FULL_SET = ("n", "deaths", "s", "se")


@pytest.fixture(scope="module")
def wired(django_db_setup: None, django_db_blocker: Any) -> Wired:
    return Wired(STUDY, hazar.cases_by_centre(), django_db_blocker)


def relapsed(case: Any) -> bool:
    return "relapses" in case


def days_to_relapse(case: Any) -> int:
    first, relapse = case["transplants"][0]["date"], case["relapses"][0]["date"]
    return (date.fromisoformat(relapse) - date.fromisoformat(first)).days


def test_a_flipped_sex_moves_the_numbers_of_sex_alone(wired: Wired) -> None:
    boy = wired.case(lambda case: relapsed(case) and case["sex"] == "M" and "death" in case)
    boy["sex"] = "F"
    moved, after = wired.moved_by(boy), wired.after(boy)
    assert moved == {
        *(f"t1.sex.{sex}.{end}" for sex in "MF" for end in ("n", "pct")),
        *(f"t2.sex.{sex}.{end}" for sex in "MF" for end in FULL_SET),
        "t2.sex.p",
    }
    for key, step in (("t1.sex.F.n", 1), ("t1.sex.M.n", -1), ("t2.sex.F.deaths", 1)):
        assert number(after, key) == (number(wired.before, key) or 0) + step


def test_who_did_not_relapse_moves_nothing_but_the_first_box(wired: Wired) -> None:
    boy = wired.case(lambda case: not relapsed(case) and case["sex"] == "M")
    boy["sex"] = "F"
    boy["transplants"][0]["chronic_gvhds"][0] = {"key": "C1", "occurred": UNKNOWN}
    assert wired.moved_by(boy) == set()
    boy["diseases"][0] |= {"diagnosis": "MDS", "all_phenotype": None}
    assert [box.n for box in wired.after(boy).flow] == [937, 255]


def test_an_unknown_sex_is_missing_and_not_a_third_sex(wired: Wired) -> None:
    boy = wired.case(lambda case: relapsed(case) and case["sex"] == "M")
    boy["sex"] = UNKNOWN
    moved, after = wired.moved_by(boy), wired.after(boy)
    assert moved == of(moved, "t1.sex.", "t2.sex.")
    assert number(after, "t1.sex.missing.n") == 1
    assert number(after, "t1.sex.F.n") == number(wired.before, "t1.sex.F.n")
    assert not of(moved, "t2.sex.F.")


def test_a_removed_death_moves_its_own_levels(wired: Wired) -> None:
    dead = wired.case(lambda case: relapsed(case) and "death" in case)
    sex, diagnosis = dead["sex"], dead["diseases"][0]["diagnosis"]
    cause = dead["death"]["primary_cause"]
    lives_on(dead)
    moved, after = wired.moved_by(dead), wired.after(dead)
    assert not of(moved, "t1.", "text.interval.") and not ending(moved, ".n") - {
        "text.deaths.n",
        "text.cause.n",
    }
    counted = ending(of(moved, "t2."), ".deaths")
    assert {f"t2.sex.{sex}.deaths", f"t2.diagnosis.{diagnosis}.deaths"} <= counted
    # One level of each of the nine covariates of Table 2.
    assert len({key.split(".")[1] for key in counted}) == len(counted) == 9
    for key in {*counted, "text.deaths.n"}:
        assert number(after, key) == (number(wired.before, key) or 0) - 1
    assert cause == "RELAPSE" and "text.cause.n" in moved
    assert {"f1", "f2"} <= moved


def test_a_relapse_moved_within_its_band_moves_no_count(wired: Wired) -> None:
    late = wired.case(lambda case: relapsed(case) and days_to_relapse(case) > 500)
    late["relapses"][0]["date"] = later(late["relapses"][0]["date"], -9)
    moved = wired.moved_by(late)
    assert not of(moved, "t1.", "text.deaths", "text.cause", "text.interval")
    assert not ending(moved, ".n", ".deaths", ".pct")
    assert {"f1", "f2", "t3.em.yes.hr", "t3.interval.0-180.hr"} <= moved


def test_a_relapse_moved_across_a_band_moves_one_patient(wired: Wired) -> None:
    edge = wired.case(lambda case: relapsed(case) and days_to_relapse(case) == 180)
    edge["relapses"][0]["date"] = later(edge["relapses"][0]["date"], 1)
    moved, after = wired.moved_by(edge), wired.after(edge)
    assert of(moved, "t1.") == {
        f"t1.interval.{band}.{end}" for band in ("0-180", "181-365") for end in ("n", "pct")
    }
    for band, step in (("0-180", -1), ("181-365", 1)):
        for key in (f"t1.interval.{band}.n", f"t2.interval.{band}.n", f"t3.interval.{band}.n"):
            assert number(after, key) == (number(wired.before, key) or 0) + step
    assert not of(moved, "t2.interval.>365.n", "t2.interval.>365.s", "t3.interval.>365.n")


def test_a_relapse_taken_back_leaves_the_second_box(wired: Wired) -> None:
    case = wired.case(lambda case: relapsed(case) and "death" not in case)
    del case["relapses"]
    case["transplants"] = case["transplants"][:1]
    after = wired.after(case)
    assert [box.n for box in after.flow] == [938, 254]
    assert number(after, "text.deaths.n") == number(wired.before, "text.deaths.n")


def test_a_lost_site_leaves_its_patient_out_of_the_model(wired: Wired) -> None:
    case = wired.case(lambda case: relapsed(case) and case["relapses"][0]["sites"] == ["BM"])
    case["relapses"][0]["sites"] = UNKNOWN
    moved, after = wired.moved_by(case), wired.after(case)
    assert number(after, "t1.site.missing.n") == 1
    assert of(moved, "t1.") == of(moved, "t1.site.")
    assert of(moved, "t2.") == of(moved, "t2.em.")
    assert next(table.n for table in after.tables if table.id == "t3") == 254
    assert not of(moved, "text.", "f1", "f2", "f3")


def test_a_lost_response_moves_the_chemosensitive_alone(wired: Wired) -> None:
    case = wired.case(
        lambda case: (
            relapsed(case)
            and case["relapses"][0]["treatment_lines"][0].get("response") == "CR"
            and "HSCT2" not in case["relapses"][0]["treatment_lines"][0]["components"]
        )
    )
    line = case["relapses"][0]["treatment_lines"][0]
    line |= {"response": UNKNOWN, "date_response": None}
    moved, after = wired.moved_by(case), wired.after(case)
    assert not of(moved, "t2.", "t3.", "text.", "f1", "f2")
    assert of(moved, "t1.") == of(moved, "t1.chemosensitive.")
    assert {"t4.salvage.curative_no_hsct2.n", "t4.global.n", "f3"} <= moved
    assert not of(moved, "t4.salvage.palliative.", "t4.salvage.second_hsct.")
    assert number(after, "t4.global.n") == (number(wired.before, "t4.global.n") or 0) - 1


def test_who_is_grown_up_leaves_every_box(wired: Wired) -> None:
    case = wired.case(relapsed)
    year, rest = case["identity"]["birth_date"].split("-", 1)
    case["identity"]["birth_date"] = f"{int(year) - 18}-{rest}"
    assert [box.n for box in wired.after(case).flow] == [937, 254]

"""Does each number of the Kaya study hang on the record it should, and on nothing else?

One case at a time is changed, and sent through the registry's door.
"""

from __future__ import annotations

from typing import Any

import pytest

from demo.cohorts import kaya
from reports.studies.kaya_2025_salvage import STUDY
from tests.reports.computed import number
from tests.reports.wired import UNKNOWN, Wired, ending, later, lives_on, of


@pytest.fixture(scope="module")
def wired(django_db_setup: None, django_db_blocker: Any) -> Wired:
    return Wired(STUDY, kaya.cases_by_centre(), django_db_blocker)


def salvage(case: Any) -> Any:
    """The first treatment of the relapse after transplant."""
    return case["relapses"][0]["treatment_lines"][0]


def purine(case: Any) -> bool:
    """Was the relapse treated in Group 1?"""
    return "relapses" in case and salvage(case)["drugs"] in (["FLUDARABINE"], ["CLOFARABINE"])


def alone(case: Any) -> bool:
    """Is the first treatment of the relapse the only one?"""
    return purine(case) and len(case["relapses"][0]["treatment_lines"]) == 1


def feature(name: str, *levels: str) -> set[str]:
    """The numbers of a characteristic in Group 1, and its P."""
    lines = {f"t1.{name}.{level}.g1.{end}" for level in levels for end in ("n", "pct")}
    return lines | {f"t1.{name}.p", f"t1.{name}.p1"}


def test_a_flipped_sex_moves_its_own_row(wired: Wired) -> None:
    boy = wired.case(lambda case: purine(case) and case["sex"] == "M")
    boy["sex"] = "F"
    assert wired.moved_by(boy) == feature("gender", "M", "F")


def test_who_did_not_relapse_after_transplant_moves_the_first_box_alone(wired: Wired) -> None:
    case = wired.case(lambda case: "relapses" not in case)
    case["sex"] = {"M": "F", "F": "M"}[case["sex"]]
    assert wired.moved_by(case) == set()
    case["diseases"][0] |= {"diagnosis": "AML", "all_phenotype": None}
    after = wired.after(case)
    assert [box.n for box in after.flow] == [39, 17]
    assert after.flow[0].left_out[0].n == 22


def test_a_removed_death_moves_survival_and_the_counts_of_the_dead(wired: Wired) -> None:
    dead = wired.case(lambda case: purine(case) and "death" in case)
    lives_on(dead)
    moved, after = wired.moved_by(dead), wired.after(dead)
    assert of(moved, "t1.") == feature("survival", "no", "yes")
    assert of(moved, "t2.") == of(moved, "t2.group.g1.") or of(moved, "t2.global.")
    assert not of(moved, "t2.group.g2.", "t3.", "t4.")
    assert number(after, "text.g1.died") == (number(wired.before, "text.g1.died") or 0) - 1
    assert "f2" in moved and not ending(of(moved, "t1."), ".g2.n")


def test_a_relapse_moved_across_day_100_moves_its_band(wired: Wired) -> None:
    def after_day(case: Any, days: int) -> str:
        return later(case["transplants"][0]["date"], days)

    case = wired.case(
        lambda case: purine(case) and case["relapses"][0]["date"] > after_day(case, 101)
    )
    case["relapses"][0]["date"] = after_day(case, 101)
    moved = wired.moved_by(case)
    assert not of(moved, "t1.", "t3.", "t4.", "text.") and "f2" in moved
    case["relapses"][0]["date"] = after_day(case, 100)
    assert of(wired.moved_by(case), "t1.") == feature("time", "<=100", ">100")


def test_a_lost_phenotype_is_missing(wired: Wired) -> None:
    case = wired.case(lambda case: purine(case) and case["diseases"][0]["all_phenotype"] == "B")
    case["diseases"][0]["all_phenotype"] = UNKNOWN
    moved, after = wired.moved_by(case), wired.after(case)
    assert moved - of(moved, "t1.leukemia.") == set()
    assert number(after, "t1.leukemia.missing.g1.n") == 1
    assert number(after, "t1.leukemia.B-ALL.g1.n") == (
        (number(wired.before, "t1.leukemia.B-ALL.g1.n") or 0) - 1
    )


def test_another_drug_moves_a_patient_to_the_other_group(wired: Wired) -> None:
    case = wired.case(alone)
    salvage(case).update(components=["TARGETED"], drugs=["BLINATUMOMAB"], regimen=UNKNOWN)
    moved, after = wired.moved_by(case), wired.after(case)
    before = wired.before
    for group, step in (("g1", -1), ("g2", 1)):
        key = f"t1.group.{group}.n"
        assert number(after, key) == (number(before, key) or 0) + step
    assert [box.n for box in after.flow] == [40, 17]
    assert "t4.drug.blinatumomab.n" in moved and "f2" in moved
    assert not of(moved, "t3.", "text.transplants", "text.flag", "text.clove")


def test_a_worse_toxicity_moves_its_own_row(wired: Wired) -> None:
    case = wired.case(lambda case: alone(case) and salvage(case)["toxicity_reported"] == "1-2")
    salvage(case)["toxicity_reported"] = "3-4"
    assert wired.moved_by(case) == feature("toxicity", "1-2", "3-4")

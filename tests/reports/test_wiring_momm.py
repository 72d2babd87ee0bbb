"""Does each number of the Momm study hang on the record it should, and on nothing else?

One case at a time is changed, and sent through the registry's door.
"""

from __future__ import annotations

from typing import Any

import pytest

from demo.cohorts import momm
from reports.studies.momm_prszt import STUDY
from tests.reports.computed import number
from tests.reports.wired import UNKNOWN, Wired, ending, later, lives_on, of


@pytest.fixture(scope="module")
def wired(django_db_setup: None, django_db_blocker: Any) -> Wired:
    return Wired(STUDY, momm.cases_by_centre(), django_db_blocker)


def relapses_after_the_second(case: Any) -> list[Any]:
    return [one for one in case["relapses"] if one["after_transplant"] == 2]


def test_a_flipped_sex_moves_sex_and_the_model_that_holds_it(wired: Wired) -> None:
    boy = wired.case(lambda case: case["sex"] == "M" and "death" in case)
    boy["sex"] = "F"
    moved = wired.moved_by(boy)
    assert moved == of(moved, "t1.sex.", "t3.", "t5.sex.", "t6.sex.")
    assert all(".sex." in key for key in ending(moved, ".n", ".pct", ".deaths", ".events"))
    after = wired.after(boy)
    for sex, step in (("F", 1), ("M", -1)):
        key = f"t1.sex.{sex}.n"
        assert number(after, key) == (number(wired.before, key) or 0) + step


def test_a_later_relapse_moves_what_counts_relapses_alone(wired: Wired) -> None:
    case = wired.case(lambda case: bool(relapses_after_the_second(case)) and "death" not in case)
    relapse = relapses_after_the_second(case)[0]
    relapse["date"] = later(relapse["date"], 10)
    moved = wired.moved_by(case)
    allowed = ("t2.rfs.", "t4.", "t6.", "t8.", "f2", "f3", "text.relapsed.months")
    assert moved == of(moved, *allowed)
    assert {"f2", "f3"} <= moved
    assert not ending(moved, ".n", ".events", ".pct")


def test_a_relapse_taken_back_turns_its_event_into_nothing(wired: Wired) -> None:
    case = wired.case(lambda case: bool(relapses_after_the_second(case)) and "death" not in case)
    for one in relapses_after_the_second(case):
        case["relapses"].remove(one)
    moved, after = wired.moved_by(case), wired.after(case)
    assert not of(moved, "t1.", "t2.global.", "t3.", "t5.", "t7.", "f1", "text.followup.")
    # What is left out of relapse is not added to non-relapse mortality: its patient lives.
    assert [series.events for series in wired.before.figures[2].series] == [27, 24]
    assert [series.events for series in after.figures[2].series] == [26, 24]
    assert number(after, "text.relapsed.pct") == pytest.approx(100 * 26 / 75)


def test_a_removed_death_without_relapse_moves_survival_and_its_own_levels(wired: Wired) -> None:
    dead = wired.case(lambda case: "death" in case and not relapses_after_the_second(case))
    boy, phenotype = dead["sex"], dead["diseases"][0]["all_phenotype"]
    lives_on(dead)
    moved, after = wired.moved_by(dead), wired.after(dead)
    assert not of(moved, "t1.", "text.relapse", "text.period", "text.graft")
    # Nobody else relapses; but who is censored instead of dead would have relapsed like the others.
    assert number(after, "t8.relapse.5y.ci") > (number(wired.before, "t8.relapse.5y.ci") or 0)
    for table, ends in (("t5", ".deaths"), ("t6", ".events")):
        counted = ending(of(moved, f"{table}."), ends)
        assert f"{table}.sex.{boy}{ends}" in counted
        assert {key for key in counted if ".phenotype." in key} == {
            f"{table}.phenotype.{phenotype}{ends}"
        }
        assert all(number(after, key) == (number(wired.before, key) or 0) - 1 for key in counted)
    assert [series.events for series in after.figures[2].series] == [27, 23]
    assert {"f1", "f2", "f3"} <= moved


def test_a_lost_antithymocyte_globulin_leaves_its_patient_out_of_both_models(wired: Wired) -> None:
    case = wired.case(
        lambda case: (
            case["transplants"][1]["conditioning"]["serotherapy"] == "NONE"
            and case["diseases"][0]["all_phenotype"] in ("B", "T")
        )
    )
    case["transplants"][1]["conditioning"]["serotherapy"] = UNKNOWN
    moved, after = wired.moved_by(case), wired.after(case)
    assert moved == of(moved, "t1.atg.", "t3.", "t4.", "t5.atg.", "t6.atg.")
    assert number(after, "t1.atg.missing.n") == (number(wired.before, "t1.atg.missing.n") or 0) + 1
    assert [table.n for table in after.tables if table.id in ("t3", "t4")] == [47, 47]


def test_a_lost_indication_moves_shares_of_indications_alone(wired: Wired) -> None:
    case = wired.case(lambda case: case["transplants"][1]["indication"] == "GRAFT_FAILURE")
    case["transplants"][1]["indication"] = UNKNOWN
    assert wired.moved_by(case) == {
        "t1.indication.graft_failure.n",
        "t1.indication.graft_failure.pct",
        "t1.indication.relapse.pct",
        "t1.indication.missing.n",
        "text.graft.pct",
    }


def test_a_first_relapse_moved_across_half_a_year_moves_the_remission_alone(wired: Wired) -> None:
    case = wired.case(
        lambda case: (
            case["transplants"][1]["indication"] == "RELAPSE"
            and case["relapses"][0]["date"] > later(case["transplants"][0]["date"], 200)
        )
    )
    case["relapses"][0]["date"] = later(case["transplants"][0]["date"], 100)
    moved = wired.moved_by(case)
    assert moved == of(moved, "t1.remission.", "t7.remission.")
    assert {"t1.remission.0-6.n", "t1.remission.>6.n", "t7.remission.p"} <= moved


def test_who_is_too_old_or_was_transplanted_too_late_is_not_in_it(wired: Wired) -> None:
    grown = wired.case(lambda case: True)
    year = int(grown["identity"]["birth_date"][:4])
    grown["identity"]["birth_date"] = f"{year - 18}{grown['identity']['birth_date'][4:]}"
    assert [box.n for box in wired.after(grown).flow] == [74]


def test_two_changed_cases_count_twice(wired: Wired) -> None:
    one = wired.case(lambda case: case["sex"] == "M")
    other = wired.case(lambda case: case["sex"] == "M" and case["key"] != one["key"])
    one["sex"] = other["sex"] = "F"
    after = wired.after(one, other)
    assert number(after, "t1.sex.F.n") == (number(wired.before, "t1.sex.F.n") or 0) + 2

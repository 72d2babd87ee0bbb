"""Does the registry's Momm study give the numbers Momm printed, on the calibrated cohort?

The 75 cases go through the registry's door and come out as columns; nothing is read past it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from demo.cohorts import momm
from reports.results import Results, Table, Verdict
from reports.studies import STUDIES
from reports.studies.momm_prszt import STUDY
from tests.reports.answered import answer, by_id, words_of
from tests.reports.computed import number, values_of

# Printed beside ours: not the same digits, but within the tolerance stated for the number.
ROUNDED = {
    "momm.012": (0.009, 0.0096),  # age, overall survival, P
    "momm.018": (0.019, 0.0257),  # antithymocyte globulin, overall survival, P
    "momm.020": (0.029, 0.0229),  # age, relapse-free survival, P
    "momm.031": (2.778, 2.7769),  # age, overall survival, hazard ratio in the abstract
    "momm.013": (6.62, 6.612),  # T-cell ALL, overall survival, hazard ratio
    "momm.021": (3.89, 3.919),  # T-cell ALL, relapse-free survival, hazard ratio
}


@pytest.fixture(scope="module")
def results(django_db_setup: None, django_db_blocker: Any) -> Results:
    return answer(STUDY, momm.cases_by_centre(), django_db_blocker)


def table(results: Results, name: str) -> Table:
    return next(one for one in results.tables if one.id == name)


def test_all_32_numbers_are_compared_and_none_differs(results: Results) -> None:
    assert len(results.comparisons) == 32
    assert all(one.ours is not None for one in results.comparisons)
    assert words_of(results) == {Verdict.SAME: 26, Verdict.SAME_AFTER_ROUNDING: 6}


def test_where_the_digits_are_others_they_are_within_tolerance(results: Results) -> None:
    compared = by_id(results)
    near = {one for one in compared if compared[one].verdict is Verdict.SAME_AFTER_ROUNDING}
    assert near == set(ROUNDED)
    for one, (printed, ours) in ROUNDED.items():
        assert float(compared[one].printed) == printed
        assert compared[one].ours == pytest.approx(ours, rel=0.005)


def test_the_flow_keeps_the_second_transplants(results: Results) -> None:
    assert [box.n for box in results.flow] == [75]
    assert "Of 150 transplants" in results.method[0]


def test_both_models_hold_the_complete_and_end_with_the_printed_covariates(
    results: Results,
) -> None:
    overall, relapse_free = table(results, "t3"), table(results, "t4")
    assert (overall.n, overall.events) == (48, 29)
    assert (relapse_free.n, relapse_free.events) == (48, 35)
    assert len([row for row in overall.rows if row.heading]) == 4
    assert "Backward selection: nothing removed." in overall.footnotes[0]
    kept = [row.label for row in relapse_free.rows if row.heading]
    assert kept == ["Age at second transplant", "Immunophenotype"]
    removed = relapse_free.footnotes[0]
    assert removed.index("removed Sex") < removed.index("removed Antithymocyte")
    assert results.warnings == (
        "Table 3: fewer than 10 deaths per coefficient; read with caution.",
    )


def test_relapse_and_non_relapse_mortality_are_competing_risks(results: Results) -> None:
    """Who has neither relapsed nor died is alive without relapse: the three add up to 100%."""
    for year in ("1y", "2y", "5y"):
        parts = [number(results, f"t8.{cause}.{year}.ci") for cause in ("relapse", "nrm")]
        free = number(results, f"t2.rfs.global.{year}.s")
        assert sum(part or 0 for part in (*parts, free)) == pytest.approx(100)
    assert number(results, "t8.relapse.5y.ci") == pytest.approx(38.4, abs=0.05)
    assert number(results, "t8.nrm.5y.ci") == pytest.approx(31.7, abs=0.05)
    assert [series.events for series in results.figures[2].series] == [27, 24]


def test_the_printed_follow_up_is_that_of_the_survivors(results: Results) -> None:
    assert number(results, "text.followup.survivors") == pytest.approx(2.23, abs=0.005)
    assert number(results, "text.followup.all") == pytest.approx(1.77, abs=0.005)
    assert number(results, "text.followup.reverse") == pytest.approx(6.02, abs=0.005)


def test_remission_is_told_after_transplant_for_relapse_alone(results: Results) -> None:
    assert (table(results, "t7").n, table(results, "t7").events) == (55, 31)
    # The paper prints the P alone. In the synthetic cohort it is the short remission that does
    # better; whoever reads the table sees it.
    assert number(results, "t7.remission.0-6.s") > number(results, "t7.remission.>6.s")


def test_the_immortal_time_of_chronic_gvhd_is_named(results: Results) -> None:
    assert any("immortal time" in sentence for sentence in STUDY.limits)
    told = " ".join(results.method)
    for phrase in ("immortal time", "competing events", "Breslow", "75)"):
        assert phrase in told
    for key in ("t5.cgvhd.p", "t6.cgvhd.p"):
        assert "immortal time" in str(values_of(results)[key].footnote)


def test_chronic_gvhd_without_a_day_of_onset_is_left_out_and_counted(results: Results) -> None:
    """The file gives no day of onset: nobody is seen to get it, and the tables say so."""
    values = values_of(results)
    for name, followed in (("t9", "deaths"), ("t10", "events")):
        assert values[f"{name}.onset.n"].value == values[f"{name}.onset.{followed}"].value == 0
        assert values[f"{name}.onset.hr"].reason == (
            "Not estimated: the day of chronic GvHD is not known in any patient."
        )
        ever = int(number(results, "t1.cgvhd.yes.n") or 0)
        told = " ".join(table(results, name).footnotes)
        assert f"{ever} with chronic GvHD on an unknown day" in told
        assert (table(results, name).n or 0) + ever <= 75


def test_every_remark_of_the_study_stands_at_a_number(results: Results) -> None:
    values = values_of(results)
    for key, remark in STUDY.all_remarks.items():
        assert remark in str(values[key].footnote)


def test_the_study_is_registered_and_holds_no_printed_number_that_is_computed() -> None:
    assert STUDIES["momm_prszt"] is STUDY
    folder = Path(__file__).parents[2] / "reports" / "studies"
    source = (folder / "momm_prszt.py").read_text(encoding="utf-8")
    code = source[: source.index("remarks={")]
    for printed in ("75", "57.7", "2.23", "8.2", "2.77", "6.6", "0.35", "0.013", "0.034"):
        assert printed not in code

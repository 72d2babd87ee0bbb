"""Does each number hang on the data it should, and on nothing else? One record is changed at a time."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from reports.compute.population import as_of
from reports.results import Results
from tests.reports.computed import changed_keys, compute, number
from tests.reports.roux_columns import columns_of, roux_rows

Row = dict[str, Any]
BEFORE = compute(roux_rows())


def first(found: Callable[[Row], bool]) -> Row:
    return next(row for row in roux_rows() if found(row))


def with_change(patient: Row, **change: Any) -> Any:
    return compute({**row, **change} if row is patient else row for row in roux_rows())


def of(keys: set[str], *beginnings: str) -> set[str]:
    return {key for key in keys if key.startswith(beginnings)}


def flow_of(results: Results) -> list[Any]:
    """The boxes, and in brackets who left the box before: [1307, 334, (46,), 288]."""
    counts: list[Any] = []
    for box in results.flow:
        counts += [box.n, *([tuple(gone.n for gone in box.left_out)] if box.left_out else [])]
    return counts


def test_a_flipped_sex_changes_the_numbers_of_sex_alone():
    boy = first(lambda row: row["treatment"] == "dli" and row["sex"] == "M")
    after = with_change(boy, sex="F")
    changed = changed_keys(BEFORE, after)
    # Sex helps to guess the treatments that are not known.
    assert changed == of(changed, "t1.gender.", "t3.gender.", "s1.imputed.")
    assert number(after, "t1.gender.M.n") == 173
    assert number(after, "t1.gender.F.n") == 115
    assert {"t3.gender.F.hr", "t3.gender.F.p"} <= changed


def test_an_unknown_sex_leaves_its_patient_out_of_that_row_alone():
    boy = first(lambda row: row["treatment"] == "dli" and row["sex"] == "M")
    after = with_change(boy, sex="")
    changed = changed_keys(BEFORE, after)
    # Sex passes the screen, and selection is run on patients complete for every candidate.
    assert of(changed, "t1.") == of(changed, "t1.gender.")
    assert of(changed, "t3.") == of(changed, "t3.gender.")
    assert number(after, "t1.gender.missing.n") == 1
    assert next(table.n for table in after.tables if table.id == "t4") == 287


def test_a_removed_death_changes_its_treatment_and_the_totals():
    dead = first(lambda row: row["treatment"] == "dli" and row["death"] == "yes")
    end = dead["death_date"]
    after = with_change(dead, death="no", death_date=None, last_contact_date=end)
    changed = changed_keys(BEFORE, after)
    assert not of(changed, "t1.", "text.age", "text.first", "s2.")
    others = ("second_hsct", "chemo_dli", "palliative", "chemotherapy")
    assert not of(changed, *(f"t2.treatment.{level}." for level in others))
    assert number(after, "t2.treatment.dli.deaths") == 11
    assert number(after, "t2.global.deaths") == 252
    assert number(after, "text.alive_failed.n") == 41
    assert {"t3.age.p", "t4.treatment.dli.hr", "text.interaction.p", "text.alive.pct"} <= changed


def test_a_moved_relapse_date_changes_its_own_interval_and_survival():
    late = first(lambda row: row["treatment"] == "chemo_dli" and row["days_to_failure"] > 400)
    earlier = date.fromisoformat(late["failure_date"]) - timedelta(days=10)
    days = late["days_to_failure"] - 10
    after = with_change(late, failure_date=earlier.isoformat(), days_to_failure=days)
    changed = changed_keys(BEFORE, after)
    assert not of(changed, "t1.", "s2.", "text.status", "text.alive_failed")
    assert not of(changed, "t2.treatment.dli.", "t2.treatment.palliative.", "t5.interval.0-6.")
    counts = {key for key in changed if key.endswith((".n", ".deaths"))}
    assert not counts
    assert {"t3.cr.yes.hr", "t4.treatment.chemo_dli.hr", "text.interaction.p"} <= changed


def test_a_relapse_moved_across_a_band_moves_one_patient():
    edge = first(lambda row: row["treatment"] != "" and row["days_to_failure"] == 91)
    later = date.fromisoformat(edge["failure_date"]) + timedelta(days=1)
    after = with_change(edge, failure_date=later.isoformat(), days_to_failure=92)
    assert number(after, "t1.interval.0-91.n") == 76
    assert number(after, "t1.interval.92-182.n") == 68
    counts = {k for k in changed_keys(BEFORE, after) if k.startswith("t1.") and k.endswith(".n")}
    assert counts == {"t1.interval.0-91.n", "t1.interval.92-182.n"}


def test_a_lost_treatment_moves_a_patient_to_the_excluded():
    patient = first(lambda row: row["treatment"] == "palliative")
    after = with_change(patient, treatment="")
    assert flow_of(after) == [1307, 334, (47,), 287]
    assert number(after, "excluded.excluded.n") == 47
    assert not of(changed_keys(BEFORE, after), "t3.")


def test_a_patient_older_than_the_cohort_leaves_every_box():
    patient = first(lambda row: row["treatment"] == "palliative")
    after = with_change(patient, age_at_transplant=18.0)
    assert flow_of(after) == [1306, 333, (46,), 287]


def test_a_second_transplant_row_of_the_same_patient_counts_nowhere():
    again = {**first(lambda row: row["treatment"] == "second_hsct"), "allo_number": 2}
    after = compute([*roux_rows(), again])
    assert not changed_keys(BEFORE, after)
    assert after.provenance.rows == 1308


def test_a_death_after_the_cutoff_is_not_known_yet():
    alive = first(lambda row: row["treatment"] != "" and row["death"] == "no")
    followed = with_change(alive, last_contact_date="2014-12-31")
    later = {"death": "yes", "death_date": "2015-06-01", "last_contact_date": "2015-06-01"}
    assert not changed_keys(followed, with_change(alive, **later))


def test_what_came_after_the_cutoff_is_not_known_on_it():
    lived = {"last_contact_date": "2016-01-01", "failure": "yes", "failure_date": "2014-11-01"}
    later, sooner = "2015-02-01", "2014-12-31"
    rows = [
        lived | {"treatment": "second_hsct", "second_transplant_date": later},
        lived | {"treatment": "second_hsct", "second_transplant_date": sooner},
        lived | {"treatment": "chemo_dli", "first_dli_date": later},
        lived | {"treatment": "dli", "first_dli_date": sooner, "second_transplant_date": later},
        lived | {"treatment": "palliative"},
        lived | {"failure_date": later, "treatment": "palliative", "days_to_failure": 9},
    ]
    seen = as_of(columns_of({"patient": str(i), **row} for i, row in enumerate(rows)), sooner)
    assert seen["treatment"].tolist() == ["", "second_hsct", "", "dli", "palliative", ""]
    assert seen.known("second_transplant_date").tolist() == [False, True, *[False] * 4]
    assert seen.known("first_dli_date").tolist() == [False] * 3 + [True, False, False]
    assert seen["failure"].tolist() == ["yes"] * 5 + ["no"]
    assert not seen.known("days_to_failure").any()


def test_transplants_that_may_not_be_the_first_are_told():
    one = first(lambda row: row["treatment"] != "")
    after = with_change(one, allo_number=None)
    assert any("Transplants that may be first or further ones" in w for w in after.warnings)
    assert after.flow[0].n == 1306


def test_numbers_off_the_paper_are_called_different():
    gone = {row["patient"] for row in roux_rows() if row["treatment"] == "chemotherapy"}
    after = compute(row for row in roux_rows() if row["patient"] not in gone)
    words = {c.id: c.verdict for c in after.comparisons}
    assert words["roux.089"] == "differs"
    assert words["roux.062"] == "same"  # the interval of another treatment

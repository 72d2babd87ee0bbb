"""Does the Hazar study give the paper's numbers on the cohort that came in through the door?

The cases pass the door once; each test then changes columns of a single patient at most.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from demo.cohorts import hazar
from reports import published
from reports.catalogue import catalogue
from reports.columns import Columns
from reports.compute import Source, run
from reports.results import Results, Verdict
from reports.studies import STUDIES
from reports.studies.hazar_2021_turkey import STUDY
from reports.study import Study
from tests.reports.computed import changed_keys, number, values_of
from tests.reports.door import pass_through

GOLDEN = Path(__file__).parent / "golden"
NO_DATE = np.datetime64("NaT")
SOURCE = Path(__file__).parents[2] / "reports" / "studies" / "hazar_2021_turkey.py"


@pytest.fixture(scope="module")
def cohort(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Columns]:
    """All 994 transplants, first and second, as the registry gives them; then forgotten."""
    with django_db_blocker.unblock(), transaction.atomic():
        passed = pass_through(hazar.cases_by_centre())
        transaction.set_rollback(True)
    assert (passed.outcomes, passed.errors) == ({"new": 938}, 0)
    yield passed.taken.columns


@pytest.fixture(scope="module")
def before(cohort: Columns) -> Results:
    return answered(cohort)


def answered(columns: Columns, study: Study = STUDY) -> Results:
    """The study on these columns."""
    return run(study, columns, Source("2018-12-31", "test", "test", synthetic=True))


def first(columns: Columns, later_than: int = 0, **known: str | float) -> int:
    """The row of the first patient whose first transplant has these values (and late relapse)."""
    fits = columns["allo_number"] == 1
    if later_than:
        fits &= columns["days_to_failure"] > later_than
    for name, value in known.items():
        fits &= columns[name] == value
    return int(np.flatnonzero(fits)[0])


def with_change(columns: Columns, row: int, **change: Any) -> Columns:
    """The same columns but for some values of one row."""
    arrays = {}
    for name, value in change.items():
        kind = catalogue[name].kind
        # A longer code would be cut to the width of the column.
        array = columns[name].astype(object) if kind in ("code", "yes_no") else columns[name].copy()
        array[row] = value
        arrays[name] = array
    return columns.changed(**arrays)


def of(keys: set[str], *beginnings: str) -> set[str]:
    return {key for key in keys if key.startswith(beginnings)}


# --- beside the paper


def test_all_16_numbers_are_the_same_or_within_their_tolerance(before: Results) -> None:
    words = {one.id: one.verdict for one in before.comparisons}
    rounded = {one for one, word in words.items() if word is Verdict.SAME_AFTER_ROUNDING}
    assert len(words) == 16
    assert rounded == {"hazar.015"}  # P 0.0416 beside 0.041
    assert set(words.values()) == {Verdict.SAME, Verdict.SAME_AFTER_ROUNDING}
    assert before.verdicts["differs"] == before.verdicts["paper_disagrees"] == 0


def test_every_number_is_computed_without_the_paper(cohort: Columns, before: Results) -> None:
    alone = answered(cohort, replace(STUDY, paper=None))
    assert not changed_keys(before, alone)
    assert not alone.comparisons


def test_another_paper_changes_the_verdicts_and_no_number(cohort: Columns, before: Results) -> None:
    paper = published.read("hazar")
    entries = tuple(
        replace(one, value=one.value + 1, printed=f"{one.value + 1:g}", operator="=")
        for one in paper.entries
    )
    other = answered(cohort, replace(STUDY, paper=replace(paper, entries=entries)))
    assert not changed_keys(before, other)
    assert {one.verdict for one in other.comparisons} == {Verdict.DIFFERS}


def test_the_printed_numbers_are_taken_over_unchanged_and_agree_with_each_other() -> None:
    of_file = sha256((published.FOLDER / "hazar.json").read_bytes()).hexdigest()
    assert of_file in (published.FOLDER / "README.md").read_text(encoding="utf-8")
    assert not published.read("hazar").contradictions


def test_the_study_file_holds_no_printed_number_that_is_computed() -> None:
    code = SOURCE.read_text(encoding="utf-8")
    code = code[: code.index("remarks={")]
    for entry in published.read("hazar").entries:
        if entry.unit != "days" or entry.value > 365:  # 180 days are also where a band ends
            assert f" {entry.printed}" not in code.replace("(", " ")


def test_every_remark_stands_at_a_number_and_the_limits_are_told(before: Results) -> None:
    values = values_of(before)
    for key, remark in STUDY.all_remarks.items():
        assert remark in str(values[key].footnote)
    told = " ".join(before.method)
    assert "is biased by immortal time." in told and "has the same immortal time" in told
    assert STUDIES["hazar_2021_turkey"] is STUDY


# --- what is computed


def test_the_flow_counts_first_transplants_alone(cohort: Columns, before: Results) -> None:
    assert cohort.n == 938 + 56
    assert [box.n for box in before.flow] == [938, 255]


def test_the_screen_and_the_selection_leave_the_model_of_the_paper(before: Results) -> None:
    table = next(table for table in before.tables if table.id == "t3")
    headings = [row.label for row in table.rows if row.heading]
    assert headings == ["Relapse outside the marrow alone", "Transplant to relapse"]
    assert (table.n, table.events) == (255, 224)
    for name in ("em", "interval"):
        assert (number(before, f"t2.{name}.p") or 0) < 0.05
    for name in ("diagnosis", "sex", "status", "donor", "source", "agvhd", "cgvhd"):
        assert (number(before, f"t2.{name}.p") or 0) > 0.20


def test_the_salvage_is_compared_in_chemosensitive_relapse(before: Results) -> None:
    levels = ("curative_no_hsct2", "second_hsct", "palliative")
    assert [number(before, f"t1.salvage.{one}.n") for one in levels] == [173, 56, 26]
    assert [number(before, f"t4.salvage.{one}.n") for one in levels] == [79, 48, 0]
    figure = before.figures[2]
    assert figure.test == "Log-rank P = 0.028"
    assert [series.n for series in figure.series] == [79, 48]


# --- beyond the paper: the second transplant without immortal time, beside R


def golden(name: str) -> list[dict[str, str]]:
    with (GOLDEN / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    return rows


@pytest.mark.parametrize(
    ("name", "stem"), [("hazar_time_dependent", "t5.second"), ("hazar_ever", "t5.naive.second")]
)
def test_the_second_transplant_as_r_has_it(before: Results, name: str, stem: str) -> None:
    row = golden(name)[0]
    assert row["coefficient"] in ("second_on", "everTRUE")
    for part in ("hr", "lo", "hi", "p"):
        assert number(before, f"{stem}.{part}") == pytest.approx(float(row[part]), rel=1e-6)


def test_the_covariates_beside_it_as_r_has_them(before: Results) -> None:
    ours = {"emyes": "em.yes", "interval0-180": "interval.0-180"}
    for row in golden("hazar_time_dependent")[1:3]:
        key = f"t5.{ours[row['coefficient']]}"
        assert number(before, f"{key}.hr") == pytest.approx(float(row["hr"]), rel=1e-6)


def test_from_its_day_on_the_second_transplant_looks_less_good(before: Results) -> None:
    from_its_day, ever = number(before, "t5.second.hr"), number(before, "t5.naive.second.hr")
    assert (ever or 0) < (from_its_day or 0) < 1
    assert number(before, "t5.second.n") == number(before, "t5.naive.second.n") == 48


def test_the_landmark_as_r_has_it(before: Results) -> None:
    test = golden("hazar_landmark_test")[0]
    assert number(before, "t6.no.n") == int(test["n_no"])
    assert number(before, "t6.yes.n") == int(test["n_yes"])
    assert number(before, "t6.logrank.p") == pytest.approx(float(test["p"]), rel=1e-6)
    for row in golden("hazar_landmark"):
        key = f"t6.{row['group'].removeprefix('by_then=')}.{float(row['days']) / 365.25:g}y"
        assert number(before, f"{key}.risk") == int(row["n.risk"])
        for part, name in (("s", "surv"), ("se", "std.err"), ("lo", "lower"), ("hi", "upper")):
            assert number(before, f"{key}.{part}") == pytest.approx(
                100 * float(row[name]), rel=1e-6
            )


def test_who_is_left_out_of_the_landmark_is_counted(before: Results) -> None:
    parts = ("no.n", "yes.n", "left_out.event", "left_out.censored")
    assert sum(number(before, f"t6.{part}") or 0 for part in parts) == 127


# --- wiring: one patient is changed at a time


def test_a_flipped_sex_changes_the_numbers_of_sex_alone(cohort: Columns, before: Results) -> None:
    boy = first(cohort, failure="yes", sex="M")
    after = answered(with_change(cohort, boy, sex="F"))
    changed = changed_keys(before, after)
    assert changed == of(changed, "t1.sex.", "t2.sex.")
    assert (number(after, "t1.sex.M.n"), number(after, "t1.sex.F.n")) == (174, 81)
    assert "t2.sex.p" in changed


def test_who_never_relapsed_counts_in_the_first_box_alone(cohort: Columns, before: Results) -> None:
    well = first(cohort, failure="no", sex="M", death="no")
    change = {"sex": "F", "chronic_gvhd": "yes", "last_contact_date": "2020-01-01"}
    assert not changed_keys(before, answered(with_change(cohort, well, **change)))
    after = answered(with_change(cohort, well, age_at_transplant=18.0))
    assert [box.n for box in after.flow] == [937, 255]
    assert not changed_keys(before, after)


def test_an_earlier_relapse_lengthens_its_own_survival(cohort: Columns, before: Results) -> None:
    late = first(
        cohort,
        later_than=400,
        failure="yes",
        death="yes",
        relapse_site="isolated_bm",
        chemosensitive="no",
    )
    change = {
        "failure_date": cohort["failure_date"][late] - np.timedelta64(30, "D"),
        "days_to_failure": cohort["days_to_failure"][late] - 30,
    }
    after = answered(with_change(cohort, late, **change))
    changed = changed_keys(before, after)
    assert not {key for key in changed if key.endswith((".n", ".deaths", ".pct"))}
    assert not of(changed, "t1.", "t4.", "text.cause", "text.alive", "text.interval")
    assert not of(changed, "t2.interval.0-180.", "t2.interval.181-365.", "t2.em.yes.")
    assert {"t3.em.yes.hr", "t3.interval.0-180.hr", "t3.interval.181-365.hr"} <= changed


def test_a_relapse_moved_across_a_band_moves_one_patient(cohort: Columns, before: Results) -> None:
    edge = first(cohort, failure="yes", days_to_failure=180)
    date = cohort["failure_date"][edge] + np.timedelta64(1, "D")
    after = answered(with_change(cohort, edge, failure_date=date, days_to_failure=181))
    assert number(after, "t1.interval.0-180.n") == 135
    assert number(after, "t1.interval.181-365.n") == 51
    counts = {key for key in changed_keys(before, after) if key.endswith(".n")}
    assert of(counts, "t1.") == {"t1.interval.0-180.n", "t1.interval.181-365.n"}


def test_a_removed_death_changes_its_group_and_the_totals(cohort: Columns, before: Results) -> None:
    dead = first(
        cohort,
        failure="yes",
        salvage="second_hsct",
        chemosensitive="yes",
        death_cause="relapse",
    )
    alive = {"death": "no", "death_date": NO_DATE, "death_cause": ""}
    after = answered(with_change(cohort, dead, **alive))
    changed = changed_keys(before, after)
    assert number(after, "text.deaths.n") == 223
    assert number(after, "text.cause.pct") == pytest.approx(100 * 184 / 223)
    assert number(after, "t4.salvage.second_hsct.deaths") == 33
    assert not of(changed, "t1.", "t4.salvage.curative_no_hsct2.", "text.interval")
    assert {"t3.em.yes.hr", "t4.logrank.p", "text.os.3y.se", "text.alive.median"} <= changed


def test_another_cause_of_death_changes_the_share_alone(cohort: Columns, before: Results) -> None:
    dead = first(cohort, failure="yes", death_cause="relapse")
    after = answered(with_change(cohort, dead, death_cause="non_relapse"))
    assert changed_keys(before, after) == {"text.cause.n", "text.cause.pct"}
    unknown = answered(with_change(cohort, dead, death_cause=""))
    assert number(unknown, "text.cause.pct") == pytest.approx(100 * 184 / 223)


def test_another_salvage_changes_no_model(cohort: Columns, before: Results) -> None:
    child = first(cohort, salvage="second_hsct", chemosensitive="yes")
    after = answered(with_change(cohort, child, salvage="curative_no_hsct2"))
    changed = changed_keys(before, after)
    assert changed == of(changed, "t1.salvage.", "t4.salvage.", "t4.logrank.p")
    assert number(after, "t4.salvage.curative_no_hsct2.n") == 80


def test_another_site_changes_the_models_and_no_salvage(cohort: Columns, before: Results) -> None:
    child = first(cohort, relapse_site="isolated_em")
    after = answered(with_change(cohort, child, relapse_site="combined"))
    changed = changed_keys(before, after)
    assert changed == of(changed, "t1.site.", "t2.em.", "t3.", "t5.")
    assert number(after, "t3.em.yes.n") == 40


def test_a_progression_is_no_relapse(cohort: Columns) -> None:
    child = first(cohort, failure="yes")
    after = answered(with_change(cohort, child, failure_kind="PROGRESSION"))
    assert [box.n for box in after.flow] == [938, 254]


# --- data that cannot give a number


@pytest.mark.parametrize("case", ["nobody", "no relapse", "no death", "nobody chemosensitive"])
def test_every_cell_is_a_number_or_a_sentence(cohort: Columns, case: str) -> None:
    n = cohort.n
    columns = {
        "nobody": cohort.where(np.zeros(n, dtype=np.bool_)),
        "no relapse": cohort.changed(failure_kind=[""] * n),
        "no death": cohort.changed(death=["no"] * n, death_date=[None] * n, death_cause=[""] * n),
        "nobody chemosensitive": cohort.changed(chemosensitive=[""] * n),
    }[case]
    results = answered(columns)
    results.to_json()  # refuses NaN and infinity
    for key, value in values_of(results).items():
        assert (value.value is None) == bool(value.reason), key

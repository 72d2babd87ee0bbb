"""What does each study answer where the data cannot give a number? Numbers or sentences, never a crash.

Every study in STUDIES is asked; a new one joins by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from reports.catalogue import catalogue
from reports.columns import Columns
from reports.compute import run
from reports.render.html import report_page
from reports.results import Results
from reports.studies import STUDIES
from reports.study import Study
from tests.reports.any_cohort import DAY, NEVER, cohort_of, columns_named_in, groupings_of
from tests.reports.computed import MADE
from tests.reports.sound import faults

Change = Callable[[Columns, Study], Columns]


@cache
def whole(name: str) -> Columns:
    return cohort_of(STUDIES[name])


def answer(study: Study, columns: Columns) -> Results:
    return run(study, columns, MADE)


def first(n: int) -> Change:
    return lambda columns, _: columns.where(np.arange(columns.n) < n)


def alive(columns: Columns, _: Study) -> Columns:
    return columns.changed(
        death=np.full(columns.n, "no"), death_date=np.full(columns.n, NEVER, "M8[D]")
    )


def dead(columns: Columns, when: np.ndarray) -> Columns:
    return columns.changed(death=np.full(columns.n, "yes"), death_date=when, last_contact_date=when)


def dead_after(days: int) -> Change:
    """Everybody dies so many days after the origin of the study."""
    return lambda columns, study: dead(columns, columns[study.end_point.origin] + days * DAY)


def dead_on_a_calendar_day(columns: Columns, _: Study) -> Columns:
    return dead(columns, np.full(columns.n, np.datetime64("2019-12-31")))


def lost(*names: str) -> Change:
    """Columns without any value."""
    empty = {"date": NEVER, "number": np.nan, "code": "", "yes_no": ""}
    return lambda columns, _: columns.changed(
        **{name: np.full(columns.n, empty[catalogue[name].kind]) for name in names}
    )


def deaths_without_date(columns: Columns, _: Study) -> Columns:
    return columns.changed(death_date=np.full(columns.n, NEVER, "M8[D]"))


def ended_before(columns: Columns, study: Study) -> Columns:
    """Last contact and death come before the origin."""
    when = columns[study.end_point.origin] - 10 * DAY
    died = np.where(columns["death"] == "yes", when, NEVER)
    return columns.changed(last_contact_date=when, death_date=died)


def everyone_twice(columns: Columns, _: Study) -> Columns:
    twice = np.repeat(np.arange(columns.n), 2)
    return Columns({name: columns[name][twice] for name in columns.names})


def one_value_each(columns: Columns, _: Study) -> Columns:
    """All patients are the same but for their names and dates."""
    kept = ("patient", *(name for name in columns.names if catalogue[name].kind == "date"))
    same = {name: np.full(columns.n, columns[name][0]) for name in columns.names}
    return columns.changed(**{name: same[name] for name in same if name not in kept})


def far_dates(columns: Columns, study: Study) -> Columns:
    """Half of them begin in the year 1; all are followed to the last day that can be a patient's."""
    late = np.arange(columns.n) % 2 == 0
    end = np.full(columns.n, np.datetime64("2200-12-31"))
    begin = np.where(late, columns[study.end_point.origin], np.datetime64("0001-01-01"))
    died = np.where(columns["death"] == "yes", end, NEVER)
    moved = {study.end_point.origin: begin}
    return columns.changed(last_contact_date=end, death_date=died, **moved)


def numbers_of(size: float) -> Change:
    """Every measured number is so many times as large."""

    def change(columns: Columns, study: Study) -> Columns:
        measured = [
            name
            for name in columns_named_in(study)
            if catalogue[name].kind == "number" and name not in ("allo_number", "age_at_transplant")
        ]
        return columns.changed(**{name: columns[name] * size for name in measured})

    return change


CASES: dict[str, Change] = {
    "an empty cut": first(0),
    "one patient": first(1),
    "two patients": first(2),
    "three patients": first(3),
    "seven patients": first(7),
    "nobody dies": alive,
    "everybody dies on the day of the origin": dead_after(0),
    "everybody dies a day later": dead_after(1),
    "everybody dies on one day of the calendar": dead_on_a_calendar_day,
    "deaths without date": deaths_without_date,
    "no follow-up": lambda columns, study: lost("last_contact_date")(alive(columns, study), study),
    "ended before the origin": ended_before,
    "no dates at all": lost(*(name for name in catalogue if catalogue[name].kind == "date")),
    "nothing known but who is in": lost(
        *(name for name in catalogue if name not in ("patient", "transplant_type", "allo_number"))
    ),
    "all in one centre": lambda columns, _: columns.changed(centre=np.full(columns.n, "A")),
    "centres not known": lost("centre"),
    "everyone twice": everyone_twice,
    "all the same": one_value_each,
    "far dates": far_dates,
    "numbers a billion times as large": numbers_of(1e9),
    "numbers a billion times as small": numbers_of(1e-9),
}  # fmt: skip


@pytest.mark.parametrize("case", ["the cohort itself", *CASES])
@pytest.mark.parametrize("name", STUDIES)
def test_a_bad_cohort_gets_numbers_or_sentences(name: str, case: str) -> None:
    study, columns = STUDIES[name], whole(name)
    results = answer(study, CASES[case](columns, study) if case in CASES else columns)
    assert faults(results) == []
    kept = results.to_json()
    assert Results.from_json(kept).to_json() == kept


@pytest.mark.parametrize("day", ["2201-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    ("name", "column"),
    [(n, c) for n in STUDIES for c in columns_named_in(STUDIES[n]) if catalogue[c].kind == "date"],
)
def test_a_day_that_stands_for_never_is_left_out_and_counted(
    name: str, column: str, day: str
) -> None:
    study, columns = STUDIES[name], whole(name)
    never = np.where(np.arange(columns.n) < 3, np.datetime64(day), columns[column])
    results = answer(study, columns.changed(**{column: never}))
    assert faults(results) == []
    label = catalogue[column].label
    assert (
        f"Left out: 3 transplants with a date after 2200-12-31 ({label[:1].lower()}{label[1:]} in 3), "
        "which no patient can have. Correct the date, or leave it empty for what never happened."
    ) in results.warnings
    assert results.flow == answer(study, columns.where(np.arange(columns.n) >= 3)).flow


def test_where_every_day_stands_for_never_nobody_is_analysed_and_both_are_told() -> None:
    study, columns = STUDIES["momm_prszt"], whole("momm_prszt")
    never = np.full(columns.n, np.datetime64("9999-12-31"))
    results = answer(study, columns.changed(death_date=never))
    assert faults(results) == [] and results.flow[-1].n == 0
    assert results.warnings[0].startswith("No patient meets the criteria of the study.")
    assert results.warnings[1].startswith("Left out: 90 transplants with a date after 2200-12-31")


@pytest.mark.parametrize("case", ["an empty cut", "one patient", "nobody dies", "far dates"])
@pytest.mark.parametrize("name", STUDIES)
def test_a_bad_cohort_has_a_page(name: str, case: str) -> None:
    study = STUDIES[name]
    page = report_page(answer(study, CASES[case](whole(name), study)))
    assert study.title in page and "nan" not in page.lower().split()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", STUDIES)
def test_any_values_may_be_missing(name: str, seed: int) -> None:
    """Of every column but those that say who a row is, a random part is lost."""
    random, study = np.random.default_rng(seed), STUDIES[name]
    columns = cohort_of(study, n=int(random.choice([5, 15, 40, 120])), seed=seed)
    empty = {"date": NEVER, "number": np.nan, "code": "", "yes_no": ""}
    for column in columns_named_in(study):
        gone = random.random(columns.n) < random.choice([0, 0.05, 0.4])
        values = np.where(gone, empty[catalogue[column].kind], columns[column])
        columns = columns.changed(**{column: values})
    assert faults(answer(study, columns)) == []


@pytest.mark.parametrize(
    ("name", "column"),
    [(one, column) for one in STUDIES for column in columns_named_in(STUDIES[one])],
)
def test_a_column_may_be_empty(name: str, column: str) -> None:
    study = STUDIES[name]
    assert faults(answer(study, lost(column)(whole(name), study))) == []


EVERY_GROUPING = [(one, grouping) for one in STUDIES for grouping in groupings_of(STUDIES[one])]


@pytest.mark.parametrize(("name", "grouping"), EVERY_GROUPING)
def test_the_reference_level_may_have_no_patients(name: str, grouping: str) -> None:
    study, columns = STUDIES[name], whole(name)
    factor = groupings_of(study)[grouping].factor(columns)
    assert faults(answer(study, columns.where(factor.codes != 0))) == []


@pytest.mark.parametrize("name", STUDIES)
def test_the_last_level_may_have_no_patients(name: str) -> None:
    study, columns = STUDIES[name], whole(name)
    for grouping in groupings_of(study).values():
        factor = grouping.factor(columns)
        left = columns.where(factor.codes != len(factor.levels) - 1)
        assert faults(answer(study, left)) == [], grouping.name


@pytest.mark.parametrize("place", [0, -1], ids=["reference", "last"])
@pytest.mark.parametrize(("name", "grouping"), EVERY_GROUPING)
def test_all_events_may_lie_in_one_level(name: str, grouping: str, place: int) -> None:
    """Deaths, and failures where they are no criterion, happen in one level only."""
    study, columns = STUDIES[name], whole(name)
    factor = groupings_of(study)[grouping].factor(columns)
    here = factor.codes == range(len(factor.levels))[place]
    changed = columns.changed(
        death=np.where(here, "yes", "no"),
        death_date=np.where(here, columns["last_contact_date"], NEVER),
    )
    if study.end_point.origin != "failure_date":
        changed = changed.changed(
            failure=np.where(here, changed["failure"], "no"),
            failure_date=np.where(here, changed["failure_date"], NEVER),
            days_to_failure=np.where(here, changed["days_to_failure"], np.nan),
        )
    assert faults(answer(study, changed)) == []


@pytest.mark.parametrize("name", STUDIES)
def test_levels_may_follow_one_another_in_time(name: str) -> None:
    """The order of the deaths is that of a covariate: the likelihood has no largest value."""
    study, columns = STUDIES[name], whole(name)
    for grouping in groupings_of(study).values():
        codes = grouping.factor(columns).codes.astype(int)
        when = (
            columns[study.end_point.origin] + (5 + 300 * (codes + 1) + np.arange(columns.n)) * DAY
        )
        assert faults(answer(study, dead(columns, when))) == [], grouping.name


@pytest.mark.parametrize("name", STUDIES)
def test_the_cohort_is_as_large_as_it_should_be(name: str) -> None:
    """Otherwise the tests above would ask for nothing."""
    results = answer(STUDIES[name], whole(name))
    assert {box.n for box in results.flow} == {90}
    assert all(table.n for table in results.tables if table.n is not None)

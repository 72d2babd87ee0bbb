"""What does each study say of a few patients? Sentences and warnings, never a number without sense."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from django.db import transaction

from demo.cohorts.reading import Case
from demo.studies_job import COHORTS
from reports.columns import Columns
from reports.compute import Source, run
from reports.render.html import report_page
from reports.render.pdf import pdf
from reports.results import Results, Value
from reports.studies import STUDIES
from tests.reports.door import pass_through

NINE_FAILURES = "F03"  # of the SFGM-TC's centres
SENSIBLE_RATIO = (0.01, 100)


def columns_of(cohort: dict[str, list[Case]]) -> Columns:
    """These cases after the registry's door; nothing stays in the database."""
    with transaction.atomic():
        passed = pass_through(cohort)
        transaction.set_rollback(True)
    return passed.taken.columns


def answer(study: str, columns: Columns) -> Results:
    return run(STUDIES[study], columns, Source("2026-01-31", "test", "test"), judged=False)


def values(results: Results) -> Iterator[Value]:
    for table in results.tables:
        for row in table.rows:
            yield from (cell for cell in row.cells if cell is not None)
    yield from (one.value for one in results.texts)


def nonsense(results: Results) -> list[Value]:
    """Numbers that are none, ratios that no data can mean, gaps that nobody explains."""
    low, high = SENSIBLE_RATIO
    found = []
    for one in values(results):
        if one.value is None:
            wrong = not one.text.strip() and not one.reason
        else:
            ratio = str(one.key).endswith(".hr")
            wrong = not math.isfinite(one.value) or (ratio and not low < one.value < high)
        if wrong or {"nan", "inf"} & set(one.text.lower().split()):
            found.append(one)
    return found


def sound(results: Results) -> None:
    assert nonsense(results) == []
    n = results.flow[-1].n
    few = [one for one in results.warnings if "too few" in one or "No patient meets" in one]
    assert (n < 30) == bool(few), n
    assert pdf(results)[:5] == b"%PDF-" and "<!DOCTYPE html>" in report_page(results)


@pytest.mark.django_db
@pytest.mark.parametrize("study", COHORTS)
def test_the_smallest_and_the_largest_centre_of_its_own_cohort(study: str) -> None:
    cohort = COHORTS[study].cases_by_centre()
    by_size = sorted(cohort, key=lambda code: len(cohort[code]))
    for code in {by_size[0], by_size[-1]}:
        sound(answer(study, columns_of({code: cohort[code]})))


@pytest.mark.django_db
def test_every_study_on_a_centre_with_nine_failures() -> None:
    cases = COHORTS["roux_2017_sfgmtc"].cases_by_centre()[NINE_FAILURES]
    columns = columns_of({NINE_FAILURES: cases})
    assert (columns["failure"] == "yes").sum() == 9
    for study in STUDIES:
        sound(answer(study, columns))


@pytest.mark.django_db
def test_a_model_without_a_number_is_not_called_thin() -> None:
    """F04 has two failures, one of them of an ALL: the model of ALL is sentences only."""
    cases = COHORTS["roux_2017_sfgmtc"].cases_by_centre()["F04"]
    told = answer("roux_2017_sfgmtc", columns_of({"F04": cases})).warnings
    assert [one for one in told if "per coefficient" in one] == []

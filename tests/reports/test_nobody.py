"""What does a report say that has no patient: why, and what to do? And it shows no empty frame."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from reports.columns import Columns
from reports.compute import run
from reports.render.html import report_page
from reports.render.mail import notice_of
from reports.render.pdf import pdf
from reports.render.sheet import workbook
from reports.render.tabular import tabular
from reports.render.word import word
from reports.results import Period, Results
from reports.studies import STUDIES
from reports.study import Study
from tests.reports.any_cohort import cohort_of
from tests.reports.computed import MADE

START = "No patient meets the criteria of the study. "
NO_RECORDS = START + (
    "The records taken hold no allogeneic transplant. To have a report, choose further centres, or "
    "have the records corrected that are left out."
)
PERIOD = Period("1970-01-01", "1970-12-31")


def answer(study: Study, columns: Columns, period: Period | None = None) -> Results:
    return run(study, columns, replace(MADE, period=period), judged=False)


def nobody(study: Study) -> Results:
    columns = cohort_of(study)
    return answer(study, columns.where(np.zeros(columns.n, dtype=np.bool_)))


def text_of(page: str) -> str:
    drawn = re.sub(r"<style.*?</style>|<svg.*?</svg>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", drawn).replace("&#x27;", "'").split())


@pytest.mark.parametrize("study", STUDIES.values(), ids=list(STUDIES))
def test_without_records_it_says_what_to_do(study: Study) -> None:
    results = nobody(study)
    assert results.warnings[0] == NO_RECORDS
    page = report_page(results)
    assert NO_RECORDS in text_of(page) and "None" not in text_of(page)
    frames = re.findall(r"<table(.*?)</table>", page, flags=re.DOTALL)
    assert len(frames) == 1 and "checklist" in frames[0], "no other table stands there"
    assert "<figure" not in page
    notice = notice_of(results, heading="Report")
    assert NO_RECORDS in notice.sentence and "None" not in notice.sentence
    assert pdf(results)[:5] == b"%PDF-" and word(results) and workbook(results)
    assert tabular(results), "the numbers of the file stay: a program asks for the same keys"


@pytest.mark.parametrize("study", STUDIES.values(), ids=list(STUDIES))
def test_a_period_without_transplants_is_to_be_widened(study: Study) -> None:
    assert answer(study, cohort_of(study), PERIOD).warnings[0] == START + (
        "Not one of the 90 transplants was done from 1970-01-01 to 1970-12-31. To have a report, "
        "widen the period, or choose further centres."
    )


def test_the_condition_that_nobody_meets_is_named() -> None:
    study = STUDIES["roux_2017_sfgmtc"]
    columns = cohort_of(study)
    first, failed, *_ = study.cohort
    none = columns.changed(failure=np.full(columns.n, "no"))
    told = START + (
        f"Of the 90 transplants of “{first.label}” none reaches “{failed.label}”. Not one of them "
        f"meets: {failed.criteria[0].sentence}. To have a report, "
    )
    assert answer(study, none).warnings[0] == f"{told}choose further centres."
    wide = answer(study, none, Period("1900-01-01"))
    assert wide.warnings[0] == f"{told}widen the period, or choose further centres."
    page = report_page(answer(study, none))
    assert "Not one of them meets" in page and "90" in text_of(page)


def test_with_a_patient_nothing_of_it_is_said() -> None:
    study = STUDIES["roux_2017_sfgmtc"]
    columns = cohort_of(study)
    one = answer(study, columns.where(np.arange(columns.n) == 0))
    assert not any(START.strip() in warning for warning in one.warnings)
    assert "<figure" in report_page(one)

"""Does a run that is said to hold the paper's patients say so when it holds only some of them?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reports.compute import run
from reports.compute.part import OTHER_PATIENTS
from reports.compute.whole_cohort import part_told
from reports.render.html import report_page
from reports.render.pdf import pdf
from reports.results import FlowStep, Results
from reports.studies.roux_2017_sfgmtc import STUDY
from reports.study import Study
from tests.reports.computed import MADE
from tests.reports.network import Network
from tests.reports.roux_columns import roux_columns

ALL = roux_columns()
EXPECTED = (
    "Differences from the paper are expected, and those below say nothing against its numbers or "
    "ours."
)


def answer(share: int = 1, *, study: Study = STUDY, judged: bool = True) -> Results:
    """The study on every so-manieth row of its cohort."""
    rows = ALL.where(np.arange(ALL.n) % share == 0)
    return run(study, rows, replace(MADE, cut_date="2014-12-31"), judged=judged)


def told(results: Results) -> list[str]:
    return [one for one in results.warnings if "of the paper's cohort" in one]


def test_a_part_of_the_cohort_says_how_many_of_the_papers_patients_it_holds() -> None:
    results = answer(2)
    n = results.flow[-1].n
    assert 0 < n < 288
    said = f"This run holds {n} of the 288 patients of the paper's cohort (“Analysed”). {EXPECTED}"
    assert told(results) == [said]
    assert said in report_page(results).replace("&#x27;", "'")
    assert pdf(results)[:5] == b"%PDF-"


def test_the_whole_cohort_and_other_patients_need_no_such_word() -> None:
    assert told(answer()) == []
    others = answer(2, judged=False)
    assert told(others) == [] and OTHER_PATIENTS in others.warnings


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((1307, 334, 288), ""),
        ((1307, 334, 287), "287 of the 288 patients of the paper's cohort (“analysed”)"),
        ((1000, 334, 288), "1000 of the 1307 patients of the paper's cohort (“first”)"),
        ((0, 0, 0), "0 of the 288 patients"),
        ((1307, 334, 300), "300 patients, the paper's cohort only 288"),
    ],
)
def test_the_last_box_that_differs_is_told(counts: tuple[int, ...], said: str) -> None:
    names = ("first", "failed", "analysed")
    boxes = tuple(
        FlowStep(name, n, None, key=f"flow.{name}") for name, n in zip(names, counts, strict=True)
    )
    found = part_told(STUDY.paper, boxes)
    assert len(found) == bool(said) and all(said in one for one in found)
    assert part_told(None, boxes) == ()


def test_the_form_says_it_before(network: Network) -> None:
    page = network.client("statistician").get(f"/studies/{STUDY.id}/").content.decode()
    assert "the report then says how many of the paper" in page

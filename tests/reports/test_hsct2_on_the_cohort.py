"""Does the registry's study of second transplants give the printed numbers, on the cohort?

The 72 cases go through the registry's door and come out as columns; nothing is read past it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from demo.cohorts import hsct2
from reports.results import Results, Table, Verdict
from reports.studies import STUDIES
from reports.studies.hsct2_2025_ecog import COVARIATES, STUDY
from tests.reports.answered import answer, by_id, words_of
from tests.reports.computed import number, values_of


@pytest.fixture(scope="module")
def results(django_db_setup: None, django_db_blocker: Any) -> Results:
    return answer(STUDY, hsct2.cases_by_centre(), django_db_blocker)


def table(results: Results, name: str) -> Table:
    return next(one for one in results.tables if one.id == name)


def test_all_15_numbers_are_compared_and_none_differs(results: Results) -> None:
    assert len(results.comparisons) == 15
    assert all(one.ours is not None for one in results.comparisons)
    assert words_of(results) == {
        Verdict.SAME: 13,
        Verdict.SAME_AFTER_ROUNDING: 1,  # upper limit of the hazard ratio: 4.325 for 4.326
        Verdict.PAPER_DISAGREES: 1,
    }
    assert by_id(results)["hsct2.014"].ours == pytest.approx(4.325, abs=0.0005)


def test_the_lower_limit_of_the_median_lost_its_sign_and_its_decimals(results: Results) -> None:
    """Symmetric limits about 11 that end at 22.9 begin at -0.9; the paper prints 1."""
    limit = by_id(results)["hsct2.010"]
    assert limit.verdict is Verdict.PAPER_DISAGREES
    assert (limit.printed, limit.ours_text) == ("1", "-0.9")
    assert "The paper prints 1; symmetric limits" in limit.note
    assert "The paper prints 1" in str(values_of(results)["text.os.lo"].footnote)
    median, low, high = (number(results, f"text.os.{part}") for part in ("median", "lo", "hi"))
    assert median == pytest.approx(((low or 0) + (high or 0)) / 2)


def test_the_flow_keeps_the_second_transplants(results: Results) -> None:
    assert [box.n for box in results.flow] == [72]
    assert "Of 144 transplants" in results.method[0]


def test_all_twelve_covariates_pass_the_screen_and_ecog_alone_is_left(results: Results) -> None:
    assert len(COVARIATES) == 12
    final = table(results, "t3")
    assert (final.n, final.events) == (72, 44)
    assert [row.label for row in final.rows if row.heading] == ["ECOG performance status"]
    told = final.footnotes[0]
    assert all(covariate.label in told for covariate in COVARIATES)
    assert told.count("removed ") == 11 and "re-entered" not in told
    assert told.endswith("removed Body mass index (P = 0.149).")
    assert not results.warnings


def test_an_abbreviation_stays_one_in_a_sentence(results: Results) -> None:
    assert "by ECOG performance status" in results.figures[1].caption


def test_the_survivors_were_followed_longer_than_the_printed_median(results: Results) -> None:
    assert number(results, "text.followup.median") == pytest.approx(8.0, abs=0.05)
    assert number(results, "text.survivors") == pytest.approx(25.3, abs=0.05)


def test_every_remark_of_the_study_stands_at_a_number(results: Results) -> None:
    values = values_of(results)
    for key, remark in STUDY.all_remarks.items():
        assert remark in str(values[key].footnote)


def test_the_study_is_registered_and_holds_no_printed_number_that_is_computed() -> None:
    assert STUDIES["hsct2_2025_ecog"] is STUDY
    folder = Path(__file__).parents[2] / "reports" / "studies"
    source = (folder / "hsct2_2025_ecog.py").read_text(encoding="utf-8")
    code = source[: source.index("limits=(")]
    for printed in ("72", "46", "26", "61.1", "22.9", "2.142", "1.061", "4.326", "109"):
        assert printed not in code

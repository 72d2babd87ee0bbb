"""Does the checklist answer for every study, only with what its report holds, on page and paper?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import BytesIO

import pytest
from pypdf import PdfReader

from reports.compute import run
from reports.render import html
from reports.render.pdf import pdf
from reports.results import ChecklistItem, Results
from reports.studies import STUDIES
from tests.reports import sample_results as sample
from tests.reports.any_cohort import cohort_of
from tests.reports.computed import MADE, compute
from tests.reports.roux_columns import roux_rows

POINTS = [
    *("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12a", "12b", "12c", "12d", "12e"),
    *("13", "14a", "14b", "14c", "15", "16a", "16b", "16c", "17", "18", "19", "20", "21", "22"),
]
NAMES = sorted(STUDIES)
ITEM = ChecklistItem("16c", "Absolute risks", "Table 9", "Nothing <b>else</b> #x")


@cache
def answer(name: str) -> Results:
    return run(STUDIES[name], cohort_of(STUDIES[name]), replace(MADE, dictionary_version="7"))


def point(results: Results, item: str) -> ChecklistItem:
    (found,) = (one for one in results.checklist if one.item == item)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_point_has_an_answer_or_is_left_to_the_authors(name: str) -> None:
    results = answer(name)
    assert [one.item for one in results.checklist] == POINTS
    assert all(one.answered or one.authors for one in results.checklist)
    assert all(one.topic and "None" not in one.answered for one in results.checklist)


@pytest.mark.parametrize("name", NAMES)
def test_it_names_only_what_the_report_holds(name: str) -> None:
    results = answer(name)
    labels = {t.label for t in results.tables} | {f.label for f in results.figures}
    for one in results.checklist:
        for word in ("Table ", "Figure "):
            for told in one.answered.split(word)[1:]:
                number = told.split(",")[0].split(" ")[0].split(":")[0].rstrip(".;")
                assert f"{word}{number}" in labels, f"{one.item}: {word}{number}"


@pytest.mark.parametrize("name", NAMES)
def test_counts_of_the_flow_stand_in_it(name: str) -> None:
    results = answer(name)
    assert " → ".join(str(box.n) for box in results.flow) in point(results, "13").answered
    assert f"All {results.flow[-1].n} patients" in point(results, "10").answered
    assert results.provenance.cut_date in point(results, "8").answered


@pytest.mark.parametrize("name", NAMES)
def test_what_only_authors_know_is_left_to_them(name: str) -> None:
    for item in ("2", "18", "20", "21", "22"):
        left = point(answer(name), item)
        assert left.answered == "" and left.authors == "All of it."


def test_missing_values_are_told_by_variable_with_their_numbers() -> None:
    results = answer("roux_2017_sfgmtc")
    told = point(results, "14b").answered
    table = next(t for t in results.tables if t.id == "text")
    missing = [r.cells[0].value for r in table.rows if r.label == "Missing" and r.cells[0]]
    assert missing and all(f" {count}" in told for count in missing)


def test_a_study_that_adjusts_for_nothing_does_not_claim_it() -> None:
    told = answer("kaya_2025_salvage")
    assert "Nothing is adjusted" in point(told, "12a").answered
    assert point(told, "16a").answered == "No model was fitted."
    assert point(told, "12e").answered == "" and point(told, "12e").authors


def test_a_study_with_further_analyses_says_where() -> None:
    told = compute(roux_rows())
    assert "Multiple imputation: Table S1" in point(told, "12c").answered
    assert "Subgroups: " in point(told, "12b").answered
    assert "against immortal time" in point(told, "9").answered


def test_a_study_whose_models_could_not_be_fitted_does_not_claim_them() -> None:
    few = [row for row in roux_rows() if row["treatment"]][:12]
    told = compute(few)
    assert "imputation" not in point(told, "12c").answered
    assert "Nothing is adjusted" in point(told, "12a").answered
    assert point(told, "12e").answered == "" and point(told, "12e").authors
    assert "After: " not in point(told, "16a").answered
    assert "immortal" not in point(told, "9").answered


def test_it_is_read_back_and_older_runs_have_none() -> None:
    made = sample.results(checklist=(ITEM,))
    assert Results.from_json(made.to_json()).checklist == (ITEM,)
    plain = sample.results().to_json().replace(',\n "checklist": []', "")
    assert "checklist" not in plain
    assert Results.from_json(plain).checklist == ()


def test_it_closes_the_page_and_the_pdf() -> None:
    made = sample.results(checklist=(ITEM,))
    page = html.report_page(made)
    assert "(the points of STROBE, in our words)" in page
    assert "Nothing &lt;b&gt;else&lt;/b&gt; #x" in page
    text = " ".join(" ".join(p.extract_text().split()) for p in PdfReader(BytesIO(pdf(made))).pages)
    assert text.index("Nothing <b>else</b> #x") > text.index("Patients alive were censored")
    without = replace(made, checklist=())
    assert "STROBE" not in html.report_page(without)

"""Does the method section tell what was run, and only that, so that it can stand in a manuscript?

Each study is asked on the whole of its calibrated cohort, and on its first twelve patients.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reports.columns import Columns
from reports.compute import run
from reports.model_words import MultivariableCox, ProportionalHazards
from reports.results import Results
from reports.studies import STUDIES
from reports.study import Study
from tests.reports.any_cohort import cohort_of
from tests.reports.computed import MADE, compute, values_of
from tests.reports.method_claims import CLAIMS, Report
from tests.reports.replayed import cut_of
from tests.reports.roux_columns import roux_rows

NAMES = sorted(STUDIES)
ROUX = STUDIES["roux_2017_sfgmtc"]
SOURCE = replace(MADE, dictionary_version="7")
FIRST = 12
Reports = dict[tuple[str, str], Report]


def answer_of(study: Study, columns: Columns, judged: bool = True) -> Results:
    return run(study, columns, SOURCE, judged=judged)


def first(study: Study, columns: Columns) -> Columns:
    """The first patients who meet all criteria."""
    meets = np.ones(columns.n, dtype=bool)
    for criterion in (one for step in study.cohort for one in step.criteria):
        meets &= criterion.holds(columns)
    return columns.where(meets & (np.cumsum(meets) <= FIRST))


@pytest.fixture(scope="module")
def reports(django_db_setup: None, django_db_blocker: Any) -> Reports:
    """Every study on the whole of its cohort, and on the first patients."""
    found: Reports = {}
    for name in NAMES:
        study, columns = STUDIES[name], cut_of(name, django_db_blocker)
        few = first(study, columns)
        assert few.n == FIRST
        found[name, "whole"] = Report(study, answer_of(study, columns))
        found[name, "first"] = Report(study, answer_of(study, few, judged=False))
    return found


def told(results: Results) -> str:
    """Method without the sentences that the study brings, and without what was not made."""
    own = [one for one in results.method if not one.startswith("Asked for by the study")]
    end = next(place for place, one in enumerate(own) if one.startswith("Computed by Engraft"))
    return " ".join(own[: end + 1])


def not_made(results: Results) -> str:
    return next((one for one in results.method if one.startswith("Asked for by the study")), "")


every = pytest.mark.parametrize(
    ("name", "part"), [(name, part) for name in NAMES for part in ("whole", "first")]
)


@every
@pytest.mark.parametrize("phrase", CLAIMS)
def test_a_phrase_stands_there_when_its_numbers_do(
    name: str, part: str, phrase: str, reports: Reports
) -> None:
    report = reports[name, part]
    assert (phrase in told(report.results)) is CLAIMS[phrase](report)


def test_every_phrase_is_claimed_somewhere_and_elsewhere_not(reports: Reports) -> None:
    """Otherwise the test above would hold of a section without it, or of one that always has it."""
    always = {"estimated by Kaplan-Meier", "two-sided log-rank test", "Percentages refer to"}
    always |= {"All P values"}
    for phrase, claimed in CLAIMS.items():
        answers = {claimed(report) for report in reports.values()}
        if phrase != "Gray's test":  # of no paper; test_more_words_by_hand has it
            assert True in answers, phrase
            assert False in answers or phrase in always, phrase


@every
def test_what_could_not_be_made_is_told_once_and_claimed_nowhere(
    name: str, part: str, reports: Reports
) -> None:
    report = reports[name, part]
    missing = not_made(report.results)
    tables = {label for label in re.findall(r"Table S?\d+", missing)}
    assert tables == report.empty
    for label in report.empty:
        assert missing.count(label) == 1 or label[-1].isdigit()
        assert not re.search(rf"{label}(?!\d)( holds|:| began)", told(report.results))
    items = {one.item: one.answered for one in report.results.checklist}
    for item in ("12a", "12b", "12c", "12e", "14b", "16a", "16c", "17"):
        for label in report.empty:
            assert not re.search(rf"{label}(?!\d)", items[item]), (item, label)


def test_twelve_patients_of_roux_have_no_multivariable_model(reports: Reports) -> None:
    report = reports["roux_2017_sfgmtc", "first"]
    assert {"Table S1", "Table S3", "Table S4", "Table S5", "Table S7", "Table S9"} <= report.empty
    text = told(report.results)
    for phrase in ("imputed", "proportional hazards in", "were added", "immortal"):
        assert phrase not in text


@every
def test_every_section_says_who_what_when_and_with_what(
    name: str, part: str, reports: Reports
) -> None:
    study, results = STUDIES[name], reports[name, part].results
    text = told(results)
    assert results.method[0].startswith(f"Of {results.provenance.rows} transplants in the data cut")
    assert f"{study.end_point.label}: from the date of " in text
    assert "censored at last contact" in text
    assert results.provenance.cut_sha256 in text and "numpy" in text
    assert study.paper is not None
    limits = (*study.limits, *(study.paper.limits if part == "whole" else ()))
    assert limits == results.method[-len(limits) :]


@every
def test_sentences_are_whole(name: str, part: str, reports: Reports) -> None:
    for paragraph in reports[name, part].results.method:
        assert paragraph.endswith((".", ").")) and paragraph[:1].isupper(), paragraph
        assert "  " not in paragraph and " ," not in paragraph and ".." not in paragraph
        assert "None " not in paragraph.replace("None is corrected", "")


@every
def test_the_models_whose_hazards_nobody_tested_are_named(
    name: str, part: str, reports: Reports
) -> None:
    report = reports[name, part]
    tested = any(table.label not in report.empty for _, table in report.of(ProportionalHazards))
    models = CLAIMS["limits are exp(b ± 1.96 SE)"](report)
    assert ("assumed and not tested" in told(report.results)) is models
    assert ("assumed and not tested in Table" in told(report.results)) is tested


def test_the_steps_of_the_selection_are_those_that_were_made() -> None:
    results = compute(roux_rows())
    text = told(results)
    order = ("sex (P = ", "type of leukaemia (P = ", "myeloablative", "chronic GvHD", "age at tra")
    removed = text[text.index("Removed in turn") :]
    places = [removed.index(name) for name in order]
    assert places == sorted(places)
    assert (
        "The model ended with complete remission after transplant, treatment after failure and "
        "transplant to failure (288 patients, 253 deaths)."
    ) in text
    table = next(table for table in results.tables if table.id == "t4")
    assert (table.n, table.events) == (288, 253)
    assert values_of(results)["t4.cr.yes.hr"].value is not None


def test_the_imputation_names_what_was_imputed_and_from_what() -> None:
    text = told(compute(roux_rows()))
    imputed = text[text.index("Table S1: missing values of ") :]
    assert imputed.startswith(
        "Table S1: missing values of treatment after failure, stem cell source and type of "
        "leukaemia were imputed 10 times by chained equations (5 rounds), each from the others of "
    )
    predictors = imputed[: imputed.index("the event and the Nelson-Aalen")]
    for label in ("sex", "age at transplant", "total body irradiation", "transplant to failure"):
        assert label in predictors


def test_a_change_of_the_study_changes_what_is_told() -> None:
    columns = cohort_of(ROUX)
    text = told(answer_of(replace(ROUX, convention="R", paper=None), columns))
    assert "Efron's approximation" in text and "Brookmeyer" in text and "SPSS (" not in text
    plain = replace(
        ROUX, tables=ROUX.tables[:1], figures=(), texts={}, paper=None, remarks={}, limits=()
    )
    text = told(answer_of(plain, columns))
    for word in ("Kaplan-Meier", "Cox", "log-rank", "P values", "Follow-up is"):
        assert word not in text, word


def test_a_model_that_no_covariate_enters_is_told_as_that() -> None:
    study = STUDIES["hsct2_2025_ecog"]
    model = next(word for word in study.tables if isinstance(word, MultivariableCox))
    none = replace(model, screen=0.0)
    tables = tuple(none if word is model else word for word in study.tables)
    text = told(answer_of(replace(study, tables=tables), cohort_of(study)))
    assert "Table 3 is empty: no covariate had an overall univariate P of at most 0.00." in text
    assert "Removed in turn" not in text


def test_nobody_left_is_a_sentence_too() -> None:
    study = STUDIES["hsct2_2025_ecog"]
    columns = cohort_of(study)
    nobody = answer_of(study, columns.where(columns["patient"] == "nobody"))
    assert nobody.method[0].startswith("Of 0 transplants")
    assert "Removed in turn" not in told(nobody) and "The model ended" not in told(nobody)
    assert "Table 2, Table 4, Figure 1, Figure 2 (no patients)" in not_made(nobody)
    assert all(point.answered or point.authors for point in nobody.checklist)


@pytest.mark.parametrize("name", NAMES)
def test_of_other_patients_nothing_is_said_that_belongs_to_the_paper(name: str) -> None:
    study = STUDIES[name]
    assert study.paper is not None and study.paper.limits
    results = answer_of(study, cohort_of(study), judged=False)
    notes = [str(value.footnote) for value in values_of(results).values()]
    printed = " ".join((*results.method, *notes))
    for sentence in (*study.paper.limits, *study.paper.remarks.values()):
        assert sentence not in printed
    for sentence in (*study.limits, *study.remarks.values()):
        assert not re.search(r"\b(paper|abstract|summary|printed|synthetic|P \d)", sentence)


@pytest.mark.parametrize("name", NAMES)
def test_of_its_own_patients_all_is_said_that_belongs_to_the_paper(
    name: str, reports: Reports
) -> None:
    method = reports[name, "whole"].results.method
    paper = STUDIES[name].paper
    assert paper is not None
    assert all(sentence in method for sentence in paper.limits)

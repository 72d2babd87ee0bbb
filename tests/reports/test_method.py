"""Does the method section tell what was run, and only that, so that it can stand in a manuscript?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from reports.compute import run
from reports.model_words import ImputedCox, MultivariableCox, ProportionalHazards
from reports.results import Results
from reports.studies import STUDIES
from reports.study import Study
from reports.words import CumulativeIncidence, CumulativeIncidenceFigure
from tests.reports.any_cohort import cohort_of
from tests.reports.computed import compute, values_of
from tests.reports.roux_columns import roux_rows

NAMES = sorted(STUDIES)
ROUX = STUDIES["roux_2017_sfgmtc"]


def answer_of(study: Study) -> Results:
    return run(
        study,
        cohort_of(study),
        cut_date="2026-01-31",
        code_version="test",
        dictionary_version="7",
        synthetic=True,
    )


@cache
def answer(name: str) -> Results:
    return answer_of(STUDIES[name])


def told(results: Results) -> str:
    return " ".join(results.method)


@pytest.mark.parametrize("name", NAMES)
def test_every_section_says_who_what_when_and_with_what(name: str) -> None:
    study, results = STUDIES[name], answer(name)
    text = told(results)
    assert results.method[0].startswith(f"Of {results.provenance.rows} transplants in the data cut")
    assert f"{study.end_point.label}: from the date of " in text
    assert "censored at last contact" in text
    assert results.provenance.cut_sha256 in text and "numpy" in text
    assert study.limits == results.method[-len(study.limits) :]


@pytest.mark.parametrize("name", NAMES)
def test_sentences_are_whole(name: str) -> None:
    for paragraph in answer(name).method:
        assert paragraph.endswith((".", ").")) and paragraph[:1].isupper(), paragraph
        assert "  " not in paragraph and " ," not in paragraph and ".." not in paragraph
        assert "None " not in paragraph.replace("None is corrected", "")


@pytest.mark.parametrize("name", NAMES)
def test_the_sides_of_p_values_and_their_number_are_told(name: str) -> None:
    text = told(answer(name))
    assert "two-sided. None is corrected for the number of tests" in text
    one_sided = "but those named one-sided" in text
    assert one_sided is (name == "kaya_2025_salvage")


@pytest.mark.parametrize("name", NAMES)
def test_ties_limits_and_models_are_told_where_there_are_models(name: str) -> None:
    study, text = STUDIES[name], told(answer(name))
    models = [word for word in study.tables if isinstance(word, MultivariableCox)]
    assert ("approximation for ties" in text) is bool(models)
    for word in models:
        assert f"{word.label} began with" in text or f"{word.label} holds" in text
    tested = any(isinstance(word, ProportionalHazards) for word in study.tables)
    assert ("assumed and not tested" in text) is (bool(models) and not tested)
    imputed = any(isinstance(word, ImputedCox) for word in study.tables)
    assert ("chained equations" in text) is imputed


@pytest.mark.parametrize("name", NAMES)
def test_competing_events_are_told_where_they_are_shown(name: str) -> None:
    words = (*STUDIES[name].tables, *STUDIES[name].figures)
    shown = any(isinstance(w, CumulativeIncidence | CumulativeIncidenceFigure) for w in words)
    assert ("competing events, estimated by Aalen and Johansen" in told(answer(name))) is shown


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


def test_a_change_of_the_study_changes_what_is_told() -> None:
    r = answer_of(replace(ROUX, convention="R", paper=None))
    text = told(r)
    assert "Efron's approximation" in text and "Brookmeyer" in text and "SPSS (" not in text
    plain = replace(
        ROUX, tables=ROUX.tables[:1], figures=(), texts={}, paper=None, remarks={}, limits=()
    )
    text = told(answer_of(plain))
    for word in ("Kaplan-Meier", "Cox", "log-rank", "P values", "Follow-up is"):
        assert word not in text, word


def test_nobody_left_is_a_sentence_too() -> None:
    study = STUDIES["hsct2_2025_ecog"]
    columns = cohort_of(study)
    nobody = run(
        study,
        columns.where(columns["patient"] == "nobody"),
        cut_date="2026-01-31",
        code_version="test",
        dictionary_version="7",
        synthetic=True,
    )
    assert nobody.method[0].startswith("Of 0 transplants")
    assert "Removed in turn" not in told(nobody) and "The model ended" not in told(nobody)
    assert all(point.answered or point.authors for point in nobody.checklist)

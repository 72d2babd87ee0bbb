"""Are our numbers judged by the paper's only where the patients are the paper's?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from registry.actions.admit import admit_centre
from registry.models import Centre
from reports import actions
from reports.actions.cuts import papers_patients
from reports.compute import Source, run
from reports.compute.part import OTHER_PATIENTS
from reports.render.document import document_of
from reports.render.html import report_page
from reports.render.pdf import pdf
from reports.render.tables import BESIDE
from reports.results import Period
from reports.studies import STUDIES
from tests.reports.computed import values_of
from tests.reports.network import STUDY, Network, asked, results_of
from tests.reports.roux_columns import columns_of, roux_rows

ROUX = STUDIES[STUDY]
MADE = Source("2014-12-31", "test", "test")
COLUMNS = columns_of(roux_rows())
OTHER_STUDY = "hazar_2021_turkey"


@pytest.fixture
def cohorts(db: None) -> dict[str, list[int]]:
    """Two synthetic cohorts, a centre of invented patients that is in none, and a hospital."""
    invented = [("A", STUDY), ("B", STUDY), ("C", OTHER_STUDY), ("D", "")]
    for code, cohort in invented:
        Centre.objects.create(code=code, synthetic=True, cohort=cohort)
    Centre.objects.create(code="H")
    found: dict[str, list[int]] = {
        codes: sorted(Centre.objects.filter(code__in=codes).values_list("pk", flat=True))
        for codes in ("AB", "A", "C", "D", "H", "ABC", "ABD", "ABH", "ABCDH")
    }
    return found


@pytest.mark.parametrize("codes", ["AB", "A", "C", "D", "H", "ABC", "ABD", "ABH", "ABCDH"])
def test_only_the_whole_synthetic_cohort_of_a_study_is_taken_for_the_papers(
    codes: str, cohorts: dict[str, list[int]]
) -> None:
    cut = actions.take_cut(cohorts[codes])
    assert papers_patients(STUDY, cut, None) is (codes == "AB")
    assert papers_patients(OTHER_STUDY, cut, None) is (codes == "C")
    assert not papers_patients(STUDY, cut, Period("2005-01-01"))


def test_a_cohort_that_grows_leaves_the_cut_what_it_was(network: Network) -> None:
    first = asked(network)
    Centre.objects.create(code="C03", synthetic=True, cohort=STUDY)
    again = asked(network, cut=first.cut)
    assert again.results == first.results and results_of(again).comparisons
    part = asked(network, centres=["C01", "C02"])
    assert part.cut != first.cut and part.cut.sha256 == first.cut.sha256
    assert results_of(part).comparisons == (), "they are not the whole cohort any more"


def test_real_patients_are_in_no_synthetic_cohort(db: None) -> None:
    with pytest.raises(ValidationError, match="invented patients"):
        admit_centre(code="H", name="Hospital", cohort=STUDY)
    with pytest.raises(IntegrityError, match="centre_cohort"):
        Centre.objects.create(code="H", cohort=STUDY)


def test_beside_other_patients_the_paper_is_printed_and_not_judged() -> None:
    judged = run(ROUX, COLUMNS, MADE)
    beside = run(ROUX, COLUMNS, MADE, judged=False)
    told, untold = values_of(judged), values_of(beside)
    assert {key: one.printed for key, one in told.items()} == {
        key: one.printed for key, one in untold.items()
    }
    assert sum(one.printed is not None for one in untold.values()) > 150
    assert {one.verdict for one in untold.values()} == {None}
    assert {key: one.value for key, one in told.items()} == {
        key: one.value for key, one in untold.items()
    }
    assert beside.comparisons == () and set(beside.verdicts.values()) == {0}
    assert OTHER_PATIENTS in beside.warnings and OTHER_PATIENTS not in judged.warnings


def test_the_pages_show_the_printed_numbers_without_a_legend() -> None:
    beside = run(ROUX, COLUMNS, MADE, judged=False)
    document = document_of(beside)
    assert document.verdicts == () and document.comparison == "" and document.differences == ()
    (table,) = [one for one in document.tables if one.id == "t2"]
    assert not table.compared and BESIDE in table.footnotes
    printed = [cell.printed for line in table.lines for cell in line.cells if cell.printed]
    assert len(printed) > 10
    page = report_page(beside)
    assert '<span class="unseen">paper: </span>' in page and "Comparison with the paper" not in page
    assert OTHER_PATIENTS.split(":")[0] in page.replace("&#x27;", "'")
    assert pdf(beside)[:5] == b"%PDF-"


def test_a_sentence_in_the_place_of_our_number_leaves_the_papers_beside_it() -> None:
    few = run(ROUX, COLUMNS.where(np.arange(COLUMNS.n) < 60), MADE, judged=False)
    lines = [line for table in document_of(few).tables for line in table.lines]
    sentences = [cell for line in lines for cell in line.cells if cell.sentence]
    assert sentences and any(cell.printed for cell in sentences)


def test_a_study_without_a_paper_says_nothing_of_one() -> None:
    own = run(replace(ROUX, paper=None), COLUMNS, MADE, judged=False)
    assert OTHER_PATIENTS not in own.warnings
    assert {one.printed for one in values_of(own).values()} == {None}

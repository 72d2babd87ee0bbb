"""Is a study computed on the part of the data that was asked for, and compared only when it may be?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse

from registry.actions.admit import admit_centre
from registry.models import Centre
from registry.scope import every_centre
from reports import actions, views
from reports.actions.cuts import papers_patients
from reports.columns import Columns
from reports.compute import Source, run
from reports.compute.part import OTHER_PATIENTS, done_in
from reports.forms import part_in_words
from reports.models import Run
from reports.queries import UnknownCentre
from reports.render.document import document_of
from reports.render.html import report_page
from reports.render.pdf import pdf
from reports.render.tables import BESIDE
from reports.results import Period, Results, Value
from reports.studies import STUDIES
from tests.reports.network import STUDY, Network, now
from tests.reports.roux_columns import columns_of, roux_rows
from tests.reports.test_run_study import run_study

ROUX = STUDIES[STUDY]
PAGE = f"/studies/{STUDY}/"
MADE = Source("2014-12-31", "test", "test")


@pytest.fixture(autouse=True)
def unrung(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody comes when the bell is rung."""
    monkeypatch.setattr(views, "ring_for", lambda *_: None)


# --- the period ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "taken"),
    [
        (None, [0, 1, 2, 3, 4]),
        (Period("2005-01-01", "2005-12-31"), [1, 2]),
        (Period("2005-01-02", None), [2, 3]),
        (Period(None, "2005-01-01"), [0, 1]),
        (Period("2005-01-01", "2005-01-01"), [1]),
        (Period("2009-01-01", "2009-12-31"), []),
    ],
)
def test_both_days_of_a_period_count_and_an_undated_transplant_is_in_none(
    period: Period | None, taken: list[int]
) -> None:
    dates = ["2004-12-31", "2005-01-01", "2005-12-31", "2006-01-01", None]
    columns = Columns({"patient": [str(n) for n in range(5)], "transplant_date": dates})
    assert done_in(columns, period)["patient"].tolist() == [str(n) for n in taken]


@pytest.mark.parametrize(
    "ends", [(None, None), ("2005-02-30", None), ("2006", "2007"), ("2006-01-01", "2005-12-31")]
)
def test_what_is_no_period_is_refused(ends: tuple[str | None, str | None]) -> None:
    with pytest.raises(ValueError):
        Period(*ends)


COLUMNS = columns_of(roux_rows())


def test_a_period_leaves_out_the_others_counts_them_and_says_so() -> None:
    period = Period("2005-01-01", "2009-12-31")
    part = run(ROUX, COLUMNS, replace(MADE, period=period), judged=False)
    done = COLUMNS["transplant_date"].astype("datetime64[Y]").astype(int) + 1970
    inside = (done >= 2005) & (done <= 2009)
    assert 0 < inside.sum() < COLUMNS.n
    alone = run(ROUX, COLUMNS.where(inside), MADE, judged=False)
    assert part.flow == alone.flow and part.tables == alone.tables and part.texts == alone.texts
    assert part.flow[0].n == inside.sum()
    assert (part.provenance.rows, part.provenance.period) == (COLUMNS.n, period)
    assert part.provenance.cut_sha256 == COLUMNS.sha256, "the cut is the whole one"
    assert part.method[0].startswith(
        f"Of 1307 transplants in the data cut of 33 centres, {inside.sum()} were done from 2005-01-01 to "
        "2009-12-31. Of these were kept, in turn: "
    )
    assert Results.from_json(part.to_json()).provenance == part.provenance
    document = document_of(part)
    assert document.period == "1 Jan 2005 to 31 Dec 2009"
    assert ("Transplants done", document.period) in document.facts
    assert "Transplants <b>1 Jan 2005 to 31 Dec 2009</b>" in report_page(part)


def test_an_open_end_is_told_as_one() -> None:
    since = run(ROUX, COLUMNS, replace(MADE, period=Period("2010-06-01")), judged=False)
    assert "were done on or after 2010-06-01." in since.method[0]
    assert document_of(since).period == "since 1 Jun 2010"
    until = run(ROUX, COLUMNS, replace(MADE, period=Period(None, "2004-06-01")), judged=False)
    assert "were done on or before 2004-06-01." in until.method[0]
    assert document_of(until).period == "until 1 Jun 2004"


# --- whose patients --------------------------------------------------------------------------------


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
    assert again.results == first.results and results(again).comparisons
    part = asked(network, centres=["C01", "C02"])
    assert part.cut != first.cut and part.cut.sha256 == first.cut.sha256
    assert results(part).comparisons == (), "they are not the whole cohort any more"


def test_real_patients_are_in_no_synthetic_cohort(db: None) -> None:
    with pytest.raises(ValidationError, match="invented patients"):
        admit_centre(code="H", name="Hospital", cohort=STUDY)
    with pytest.raises(IntegrityError, match="centre_cohort"):
        Centre.objects.create(code="H", cohort=STUDY)


def values(results: Results) -> dict[str, Value]:
    cells = [cell for table in results.tables for row in table.rows for cell in row.cells]
    texts = [one.value for one in results.texts]
    return {one.key: one for one in (*cells, *texts) if one is not None and one.key}


def test_beside_other_patients_the_paper_is_printed_and_not_judged() -> None:
    judged = run(ROUX, COLUMNS, MADE)
    beside = run(ROUX, COLUMNS, MADE, judged=False)
    told, untold = values(judged), values(beside)
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
    assert {one.printed for one in values(own).values()} == {None}


# --- asked for -------------------------------------------------------------------------------------


def asked(network: Network, by: str = "statistician", **part: Any) -> Run:
    """A run asked for and executed."""
    request = actions.request_run(by=network.person(by), study=STUDY, **part)
    actions.execute_run(run_id=request.pk)
    return now(request)


def results(run_: Run) -> Results:
    return Results.from_json(run_.results)


def key_of(code: str) -> int:
    key: int = Centre.objects.get(code=code).pk
    return key


def test_a_run_holds_the_centres_that_were_chosen(network: Network) -> None:
    part = asked(network, centres=["C02"])
    assert part.centres == part.cut.centres == [key_of("C02")]
    assert results(part).flow[0].n == 8
    assert part_in_words(part) == "1 centre"
    assert asked(network, centres=["C02", "C01", "C02"]).centres == asked(network).centres


def test_a_centre_that_one_may_not_see_is_refused(network: Network) -> None:
    for person in ("own_centre", "colleague_read_only"):
        for codes in (["C02"], ["C01", "C02"]):
            with pytest.raises(PermissionDenied):
                actions.request_run(by=network.person(person), study=STUDY, centres=codes)
    with every_centre():
        assert not Run.objects.exists()


def test_an_unknown_centre_is_named(network: Network) -> None:
    with pytest.raises(UnknownCentre, match="No centre C98, C99"):
        actions.request_run(by=network.statistician, study=STUDY, centres=["C99", "C01", "C98"])
    with pytest.raises(UnknownCentre):
        actions.request_run(by=network.statistician, study=STUDY, centres=[])


def test_a_cut_has_its_own_centres(network: Network) -> None:
    cut = asked(network).cut
    with pytest.raises(ValueError, match="its own centres"):
        actions.request_run(by=network.statistician, study=STUDY, cut=cut, centres=["C01"])


def test_the_same_part_asked_for_twice_is_one_run_and_another_part_another(
    network: Network,
) -> None:
    parts: list[dict[str, Any]] = [
        {},
        {"centres": ["C01"]},
        {"judged": True},
        {"judged": False},
        {"period": Period("2005-01-01")},
        {"period": Period(None, "2005-01-01")},
        {"period": Period("2005-01-01"), "judged": False},
    ]
    first = [actions.request_run(by=network.statistician, study=STUDY, **one) for one in parts]
    again = [actions.request_run(by=network.statistician, study=STUDY, **one) for one in parts]
    assert first == again and len(set(first)) == len(parts)


def test_the_worker_takes_the_period_and_the_word_on_whose_patients_they_are(
    network: Network,
) -> None:
    whole = asked(network)
    years = sorted(
        Columns.from_bytes(bytes(whole.cut.columns))["transplant_date"].astype(str).tolist()
    )
    middle = years[len(years) // 2]
    part = asked(network, period=Period(middle, None))
    assert part.cut == whole.cut, "a period is a part of the cut, not another one"
    assert results(part).provenance.period == Period(middle, None)
    assert 0 < results(part).flow[0].n < results(whole).flow[0].n
    assert results(whole).comparisons, "the two centres are the whole cohort"
    assert results(part).comparisons == (), "a part of a cohort is not the cohort"
    assert results(asked(network, period=Period(middle, None), judged=True)).comparisons
    other = results(asked(network, judged=False))
    assert other.comparisons == () and OTHER_PATIENTS in other.warnings


def test_real_patients_are_not_the_papers_until_somebody_says_so(network: Network) -> None:
    Centre.objects.update(synthetic=False, cohort="")
    assert results(asked(network)).comparisons == ()
    assert results(asked(network, judged=True)).comparisons


def test_the_database_refuses_a_period_that_ends_before_it_begins(network: Network) -> None:
    request = actions.request_run(by=network.statistician, study=STUDY)
    wrong = {"period_from": "2006-01-01", "period_to": "2005-01-01"}
    with pytest.raises(IntegrityError, match="run_period"), every_centre(), transaction.atomic():
        Run.objects.filter(pk=request.pk).update(**wrong)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (None, None, "3 centres"),
        ("2005-01-01", "2009-12-31", "3 centres, 2005–2009"),
        ("2005-01-01", "2005-12-31", "3 centres, 2005"),
        ("2005-03-01", "2009-12-31", "3 centres, 01 Mar 2005 – 31 Dec 2009"),
        ("2005-01-01", None, "3 centres, since 2005"),
        (None, "2009-06-30", "3 centres, until 30 Jun 2009"),
    ],
)
def test_a_run_is_named_by_its_part(start: str | None, end: str | None, words: str) -> None:
    made = Run(centres=[1, 2, 3])
    made.period_from = np.datetime64(start).item() if start else None
    made.period_to = np.datetime64(end).item() if end else None
    assert part_in_words(made) == words


# --- the form --------------------------------------------------------------------------------------


def posted(network: Network, person: str, **typed: object) -> tuple[HttpResponse, Run | None]:
    response = network.client(person).post(PAGE, typed)
    with every_centre():
        return response, Run.objects.first()


def test_the_form_asks_for_a_part(network: Network) -> None:
    response, made = posted(
        network, "statistician", centres=["C02"], first="2003", last="06/2010", whose="yes"
    )
    assert response.status_code == 302 and made is not None
    assert made.centres == [key_of("C02")] and made.judged is True
    assert made.period == Period("2003-01-01", "2010-06-30")
    page = network.client("statistician").get(response["Location"]).content.decode()
    assert "1 centre, 01 Jan 2003 – 30 Jun 2010" in page
    assert (
        "1 centre, 01 Jan 2003" in network.client("statistician").get("/reports/").content.decode()
    )


def test_left_as_it_opens_it_takes_all_that_one_may_see(network: Network) -> None:
    page = network.client("statistician").get(PAGE)
    form = page.context["wanted"]
    typed = {name: form[name].value() or "" for name in ("first", "last", "whose")}
    assert (typed["first"], typed["last"], typed["whose"]) == ("", "", "")
    _, made = posted(network, "statistician", **typed)
    assert made is not None and len(made.centres) == 2
    assert (made.period, made.judged) == (None, None)


@pytest.mark.parametrize(
    ("person", "codes", "compared"),
    [
        ("statistician", [], True),
        ("statistician", ["C01", "C02"], True),
        ("statistician", ["C01"], False),
        ("own_centre", [], False),
    ],
)
def test_every_door_compares_the_same_centres(
    person: str, codes: list[str], compared: bool, network: Network, tmp_path: Path
) -> None:
    _, by_form = posted(network, person, centres=codes, whose="")
    assert by_form is not None and by_form.judged is None, "the form has no rule of its own"
    actions.execute_run(run_id=by_form.pk)
    seen = codes or (["C01"] if person == "own_centre" else ["C01", "C02"])
    by_action = asked(network, by=person, centres=codes or None)
    run_study(*(part for one in seen for part in ("--centre", one)), "--json", tmp_path / "json")
    shell = (tmp_path / "json").read_text(encoding="utf-8")
    assert now(by_form).results == by_action.results == shell
    assert bool(results(by_action).comparisons) is compared


def test_a_monthly_order_compares_what_the_others_do(network: Network) -> None:
    monthly = {"study": STUDY, "day": 1, "hour": 6, "time_zone": "Europe/Paris"}
    for person, compared in (("statistician", True), ("own_centre", False)):
        actions.subscribe(by=network.person(person), **monthly)
        run_ = actions.send_now(by=network.person(person), study=STUDY)
        actions.execute_run(run_id=run_.pk)
        assert bool(results(now(run_)).comparisons) is compared


def test_where_nobody_is_invented_the_patients_are_others_until_it_is_said(
    network: Network,
) -> None:
    Centre.objects.update(synthetic=False, cohort="")
    page = network.client("own_centre").get(PAGE)
    assert page.context["wanted"]["whose"].value() == "no"
    assert "synthetic cohort" not in page.content.decode()
    _, made = posted(network, "own_centre", whose="yes")
    assert made is not None and made.judged is True


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"first": "1/1/05"}, "write the year with four digits"),
        ({"last": "soon"}, "soon is not a date"),
        ({"first": "30/02/2005"}, "is not a day of the calendar"),
        ({"first": "2009", "last": "2005"}, "The period ends before it begins."),
        ({"first": "2005\0"}, "Null characters are not allowed."),
        ({"whose": "perhaps"}, "Select a valid choice."),
        ({"centres": ["C01", "C99"]}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_read_is_said_beside_it_and_nothing_is_lost(
    network: Network, typed: dict[str, Any], says: str
) -> None:
    filled = {"centres": ["C02"], "first": "2001", "last": "2012", "whose": "yes"} | typed
    response, made = posted(network, "statistician", **filled)
    page = response.content.decode()
    assert response.status_code == 422 and made is None
    assert says in page and 'class="said"' in page
    for name in {"first", "last"} - set(typed):
        assert f'value="{filled[name]}"' in page
    boxes = {
        box.data["value"]: box.data["selected"] for box in response.context["wanted"]["centres"]
    }
    assert boxes == {"C01": "centres" in typed, "C02": "centres" not in typed}


def test_a_data_manager_cannot_ask_for_another_centre(network: Network) -> None:
    assert 'name="centres"' not in network.client("own_centre").get(PAGE).content.decode()
    for codes in (["C02"], ["C01", "C02"]):
        response, made = posted(network, "own_centre", centres=codes)
        assert response.status_code == 422 and made is None
        assert "Select a valid choice." in response.content.decode()
    _, made = posted(network, "own_centre")
    assert made is not None and made.centres == [network.own_centre.centre_id]


def test_again_on_the_same_cut_is_again_on_the_same_part(network: Network) -> None:
    first = asked(network, period=Period("2003-01-01", "2012-12-31"), judged=True)
    response = network.client("statistician").post(f"/reports/{first.pk}/")
    again = Run(pk=response["Location"].split("/")[2])
    actions.execute_run(run_id=again.pk)
    assert now(again).results == first.results and bytes(now(again).pdf) == bytes(first.pdf)
    assert json.loads(first.results)["provenance"]["period"]["first"] == "2003-01-01"

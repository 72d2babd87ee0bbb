"""Can a part of the data be asked for on the page of a study, and does every door compare alike?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse

from registry.models import Centre
from registry.scope import every_centre
from reports import actions, views
from reports.models import Run
from reports.results import Period
from tests.reports.network import STUDY, Network, asked, key_of, now, results_of
from tests.reports.test_run_study import run_study

PAGE = f"/studies/{STUDY}/"


@pytest.fixture(autouse=True)
def unrung(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody comes when the bell is rung."""
    monkeypatch.setattr(views, "ring_for", lambda *_: None)


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
    assert bool(results_of(by_action).comparisons) is compared


def test_a_monthly_order_compares_what_the_others_do(network: Network) -> None:
    monthly = {"study": STUDY, "day": 1, "hour": 6, "time_zone": "Europe/Paris"}
    for person, compared in (("statistician", True), ("own_centre", False)):
        actions.subscribe(by=network.person(person), **monthly)
        run_ = actions.send_now(by=network.person(person), study=STUDY)
        actions.execute_run(run_id=run_.pk)
        assert bool(results_of(now(run_)).comparisons) is compared


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

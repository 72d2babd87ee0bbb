"""Does a run hold the part of the data that was asked for, and no other?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from registry.models import Centre
from registry.scope import every_centre
from reports import actions
from reports.columns import Columns
from reports.compute.part import OTHER_PATIENTS
from reports.forms import part_in_words
from reports.models import Run
from reports.queries import UnknownCentre
from reports.results import Period
from tests.reports.network import STUDY, Network, asked, key_of, results_of


def test_a_run_holds_the_centres_that_were_chosen(network: Network) -> None:
    part = asked(network, centres=["C02"])
    assert part.centres == part.cut.centres == [key_of("C02")]
    assert results_of(part).flow[0].n == 8
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
    assert results_of(part).provenance.period == Period(middle, None)
    assert 0 < results_of(part).flow[0].n < results_of(whole).flow[0].n
    assert results_of(whole).comparisons, "the two centres are the whole cohort"
    assert results_of(part).comparisons == (), "a part of a cohort is not the cohort"
    assert results_of(asked(network, period=Period(middle, None), judged=True)).comparisons
    other = results_of(asked(network, judged=False))
    assert other.comparisons == () and OTHER_PATIENTS in other.warnings


def test_real_patients_are_not_the_papers_until_somebody_says_so(network: Network) -> None:
    Centre.objects.update(synthetic=False, cohort="")
    assert results_of(asked(network)).comparisons == ()
    assert results_of(asked(network, judged=True)).comparisons


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

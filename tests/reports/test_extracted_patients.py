"""Whose records become columns? Not with errors, not without consent, not of centres out of sight."""

from __future__ import annotations

from typing import Any

import pytest

from registry.models import Patient
from registry.scope import every_centre, scope
from reports.extract import take_columns
from tests.reports.hand_made import UNKNOWN, Case, girl, relapse, taken
from tests.reports.network import Network, new_network, some_cases, submit


@pytest.fixture
def people(db: None) -> Network:
    return new_network()


def test_patients_with_errors_are_left_out_and_counted(people: Network) -> None:
    early = girl(key="N-2", relapses=[relapse("2007-02-26")])
    found = taken(people, girl(), early, sound=False)
    with every_centre():
        errors = dict(Patient.objects.values_list("key", "error_count"))
    assert errors["N-2"] > 0
    kept = sum(count == 0 for count in errors.values())
    assert (found.columns.n, found.left_out) == (kept, 2 - kept)


GIVEN = {"type": "CORE", "given_by": "PARENT_1", "document_version": "1"}


def said(number: int, when: object, status: str, **items: Any) -> Case:
    return {"key": f"k{number}", **GIVEN, "date_signed": when, "status": status, **items}


def withdrawn(number: int, reach: str) -> Case:
    """Signed long ago, withdrawn nobody knows when."""
    return said(number, "2005-01-01", "WITHDRAWN", withdrawal_scope=reach)


@pytest.mark.parametrize(
    ("consents", "used"),
    [
        ([], True),
        ([said(1, "2008-01-01", "GIVEN")], True),
        ([said(1, "2008-01-01", "REFUSED")], False),
        ([said(1, "2008-01-01", "REFUSED"), said(2, "2009", "GIVEN")], True),
        ([said(1, "2008-01-01", "GIVEN"), said(2, "2008-01-01", "REFUSED")], False),
        ([said(1, "2008-01-01", "REFUSED", type="BIOBANK")], True),
        ([said(1, "2008-01-01", "REFUSED", type="RESEARCH")], False),
        # A no without a date is the latest word, of two without one as of two with one.
        ([said(1, "2012-01-01", "GIVEN"), said(2, None, "REFUSED")], False),
        ([said(1, None, "REFUSED"), said(2, UNKNOWN, "GIVEN")], False),
        ([said(1, "2012-01-01", "GIVEN"), withdrawn(2, "NO_FURTHER_USE")], False),
        ([said(1, "2012-01-01", "REFUSED"), withdrawn(2, "NO_NEW_DATA")], False),
        ([said(1, "2012-01-01", "GIVEN"), withdrawn(2, "NO_NEW_DATA")], True),
        ([said(1, "2008-01-01", "REFUSED"), said(2, None, "GIVEN")], False),
    ],
)
def test_the_latest_word_on_consent_counts(
    people: Network, consents: list[Case], used: bool
) -> None:
    found = taken(people, girl(consents=consents))
    assert (found.columns.n, found.withheld) == ((1, 0) if used else (0, 1))


@pytest.mark.parametrize(
    ("reach", "used"),
    [("NO_NEW_DATA", True), ("NO_FURTHER_USE", False), ("ERASE", False), (UNKNOWN, False)],
)
def test_a_withdrawal_stops_the_use_by_its_scope(
    people: Network, reach: object, used: bool
) -> None:
    withdrawn = said(1, "2008-01-01", "WITHDRAWN", withdrawal_date="2011-01-01")
    found = taken(people, girl(consents=[{**withdrawn, "withdrawal_scope": reach}]))
    assert (found.columns.n, found.withheld) == ((1, 0) if used else (0, 1))


def test_only_the_centres_of_the_scope_are_read(people: Network) -> None:
    submit("C01", some_cases(0, 3))
    submit("C02", some_cases(3, 5))
    for user, centres in ((people.own_centre, {"C01"}), (people.other_centre, {"C02"})):
        with scope([user.centre_id]):
            assert set(take_columns().columns["centre"].tolist()) == centres
    assert take_columns().columns.n == 0, "outside any scope there is nothing"

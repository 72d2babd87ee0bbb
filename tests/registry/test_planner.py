"""Does PostgreSQL learn at once what an import put into its tables, though the app role owns none of them?"""

from __future__ import annotations

from itertools import chain

import pytest
from django.db import connection

from registry import planner
from registry.actions import receive_submission
from registry.models import ImportRow, Patient
from tests.exchange.desk import csv, imported, uploaded
from tests.registry.people import People, process


def reckoned(table: str) -> int:
    """How many rows PostgreSQL believes to be there; -1 before it ever looked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return int(cursor.fetchone()[0])


def test_the_app_role_has_a_table_counted(people: People) -> None:
    people.send({"key": "P1", "sex": "F"}, {"key": "P2", "sex": "M"})
    planner.count_anew([Patient])
    assert reckoned("registry_patient") == 2


@pytest.mark.parametrize("many", [3, 4])
def test_a_long_table_has_them_counted_when_it_is_judged_and_stored(
    people: People, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    counted: list[set[str]] = []
    monkeypatch.setattr(planner, "MANY", many)
    monkeypatch.setattr(
        planner, "count_anew", lambda *told: counted.append({one.__name__ for one in chain(*told)})
    )
    file = uploaded(people.own_centre, csv("UPN;Sex", "P1;F", "P2;M", "P3;F"), "a.csv")
    imported(people.own_centre, file)
    assert counted == ([{"ImportRow"}, set()] if many == 3 else [])


def test_by_itself_every_table_that_storing_fills_is_counted(people: People) -> None:
    people.send({"key": "P1", "sex": "F"})
    planner.count_anew()
    assert reckoned("registry_patient") == reckoned("registry_patientevent") == 1


def test_that_it_cannot_be_done_stops_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ImportRow._meta, "db_table", "nowhere")
    planner.count_anew([ImportRow])
    assert "could not count" in caplog.text


def test_who_lost_the_lease_leaves_that_to_the_other_worker(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[tuple[object, ...]] = []
    monkeypatch.setattr(planner, "MANY", 1)
    monkeypatch.setattr(planner, "count_anew", lambda *told: counted.append(told))
    submission = people.accept({"key": "P1", "sex": "F"})
    with monkeypatch.context() as lost:
        lost.setattr(receive_submission, "_still_mine", lambda work: None)
        process(submission)
    assert counted == []


@pytest.mark.django_db
def test_nobody_can_lay_anything_of_his_own_in_its_way() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = 'engraft_analyze'")
        assert cursor.fetchone()[0] == ["search_path=pg_catalog, pg_temp"]

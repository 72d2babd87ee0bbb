"""Does every change leave an event with who, why and how, and can the past be rebuilt from them?"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.utils import timezone

from registry.actions.delete_record import delete_record
from registry.audit import CONCEALED, ItemChange, history, history_of, table_at, writing
from registry.models import RECORD_MODELS, Identity, Patient, Transplant
from registry.pseudonym import new_pseudonym
from registry.records import load_case
from registry.scope import every_centre
from tests.database import server
from tests.registry.made_up import made_up_case
from tests.registry.people import People, new_people, stored

Event = Patient.pgh_event_model
CASE = {
    "key": "P1",
    "sex": "F",
    "identity": {"birth_date": "2001-05-04", "initials": "AB"},
    "transplants": [{"key": "T1", "number": 1, "date": "2012-03-01", "type": "ALLO"}],
}
T1 = (("transplant", "T1"),)
TOLD = {"channel": "api", "reason": "letter of 4 May", "request": "r-1"}


def new_patient(people: People, key: str) -> Patient:
    return Patient(centre=people.centre, key=key, pseudonym=new_pseudonym())


def insert(people: People) -> None:
    new_patient(people, "2").save()


def bulk_create(people: People) -> None:
    Patient.objects.bulk_create([new_patient(people, "2")])


def update(people: People) -> None:
    patient = Patient.objects.get()
    patient.country = "FR"
    patient.save()


def queryset_update(people: People) -> None:
    Patient.objects.update(country="FR")


def delete(people: People) -> None:
    Patient.objects.get().delete()


def raw_update(people: People) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_patient SET country = 'FR'")


def raw_delete(people: People) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_patient")


@pytest.mark.parametrize(
    ("deed", "label"),
    [
        (insert, "insert"),
        (bulk_create, "insert"),
        (update, "update"),
        (queryset_update, "update"),
        (raw_update, "update"),
        (delete, "delete"),
        (raw_delete, "delete"),
    ],
)
def test_every_kind_of_write_leaves_an_event_with_its_context(
    people: People, deed: Any, label: str
) -> None:
    people.store({"key": "1", "sex": "F"})
    with every_centre():
        before = Event.objects.count()
        with writing(by=people.own_centre, centres=[people.centre.pk], **TOLD):
            deed(people)
        (event,) = Event.objects.order_by("pgh_id")[before:]
        assert event.pgh_label == label
        assert event.centre_id == people.centre.pk
        assert event.pgh_context.metadata == {
            "user": people.own_centre.pk,
            "role": "data_manager",
            **TOLD,
        }


def test_a_write_that_changes_nothing_leaves_no_event(people: People) -> None:
    people.store({"key": "1", "sex": "F"})
    with every_centre():
        before = Event.objects.count()
        Patient.objects.update(sex="F")
        assert Event.objects.count() == before


def test_the_context_of_an_event_cannot_be_told_anew(people: People) -> None:
    people.store({"key": "1"})
    with every_centre():
        told = Event.objects.get().pgh_context
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            type(told).objects.filter(pk=told.pk).update(metadata={})
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('pghistory.context_id', %s, true),"
                " set_config('pghistory.context_metadata', %s, true)",
                [str(told.pk), '{"user": 0}'],
            )
            cursor.execute("UPDATE registry_patient SET country = 'FR'")
        assert Event.objects.filter(pgh_context=told).count() == 2
        assert type(told).objects.get(pk=told.pk).metadata == told.metadata


def test_the_app_role_cannot_copy_rows_in(people: People) -> None:
    """PostgreSQL does not check the rows of a COPY against row-level security, so it refuses."""
    refused = pytest.raises(psycopg.errors.FeatureNotSupported, match="row-level security")
    with every_centre(), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.cursor.execute("COPY registry_patient (key) FROM STDIN")


@pytest.mark.django_db(transaction=True)
def test_a_copy_by_whoever_row_level_security_does_not_bind_leaves_events() -> None:
    people = new_people()
    with (
        server(connections["default"].settings_dict["NAME"]) as owner,
        owner.transaction(force_rollback=True),
    ):
        for table in ("registry_patient", "registry_patientevent"):
            # Inside this transaction the owner is as free as a superuser.
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        columns = (
            "centre_id, key, pseudonym, version, kept, dictionary_version,"
            " error_count, warning_count, query_count, vital, due_visit"
        )
        with owner.cursor().copy(f"COPY registry_patient ({columns}) FROM STDIN") as copy:
            for key in ("1", "2", "3"):
                copy.write_row((people.centre.pk, key, f"P-{key}", 1, "{}", "", 0, 0, 0, "", ""))
        owner.execute("DELETE FROM registry_patient WHERE key = '2'")
        events = owner.execute(
            "SELECT pgh_label, key, pgh_context_id FROM registry_patientevent ORDER BY pgh_id"
        ).fetchall()
    assert events == [
        ("insert", "1", None),
        ("insert", "2", None),
        ("insert", "3", None),
        ("delete", "2", None),
    ]


# --- reading -------------------------------------------------------------------------------------


def test_the_history_of_a_record_in_words(people: People) -> None:
    patient = people.register(CASE).patient
    people.save(patient, T1, 1, type="AUTO", number={"missing": "UNK"})
    people.save(patient, T1, 2, date="2012-04-01")
    row = stored("P1").rows[T1]
    with every_centre():
        first, second, third = history_of(row)
    assert (first.what, first.who, first.role, first.channel) == (
        "insert", "manager", "data_manager", "form",
    )  # fmt: skip
    assert ItemChange("Date", "", "2012-03-01", "date") in first.items
    assert (second.what, set(second.items)) == (
        "update",
        {
            ItemChange("Number", "1", "Unknown", "number"),
            ItemChange("Type", "Allogeneic", "Autologous", "type"),
        },
    )
    assert third.items == (ItemChange("Date", "2012-03-01", "2012-04-01", "date"),)
    assert first.at < second.at < third.at or first.at == third.at


def test_a_deletion_stands_in_the_history_with_its_reason(people: People) -> None:
    patient = people.register(CASE).patient
    key = stored("P1").rows[T1].pk
    delete_record(by=people.own_centre, patient=patient, path=T1, version=1, reason="of a twin")
    with every_centre():
        *_, last = history(Transplant, key)
    assert (last.what, last.reason) == ("delete", "of a twin")
    assert ItemChange("Type", "Allogeneic", "", "type") in last.items


def test_who_it_is_stays_hidden_unless_asked_for(people: People) -> None:
    patient = people.register(CASE).patient
    people.save(patient, (("identity", "identity"),), 1, initials="AC")
    row = stored("P1").rows[("identity", "identity"),]
    with every_centre():
        *_, hidden = history_of(row)
        *_, shown = history_of(row, identities=True)
    assert hidden.items == (ItemChange("Initials", CONCEALED, CONCEALED, "initials"),)
    assert shown.items == (ItemChange("Initials", "AB", "AC", "initials"),)


def test_a_kept_warning_stands_in_the_history(people: People) -> None:
    people.send(CASE)
    people.send({"key": "P1", "keep": {"22": "two bags"}})
    with every_centre():
        *_, last = history_of(stored("P1").rows[()])
    assert last.items == (ItemChange("Kept against rule 22", "", "two bags", "keep 22"),)
    assert last.channel == "api"


def test_what_the_registry_counts_is_nobodys_change(people: People) -> None:
    patient = people.register(CASE).patient
    people.save(patient, T1, 1, date="2099-01-01")
    with every_centre():
        assert [one.what for one in history_of(stored("P1").rows[()])] == ["insert"]


def test_past_the_application_nobody_is_named(people: People) -> None:
    people.register(CASE)
    with every_centre(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', '', true),"
            " set_config('pghistory.context_metadata', '', true)"
        )
        cursor.execute("UPDATE registry_patient SET country = 'FR'")
        *_, last = history_of(stored("P1").rows[()])
    assert (last.who, last.channel) == ("", "")
    assert last.items[0].new == "France"


@pytest.mark.django_db(transaction=True)
def test_every_table_is_rebuilt_as_it_was_at_each_past_moment() -> None:
    people = new_people()
    moments: list[tuple[datetime, dict[str, Any]]] = []

    def look() -> None:
        time.sleep(0.002)
        with every_centre():
            tables = {model.__name__: _table(model) for model in RECORD_MODELS}
        moments.append((timezone.now(), tables))
        time.sleep(0.002)

    look()
    first = people.store(made_up_case(0, complete=True))
    look()
    people.store(made_up_case(3))
    look()
    people.save(first, (), 1, sex="O")
    people.save(first, (("identity", "identity"),), 1, initials="ZZ", birth_date=None)
    look()
    with every_centre():
        Patient.objects.filter(pk=first.pk).update(country="TR", country_missing=None)
        for row in load_case(first).rows.values():
            if isinstance(row, (Transplant, Identity)):
                row.delete()
    look()
    with every_centre():
        for when, tables in moments:
            for model in RECORD_MODELS:
                assert table_at(model, when) == tables[model.__name__]
    assert any(tables["Transplant"] for _, tables in moments)


def _table(model: Any) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in model.objects.values()}

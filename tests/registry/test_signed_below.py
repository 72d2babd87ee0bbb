"""Does PostgreSQL keep a signed record as it was signed, when something writes past the actions?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from registry.actions.open_record import open_record
from registry.actions.store import _update
from registry.models import RECORD_MODELS, Patient, Relapse, SignOff, Transplant
from registry.models.fields import ItemField
from registry.models.signed import REFUSED
from registry.scope import every_centre
from tests.registry.people import People, stored
from tests.registry.test_sign_off import CASE, R1, T1, office, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(people: People) -> Relapse:
    """A signed relapse."""
    patient = people.store(CASE)
    sign(people, patient)
    return row()


def row() -> Relapse:
    with every_centre():
        return Relapse.objects.get()


def relapses() -> models.QuerySet[Relapse]:
    return Relapse.objects.all()


def by_raw_sql(one: Relapse) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_relapse SET kind = 'PROGRESSION'")


def by_save(one: Relapse) -> None:
    one.bm_blasts = 7
    one.save()


def by_bulk(one: Relapse) -> None:
    one.date_precision = "M"
    Relapse.objects.bulk_update([one], ["date_precision"])


def by_upsert(one: Relapse) -> None:
    one.number = 2
    _update(Relapse, [one])


WRITES: list[Callable[[Relapse], Any]] = [
    by_raw_sql,
    by_save,
    by_bulk,
    by_upsert,
    lambda one: relapses().update(bm_blasts_missing="UNK", bm_blasts=None),
    lambda one: relapses().update(number=None),
    lambda one: one.delete(),
    lambda one: relapses().delete(),
]


@pytest.mark.parametrize("write", WRITES)
def test_no_write_changes_or_deletes_a_signed_record(
    signed: Relapse, write: Callable[[Relapse], Any]
) -> None:
    before = vars(row()) | {"_state": None}
    with every_centre(), pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        write(signed)
    assert vars(row()) | {"_state": None} == before
    with every_centre():
        assert Relapse.pgh_event_model.objects.count() == 1


@pytest.mark.parametrize("write", WRITES)
def test_an_opened_one_changes_again(
    people: People, signed: Relapse, write: Callable[[Relapse], Any]
) -> None:
    with every_centre():
        patient = Patient.objects.get()
    open_record(by=office(), patient=patient, path=R1, reason="wrong patient")
    with every_centre():
        write(signed)


def test_what_is_computed_and_where_it_hangs_may_change(people: People, signed: Relapse) -> None:
    patient = stored("P1").patient
    assert patient is not None
    sign(people, patient, T1)
    sign(people, patient, ())
    with every_centre():
        relapses().update(version=2, kept={"7": "seen"}, key="R1~P2")
        Transplant.objects.update(age_at_transplant="11.111")
        Patient.objects.update(error_count=3, judged_at=timezone.now())
        _update(Relapse, [Relapse.objects.get()])


def test_a_signature_is_not_opened_without_a_word(signed: Relapse) -> None:
    wordless = pytest.raises(IntegrityError, match="opened_with_a_reason")
    with every_centre(), wordless, transaction.atomic():
        SignOff.objects.update(opened_at=timezone.now())


def test_a_patient_deleted_as_a_whole_goes_with_the_signatures(signed: Relapse) -> None:
    with every_centre():
        Patient.objects.get().delete()
        assert (Relapse.objects.count(), SignOff.objects.count()) == (0, 0)


@pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda one: one.__name__)
def test_every_item_of_every_record_type_is_watched(model: type[models.Model], db: None) -> None:
    """Of the trigger as it lies in the database: a new item cannot be forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger "
            "WHERE tgrelid = %s::regclass AND tgname LIKE 'pgtrigger_signed_stays%%'",
            [model._meta.db_table],
        )
        ((definition,),) = cursor.fetchall()
    fields = [one for one in model._meta.local_fields if isinstance(one, ItemField)]
    for field in fields:
        watched = re.search(rf'\bold\."?{field.column}\b', definition, re.IGNORECASE)
        assert bool(watched) != field.item.identifying, field.name

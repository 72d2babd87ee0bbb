"""Are rows that name only the columns in use the same rows, with the same trail, as those that name all?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import NOT_PROVIDED, QuerySet
from django.test.utils import CaptureQueriesContext

from registry.actions.sparse import Sparse
from registry.audit import writing
from registry.models import RECORD_MODELS, ClinicalRecord, Disease, Patient
from tests.registry.people import People

SAID: tuple[dict[str, Any], ...] = (
    {"number": 1, "diagnosis": "AML"},
    {"number": 2, "date_diagnosis": date(2010, 3, 1), "date_diagnosis_precision": "D"},
    {"number": 3, "cytogenetics": ["T_8_21"], "blasts_bm_dx_missing": "UNK"},
)
ITS_OWN = ("id", "key", "patient_id", "pgh_id", "pgh_obj_id", "pgh_created_at", "pgh_context_id")


def stored(
    people: People, rows: QuerySet, patient: Patient, among: tuple[dict[str, Any], ...]
) -> list[list[dict[str, Any]]]:
    """What stands in the tables of the record and of its trail once these rows are inserted."""
    with writing(by=people.own_centre, centres=[people.centre.pk], channel="form"):
        made = rows.bulk_create(
            Disease(patient=patient, centre=people.centre, key=str(n), **one)
            for n, one in enumerate(among)
        )
        pks = [one.pk for one in made]
        assert all(pks)
        tables = (
            Disease.objects.filter(pk__in=pks).order_by("pk"),
            Disease.pgh_event_model.objects.filter(pgh_obj_id__in=pks).order_by("pgh_obj_id"),
        )
        return [
            [{k: v for k, v in row.items() if k not in ITS_OWN} for row in table.values()]
            for table in tables
        ]


@pytest.mark.parametrize("among", [SAID, SAID[:1], SAID[1:2], ({},)], ids=["3", "1", "date", "0"])
def test_they_are_the_same(people: People, among: tuple[dict[str, Any], ...]) -> None:
    one = people.register({"key": "P1", "sex": "F"}).patient
    other = people.register({"key": "P2", "sex": "F"}).patient
    named_all = stored(people, QuerySet(Disease), one, among)
    in_use = stored(people, Sparse(Disease), other, among)
    assert in_use == named_all
    assert [len(table) for table in in_use] == [len(among)] * 2


def test_only_the_columns_in_use_are_named(people: People) -> None:
    patient = people.register({"key": "P1", "sex": "F"}).patient
    with CaptureQueriesContext(connection) as asked:
        stored(people, Sparse(Disease), patient, SAID[:2])
    (insert,) = [one["sql"] for one in asked if "INSERT" in one["sql"]]
    assert '"diagnosis"' in insert and '"cytogenetics"' not in insert


@pytest.mark.parametrize("model", RECORD_MODELS)
def test_no_record_has_a_column_that_is_filled_only_when_it_is_named(
    model: type[ClinicalRecord],
) -> None:
    """`Sparse` leaves out what holds nothing yet: what the day or the database fills would stay empty."""
    for column in model._meta.concrete_fields:
        by_the_day = getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False)
        assert not by_the_day and column.db_default is NOT_PROVIDED and not column.generated, column

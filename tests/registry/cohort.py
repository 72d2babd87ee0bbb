"""Who owes which visit? Patients with transplants so many days ago, seen when and how."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from registry.actions.plan import plan_case
from registry.actions.store import write_plans
from registry.audit import writing
from registry.dictionary.case import Record
from registry.dictionary.reading import read_case
from registry.models import DICTIONARY, Patient, User
from registry.records import StoredCase


def transplanted(
    key: str,
    days_ago: int,
    *,
    today: date,
    seen: int | None = None,
    status: str = "ALIVE",
    disease: str = "CR",
) -> dict[str, Any]:
    """A case: transplanted so many days before `today`, last seen so many days before it."""
    since = today - timedelta(days=days_ago)
    case: dict[str, Any] = {
        "key": key,
        "sex": "F",
        "identity": {"birth_date": f"{since.year - 9}-03"},
        "diseases": [
            {"key": "d", "diagnosis": "AML", "date_diagnosis": str(since - timedelta(days=200))}
        ],
        "transplants": [
            {"key": "t", "number": 1, "date": str(since), "type": "ALLO", "disease_status": "CR1"}
        ],
    }
    if seen is not None:
        when = str(today - timedelta(days=seen))
        contact = {"key": "f", "date_of_contact": when, "status": status, "disease_status": disease}
        case["follow_ups"] = [contact]
    return case


def kept(by: User, *cases: dict[str, Any], today: date) -> list[Patient]:
    """The patients of these cases, stored at the centre of the person."""
    assert by.centre is not None
    plans = []
    for case in cases:
        reading = read_case(DICTIONARY, case)
        assert not reading.problems, reading.problems
        plans.append(plan_case(StoredCase(Record("patient")), reading.record, today))
    with writing(by=by, centres=[by.centre.pk], channel="form"):
        return write_plans(plans, centre=by.centre)

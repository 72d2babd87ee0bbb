"""A data manager registers a new patient of her centre."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils import timezone

from registry.actions.plan import plan_case
from registry.actions.save_record import Saved
from registry.actions.store import CannotBeStored, write_plans
from registry.audit import writing
from registry.dictionary.case import Record
from registry.models import Centre, Patient, User
from registry.permissions import may_submit, require
from registry.records import StoredCase
from registry.scope import scope


class AlreadyRegistered(Exception):
    """The centre has a patient with this number."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(f"Number {patient.key} is registered already")
        self.patient = patient


def register_patient(*, by: User, case: Record) -> Saved:
    """Store a new patient with what is known so far.

    Raises AlreadyRegistered when the centre's number is taken, CannotBeStored for what the tables
    cannot hold, PermissionDenied for those who may not enter data.
    """
    require(may_submit(by), "register patients")
    centre = Centre.objects.get(pk=by.centre_id)
    _refuse_taken(centre, case.key)
    plan = plan_case(StoredCase(Record("patient")), case, timezone.localdate())
    try:
        with writing(by=by, centres=[centre.pk], channel="form"):
            (patient,) = write_plans([plan], centre=centre)
    except CannotBeStored:
        raise
    except IntegrityError:
        # Somebody registered the number between the look and the insert.
        _refuse_taken(centre, case.key)
        raise
    return Saved(patient, plan)


def _refuse_taken(centre: Centre, key: str) -> None:
    with scope([centre.pk]):
        taken = Patient.objects.filter(centre=centre, key=key).first()
    if taken:
        raise AlreadyRegistered(taken)

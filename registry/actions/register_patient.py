"""A data manager registers a new patient of her centre."""

from __future__ import annotations

from django.utils import timezone

from registry.actions.save_record import Saved
from registry.actions.store import plan_case, write_plans
from registry.audit import writing
from registry.dictionary.case import Record
from registry.models import Centre, Patient, User
from registry.permissions import may_submit, require
from registry.records import StoredCase


class AlreadyRegistered(Exception):
    """The centre has a patient with this number."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(f"Number {patient.key} is registered already")
        self.patient = patient


def register_patient(*, by: User, case: Record) -> Saved:
    """Store a new patient with what is known so far.

    Raises AlreadyRegistered when the centre's number is taken, PermissionDenied for those who
    may not enter data.
    """
    require(may_submit(by), "register patients")
    centre = Centre.objects.get(pk=by.centre_id)
    with writing(by=by, centres=[centre.pk], channel="form"):
        taken = Patient.objects.filter(centre=centre, key=case.key).first()
        if taken:
            raise AlreadyRegistered(taken)
        plan = plan_case(StoredCase(Record("patient")), case, timezone.localdate())
        (patient,) = write_plans([plan], centre=centre)
        return Saved(patient, plan)

"""A data manager registers a new patient of her centre."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError
from django.utils import timezone

from registry.actions.judge_again import judge_again
from registry.actions.links import ask_about, tell_apart
from registry.actions.newcomers import one_at_a_time
from registry.actions.plan import Plan, plan_case
from registry.actions.same_person import (
    IN_ANOTHER_CENTRE,
    IN_THIS_CENTRE,
    examined,
    tokens_in,
)
from registry.actions.save_record import Saved
from registry.actions.store import CannotBeStored, write_plans
from registry.actions.suspects import suspects
from registry.audit import writing
from registry.dictionary.case import Record
from registry.models import Centre, Patient, User
from registry.permissions import may_merge, may_submit, require
from registry.records import StoredCase
from registry.scope import scope

MOST = 5
"""So many alike patients are compared one by one; about the rest it is asked after registering."""


class AlreadyRegistered(Exception):
    """The centre has a patient with this number."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(f"Number {patient.key} is registered already")
        self.patient = patient


class MaybeRegistered(Exception):
    """The centre has patients who may be this person, and nobody has said that they are not."""

    def __init__(self, patients: Sequence[Patient]) -> None:
        super().__init__("Patients with these details are registered already")
        self.patients = patients


@dataclass(frozen=True)
class Apart:
    """The pseudonyms of patients whom the new one was compared with, and why it is none of them."""

    pseudonyms: Collection[str]
    reason: str


NOBODY = Apart((), "")


def register_patient(*, by: User, case: Record, apart: Apart = NOBODY, ask: bool = False) -> Saved:
    """Store a new patient with what is known so far.

    apart : who the patient is not. ask : ask the office for the link to another centre's patient.
    Raises AlreadyRegistered when the centre's number is taken, MaybeRegistered when one of the MOST
    likeliest patients of the centre who may be this person is not among those told apart,
    CannotBeStored for what the tables cannot hold, BadValue for a reason that is no text,
    PermissionDenied for those who may not enter data.
    """
    require(may_submit(by), "register patients")
    centre = Centre.objects.get(pk=by.centre_id)
    refuse_taken(centre, case.key)
    plan = plan_case(StoredCase(Record("patient")), case, timezone.localdate())
    try:
        with writing(by=by, centres=[centre.pk], channel="form", reason=apart.reason):
            # Two registrations of a centre wait for each other: the second one sees the first.
            one_at_a_time(centre.pk)
            refuse_taken(centre, case.key)
            return _registered(by, centre, plan, apart, ask)
    except CannotBeStored:
        raise
    except IntegrityError:
        # A batch brought the number between the look and the insert.
        refuse_taken(centre, case.key)
        raise


def _registered(by: User, centre: Centre, plan: Plan, apart: Apart, ask: bool) -> Saved:
    """Store the patient, with the words about whom it is not and who else it may be."""
    alike = _alike(plan.merged, centre)
    told = alike[:MOST]
    if {one.pseudonym for one in told} - set(apart.pseudonyms):
        raise MaybeRegistered(alike)
    (plan,) = examined([plan], centre.pk)
    asks = ask and may_merge(by, centre.pk)
    answered = {IN_THIS_CENTRE: bool(told), IN_ANOTHER_CENTRE: asks}
    left = (one for one in plan.findings if not answered.get(one.rule))
    (patient,) = write_plans([replace(plan, findings=tuple(left))], centre=centre)
    tell_apart(by=by, patient=patient, others=told, reason=apart.reason)
    if asks:
        ask_about(by=by, patient=patient)
    if len(alike) > MOST:
        # Nobody compared the rest: that question stays open.
        judge_again(patient)
    return Saved(patient, plan)


def _alike(case: Record, centre: Centre) -> list[Patient]:
    """Patients of the centre who may be this person, likeliest first."""
    found = suspects(tokens_in(case), centre.pk)
    here = [one.patient_id for one in found if one.centre_id == centre.pk]
    patients = Patient.objects.in_bulk(here)
    return [patients[pk] for pk in here]


def refuse_taken(centre: Centre, key: str) -> None:
    """Raises AlreadyRegistered, with the patient who was kept where the number was merged away."""
    with scope([centre.pk]):
        rows = Patient.objects.select_related("merged_into").filter(centre=centre, key=key)
        taken = rows.first()
    if taken:
        raise AlreadyRegistered(taken.merged_into or taken)

"""A data manager finds that two of her centre's patients are one person; and takes it back."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from registry.actions.judge_again import judge_again
from registry.actions.merged_cases import renamed
from registry.actions.merged_links import lead_nowhere, lead_on, links_back, links_over
from registry.actions.newcomers import one_at_a_time
from registry.actions.store import CannotBeStored
from registry.audit import writing
from registry.models import (
    DICTIONARY,
    Centre,
    ClinicalRecord,
    Patient,
    PatientMerge,
    Question,
    SignOff,
    User,
)
from registry.permissions import may_merge, require
from registry.records import Path, StoredCase, load_case

QUESTION = "question"
NOTHING_LEFT = {
    "error_count": 0, "warning_count": 0, "query_count": 0, "first_transplant_on": None,
    "last_transplant_on": None, "last_contact_on": None, "vital": "", "due_on": None, "due_visit": "",
}  # fmt: skip
"""The summary of a patient who was merged: on no list, in no count."""


class CannotMerge(Exception):
    """The two cannot be merged, or not separated, as they stand; the message says why."""


@dataclass(frozen=True)
class MergePlan:
    """What would come over to the kept patient, and what would stay behind with the merged one."""

    moving: dict[Path, ClinicalRecord]
    staying: dict[Path, ClinicalRecord]
    names: dict[Path, str]


def merge_plan(kept: StoredCase, merged: StoredCase) -> MergePlan:
    """Single records stay where the kept patient has one; everything else comes over.

    `names` are new names of those records whose own name the kept patient uses already.
    """
    below = {path: row for path, row in merged.rows.items() if path}
    stays = {path[0] for path in below if _taken(path[0], kept)}
    owner = merged.root.key
    return MergePlan(
        moving={path: row for path, row in below.items() if path[0] not in stays},
        staying={path: row for path, row in below.items() if path[0] in stays},
        names={
            path: renamed(path[0][1], owner)
            for path in below
            if len(path) == 1 and path in kept.rows and path[0] not in stays
        },
    )


def _taken(step: tuple[str, str], kept: StoredCase) -> bool:
    return DICTIONARY[step[0]].single and (step,) in kept.rows


def merge_patients(*, by: User, kept: Patient, merged: Patient, reason: str) -> PatientMerge:
    """Let the records of `merged` hang on `kept`; both pseudonyms and numbers lead there from now.

    Raises CannotMerge for patients who are not two of one centre, ValueError without a reason,
    BadValue for one that is no text, PermissionDenied for other centres' patients.
    """
    require(may_merge(by, kept.centre_id), "merge these patients")
    if not reason.strip():
        raise ValueError("Two patients are merged for a reason")
    with writing(by=by, centres=[kept.centre_id], channel="form", reason=reason):
        both = _locked(kept, merged)
        kept_case, merged_case = (load_case(one) for one in both)
        plan = merge_plan(kept_case, merged_case)
        moved = [[type_name_of(row), row.pk, row.key] for row in plan.moving.values()]
        try:
            for path, row in plan.moving.items():
                _hang(row, both[0], plan.names.get(path, row.key))
            moved += _questions_over(both[0], both[1], plan)
            moved += links_over(*both)
            row = PatientMerge.objects.create(
                centre_id=kept.centre_id, kept=both[0], merged=both[1], by=by,
                at=timezone.now(), reason=reason.strip(), moved=moved,
            )  # fmt: skip
            _away(both[0], both[1])
            judge_again(both[0])
        except CannotBeStored:
            raise
        except IntegrityError as refusal:
            raise CannotMerge("The tables cannot hold the records of both beside each other") from (
                refusal
            )
        return row


def type_name_of(row: ClinicalRecord) -> str:
    """The name of the record's type in the dictionary."""
    return row.record_type.name


def _locked(one: Patient, other: Patient) -> tuple[Patient, Patient]:
    """Both as they are now, against other writers. Raises CannotMerge."""
    Centre.objects.select_for_update(no_key=True).get(pk=one.centre_id)
    one_at_a_time(one.centre_id)
    rows = Patient.objects.select_for_update(of=("self",)).filter(
        pk__in=[one.pk, other.pk], centre_id=one.centre_id
    )
    found = {row.pk: row for row in rows.order_by("pk")}
    if len(found) != 2:
        raise CannotMerge("Two patients of one centre are needed")
    if any(row.merged_into_id for row in found.values()):
        raise CannotMerge("One of the two is merged already")
    return found[one.pk], found[other.pk]


def _hang(row: ClinicalRecord, patient: Patient, key: str) -> None:
    """Let a record belong to another patient. A record of the first level hangs on the patient alone."""
    type(row)._default_manager.filter(pk=row.pk).update(patient=patient, key=key)
    signed = SignOff.objects.filter(record_type=type_name_of(row), record_pk=row.pk)
    signed.update(patient=patient)


def _questions_over(kept: Patient, merged: Patient, plan: MergePlan) -> list[list[object]]:
    """Questions that people asked come over; the judge asks its own anew."""
    now = timezone.now()
    of_rules = Question.objects.filter(patient=merged, closed_at=None, rule__isnull=False)
    of_rules.update(closed_at=now)
    names = {(path[0][0], path[0][1]): name for path, name in plan.names.items()}
    moved: list[list[object]] = []
    for one in Question.objects.filter(patient=merged, rule=None):
        moved.append([QUESTION, one.pk, one.record_key])
        name = names.get((one.record_type, one.record_key), one.record_key)
        Question.objects.filter(pk=one.pk).update(patient=kept, record_key=name)
    return moved


def _away(kept: Patient, merged: Patient) -> None:
    """The merged patient, and those merged into it before, lead to the kept one."""
    Patient.objects.filter(pk=merged.pk).update(
        merged_into=kept, version=F("version") + 1, **NOTHING_LEFT
    )
    earlier = list(Patient.objects.filter(merged_into=merged))
    Patient.objects.filter(merged_into=merged).update(merged_into=kept)
    lead_on([merged, *earlier], kept)


def undo_merge(*, by: User, merge: PatientMerge, reason: str) -> PatientMerge:
    """Give the merged patient back what came from it, and what was added below that since.

    Raises CannotMerge when it was undone already or the kept patient is merged itself by now,
    ValueError without a reason, BadValue for one that is no text, PermissionDenied for other
    centres' patients.
    """
    require(may_merge(by, merge.centre_id), "separate these patients")
    if not reason.strip():
        raise ValueError("Two patients are separated for a reason")
    with writing(by=by, centres=[merge.centre_id], channel="form", reason=reason):
        Centre.objects.select_for_update(no_key=True).get(pk=merge.centre_id)
        one_at_a_time(merge.centre_id)
        row = PatientMerge.objects.get(pk=merge.pk)
        patients = Patient.objects.select_for_update(of=("self",))
        both = patients.filter(pk__in=[row.kept_id, row.merged_id]).order_by("pk")
        found = {one.pk: one for one in both}
        kept, merged = found[row.kept_id], found[row.merged_id]
        if row.undone_at or merged.merged_into_id != kept.pk:
            raise CannotMerge("This merge was undone already, or another one stands upon it")
        _give_back(row, kept, merged)
        row.undone_at, row.undone_by = timezone.now(), by
        row.save(update_fields=["undone_at", "undone_by"])
        _return(merged)
        judge_again(kept)
        judge_again(Patient.objects.get(pk=merged.pk))
        return row


def _give_back(merge: PatientMerge, kept: Patient, merged: Patient) -> None:
    before = {(type_name, pk): key for type_name, pk, key in merge.moved}
    rows = load_case(kept).rows
    came = {path for path, row in rows.items() if path and (type_name_of(row), row.pk) in before}
    for path, row in rows.items():
        if any(path[:length] in came for length in range(1, len(path) + 1)):
            _hang(row, merged, before.get((type_name_of(row), row.pk), row.key))
    for (type_name, pk), key in before.items():
        if type_name == QUESTION:
            Question.objects.filter(pk=pk).update(patient=merged, record_key=key)
    links_back(merge)


def _return(merged: Patient) -> None:
    """The patient stands alone again; so do those who had been merged into it."""
    Patient.objects.filter(pk=merged.pk).update(merged_into=None, version=F("version") + 1)
    merges = PatientMerge.objects.filter(kept=merged, undone_at=None)
    earlier = Patient.objects.filter(pk__in=merges.values("merged_id"))
    earlier.update(merged_into=merged)
    lead_on(earlier, merged)
    lead_nowhere(merged)

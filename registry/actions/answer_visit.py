"""A data manager answers a visit that is owed: alive, died or lost, without opening a form."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from registry.actions.delete_record import delete_record
from registry.actions.lock import SomebodyElseSaved, lock_patient
from registry.actions.plan import Plan, plan_case
from registry.actions.save_record import Saved
from registry.actions.store import write_plans
from registry.audit import writing
from registry.dictionary.case import Record
from registry.dictionary.checks import Severity
from registry.dictionary.values import Answers, Missing
from registry.models import DICTIONARY, Patient, User
from registry.permissions import may_edit, require
from registry.records import Path, StoredCase, load_case
from registry.validation import Finding, judge

DEATH: Path = (("death", "death"),)
UNDONE = "Undone in My work"
"""The reason that the trail keeps for what was taken back."""


class FoundWrong(Exception):
    """The judge has something against the answer; nothing was stored. `findings` says what."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("The judge has something against this answer")
        self.findings = findings


@dataclass(frozen=True)
class Owed:
    """The visit that the list showed: its code, and the day it was due."""

    code: str
    due: date


@dataclass(frozen=True)
class Answered(Saved):
    """What was stored; `key` names the new follow-up."""

    key: str


def answer_visit(
    *,
    by: User,
    patient: Patient,
    owed: Owed,
    follow_up: Answers,
    death: Answers | None = None,
    accepted: Collection[int] = (),
) -> Answered:
    """Store a new follow-up, and with `death` the record of the death on the same day.

    `owed` is what was seen: whoever comes second raises SomebodyElseSaved. What the judge has
    against the answer and was not there before raises FoundWrong, warnings unless their rules
    are `accepted`. Raises CannotBeStored, and PermissionDenied for other centres' patients.
    """
    require(may_edit(by, patient.centre_id), "change this patient's records")
    key = f"form-{secrets.token_hex(4)}"
    with writing(by=by, centres=[patient.centre_id], channel="form"):
        locked = lock_patient(patient)
        if (locked.due_visit, locked.due_on) != (owed.code, owed.due):
            raise SomebodyElseSaved
        stored = load_case(locked)
        plan = plan_case(stored, _said(stored.root.key, key, follow_up, death), _today())
        if against := _new_findings(stored, plan, accepted):
            raise FoundWrong(against)
        write_plans([plan], centre=locked.centre)
        return Answered(locked, plan, key)


def undo_answer(*, by: User, patient: Patient, key: str) -> None:
    """Take the follow-up back that `answer_visit` made, and the death with it: both or neither.

    Raises SomebodyElseSaved when either was changed or signed since, PermissionDenied.
    """
    require(may_edit(by, patient.centre_id), "change this patient's records")
    with writing(by=by, centres=[patient.centre_id], channel="form", reason=UNDONE):
        for path in _still_as_answered(load_case(lock_patient(patient)), key):
            delete_record(by=by, patient=patient, path=path, version=1, reason=UNDONE)


def _still_as_answered(stored: StoredCase, key: str) -> list[Path]:
    """The records that an answer made, the death first. Raises SomebodyElseSaved."""
    path: Path = (("follow_up", key),)
    row = stored.rows.get(path)
    if row is None:
        raise SomebodyElseSaved
    died = row.status == "DEAD" and DEATH in stored.rows  # type: ignore[attr-defined]
    made = [DEATH, path] if died else [path]
    if any(stored.rows[one].version != 1 or one in stored.signed for one in made):
        raise SomebodyElseSaved
    return made


def _today() -> date:
    return timezone.localdate()


def _said(patient_key: str, key: str, follow_up: Answers, death: Answers | None) -> Record:
    """The case that says nothing but the answer."""
    children = {"follow_up": (Record("follow_up", key, follow_up),)}
    if death is not None:
        cause = {"primary_cause": Missing.NOT_YET_AVAILABLE}
        children["death"] = (Record("death", "death", {**cause, **death}),)
    return Record("patient", patient_key, {}, children)


def _new_findings(stored: StoredCase, plan: Plan, accepted: Collection[int]) -> tuple[Finding, ...]:
    """Errors and warnings that the answer brings about, but for warnings that were accepted."""
    before = {_name(one) for one in judge(stored.root, DICTIONARY, _today())}
    return tuple(
        one
        for one in plan.findings
        if one.severity is not Severity.QUERY
        and _name(one) not in before
        and not (one.severity is Severity.WARNING and one.rule in accepted)
    )


def _name(one: Finding) -> tuple[object, ...]:
    return (one.rule, one.severity, one.record_type, one.record_key)

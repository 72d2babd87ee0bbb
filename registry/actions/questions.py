"""Which questions about a patient open, and which close themselves?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from registry.actions.plan import Plan
from registry.actions.same_person import FOR_THE_OFFICE
from registry.dictionary.checks import Severity
from registry.models import ClinicalRecord, Patient, Question, QuestionMessage, User
from registry.permissions import side_of
from registry.validation import Finding

Identity = tuple[object, ...]


def sync_questions(plans: Iterable[Plan], now: datetime) -> None:
    """Open a question for each new QUERY finding; close those whose rule holds again.

    Runs inside `audit.writing`, after the patients are stored.
    """
    of_patient = {plan.stored.patient: plan for plan in plans if plan.stored.patient}
    still_open = {
        _identity(one): one
        for one in Question.objects.filter(
            patient__in=list(of_patient), closed_at=None, rule__isnull=False
        )
    }
    asked: dict[Identity, Question] = {}
    for patient, plan in of_patient.items():
        for finding in plan.findings:
            if finding.severity is Severity.QUERY:
                question = _question(patient, finding, now)
                asked.setdefault(_identity(question), question)
    Question.objects.bulk_create(
        one for identity, one in asked.items() if identity not in still_open
    )
    answered = [one.pk for identity, one in still_open.items() if identity not in asked]
    Question.objects.filter(pk__in=answered).update(closed_at=now)


def close_with_records(
    *, by: User, patient: Patient, gone: Collection[ClinicalRecord], now: datetime
) -> None:
    """Close what people asked about records that are deleted, with a word that says so.

    Runs inside `audit.writing`. The questions of rules close when the rest is judged.
    """
    records = {(one.record_type.name, one.pk) for one in gone}
    asked = Question.objects.select_for_update(of=("self",)).filter(
        patient=patient, rule=None, closed_at=None
    )
    closing = [one for one in asked if (one.record_type, one.record_pk) in records]
    QuestionMessage.objects.bulk_create(
        QuestionMessage(
            question=one,
            centre_id=one.centre_id,
            by=by,
            side=side_of(by),
            at=now,
            text=_("Closed: the record was deleted."),
        )
        for one in closing
    )
    Question.objects.filter(pk__in=[one.pk for one in closing]).update(closed_at=now, closed_by=by)


def _question(patient: Patient, finding: Finding, now: datetime) -> Question:
    return Question(
        centre_id=patient.centre_id,
        patient=patient,
        rule=finding.rule,
        record_type=finding.record_type,
        record_key=finding.record_key,
        item=finding.items[0] if finding.items else "",
        text=finding.says,
        opened_at=now,
        asked_of=Question.Side.OFFICE if finding.rule in FOR_THE_OFFICE else Question.Side.CENTRE,
    )


def _identity(one: Question) -> Identity:
    """What the database holds to be the same open question."""
    return (one.patient_id, one.rule, one.record_type, one.record_key, one.item)

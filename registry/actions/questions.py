"""Which questions about a patient open, and which close themselves?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from registry.actions.plan import Plan
from registry.dictionary.checks import Severity
from registry.models import Patient, Question
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
    )


def _identity(one: Question) -> Identity:
    """What the database holds to be the same open question."""
    return (one.patient_id, one.rule, one.record_type, one.record_key, one.item)

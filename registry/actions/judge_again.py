"""Something around a patient changed: what does the judge say of the record now?"""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from registry.actions.plan import plan_case
from registry.actions.store import write_plans
from registry.dictionary.case import Record
from registry.models import Patient
from registry.records import load_case


def judge_again(patient: Patient) -> None:
    """Judge a whole record anew and store the summary, ages, tokens and questions that follow.

    Runs inside `audit.writing`, with the patient's row locked.
    """
    plan = plan_case(load_case(patient), Record("patient", patient.key), timezone.localdate())
    # As a change of the patient, so that everything that is settled from the records is settled anew.
    write_plans([replace(plan, changed=plan.changed | {()})], centre=patient.centre)

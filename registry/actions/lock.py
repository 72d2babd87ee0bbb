"""Who comes first may write: a patient's row is locked, and is it still a patient of its own?

A merge holds the same lock. Whoever waited for one finds a patient that leads to another. It is a lock
against other writers of the patient only: drafts, which name the patient, do not wait for it.
"""

from __future__ import annotations

from registry.models import Patient


class SomebodyElseSaved(Exception):
    """The record was changed by another person since the form was opened."""


class MergedMeanwhile(SomebodyElseSaved):
    """The patient was merged into another one: its records hang there, maybe under other names."""


def lock_patient(patient: Patient) -> Patient:
    """The patient as it is now, against other writers until the transaction ends.

    Raises MergedMeanwhile: what was meant for a record of the one is not written to the other.
    """
    locked = _locked(patient.pk)
    if locked.merged_into_id:
        raise MergedMeanwhile
    return locked


def lock_kept(patient: Patient) -> Patient:
    """The same for what is said of the person, not of a record: a merged patient's word is the kept one's."""
    locked = _locked(patient.pk)
    while locked.merged_into_id:
        locked = _locked(locked.merged_into_id)
    return locked


def _locked(pk: int) -> Patient:
    return Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)

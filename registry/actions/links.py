"""Two patients who may be one person: a centre asks the registry office, or says that they are two."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from registry.actions.judge_again import judge_again
from registry.actions.lock import lock_kept
from registry.actions.same_person import undecided
from registry.audit import writing
from registry.dictionary.answers import read_reason
from registry.models import LinkRequest, Patient, User
from registry.permissions import may_decide_links, may_merge, require

State = LinkRequest.State


def ask_for_link(*, by: User, patient: Patient) -> LinkRequest | None:
    """Ask the office whether the patient is the likeliest one of another centre; None: there is none.

    One is asked about at a time, so that nobody learns how many there are. Raises PermissionDenied
    for other centres' patients.
    """
    require(may_merge(by, patient.centre_id), "ask about this patient")
    with writing(by=by, centres=[patient.centre_id], channel="form"):
        locked = lock_kept(patient)
        request = ask_about(by=by, patient=locked)
        if request:
            judge_again(locked)
        return request


def ask_about(*, by: User, patient: Patient) -> LinkRequest | None:
    """The same inside `audit.writing`, and without judging the patient again."""
    others = [one for one in undecided(patient) if one.centre_id != patient.centre_id]
    if not others or _waiting(patient):
        return None
    return LinkRequest.objects.create(
        centre_id=patient.centre_id, patient=patient, other_id=others[0].patient_id,
        asked_by=by, asked_at=timezone.now(),
    )  # fmt: skip


def _waiting(patient: Patient) -> bool:
    return LinkRequest.objects.filter(patient=patient, state=State.OPEN).exists()


def keep_apart(*, by: User, patient: Patient, others: Iterable[Patient], reason: str) -> None:
    """Say that patients of the own centre, though alike, are different people; it is not asked again.

    Raises ValueError without a reason, BadValue for one that is no text, PermissionDenied for other
    centres' patients.
    """
    require(may_merge(by, patient.centre_id), "say who this patient is not")
    if not reason.strip():
        raise ValueError("Say why they are different people")
    with writing(by=by, centres=[patient.centre_id], channel="form", reason=reason):
        locked = lock_kept(patient)
        rows = Patient.objects.filter(pk__in=[one.pk for one in others])
        kept = [one.merged_into or one for one in rows.select_related("merged_into")]
        tell_apart(by=by, patient=locked, others=kept, reason=reason)
        judge_again(locked)


def tell_apart(*, by: User, patient: Patient, others: Iterable[Patient], reason: str) -> None:
    """Keep the word that these are different people. Runs inside `audit.writing`."""
    now = timezone.now()
    # A pair may have been decided from the other side already: the first word stands.
    LinkRequest.objects.bulk_create(
        (
            LinkRequest(
                centre_id=patient.centre_id, patient=patient, other=one, asked_by=by, asked_at=now,
                state=State.DECLINED, decided_by=by, decided_at=now, note=reason.strip(),
            )
            for one in others
            if one.centre_id == patient.centre_id and one.pk != patient.pk
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def decide_link(*, by: User, patient: Patient, other: Patient, same: bool, note: str) -> None:
    """The office decides whether patients of two centres are one person; both centres keep its word.

    Raises BadValue for a note that is no text, PermissionDenied for everyone else, ValueError for
    two patients of one centre (they are merged there).
    """
    require(may_decide_links(by), "decide about links")
    note = read_reason(note)
    if patient.centre_id == other.centre_id:
        raise ValueError("Two patients of one centre are merged by the centre")
    centres = [patient.centre_id, other.centre_id]
    with writing(by=by, centres=centres, channel="form", reason=note):
        # In the order of the keys, as a merge locks them: neither waits for the other for ever.
        both = [lock_kept(one) for one in sorted((patient, other), key=lambda one: one.pk)]
        state = State.LINKED if same else State.DECLINED
        for mine, theirs in (both, both[::-1]):
            _decided(by, mine, theirs, state, note)
        for one in both:
            judge_again(one)


def _decided(by: User, mine: Patient, theirs: Patient, state: str, note: str) -> None:
    now = timezone.now()
    told = {"state": state, "decided_by": by, "decided_at": now, "note": note}
    # Where nobody asked, the office did: the row says so to the centre.
    asked = {"centre_id": mine.centre_id, "asked_by": by, "asked_at": now}
    LinkRequest.objects.update_or_create(
        patient=mine, other=theirs, defaults=told, create_defaults=told | asked
    )
    # Asked about somebody who was merged into one of them meanwhile: answered with the same word.
    waiting = LinkRequest.objects.filter(
        _leads_to("patient", mine), _leads_to("other", theirs), state=State.OPEN
    )
    waiting.update(**told)


def _leads_to(side: str, kept: Patient) -> Q:
    return Q(**{side: kept}) | Q(**{f"{side}__merged_into": kept})

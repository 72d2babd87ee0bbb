"""A centre sends a batch: kept as it came in, then judged case by case and written in bulk."""

from __future__ import annotations

import hashlib
import logging
import traceback
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from registry import lease, planner
from registry.actions.import_state import settle, unsend
from registry.actions.judge_batch import (
    Batch,
    Verdict,
    all_or_nothing,
    doubled_keys,
    each_patient_once,
    judge_cases,
    with_suspects,
)
from registry.actions.merged_cases import mark_as_theirs
from registry.actions.newcomers import ask_about_newcomers, one_at_a_time, written_tokens
from registry.actions.progress_beside import ProgressBeside
from registry.actions.reasons import BATCH
from registry.actions.seen import moved_meanwhile, put_off
from registry.actions.store import write_plans
from registry.audit import writing
from registry.lease import Lease
from registry.models import CaseReceipt, Centre, Submission, User
from registry.permissions import may_submit, require
from registry.scope import scope
from registry.strict_json import parse

__all__ = (
    "Batch",
    "KeyUsedDifferently",
    "accept_submission",
    "process_submission",
    "unfinished",
)

log = logging.getLogger(__name__)

CHUNK = 100
LEASE = Lease(
    timedelta(minutes=2),
    working=Submission.State.PROCESSING,
    when_dead={"failure": "The batch could not be processed. Nothing more is tried."},
    buried=unsend,
)


class KeyUsedDifferently(Exception):
    """The idempotency key came before with another body."""


@transaction.atomic
def accept_submission(
    *, by: User, body: bytes, batch: Batch, channel: str, idempotency_key: str | None
) -> tuple[Submission, bool]:
    """Keep a batch, and tell whether it is new; the answer may promise that it is not lost.

    The same key with the same body answers the submission made before; with another body it
    raises KeyUsedDifferently. Raises PermissionDenied for those who may not submit.
    """
    require(may_submit(by), "submit cases")
    digest = hashlib.sha256(body).hexdigest()
    with writing(by=by, centres=[by.centre_id], channel=channel):
        if idempotency_key:
            before = _sent_before(by, idempotency_key, digest)
            if before:
                return before, False
        try:
            with transaction.atomic():
                submission = Submission.objects.create(
                    centre_id=by.centre_id,
                    by=by,
                    received_at=timezone.now(),
                    channel=channel,
                    source_system=batch.source_system,
                    idempotency_key=idempotency_key,
                    atomic=batch.atomic,
                    body=body,
                    sha256=digest,
                    cases=len(batch.cases),
                )
                return submission, True
        except IntegrityError:
            # Two requests with one key at the same moment: the other one was first.
            before = _sent_before(by, str(idempotency_key), digest)
            if before is None:
                raise
            return before, False


def _sent_before(by: User, key: str, digest: str) -> Submission | None:
    # Told by its SHA-256 alone: the body may be emptied by now (forget_files.py).
    before = Submission.objects.filter(by=by, idempotency_key=key).defer("body").first()
    if before and before.sha256 != digest:
        raise KeyUsedDifferently
    return before


@dataclass(frozen=True)
class _Work:
    """A submission that this worker holds: what is in it, and the fence that proves the hold."""

    submission: Submission
    fence: int
    cases: Sequence[object]
    doubled: Collection[str]


def process_submission(*, submission_id: uuid.UUID, centre_id: int) -> None:
    """Judge and store what is left of a submission. Safe to call twice, or after a crash.

    Works under a lease; each chunk is one transaction with its receipts, so a killed worker
    leaves whole chunks, and the next one goes on after them.
    """
    rows = Submission.objects.filter(pk=submission_id)
    with scope([centre_id]):
        fence = lease.claim(rows, LEASE)
    if fence is None:
        return
    try:
        work = _open(submission_id, centre_id, fence)
        while more := _next_chunk(work):
            pass
        if more is not None and len(work.cases) >= planner.MANY:
            planner.count_anew()
    except Exception as failure:  # noqa: BLE001 - whatever it was, the submission goes back
        # The message of an exception may quote a patient's values; the lines it went through do not.
        where = "".join(traceback.format_tb(failure.__traceback__))
        kind = type(failure).__name__
        log.error("Submission %s failed at fence %s: %s\n%s", submission_id, fence, kind, where)
        with scope([centre_id]):
            lease.give_back(rows, LEASE, fence)


def unfinished(centre_id: int) -> list[uuid.UUID]:
    """Submissions of a centre that nobody is working on, for the sweeper."""
    with scope([centre_id]):
        waiting = lease.waiting(Submission.objects.all(), LEASE)
        return list(waiting.values_list("pk", flat=True))


def _open(submission_id: uuid.UUID, centre_id: int, fence: int) -> _Work:
    with scope([centre_id]):
        submission = Submission.objects.select_related("by").get(pk=submission_id)
    # It was measured when it came in; a table's may be larger than what is taken from outside.
    body = bytes(submission.body)
    cases = parse(body, most_bytes=len(body))["cases"]  # type: ignore[index]
    return _Work(submission, fence, cases, doubled_keys(cases))


def _next_chunk(work: _Work) -> bool | None:
    """Store the next cases with their receipts; False when none are left, None with a lost lease."""
    sent = work.submission
    with writing(by=sent.by, centres=[sent.centre_id], channel=sent.channel, request=str(sent.pk)):
        now = _still_mine(work)
        if now is None:
            return None
        # Two batches of one centre wait for each other: both may bring the same new patient.
        centre = Centre.objects.select_for_update(no_key=True).get(pk=sent.centre_id)
        start = now.receipts.count()
        if now.atomic:
            _whole(work, now, centre)
            return False
        one_at_a_time(centre.pk)
        verdicts = _judged(work, centre, start)
        verdicts = each_patient_once(verdicts, _stored_before(now, verdicts))
        _write(now, centre, verdicts)
        finished = start + len(verdicts) >= len(work.cases)
        _advance(now, finished)
        return not finished


def _judged(work: _Work, centre: Centre, start: int) -> list[Verdict]:
    cases = work.cases[start : start + CHUNK]
    return judge_cases(cases, centre_id=centre.pk, doubled=work.doubled, start=start)


def _whole(work: _Work, now: Submission, centre: Centre) -> None:
    """Judge all cases and then write all, or none, in the transaction that is open."""
    tell, before = ProgressBeside(now), written_tokens()
    verdicts: list[Verdict] = []
    for start in range(0, len(work.cases), CHUNK):
        verdicts += _judged(work, centre, start)
        tell(len(verdicts))
    moved, verdicts = moved_meanwhile(now), each_patient_once(verdicts)
    refused = [one for one in verdicts if one.plan is None]
    verdicts = all_or_nothing(put_off(verdicts, moved))
    for start in range(0, len(verdicts), CHUNK):
        _write(now, centre, verdicts[start : start + CHUNK])
        tell(len(verdicts) + start)
    if any(one.plan for one in verdicts):
        ask_about_newcomers(now, before)
    _advance(now, finished=True)
    settle(now, refused=refused, moved=moved)


def _still_mine(work: _Work) -> Submission | None:
    """The submission's row, locked, if no other worker took it over."""
    return (
        lease.held(Submission.objects.filter(pk=work.submission.pk), LEASE, work.fence)
        .select_for_update(of=("self",))
        .defer("body")
        .first()
    )


def _stored_before(now: Submission, verdicts: Sequence[Verdict]) -> dict[int, str]:
    """Under which number an earlier chunk of the batch stored these patients."""
    known = [one.plan.stored.patient for one in verdicts if one.plan and one.plan.stored.patient]
    rows = now.receipts.filter(patient__in=known) if known else now.receipts.none()
    return dict(rows.values_list("patient_id", "key"))


def _write(submission: Submission, centre: Centre, verdicts: Sequence[Verdict]) -> None:
    # Only now: the persons of the chunks before are stored, so that they are found as well.
    verdicts = with_suspects(verdicts, centre.pk)
    plans = [one.plan for one in verdicts if one.plan]
    patients = iter(write_plans(plans, centre=centre, why=BATCH))
    for one in verdicts:
        if one.plan and one.read:
            mark_as_theirs(one.plan, one.read)
    CaseReceipt.objects.bulk_create(
        CaseReceipt(
            submission=submission,
            centre=centre,
            index=one.index,
            key=one.key,
            outcome=one.outcome,
            patient=next(patients) if one.plan else None,
            findings=one.findings,
        )
        for one in verdicts
    )


def _advance(submission: Submission, finished: bool) -> None:
    submission.lease_until = None if finished else LEASE.until
    # Whoever fails from here on fails at another chunk: this attempt is the first at that one.
    submission.attempts = 1
    if finished:
        submission.state = Submission.State.DONE
        submission.finished_at = timezone.now()
    submission.save(update_fields=["state", "finished_at", "lease_until", "attempts"])

"""A centre sends a batch: kept as it came in, then judged case by case and written in bulk."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from registry.actions.store import Outcome, Plan, plan_case, renamed, write_plans
from registry.audit import writing
from registry.dictionary.case import Record
from registry.dictionary.reading import Unreadable, read_case
from registry.models import DICTIONARY, CaseReceipt, Patient, Submission, User
from registry.permissions import may_submit, require
from registry.records import StoredCase, load_cases
from registry.scope import scope
from registry.strict_json import parse
from registry.validation import Finding

log = logging.getLogger(__name__)

CHUNK = 100
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 5


class KeyUsedDifferently(Exception):
    """The idempotency key came before with another body."""


@dataclass(frozen=True)
class Batch:
    """The envelope of a submission, already checked for shape."""

    source_system: str
    cases: Sequence[object]
    atomic: bool = False


@transaction.atomic
def accept_submission(
    *, by: User, body: bytes, batch: Batch, channel: str, idempotency_key: str | None
) -> Submission:
    """Keep a batch; the answer may promise that it is not lost.

    The same key with the same body answers the submission made before; with another body it
    raises KeyUsedDifferently. Raises PermissionDenied for those who may not submit.
    """
    require(may_submit(by), "submit cases")
    digest = hashlib.sha256(body).hexdigest()
    with writing(by=by, centres=[by.centre_id], channel=channel):
        if idempotency_key:
            before = _sent_before(by, idempotency_key, digest)
            if before:
                return before
        try:
            with transaction.atomic():
                return Submission.objects.create(
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
        except IntegrityError:
            # Two requests with one key at the same moment: the other one was first.
            before = _sent_before(by, str(idempotency_key), digest)
            if before is None:
                raise
            return before


def _sent_before(by: User, key: str, digest: str) -> Submission | None:
    before = Submission.objects.filter(by=by, idempotency_key=key).first()
    if before and before.sha256 != digest:
        raise KeyUsedDifferently
    return before


def process_submission(*, submission_id: uuid.UUID, centre_id: int) -> None:
    """Judge and store what is left of a submission. Safe to call twice, or after a crash.

    Works under a lease; each chunk is one transaction with its receipts, so a killed worker
    leaves whole chunks, and the next one goes on after them.
    """
    fence = _claim(submission_id, centre_id)
    if fence is None:
        return
    try:
        while _next_chunk(submission_id, centre_id, fence):
            pass
    except Exception:
        log.exception("submission %s failed at fence %s", submission_id, fence)
        _give_back(submission_id, centre_id, fence)


def unfinished(centre_id: int) -> list[uuid.UUID]:
    """Submissions of a centre that nobody is working on, for the sweeper."""
    with scope([centre_id]):
        return list(Submission.objects.filter(_claimable()).values_list("pk", flat=True))


def _claimable() -> Q:
    queued = Q(state=Submission.State.QUEUED)
    left = Q(state=Submission.State.PROCESSING, lease_until__lt=timezone.now())
    return queued | left


def _claim(submission_id: uuid.UUID, centre_id: int) -> int | None:
    """Take the lease; answer the fence, or None when another worker has it or it is done."""
    with scope([centre_id]):
        claimed = Submission.objects.filter(_claimable(), pk=submission_id).update(
            state=Submission.State.PROCESSING,
            lease_until=timezone.now() + LEASE,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
        )
        if not claimed:
            return None
        return Submission.objects.values_list("fence", flat=True).get(pk=submission_id)


def _give_back(submission_id: uuid.UUID, centre_id: int, fence: int) -> None:
    with scope([centre_id]):
        mine = Submission.objects.filter(pk=submission_id, fence=fence)
        submission = mine.first()
        if submission is None:
            return
        if submission.attempts >= MOST_ATTEMPTS:
            mine.update(
                state=Submission.State.DEAD,
                finished_at=timezone.now(),
                lease_until=None,
                failure="The batch could not be processed. Nothing more is tried.",
            )
        else:
            mine.update(state=Submission.State.QUEUED, lease_until=None)


def _next_chunk(submission_id: uuid.UUID, centre_id: int, fence: int) -> bool:
    """Store the next cases with their receipts; False when none are left or the lease is lost."""
    with scope([centre_id]):
        by = Submission.objects.select_related("by").get(pk=submission_id).by
    with writing(
        by=by, centres=[centre_id], channel="api", request=str(submission_id)
    ):
        submission = (
            Submission.objects.select_for_update(of=("self",))
            .filter(pk=submission_id, fence=fence, state=Submission.State.PROCESSING)
            .first()
        )
        if submission is None:
            return False
        start = submission.receipts.count()
        size = submission.cases if submission.atomic else CHUNK
        raw_cases = parse(bytes(submission.body))["cases"][start : start + size]  # type: ignore[index]
        receipts = _store(submission, raw_cases, start)
        CaseReceipt.objects.bulk_create(receipts)
        submission.lease_until = timezone.now() + LEASE
        done = start + len(receipts) >= submission.cases
        if done:
            submission.state = Submission.State.DONE
            submission.finished_at = timezone.now()
            submission.lease_until = None
        submission.save(update_fields=["state", "finished_at", "lease_until"])
        return not done


def _store(submission: Submission, raw_cases: list[object], start: int) -> list[CaseReceipt]:
    """Write the acceptable cases and make a receipt for each."""
    readings = [read_case(DICTIONARY, raw) for raw in raw_cases]
    doubled = _doubled([one.record.key for one in readings])
    stored = _stored_cases(submission.centre_id, [one.record.key for one in readings])
    today = timezone.localdate()
    receipts: list[CaseReceipt] = []
    good: list[tuple[Plan, CaseReceipt]] = []
    for offset, reading in enumerate(readings):
        key, pointer = reading.record.key, f"/cases/{start + offset}"
        receipt = CaseReceipt(
            submission=submission, centre_id=submission.centre_id, index=start + offset, key=key
        )
        receipts.append(receipt)
        unreadable = list(reading.problems)
        if key in doubled:
            unreadable.append(Unreadable("/key", f"{key!r} stands twice in this batch"))
        if unreadable:
            receipt.outcome = Outcome.REJECTED
            receipt.findings = [_unreadable(pointer, one) for one in unreadable]
            continue
        plan = plan_case(stored.get(key) or StoredCase(Record("patient")), reading.record, today)
        receipt.outcome = Outcome.REJECTED if plan.blocked else plan.outcome
        receipt.findings = [finding_json(one) for one in renamed(plan, pointer)]
        if not plan.blocked:
            good.append((plan, receipt))
    if submission.atomic and any(one.outcome == Outcome.REJECTED for one in receipts):
        _refuse_all(good)
        return receipts
    patients = write_plans([plan for plan, _ in good], centre=submission.centre)
    for (_, receipt), patient in zip(good, patients, strict=True):
        receipt.patient = patient
    return receipts


def _refuse_all(good: list[tuple[Plan, CaseReceipt]]) -> None:
    for _, receipt in good:
        receipt.outcome = Outcome.REJECTED
        receipt.findings = [
            {
                "rule": None,
                "severity": "error",
                "detail": "Not stored: this batch is all or nothing, and another case has errors",
                "pointer": f"/cases/{receipt.index}",
            },
            *receipt.findings,
        ]


def _doubled(keys: list[str]) -> set[str]:
    return {key for key in keys if key and keys.count(key) > 1}


def _stored_cases(centre_id: int, keys: list[str]) -> dict[str, StoredCase]:
    """What the centre has under these keys, locked against other writers."""
    patients = list(
        Patient.objects.select_for_update(of=("self",))
        .filter(centre_id=centre_id, key__in=keys)
        .order_by("pk")
    )
    cases = load_cases(patients)
    return {patient.key: cases[patient.pk] for patient in patients}


def finding_json(finding: Finding) -> dict[str, object]:
    """A finding as receipts and the API show it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "detail": finding.says + (f" ({finding.values})" if finding.values else ""),
        "pointer": finding.pointer,
        "record": f"{finding.record_type} {finding.record_key}".strip(),
        "kept": finding.kept,
    }


def _unreadable(prefix: str, problem: Unreadable) -> dict[str, object]:
    return {
        "rule": None,
        "severity": "error",
        "detail": problem.detail,
        "pointer": prefix + problem.pointer,
    }

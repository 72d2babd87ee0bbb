"""Reminders by mail: one row for each person and morning, and an honest word on what became of it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from registry.digest_mail import content_for, digest_mail
from registry.models import Digest, Role, User
from registry.mornings import slot_due
from registry.permissions import require
from registry.post import Ending, post
from registry.queries import centre_ids_for
from registry.scope import scope
from registry.work import today_of, zone_of

log = logging.getLogger(__name__)

State = Digest.State
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4))
SENDING_AT_MOST = timedelta(minutes=5)


def make_due_digests(now: datetime) -> None:
    """A row for everyone whose morning has come; a second call makes none twice."""
    people = User.objects.filter(is_active=True, digest__in=["daily", "weekly"])
    people = people.exclude(role=Role.SERVICE).exclude(email="").select_related("centre")
    due = {
        person.pk: slot
        for person in people
        if (slot := slot_due(person.digest, zone_of(person), now, person.digest_chosen_at))
    }
    made = set(
        Digest.objects.filter(asked_at=None, slot__in=set(due.values())).values_list("to", "slot")
    )
    Digest.objects.bulk_create(
        [
            Digest(to_id=pk, slot=slot, ready_at=now)
            for pk, slot in due.items()
            if (pk, slot) not in made
        ],
        ignore_conflicts=True,
    )


def ask_for_digest(*, by: User) -> Digest:
    """One mail at once, beside that of the morning; while one is on its way, that is the answer.

    Raises PermissionDenied for who has no e-mail address.
    """
    require(bool(by.email) and by.role != Role.SERVICE, "be sent mail: you have no e-mail address")
    now = timezone.now()
    try:
        with transaction.atomic():
            return Digest.objects.create(to=by, slot=today_of(by), ready_at=now, asked_at=now)
    except IntegrityError:
        return Digest.objects.filter(_on_its_way(), to=by).get()


def ready_digests() -> list[int]:
    """Rows to be sent, for the sweeper. One that hung while sending becomes `unknown`."""
    hung = Q(state=State.SENDING, sent_at__lt=timezone.now() - SENDING_AT_MOST)
    if n := Digest.objects.filter(hung).update(
        state=State.UNKNOWN, failure="The sender stopped while sending."
    ):
        log.error("%s reminders are unknown: their senders stopped while sending", n)
    return list(Digest.objects.filter(_due()).values_list("pk", flat=True))


def send_digest(digest_id: int) -> None:
    """Send one reminder if it is still to be sent, and if anything waits for its reader."""
    digest = Digest.objects.select_related("to__centre").filter(_due(), pk=digest_id).first()
    if digest is None:
        return
    person, refusal = digest.to, _why_not(digest)
    with scope(centre_ids_for(person)):
        content = None if refusal else content_for(person, today_of(person))
    if not _claim(digest):
        return
    if content is None:
        _end(digest, State.FAILED, refusal)
    elif not content.waiting.anything and digest.asked_at is None:
        _end(digest, State.NOTHING)
    else:
        _send(digest, digest_mail(digest, content))


def _on_its_way() -> Q:
    return Q(asked_at__isnull=False, state__in=[State.READY, State.SENDING])


def _due() -> Q:
    return Q(state=State.READY, ready_at__lte=timezone.now())


def _why_not(digest: Digest) -> str:
    person = digest.to
    if not person.is_active or not person.email:
        return "The reader can no longer be written to."
    ended = person.digest == "none" and digest.asked_at is None
    return "The reader wants no reminders any more." if ended else ""


def _claim(digest: Digest) -> bool:
    """Mark it as being sent, and count the attempt; False when another worker was first."""
    claimed = Digest.objects.filter(_due(), pk=digest.pk, attempts=digest.attempts).update(
        state=State.SENDING, attempts=F("attempts") + 1, sent_at=timezone.now()
    )
    digest.attempts += 1
    return bool(claimed)


def _send(digest: Digest, message: EmailMultiAlternatives) -> None:
    posted = post(message)
    if posted.ending is Ending.LATER and digest.attempts <= len(PAUSES):
        later = timezone.now() + PAUSES[digest.attempts - 1]
        _end(digest, State.READY, posted.why, ready_at=later)
        return
    ended = {Ending.SENT: State.SENT, Ending.UNKNOWN: State.UNKNOWN}.get(
        posted.ending, State.FAILED
    )
    _end(digest, ended, posted.why)


def _end(digest: Digest, state: str, why: str = "", **more: object) -> None:
    """Write down what became of this attempt, even when the sweeper called it unknown before."""
    tell = log.error if state in (State.FAILED, State.UNKNOWN) else log.info
    tell("reminder %s is %s after attempt %s", digest.pk, state, digest.attempts)
    mine = Digest.objects.filter(pk=digest.pk, attempts=digest.attempts)
    mine.filter(state__in=[State.SENDING, State.UNKNOWN]).update(
        state=state, failure=why, sent_at=timezone.now() if state == State.SENT else None, **more
    )

"""Is the state of a reminder honest whatever the mail server does, and is nobody written to who may not be?"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from registry import digest_mail
from registry.actions import send_digests
from registry.actions.send_digests import PAUSES, make_due_digests, ready_digests, send_digest
from registry.digest_mail import content_for
from registry.models import Digest, Role, User
from registry.queries import centre_ids_for
from registry.scope import scope
from tests.processes import MailSink, answers
from tests.registry.cohort import kept, transplanted
from tests.registry.people import People

MONDAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
State = Digest.State


@pytest.fixture
def person(people: People) -> User:
    """A data manager who can be written to, and of whose patients one is overdue."""
    manager = people.own_centre
    manager.email = "manager@example.org"
    manager.save()
    today = timezone.localdate()
    kept(manager, transplanted("N-1", 150, today=today), today=today)
    return manager


@pytest.fixture
def reminder(person: User) -> Digest:
    make_due_digests(MONDAY)
    return Digest.objects.get(to=person)


def state(reminder: Digest) -> tuple[str, int]:
    reminder.refresh_from_db()
    return reminder.state, reminder.attempts


def attempt(reminder: Digest) -> tuple[str, int]:
    """One attempt, after whatever pause."""
    Digest.objects.filter(state=State.READY).update(ready_at=timezone.now())
    send_digest(reminder.pk)
    return state(reminder)


def test_sent_twice_it_arrives_once(reminder: Digest, mail_sink: MailSink) -> None:
    assert attempt(reminder) == attempt(reminder) == (State.SENT, 1)
    assert len(mail_sink.messages) == 1 and reminder.sent_at is not None


def test_of_two_workers_one_sends(
    reminder: Digest, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have read that it is to be sent; the other one is quicker."""
    counted = send_digests.content_for

    def meanwhile(*told: Any) -> Any:
        monkeypatch.setattr(send_digests, "content_for", counted)
        assert attempt(reminder) == (State.SENT, 1)
        return counted(*told)

    monkeypatch.setattr(send_digests, "content_for", meanwhile)
    assert attempt(reminder) == (State.SENT, 1)
    assert len(mail_sink.messages) == 1


def test_after_the_last_pause_it_has_failed(
    reminder: Digest, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(mail_sink, monkeypatch, "451 busy")
    tries = range(1, len(PAUSES) + 1)
    assert [attempt(reminder) for _ in tries] == [(State.READY, n) for n in tries]
    assert attempt(reminder) == attempt(reminder) == (State.FAILED, len(PAUSES) + 1)
    assert "(451)" in reminder.failure and reminder.sent_at is None


@pytest.mark.parametrize("code", [500, 550])
def test_a_refused_message_has_failed(
    reminder: Digest, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    answers(mail_sink, monkeypatch, f"{code} never")
    assert attempt(reminder) == (State.FAILED, 1) and f"({code})" in reminder.failure
    assert attempt(reminder) == (State.FAILED, 1)


@pytest.mark.parametrize(
    ("answer", "after"), [("550 no such user", State.FAILED), ("451 grey-listed", State.READY)]
)
def test_a_refused_address_is_told_apart_from_a_busy_one(
    reminder: Digest, mail_sink: MailSink, answer: str, after: str
) -> None:
    async def handle_RCPT(*anything: Any) -> str:
        return answer

    mail_sink.handle_RCPT = handle_RCPT  # type: ignore[attr-defined]
    assert attempt(reminder) == (after, 1)


def test_a_line_cut_after_the_message_leaves_it_unknown(
    reminder: Digest, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(mail_sink, monkeypatch, "")
    assert attempt(reminder) == attempt(reminder) == (State.UNKNOWN, 1)
    assert ready_digests() == [], "it may have arrived: it is not sent again"


def test_a_sender_that_was_given_up_may_still_tell(
    reminder: Digest, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(smtplib.SMTP):
        def sendmail(self, *given: Any, **how: Any) -> Any:
            hung = timezone.now() - send_digests.SENDING_AT_MOST - timedelta(seconds=1)
            Digest.objects.update(sent_at=hung)
            assert ready_digests() == [] and state(reminder) == (State.UNKNOWN, 1)
            return super().sendmail(*given, **how)

    monkeypatch.setattr(smtplib, "SMTP", Slow)
    assert attempt(reminder) == (State.SENT, 1)


def test_of_an_older_attempt_nothing_is_written_over_a_newer_one(
    reminder: Digest, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(smtplib.SMTP):
        def sendmail(self, *given: Any, **how: Any) -> Any:
            Digest.objects.update(attempts=2)
            return super().sendmail(*given, **how)

    monkeypatch.setattr(smtplib, "SMTP", Slow)
    assert attempt(reminder) == (State.SENDING, 2)


def gone(person: User) -> None:
    person.is_active = False


def without_address(person: User) -> None:
    person.email = ""


def a_service(person: User) -> None:
    person.role = Role.SERVICE


@pytest.mark.parametrize("change", [gone, without_address])
def test_who_cannot_be_written_to_any_more_is_not(
    reminder: Digest, mail_sink: MailSink, change: Callable[[User], None]
) -> None:
    change(reminder.to)
    reminder.to.save()
    assert attempt(reminder) == (State.FAILED, 1) and mail_sink.messages == []
    assert "no longer be written to" in reminder.failure


@pytest.mark.parametrize("change", [gone, without_address, a_service])
def test_for_them_no_reminder_is_made(person: User, change: Callable[[User], None]) -> None:
    change(person)
    person.save()
    make_due_digests(MONDAY)
    assert not Digest.objects.filter(to=person).exists()


def test_of_many_patients_the_first_are_named_and_the_others_counted(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_mail, "MOST_NAMED", 2)
    today = timezone.localdate()
    more = [transplanted(f"N-{n}", 150 + n, today=today) for n in range(2, 6)]
    kept(person, *more, today=today)
    with scope(centre_ids_for(person)):
        content = content_for(person, today)
    (overdue,) = (one for one in content.named if one.heading.startswith("Follow-ups"))
    assert content.waiting.overdue == 5
    assert (len(overdue.patients), overdue.more) == (2, 3)

"""Does a report reach its reader once, and is the state honest whatever the mail server does?"""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import Settings

from registry.models import Patient, Role, User
from registry.scope import every_centre
from reports import actions, deliver, tasks
from reports.models import Delivery, Run
from tests.processes import MailSink, answers
from tests.reports.network import STUDY, Network, now

State = Delivery.State


@pytest.fixture
def delivery(network: Network) -> Delivery:
    """The report of the own centre, ready for its data manager."""
    return ordered(network.own_centre)


def ordered(by: User) -> Delivery:
    actions.subscribe(by=by, study=STUDY, day=1, hour=6, time_zone="Europe/Paris")
    run = actions.send_now(by=by, study=STUDY)
    actions.execute_run(run_id=run.pk)
    return Delivery.objects.get(run=run)


def state(delivery: Delivery) -> tuple[str, int]:
    delivery.refresh_from_db()
    return delivery.state, delivery.attempts


def attempt(delivery: Delivery) -> tuple[str, int]:
    """One attempt, after whatever pause."""
    Delivery.objects.filter(state=State.READY).update(ready_at=timezone.now())
    deliver.deliver(delivery_id=delivery.pk)
    return state(delivery)


def parts(message: EmailMessage) -> dict[str, EmailMessage]:
    return {part.get_content_type(): part for part in message.walk()}  # type: ignore[misc]


def test_the_message_holds_the_report_and_no_patient(
    delivery: Delivery, mail_sink: MailSink
) -> None:
    deliver.deliver(delivery_id=delivery.pk)
    assert state(delivery) == (State.SENT, 1)
    (message,) = mail_sink.messages
    run = stored(delivery)
    assert message["To"] == "manager@engraft.example"
    assert message["Message-ID"] == delivery.message_id
    assert message["Subject"].strip().startswith("Engraft · Centre C01 · Testville: Report of ")
    found = parts(message)
    text = found["text/plain"].get_content()
    html = found["text/html"].get_content()
    link = f"{settings.SITE_URL}/reports/{run.pk}/"
    assert link in text and f'href="{link}"' in html
    assert found["image/png"].get_content()[:4] == b"\x89PNG"
    assert f"cid:{found['image/png']['Content-ID'].strip('<>')}" in html
    assert found["application/pdf"].get_content() == bytes(run.pdf), "the very bytes of the run"
    with every_centre():
        people = list(Patient.objects.values_list("pseudonym", "key"))
    assert len(people) == 48
    shown = text + html + message["Subject"] + run.results + run.body
    assert not [one for pair in people for one in pair if one in shown]


def stored(delivery: Delivery) -> Run:
    with every_centre():
        return Run.objects.select_related("cut").get(pk=delivery.run_id)


def test_the_mail_is_made_of_what_was_kept_even_if_the_code_has_changed(
    delivery: Delivery, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    with every_centre():
        Run.objects.update(pdf=b"%PDF as it was kept")

    def changed(*anything: object) -> None:
        raise AssertionError("computed or set anew")

    for place in ("reports.compute.run", "reports.render.pdf.typst.compile"):
        monkeypatch.setattr(place, changed)
    assert attempt(delivery) == (State.SENT, 1)
    attached = parts(mail_sink.messages[0])["application/pdf"]
    assert attached.get_content() == b"%PDF as it was kept"


def test_the_task_run_twice_sends_once(delivery: Delivery, mail_sink: MailSink) -> None:
    for _ in range(2):
        tasks.send_delivery(delivery.pk)
    assert len(mail_sink.messages) == 1 and state(delivery) == (State.SENT, 1)
    assert deliver.ready_deliveries() == []


def test_asked_to_try_later_it_waits_and_then_arrives_once(
    delivery: Delivery, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = mail_sink.handle_DATA
    answers(mail_sink, monkeypatch, "451 busy")
    deliver.deliver(delivery_id=delivery.pk)
    assert state(delivery) == (State.READY, 1) and "(451)" in delivery.failure
    assert deliver.ready_deliveries() == [], "not before the pause is over"
    deliver.deliver(delivery_id=delivery.pk)
    assert state(delivery) == (State.READY, 1)
    monkeypatch.setattr(mail_sink, "handle_DATA", keep)
    assert attempt(delivery) == (State.SENT, 2)
    assert delivery.failure == "" and len(mail_sink.messages) == 1


def test_after_five_attempts_it_has_failed(
    delivery: Delivery, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(mail_sink, monkeypatch, "451 busy")
    seen = [attempt(delivery) for _ in range(6)]
    assert seen == [(State.READY, n) for n in (1, 2, 3, 4)] + [(State.FAILED, 5)] * 2


def test_a_refused_message_has_failed(
    delivery: Delivery, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(mail_sink, monkeypatch, "550 never")
    assert attempt(delivery) == (State.FAILED, 1)
    assert "(550)" in delivery.failure and attempt(delivery) == (State.FAILED, 1)


@pytest.mark.parametrize(
    ("answer", "after"), [("550 no such user", State.FAILED), ("451 grey-listed", State.READY)]
)
def test_a_refused_address_is_told_apart_from_a_busy_one(
    delivery: Delivery, mail_sink: MailSink, answer: str, after: str
) -> None:
    async def handle_RCPT(*anything: Any) -> str:
        return answer

    mail_sink.handle_RCPT = handle_RCPT  # type: ignore[attr-defined]
    assert attempt(delivery) == (after, 1)


def test_a_line_cut_after_the_message_leaves_it_unknown(
    delivery: Delivery, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(mail_sink, monkeypatch, "")
    assert attempt(delivery) == (State.UNKNOWN, 1)
    assert attempt(delivery) == (State.UNKNOWN, 1), "an operator decides, not the sweeper"


def test_a_server_that_is_away_is_tried_again(
    delivery: Delivery, mail_sink: MailSink, settings: Settings
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1  # nobody listens there
    assert attempt(delivery) == (State.READY, 1)
    settings.EMAIL_PORT = port
    assert attempt(delivery) == (State.SENT, 2)


def test_a_sender_that_stopped_leaves_it_unknown_and_may_still_tell(
    delivery: Delivery, mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(smtplib.SMTP):
        def sendmail(self, *given: Any, **how: Any) -> Any:
            hung = timezone.now() - deliver.SENDING_AT_MOST - timedelta(seconds=1)
            Delivery.objects.update(sent_at=hung)
            assert deliver.ready_deliveries() == []
            assert state(delivery) == (State.UNKNOWN, 1)
            return super().sendmail(*given, **how)

    monkeypatch.setattr(smtplib, "SMTP", Slow)
    assert attempt(delivery) == (State.SENT, 1)


def gone(user: User) -> None:
    user.is_active = False


def moved(user: User) -> None:
    user.centre = User.objects.get(username="foreigner").centre


def made_service(user: User) -> None:
    user.role = Role.SERVICE


def without_address(user: User) -> None:
    user.email = ""


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (gone, "may no longer see"),
        (moved, "may no longer see"),
        (made_service, "may no longer see"),
        (without_address, "no e-mail address"),
    ],
)
def test_the_right_to_receive_is_looked_at_when_sending(
    delivery: Delivery, mail_sink: MailSink, change: Callable[[User], None], why: str
) -> None:
    change(delivery.to)
    delivery.to.save()
    assert attempt(delivery) == (State.FAILED, 1)
    assert why in delivery.failure and mail_sink.messages == []


def test_who_ended_the_order_gets_no_more(delivery: Delivery, mail_sink: MailSink) -> None:
    actions.unsubscribe(by=delivery.to, study=STUDY)
    assert attempt(delivery) == (State.FAILED, 1) and mail_sink.messages == []


def test_what_cannot_be_made_into_a_message_fails_at_once(
    delivery: Delivery, mail_sink: MailSink
) -> None:
    with every_centre():
        Run.objects.update(results="{}")
    assert attempt(delivery) == (State.FAILED, 1)
    assert "could not be made" in delivery.failure


@pytest.mark.django_db(transaction=True)
def test_from_the_order_to_the_letter_box_with_a_real_worker(
    network: Network, worker_with_sink: MailSink
) -> None:
    """The order is due, beat's entry rings, the worker computes and mails, once."""
    by = network.statistician
    actions.subscribe(by=by, study=STUDY, day=1, hour=6, time_zone="Europe/Paris")
    run = actions.send_now(by=by, study=STUDY)
    for _ in range(3):
        tasks.dispatch_due.delay()
    until = time.monotonic() + 60
    while not Delivery.objects.filter(run_id=run.pk, state=State.SENT).exists():
        assert time.monotonic() < until, (now(run).state, now(run).step)
        time.sleep(0.2)
    done = now(run)
    assert (done.state, done.attempts) == ("done", 1)
    assert done.cut.rows >= 48
    (message,) = worker_with_sink.messages
    assert parts(message)["application/pdf"].get_content() == bytes(done.pdf)
    tasks.dispatch_due.delay()
    time.sleep(2)
    assert len(worker_with_sink.messages) == 1


@pytest.fixture
def worker_with_sink(mail_sink: MailSink, request: pytest.FixtureRequest) -> MailSink:
    """The sink first: a worker learns its port from the environment."""
    request.getfixturevalue("worker")
    return mail_sink

"""How does a finished report reach its reader? One delivery, one message, an honest state."""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core import mail
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from registry.models.user import User
from registry.permissions import may_run_studies
from registry.queries import centre_ids_for
from registry.scope import every_centre
from reports.actions import compute_cut
from reports.models import Delivery, Run
from reports.render.mail import Links, Mail, notice_of, report_mail

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
SENDING_AT_MOST = timedelta(minutes=5)
State = Delivery.State


def deliver(*, delivery_id: int) -> None:
    """Send one delivery if it is still to be sent and its reader may still receive it."""
    claimed = Delivery.objects.filter(pk=delivery_id, state=State.READY).update(
        state=State.SENDING, attempts=F("attempts") + 1, sent_at=timezone.now()
    )
    if not claimed:
        return
    delivery = Delivery.objects.select_related("to").get(pk=delivery_id)
    with every_centre():
        run = Run.objects.select_related("cut", "subscription").get(pk=delivery.run_id)
    if not may_receive(delivery.to, run):
        _end(delivery, State.FAILED, "The reader may no longer see these records.")
        return
    message = _mail(run, delivery).message(
        to=delivery.to.email, sender=settings.DEFAULT_FROM_EMAIL
    )
    try:
        with mail.get_connection() as connection:
            connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused:
        _end(delivery, State.FAILED, "The mail server does not know this address.")
    except smtplib.SMTPResponseException as refusal:
        _refused(delivery, refusal.smtp_code)
    except (smtplib.SMTPServerDisconnected, TimeoutError):
        # The server may have taken the message before the line broke: nobody can know.
        _end(delivery, State.UNKNOWN, "The connection broke while sending.")
    except OSError:
        _again(delivery, "The mail server cannot be reached.")
    else:
        _end(delivery, State.SENT, "")


def may_receive(reader: User, run: Run) -> bool:
    """The reader may still see every centre of the run."""
    allowed = set(centre_ids_for(reader))
    return bool(reader.email) and may_run_studies(reader) and set(run.centres) <= allowed


def ready_deliveries() -> list[int]:
    """Deliveries to be sent, for the sweeper. One that hung while sending becomes `unknown`."""
    hung = Q(state=State.SENDING, sent_at__lt=timezone.now() - SENDING_AT_MOST)
    Delivery.objects.filter(hung).update(
        state=State.UNKNOWN, failure="The sender stopped while sending."
    )
    return list(Delivery.objects.filter(state=State.READY).values_list("pk", flat=True))


def _mail(run: Run, delivery: Delivery) -> Mail:
    if run.cut is None:
        raise ValueError(f"run {run.pk} has no data cut, so it is not done")
    results = compute_cut(run.study, run.cut)
    site = settings.SITE_URL.rstrip("/")
    month = timezone.localdate(run.asked_at)
    centre = delivery.to.centre
    return report_mail(
        results,
        place=f"Engraft · {centre}" if centre else "Engraft",
        notice=notice_of(results, heading=f"Report of {month:%B %Y}"),
        links=Links(
            report=site + reverse("run", args=[run.pk]),
            settings=site + reverse("subscriptions"),
            unsubscribe=site + reverse("subscriptions"),
        ),
        message_id=delivery.message_id,
        figure=results.figures[-1] if results.figures else None,
    )


def _refused(delivery: Delivery, code: int) -> None:
    if code >= 500:
        _end(delivery, State.FAILED, f"The mail server refused the message ({code}).")
    else:
        _again(delivery, f"The mail server asked to try later ({code}).")


def _again(delivery: Delivery, why: str) -> None:
    _end(delivery, State.READY if delivery.attempts < MOST_ATTEMPTS else State.FAILED, why)


def _end(delivery: Delivery, state: str, why: str) -> None:
    log.info("delivery %s is %s after attempt %s", delivery.pk, state, delivery.attempts)
    Delivery.objects.filter(pk=delivery.pk, state=State.SENDING).update(
        state=state, failure=why, sent_at=timezone.now() if state == State.SENT else None
    )

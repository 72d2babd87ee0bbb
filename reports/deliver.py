"""How does a finished report reach its reader? One delivery, one message, an honest state.

The message is made of what the run has kept, before the delivery is marked as being sent: the
time in which a stop leaves it `unknown` is the conversation with the mail server alone.
"""

from __future__ import annotations

import logging
import smtplib
from contextlib import suppress
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from registry.models.user import User
from registry.permissions import may_run_studies
from registry.queries import centre_ids_for
from registry.scope import every_centre
from reports.models import Delivery, Run
from reports.render.mail import Links, notice_of, report_mail
from reports.results import Results

log = logging.getLogger(__name__)

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 20, 60)]
"""Before the second attempt, the third … Servers that grey-list want a quarter of an hour."""
SENDING_AT_MOST = timedelta(minutes=5)
State = Delivery.State


def deliver(*, delivery_id: int) -> None:
    """Send one delivery if it is still to be sent and its reader may still receive it."""
    people = Delivery.objects.select_related("to__centre")
    delivery = people.filter(_due(), pk=delivery_id).first()
    if delivery is None:
        return
    with every_centre():
        run = Run.objects.select_related("subscription").get(pk=delivery.run_id)
    refusal, message = why_not(delivery.to, run), None
    if not refusal:
        try:
            message = _message(run, delivery)
        except Exception:
            # What the run has kept will not read better next time.
            log.exception("delivery %s: no message of run %s", delivery.pk, run.pk)
            refusal = "The message could not be made."
    if not _claim(delivery):
        return
    if message is None:
        _end(delivery, State.FAILED, refusal)
    else:
        _send(delivery, message)


def why_not(reader: User, run: Run) -> str:
    """Why the reader may not receive the report; "" when nothing stands against it."""
    if not may_run_studies(reader) or not set(run.centres) <= set(centre_ids_for(reader)):
        return "The reader may no longer see these records."
    if run.subscription is None or not run.subscription.active:
        return "The reader has ended the monthly report."
    return "" if reader.email else "The reader has no e-mail address."


def ready_deliveries() -> list[int]:
    """Deliveries to be sent, for the sweeper. One that hung while sending becomes `unknown`."""
    hung = Q(state=State.SENDING, sent_at__lt=timezone.now() - SENDING_AT_MOST)
    if n := Delivery.objects.filter(hung).update(
        state=State.UNKNOWN, failure="The sender stopped while sending."
    ):
        log.error("%s deliveries are unknown: their senders stopped while sending", n)
    return list(Delivery.objects.filter(_due()).values_list("pk", flat=True))


def _due() -> Q:
    return Q(state=State.READY, ready_at__lte=timezone.now())


def _claim(delivery: Delivery) -> bool:
    """Mark it as being sent, and count the attempt; False when another worker was first."""
    claimed = Delivery.objects.filter(_due(), pk=delivery.pk, attempts=delivery.attempts).update(
        state=State.SENDING, attempts=F("attempts") + 1, sent_at=timezone.now()
    )
    delivery.attempts += 1
    return bool(claimed)


def _send(delivery: Delivery, message: EmailMultiAlternatives) -> None:
    connection = mail.get_connection()
    try:
        connection.open()
    except OSError:
        _again(delivery, "The mail server cannot be reached.")
        return
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refusal:
        _refused(delivery, max(code for code, _ in refusal.recipients.values()))
    except smtplib.SMTPResponseException as refusal:
        _refused(delivery, refusal.smtp_code)
    except (smtplib.SMTPServerDisconnected, TimeoutError):
        # The server may have taken the message before the line broke: nobody can know.
        _end(delivery, State.UNKNOWN, "The connection broke while sending.")
    except OSError:
        _again(delivery, "The mail server does not take such a message.")
    else:
        _end(delivery, State.SENT, "")
    finally:
        with suppress(OSError):
            connection.close()


def _message(run: Run, delivery: Delivery) -> EmailMultiAlternatives:
    results = Results.from_json(run.results)
    site = settings.SITE_URL.rstrip("/")
    zone = run.subscription.time_zone if run.subscription else settings.TIME_ZONE
    month = (run.slot or run.asked_at).astimezone(ZoneInfo(zone))
    centre = delivery.to.centre
    sheet = report_mail(
        results,
        place=f"Engraft · {centre}" if centre else "Engraft",
        notice=notice_of(
            results,
            heading=f"Report of {month:%B %Y}",
            looked_on=timezone.localdate(run.asked_at).isoformat(),
        ),
        links=Links(
            report=site + reverse("run", args=[run.pk]),
            settings=site + reverse("subscriptions"),
            unsubscribe=site + reverse("subscriptions"),
        ),
        message_id=delivery.message_id,
        figure=results.figures[-1] if results.figures else None,
        pdf=bytes(run.pdf) if run.pdf is not None else None,
    )
    return sheet.message(to=delivery.to.email, sender=settings.DEFAULT_FROM_EMAIL)


def _refused(delivery: Delivery, code: int) -> None:
    if code >= 500:
        _end(delivery, State.FAILED, f"The mail server refused the message ({code}).")
    else:
        _again(delivery, f"The mail server asked to try later ({code}).")


def _again(delivery: Delivery, why: str) -> None:
    """Ready once more, after a pause; after the last pause the delivery has failed."""
    if delivery.attempts > len(PAUSES):
        _end(delivery, State.FAILED, why)
    else:
        later = timezone.now() + PAUSES[delivery.attempts - 1]
        _end(delivery, State.READY, why, ready_at=later)


def _end(delivery: Delivery, state: str, why: str, **more: object) -> None:
    """Write down what became of this attempt, even when the sweeper called it unknown before."""
    tell = log.info if state in (State.SENT, State.READY) else log.error
    tell("delivery %s is %s after attempt %s", delivery.pk, state, delivery.attempts)
    mine = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts)
    mine.filter(state__in=[State.SENDING, State.UNKNOWN]).update(
        state=state, failure=why, sent_at=timezone.now() if state == State.SENT else None, **more
    )

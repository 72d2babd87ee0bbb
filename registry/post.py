"""How does one message leave the house, and what may be said of it afterwards?"""

from __future__ import annotations

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from django.core import mail
from django.core.mail import EmailMultiAlternatives


class Ending(Enum):
    """What became of a message."""

    SENT = auto()
    LATER = auto()
    REFUSED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class Posted:
    """How it ended, and why; the words hold nothing of the message."""

    ending: Ending
    why: str = ""


def post(message: EmailMultiAlternatives) -> Posted:
    """Hand one message to the mail server. Never raises what a mail server or a line may do.

    UNKNOWN : the line broke after the server may have taken it. LATER : worth another try.
    """
    connection = mail.get_connection()
    try:
        connection.open()
    except OSError:
        return Posted(Ending.LATER, "The mail server cannot be reached.")
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refusal:
        return _refused(max(code for code, _ in refusal.recipients.values()))
    except smtplib.SMTPResponseException as refusal:
        return _refused(refusal.smtp_code)
    except (smtplib.SMTPServerDisconnected, TimeoutError):
        return Posted(Ending.UNKNOWN, "The connection broke while sending.")
    except OSError:
        return Posted(Ending.LATER, "The mail server does not take such a message.")
    finally:
        with suppress(OSError):
            connection.close()
    return Posted(Ending.SENT)


def _refused(code: int) -> Posted:
    if code >= 500:
        return Posted(Ending.REFUSED, f"The mail server refused the message ({code}).")
    return Posted(Ending.LATER, f"The mail server asked to try later ({code}).")

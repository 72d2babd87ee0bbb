"""What does the mail say that counts what waits? Numbers, pseudonyms and links; never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.models import Digest, User
from registry.percent import in_percent
from registry.work import (
    Show,
    Waiting,
    network_completeness,
    owed_by,
    own_completeness,
    questions_to_answer,
    waiting_for,
)

MOST_NAMED = 20
"""So many pseudonyms are named under each head; the page shows all of them."""


@dataclass(frozen=True)
class Named:
    """Patients under one head: pseudonyms with their addresses, and how many more there are."""

    heading: str
    patients: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True)
class Content:
    """What one mail tells its reader."""

    place: str
    day: str
    waiting: Waiting
    own_c: str
    network_c: str
    named: tuple[Named, ...]
    invented: bool


def content_for(person: User, today: date) -> Content:
    """What waits for this person, counted as the tiles count it. Runs inside the person's scope."""
    waiting = waiting_for(person, today)
    overdue = owed_by(person, Show.OVERDUE, today).values_list("pseudonym", flat=True)
    asked = questions_to_answer(person).values_list("patient__pseudonym", "pk")
    # Read from the end, so that each patient's first question remains.
    first = dict(reversed(asked))
    named = (
        _named(
            _("Follow-ups overdue, most days late first"), "patient", {one: one for one in overdue}
        ),
        _named(_("Patients with a question to answer"), "question", dict(reversed(first.items()))),
    )
    return Content(
        place=f"Engraft · {person.centre}" if person.centre else "Engraft",
        day=f"{today:%d/%m/%Y}",
        waiting=waiting,
        own_c=in_percent(own_completeness(person, today)),
        network_c=in_percent(network_completeness(person)),
        named=tuple(one for one in named if one.patients),
        invented=bool(person.centre and person.centre.synthetic),
    )


def _named(heading: str, page: str, leads_to: Mapping[str, object]) -> Named:
    """The first of these pseudonyms, each with the address of a page about what it leads to."""
    every = list(leads_to.items())
    shown = tuple((name, _address(page, target)) for name, target in every[:MOST_NAMED])
    return Named(heading, shown, len(every) - len(shown))


def _address(name: str, *args: object) -> str:
    return settings.SITE_URL.rstrip("/") + reverse(name, args=args)


def digest_mail(digest: Digest, content: Content) -> EmailMultiAlternatives:
    """The message for the person: a text part and the same as HTML.

    The Message-ID follows from the row, so that a mail sent again is seen to be the same mail.
    """
    context = {"is": content, "home": _address("home"), "settings": _address("reminders")}
    html = render_to_string("registry/digest.html", context)
    email = EmailMultiAlternatives(
        subject=f"{content.place}: {_what_waits(content.waiting)}",
        body=render_to_string("registry/digest.txt", context).strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[digest.to.email],
        headers={
            "Message-ID": f"<digest-{digest.pk}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{_address('reminders')}>",
        },
    )
    email.attach_alternative(
        css_inline.inline(html, keep_at_rules=True, load_remote_stylesheets=False), "text/html"
    )
    return email


def _what_waits(waiting: Waiting) -> str:
    if not waiting.anything:
        return _("nothing waits")
    return _("%(overdue)s overdue, %(questions)s to answer, %(rows)s to correct") % {
        "overdue": waiting.overdue,
        "questions": waiting.questions,
        "rows": waiting.rows,
    }

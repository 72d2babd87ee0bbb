"""How does a template put findings, dates and counts into words?"""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.dictionary.values import PartialDate
from registry.forms.dates import in_print, in_words, iso_dates_retyped

register = template.Library()

_SIGNS = {"error": "✕", "query": "?", "warning": "▲", "ok": "✓"}


@register.filter
def retyped(text: str) -> str:
    """A sentence with its ISO dates as people type them."""
    return iso_dates_retyped(text)


@register.filter
def day_words(when: PartialDate | date | None) -> str:
    """A date for reading: 14 Mar 2008."""
    return in_words(when)


@register.filter
def once(values: str) -> str:
    """The values of a finding, each of them once."""
    return "; ".join(dict.fromkeys(values.split("; ")))


@register.filter
def sentence(text: str) -> str:
    """Words with their full stop, unless they end in a mark of their own."""
    return text if text.endswith(("?", ".", "!")) else f"{text}."


@register.filter
def powers(text: str) -> str:
    """Powers of ten as one prints them: 10⁹/L."""
    return in_print(text)


@register.filter
def signed(day: int | None) -> str:
    """A day relative to the transplant, with a true minus sign."""
    return "" if day is None else str(day).replace("-", "−")


@register.filter
def sign(state: str) -> str:
    """The shape that goes with the colour of a state."""
    return _SIGNS.get(state, "○")


@register.filter
def state_words(state: str) -> str:
    """The state of a field, for those who do not see its shape."""
    return {
        "error": _("to correct"),
        "query": _("question open"),
        "warning": _("to confirm"),
        "ok": _("answered"),
    }.get(state, _("not answered"))


@register.filter
def days_open(since: date, today: date) -> str:
    """How long a question has been waiting."""
    days = (today - since).days
    if days < 1:
        return _("New today")
    return ngettext("Open %(days)s day", "Open %(days)s days", days) % {"days": days}

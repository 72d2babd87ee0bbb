"""How does a template put findings, dates and counts into words?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.dictionary.values import PartialDate
from registry.forms.dates import in_print, in_words, iso_dates_retyped
from registry.forms.sheet import Sheet
from registry.validation import Finding

register = template.Library()

_SIGNS = {"error": "✕", "query": "?", "warning": "▲", "kept": "△", "missing": "–", "ok": "✓"}


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
        "kept": _("kept with a reason"),
        "missing": _("not done, unknown or the like"),
        "ok": _("answered"),
    }.get(state, _("not answered"))


@register.filter
def channel_words(channel: str) -> str:
    """The door through which a change came."""
    return {
        "form": _("form"),
        "api": _("API"),
        "import": _("import"),
        "clock": _("a new day"),
    }.get(channel, channel or _("SQL"))


@register.filter
def leads(finding: Finding, sheet: Sheet) -> bool:
    """Is the finding answered here, or at an earlier one of the same rule?"""
    return sheet.leads(finding)


@register.filter
def at(words: Mapping[int, str], key: int) -> str:
    """The words that stand under a key, empty where none do."""
    return words.get(key, "")


@register.filter
def days_open(since: date, today: date) -> str:
    """How long a question has been waiting."""
    days = (today - since).days
    if days < 1:
        return _("New today")
    return ngettext("Open %(days)s day", "Open %(days)s days", days) % {"days": days}

"""How do people write dates, and how do we show them? One list of formats in every language."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from registry.dictionary.values import BadValue, PartialDate

_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_MONTH = re.compile(r"(\d{1,2})[/.](\d{4})", re.ASCII)
_ISO = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)
_SHORT_YEAR = re.compile(r"(\d{1,2}[/.-]){1,2}\d{2}", re.ASCII)
_POWER = re.compile(r"10\^(\d+)", re.ASCII)
_POWER_AFTER_NUMBER = re.compile(r"(\d) 10\^(\d+)", re.ASCII)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_ISO_IN_TEXT = re.compile(r"\b(\d{4})-(\d{2})(?:-(\d{2}))?\b", re.ASCII)


def iso_of(typed: str) -> str:
    """What was typed as ISO 8601 text: day first, month first where the day is unknown, or ISO.

    Raises BadValue with a sentence for anything else; two-digit years are refused.

    >>> iso_of("26/02/2008"), iso_of("2.2008"), iso_of("2008")
    ('2008-02-26', '2008-02', '2008')
    """
    text = typed.strip()
    if found := _DAY.fullmatch(text):
        day, month, year = found.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    if found := _MONTH.fullmatch(text):
        month, year = found.groups()
        return f"{year}-{int(month):02}"
    if _ISO.fullmatch(text):
        return text
    if _SHORT_YEAR.fullmatch(text):
        raise BadValue(_("%(typed)s: write the year with four digits") % {"typed": typed})
    raise BadValue(
        _("%(typed)s is not a date: write dd/mm/yyyy, mm/yyyy if the day is unknown, or yyyy")
        % {"typed": typed}
    )


def typed_form(when: PartialDate) -> str:
    """A date as one would type it: dd/mm/yyyy, mm/yyyy or yyyy."""
    return {"D": f"{when.first:%d/%m/%Y}", "M": f"{when.first:%m/%Y}", "Y": f"{when.first:%Y}"}[
        when.precision
    ]


def in_words(when: PartialDate | date | None) -> str:
    """A date for reading: 14 Mar 2008, Mar 2008 or 2008."""
    if when is None:
        return ""
    if isinstance(when, date):
        when = PartialDate(when)
    day = f"{when.first.day:02} " if when.precision == "D" else ""
    month = f"{_months()[when.first.month - 1]} " if when.precision != "Y" else ""
    return f"{day}{month}{when.first.year}"


def iso_dates_retyped(text: str) -> str:
    """A sentence in which each ISO date is written as people type it.

    >>> iso_dates_retyped("Date 2008-02-26; Transplant: Date 2008-03")
    'Date 26/02/2008; Transplant: Date 03/2008'
    """

    def retyped(found: re.Match[str]) -> str:
        return "/".join(part for part in reversed(found.groups()) if part)

    return _ISO_IN_TEXT.sub(retyped, text)


def in_print(text: str) -> str:
    """Numbers and units as one prints them; a number is not torn from its power of ten.

    >>> in_print("41 10^9/L"), in_print("10^9/L")
    ('41\xa0×\xa010⁹/L', '10⁹/L')
    """
    times = _POWER_AFTER_NUMBER.sub("\\1\u00a0×\u00a010^\\2", text)
    return _POWER.sub(lambda found: "10" + found[1].translate(_RAISED), times)


def _months() -> tuple[str, ...]:
    return (
        pgettext("short month", "Jan"),
        pgettext("short month", "Feb"),
        pgettext("short month", "Mar"),
        pgettext("short month", "Apr"),
        pgettext("short month", "May"),
        pgettext("short month", "Jun"),
        pgettext("short month", "Jul"),
        pgettext("short month", "Aug"),
        pgettext("short month", "Sep"),
        pgettext("short month", "Oct"),
        pgettext("short month", "Nov"),
        pgettext("short month", "Dec"),
    )

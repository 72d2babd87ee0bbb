"""How do people write dates, and how do we show them? One list of formats in every language."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import pgettext

from registry.dates import iso_dates_retyped, iso_of
from registry.dictionary.values import PartialDate

__all__ = ("in_print", "in_words", "iso_dates_retyped", "iso_of", "typed_form")

_POWER = re.compile(r"10\^(\d+)", re.ASCII)
_POWER_AFTER_NUMBER = re.compile(r"(\d) (?:x )?10\^(\d+)", re.ASCII)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


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


def in_print(text: str) -> str:
    """Numbers and units as one prints them; a number is not torn from its power of ten.

    >>> in_print("41 10^9/L"), in_print("1 to 20 x 10^6/kg"), in_print("10^9/L")
    ('41\xa0×\xa010⁹/L', '1 to 20\xa0×\xa010⁶/kg', '10⁹/L')
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

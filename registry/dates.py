"""How do people write dates? One list of formats for every door and in every language."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from registry.dictionary.values import BadValue, PartialDate

_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_MONTH = re.compile(r"(\d{1,2})[/.](\d{4})", re.ASCII)
_ISO = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)
_SHORT_YEAR = re.compile(r"(\d{1,2}[/.-]){1,2}\d{2}", re.ASCII)
_ISO_IN_TEXT = re.compile(r"\b(\d{4})-(\d{2})(?:-(\d{2}))?\b", re.ASCII)


def iso_of(typed: str) -> str:
    """What was typed as ISO 8601 text: day first, month first where the day is unknown, or ISO.

    Raises BadValue with a sentence for anything else, and for a day that is none, as it was typed;
    two-digit years are refused.

    >>> iso_of("26/02/2008"), iso_of("2.2008"), iso_of("2008")
    ('2008-02-26', '2008-02', '2008')
    """
    text = typed.strip()
    if found := _DAY.fullmatch(text):
        day, month, year = found.groups()
        return _of_the_calendar(f"{year}-{int(month):02}-{int(day):02}", text)
    if found := _MONTH.fullmatch(text):
        month, year = found.groups()
        return _of_the_calendar(f"{year}-{int(month):02}", text)
    if _ISO.fullmatch(text):
        return text
    if _SHORT_YEAR.fullmatch(text):
        raise BadValue(_("%(typed)s: write the year with four digits") % {"typed": typed})
    raise BadValue(
        _("%(typed)s is not a date: write dd/mm/yyyy, mm/yyyy if the day is unknown, or yyyy")
        % {"typed": typed}
    )


def _of_the_calendar(iso: str, typed: str) -> str:
    """The ISO text, where it is a date that can be. Raises BadValue with the words as typed."""
    try:
        PartialDate.parse(iso)
    except BadValue as bad:
        raise BadValue(str(bad).replace(repr(iso), repr(typed))) from None
    return iso


def iso_dates_retyped(text: str) -> str:
    """A sentence in which each ISO date is written as people type it.

    >>> iso_dates_retyped("Date 2008-02-26; Transplant: Date 2008-03")
    'Date 26/02/2008; Transplant: Date 03/2008'
    """

    def retyped(found: re.Match[str]) -> str:
        return "/".join(part for part in reversed(found.groups()) if part)

    return _ISO_IN_TEXT.sub(retyped, text)

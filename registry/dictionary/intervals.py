"""How long from one date to another, and how old was the patient, when dates may be partial?"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from registry.dictionary.predicates import completed_years
from registry.dictionary.values import PartialDate

_YEAR = Decimal("365.25")
_THREE_PLACES = Decimal("0.001")


def add_months(day: date, months: int) -> date:
    """The same day of the month so many calendar months later, or the last day of a short month.

    >>> add_months(date(2008, 8, 31), 18)
    datetime.date(2010, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _within(months: int, start: PartialDate, when: PartialDate) -> bool | None:
    """Is `when` less than so many calendar months after `start`? None if that depends on the day."""
    if when.last < add_months(start.first, months):
        return True
    if when.first >= add_months(start.last, months):
        return False
    return None


def bfm_timing(
    diagnosis: PartialDate, relapse: PartialDate, frontline_end: PartialDate | None
) -> str | None:
    """How early did the leukaemia come back, by the groups of the BFM study group?

    VERY_EARLY : less than 18 calendar months after diagnosis.
    EARLY : later, but less than 6 calendar months after the end of front-line treatment.
    LATE : 6 calendar months or more after the end of front-line treatment.
    None when the dates known do not decide it. Source: Kaya 2025, Table 1; BFM usage.
    Checked: by hand in tests/registry/test_derived.py.
    """
    very_early = _within(18, diagnosis, relapse)
    if very_early is not False:
        return "VERY_EARLY" if very_early else None
    early = None if frontline_end is None else _within(6, frontline_end, relapse)
    return {True: "EARLY", False: "LATE", None: None}[early]


def middle(when: PartialDate) -> date:
    """The day that stands for a date in analyses: itself, or the middle of its month or year.

    Source: dictionary 2.1. Reports say how many rows needed it.
    """
    if when.precision == "D":
        return when.first
    return when.first + timedelta(days=(when.last - when.first).days // 2)


def days_between(start: PartialDate | None, end: PartialDate | None) -> int | None:
    """Whole days from one date to another, day 0 = `start`; negative when `end` is earlier.

    Partial dates stand for their middle. None when a date is not known.
    """
    return None if start is None or end is None else (middle(end) - middle(start)).days


def age_years(born: PartialDate | date, when: PartialDate | date) -> Decimal | None:
    """Age in years to three places: completed years, and days since the last birthday / 365.25.

    So the whole part changes on the birthday and never before it, as age groups need. A date
    known to the month or the year stands for its middle (`middle`), and a birth that could so come
    after the day for that day: nobody is younger than 0. None where it comes after it for certain.
    Checked: by hand in tests/registry/test_derived.py, with leap days.
    """
    birth, day = _day_for_age(born), _day_for_age(when)
    if _first_day(born) > _last_day(when):
        return None
    birth = min(birth, day)
    years = completed_years(birth, day)
    age = years + (day - _birthday(birth, birth.year + years)).days / _YEAR
    return min(age, years + 1 - _THREE_PLACES).quantize(_THREE_PLACES, ROUND_HALF_UP)


def _day_for_age(when: PartialDate | date) -> date:
    return when if isinstance(when, date) else middle(when)


def _first_day(when: PartialDate | date) -> date:
    return when if isinstance(when, date) else when.first


def _last_day(when: PartialDate | date) -> date:
    return when if isinstance(when, date) else when.last


def _birthday(born: date, year: int) -> date:
    """Someone born on 29 February has the birthday on 1 March of a common year."""
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 3, 1)
    return born.replace(year=year)

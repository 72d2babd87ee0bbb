"""On which mornings is a reminder due? Pure: the clock is an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(7)
LATEST = timedelta(hours=24)
"""A morning longer ago than this is skipped: the next one tells more."""

MONDAY = 0


def slot_due(every: str, zone: str, now: datetime, chosen: datetime | None = None) -> date | None:
    """The day whose morning has come and is not LATEST ago; None while there is none.

    every : "daily" or "weekly"; anything else is never due. zone : IANA name. now : aware.
    chosen : when the rhythm was chosen; mornings before it are not caught up with.

    >>> slot_due("weekly", "Europe/Paris", datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    datetime.date(2026, 11, 23)
    >>> slot_due("weekly", "Europe/Paris", datetime(2026, 11, 23, 5, 59, tzinfo=UTC))
    """
    here = now.astimezone(ZoneInfo(zone)).date()
    for day in (here, here - timedelta(days=1)):
        morning = _morning(day, zone)
        if chosen is not None and morning < chosen:
            continue
        if _falls_on(every, day) and timedelta(0) <= now - morning < LATEST:
            return day
    return None


def next_slot(every: str, zone: str, now: datetime) -> datetime | None:
    """The next morning on which one falls due, in UTC; None for who wants none."""
    here = now.astimezone(ZoneInfo(zone)).date()
    days = (here + timedelta(days=n) for n in range(9))
    return next(
        (at for day in days if _falls_on(every, day) and (at := _morning(day, zone)) > now), None
    )


def _falls_on(every: str, day: date) -> bool:
    return every == "daily" or (every == "weekly" and day.weekday() == MONDAY)


def _morning(day: date, zone: str) -> datetime:
    # Through UTC, because two moments of one zone are compared by the hands of the clock.
    return datetime.combine(day, MORNING, tzinfo=ZoneInfo(zone)).astimezone(UTC)

"""Which reports are due at a moment? Pure: the clock is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS, HOURS = (1, 28), (0, 23)
"""First and last day of the month and hour of the day that can be chosen: every month has them."""
USUAL_DAY, USUAL_HOUR = 1, 6
LATEST = timedelta(hours=24)
"""A slot older than this is skipped: last month's report is no news."""


@dataclass(frozen=True)
class Monthly:
    """On `day` (of DAYS) of each month at `hour` (of HOURS) o'clock in the reader's time zone."""

    day: int
    hour: int
    time_zone: str

    def slot(self, year: int, month: int) -> datetime:
        """The moment in UTC. In the gap of a clock change the next valid minute, in the fold the
        first of the two.

        >>> Monthly(1, 6, "Europe/Paris").slot(2026, 11)
        datetime.datetime(2026, 11, 1, 5, 0, tzinfo=datetime.timezone.utc)
        """
        zone = ZoneInfo(self.time_zone)
        local = datetime.combine(date(year, month, self.day), time(self.hour), tzinfo=zone)
        there = local.astimezone(UTC)
        back = there.astimezone(zone)
        if back.replace(tzinfo=None) == local.replace(tzinfo=None):
            return there
        return _end_of_gap(there, zone)


def _end_of_gap(inside: datetime, zone: ZoneInfo) -> datetime:
    """The first minute at which the new offset holds; `inside` is less than a day from it."""
    low, high = inside - timedelta(days=1), inside + timedelta(days=1)
    after = high.astimezone(zone).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) // 2
        middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
        if middle.astimezone(zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high


def latest_slot(order: Monthly, *, since: datetime, now: datetime) -> datetime | None:
    """The newest slot that has come, or None while there is none since the order was placed."""
    local = now.astimezone(ZoneInfo(order.time_zone))
    months = [(local.year, local.month), _month_before(local.year, local.month)]
    past = [slot for slot in (order.slot(*month) for month in months) if since <= slot <= now]
    return max(past, default=None)


def too_late(slot: datetime, now: datetime) -> bool:
    """Is the slot older than LATEST?"""
    return now - slot > LATEST


def next_slot(order: Monthly, now: datetime) -> datetime:
    """The next moment at which the order falls due, for the reader."""
    local = now.astimezone(ZoneInfo(order.time_zone))
    this = order.slot(local.year, local.month)
    return this if this > now else order.slot(*_month_after(local.year, local.month))


def _month_before(year: int, month: int) -> tuple[int, int]:
    return (year, month - 1) if month > 1 else (year - 1, 12)


def _month_after(year: int, month: int) -> tuple[int, int]:
    return (year, month + 1) if month < 12 else (year + 1, 1)

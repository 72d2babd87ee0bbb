"""On which moments do the monthly reports fall due? By hand, then over 100 simulated days."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.schedule import Monthly, latest_slot, next_slot, too_late

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PARIS, NEW_YORK, ISTANBUL = "Europe/Paris", "America/New_York", "Europe/Istanbul"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("order", "year", "month", "moment"),
    [
        (Monthly(1, 6, PARIS), 2026, 1, "2026-01-01 05:00"),
        (Monthly(1, 6, PARIS), 2026, 7, "2026-07-01 04:00"),
        (Monthly(1, 0, ISTANBUL), 2026, 1, "2025-12-31 21:00"),  # the year before in UTC
        (Monthly(28, 23, NEW_YORK), 2024, 2, "2024-02-29 04:00"),  # 29 February in UTC
        (Monthly(28, 23, NEW_YORK), 2026, 2, "2026-03-01 04:00"),
        # The clock jumps from 02:00 to 03:00: the next valid minute is 03:00.
        (Monthly(28, 2, PARIS), 2027, 3, "2027-03-28 01:00"),
        (Monthly(8, 2, NEW_YORK), 2026, 3, "2026-03-08 07:00"),
        (Monthly(28, 1, PARIS), 2027, 3, "2027-03-28 00:00"),
        (Monthly(28, 3, PARIS), 2027, 3, "2027-03-28 01:00"),
        # The hour from 02:00 comes twice: the first one counts.
        (Monthly(25, 2, PARIS), 2026, 10, "2026-10-25 00:00"),
        (Monthly(25, 3, PARIS), 2026, 10, "2026-10-25 02:00"),
        (Monthly(1, 1, NEW_YORK), 2026, 11, "2026-11-01 05:00"),
        # Lord Howe moves by half an hour: 02:00 is followed by 02:30.
        (Monthly(4, 2, "Australia/Lord_Howe"), 2026, 10, "2026-10-03 15:30"),
    ],
)
def test_a_slot_by_hand(order: Monthly, year: int, month: int, moment: str) -> None:
    assert order.slot(year, month) == utc(moment)


def test_the_latest_slot_is_this_months_or_the_last() -> None:
    order = Monthly(10, 6, PARIS)

    def latest(now: str, since: datetime = LONG_AGO) -> datetime | None:
        return latest_slot(order, since=since, now=utc(now))

    assert latest("2026-01-10 04:59") == utc("2025-12-10 05:00")
    assert latest("2026-01-10 05:00") == utc("2026-01-10 05:00")
    assert latest("2026-01-10 05:00", since=utc("2026-01-10 05:01")) is None, "ordered later"
    assert latest("2026-01-10 05:00", since=utc("2026-01-10 05:00")) is not None
    assert latest("2026-01-09 23:00", since=utc("2025-12-20 00:00")) is None


def test_the_month_is_that_of_the_reader() -> None:
    order = Monthly(1, 0, ISTANBUL)
    slot = utc("2026-11-30 21:00")
    assert latest_slot(order, since=LONG_AGO, now=utc("2026-11-30 21:00")) == slot
    assert next_slot(order, utc("2026-11-30 20:59")) == slot
    assert next_slot(order, slot) == utc("2026-12-31 21:00")


def test_a_day_is_not_too_late_and_more_is() -> None:
    slot = utc("2026-11-01 05:00")
    assert not too_late(slot, slot + timedelta(hours=24))
    assert too_late(slot, slot + timedelta(hours=24, seconds=1))


def test_after_an_outage_of_26_hours_the_first_two_are_lost_and_the_rest_made() -> None:
    back = utc("2026-11-02 07:00")
    hours = {
        hour: latest_slot(Monthly(1, hour, "UTC"), since=LONG_AGO, now=back)
        for hour in range(5, 24)
    }
    lost = [hour for hour, slot in hours.items() if slot and too_late(slot, back)]
    assert lost == [5, 6]
    assert all(slot and slot.day == 1 and slot.month == 11 for slot in hours.values())


# 3 October 2026 to 11 January 2027 and 20 February to 31 May 2028: both clock changes, 29 February,
# the end of a year.
STARTS = (utc("2026-10-03 00:00"), utc("2028-02-20 00:00"))
ZONES = (PARIS, NEW_YORK, ISTANBUL, "Australia/Sydney", "Asia/Kolkata", "Pacific/Chatham")
orders = st.builds(
    Monthly,
    day=st.integers(1, 28),
    hour=st.integers(0, 23),
    time_zone=st.sampled_from(ZONES),
)


@settings(max_examples=500, deadline=None)
@given(
    order=orders,
    start=st.sampled_from(STARTS),
    pauses=st.lists(st.floats(1, 23.9), min_size=20, max_size=60),
    placed=st.floats(0, 50),
)
def test_every_slot_gets_exactly_one_run_however_the_clock_ticks(
    order: Monthly, start: datetime, pauses: list[float], placed: float
) -> None:
    since, end = start + timedelta(days=placed), start + timedelta(days=100)
    runs: list[datetime] = []
    now, tick = start, 0
    while now <= end:
        slot = latest_slot(order, since=since, now=now)
        if slot and not too_late(slot, now) and slot not in runs:
            runs.append(slot)
        now, tick = now + timedelta(hours=pauses[tick % len(pauses)]), tick + 1
    # Ticks are less than a day apart, so only slots of the last, unfinished day may be open.
    day = timedelta(days=1)
    expected = [slot for slot in _slots_by_walking(order, start, end) if slot >= since]
    assert [slot for slot in expected if slot <= end - day] == [s for s in runs if s <= end - day]
    assert set(runs) <= set(expected)
    assert len(set(runs)) == len(runs)


def _slots_by_walking(order: Monthly, start: datetime, end: datetime) -> list[datetime]:
    """The quarters of an hour at which the reader's clock first reaches the order's time."""
    wanted, found, before = (order.day, order.hour), [], None
    for now, month, clock in _clock(order.time_zone, start, end):
        # Back in the hour that comes twice, the month's slot stays reached.
        reached = (month, clock >= wanted or before == (month, True))
        if reached[1] and before is not None and before != reached:
            found.append(now)
        before = reached
    return found


@cache
def _clock(
    zone: str, start: datetime, end: datetime
) -> list[tuple[datetime, int, tuple[int, int]]]:
    """Every quarter of an hour from a day before the start: the moment, and month, day, hour."""
    listed, now = [], start - timedelta(days=1)
    while now <= end:
        local = now.astimezone(ZoneInfo(zone))
        listed.append((now, local.month, (local.day, local.hour)))
        now += timedelta(minutes=15)
    return listed

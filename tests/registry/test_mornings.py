"""On which mornings is a reminder due? Through clock changes, outages and time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from registry.mornings import next_slot, slot_due

PARIS = "Europe/Paris"
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "now, every, slot",
    [
        ("2026-11-23T05:59", "weekly", None),
        ("2026-11-23T06:00", "weekly", MONDAY),
        ("2026-11-24T05:59", "weekly", MONDAY),  # after a long outage, still
        ("2026-11-24T06:00", "weekly", None),
        ("2026-11-24T06:00", "daily", date(2026, 11, 24)),
        ("2026-11-24T05:59", "daily", MONDAY),
        ("2026-11-24T06:00", "none", None),
        ("2026-03-29T04:59", "daily", date(2026, 3, 28)),  # the clock went forward at 1:00 UTC
        ("2026-03-29T05:00", "daily", date(2026, 3, 29)),
        ("2026-10-25T06:00", "daily", date(2026, 10, 25)),  # and back
    ],
)
def test_the_morning_by_hand(now: str, every: str, slot: date | None) -> None:
    assert slot_due(every, PARIS, datetime.fromisoformat(now).replace(tzinfo=UTC)) == slot


@pytest.mark.parametrize("zone", [PARIS, "Asia/Tehran", "America/Sao_Paulo", "Pacific/Kiritimati"])
def test_a_year_of_sweeps_finds_every_morning_once(zone: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    sweeps = [start + timedelta(hours=n) for n in range(365 * 24)]
    found = {slot_due("daily", zone, now) for now in sweeps}
    days = sorted(day for day in found if day)
    assert len(days) in (365, 366)
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
    weekly = {slot_due("weekly", zone, now) for now in sweeps} - {None}
    assert weekly == {day for day in days if day.weekday() == 0}


def test_the_next_morning_is_told_in_the_zone_of_the_centre() -> None:
    now = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    following = next_slot("weekly", PARIS, now)
    assert following is not None
    assert following.astimezone(ZoneInfo(PARIS)).isoformat() == "2026-11-30T07:00:00+01:00"
    assert next_slot("none", PARIS, now) is None

"""Does My work say of which moment the figure of the network is, beside the centre's own of now?"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from registry.models import NetworkFigure
from registry.work import FEWEST_CENTRES, NETWORK, today_of, zone_of
from tests.web.hospital import Hospital


@pytest.mark.parametrize(
    ("days", "told"), [(0, "counted at 00:01"), (1, r"counted on \d\d/\d\d/\d{4}, 00:01")]
)
@pytest.mark.parametrize("who", ["own_centre", "statistician"])
def test_the_figure_of_the_network_says_when_it_was_counted(
    hospital: Hospital, who: str, days: int, told: str
) -> None:
    user = getattr(hospital, who)
    begun = datetime.combine(today_of(user), time(0, 1), ZoneInfo(zone_of(user)))
    NetworkFigure.objects.create(
        name=NETWORK,
        value=0.326,
        centre_count=FEWEST_CENTRES,
        computed_at=begun - timedelta(days=days),
    )
    page = hospital.client(who).get("/").content.decode()
    assert "32.6" in page and re.search(rf"network[^<]*, {told}</span>", page)


def test_without_a_figure_there_is_no_moment(hospital: Hospital) -> None:
    for who in ("own_centre", "statistician"):
        assert "counted" not in hospital.client(who).get("/").content.decode()

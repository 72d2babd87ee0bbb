"""Does the list of who took rows out fit a desk and a phone, and is it accessible?"""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from registry.models import Centre, Role, User
from registry.scope import every_centre
from reports.models import DataCut, TakenOut
from tests.browser.desk import Desk
from tests.web.hospital import PASS_PHRASE

pytestmark = pytest.mark.browser

PAGE = "/studies/taken-out/"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The office, with three lines to read."""
    User.objects.create_user("office", "office@engraft.example", PASS_PHRASE, role=Role.OFFICE)
    by = User.objects.get(username="statistician")
    centres = list(Centre.objects.values_list("pk", flat=True))
    with every_centre():
        cut = DataCut.objects.create(
            centres=centres, taken_at=timezone.now(), rows=1307, dictionary_version="1",
            columns=b"", sha256="0" * 64,
        )  # fmt: skip
        for study, rows in (("roux_2017_sfgmtc", 1307), ("momm_prszt", 75), ("gone", 3)):
            TakenOut.objects.create(
                by=by, at=timezone.now(), study=study, cut=cut, centres=centres, rows=rows
            )
    desk.log_in("office")
    return desk


def test_the_office_finds_and_reads_it(desk: Desk) -> None:
    desk.go("/studies/")
    desk.page.get_by_role("link", name="Rows taken out").click()
    expect(desk.page.get_by_role("row")).to_have_count(4)
    assert desk.grave_violations() == [] and desk.sideways_pixels() == 0
    desk.page.set_viewport_size({"width": 390, "height": 844})
    assert desk.grave_violations() == [] and desk.sideways_pixels() == 0
    expect(desk.page.get_by_text("1307", exact=True)).to_be_visible()

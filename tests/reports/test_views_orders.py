"""Can a reader order, change and end a monthly report, and only their own?"""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse

from registry.models import Centre
from registry.scope import every_centre
from reports import views_orders
from reports.models import Run, Subscription
from tests.reports.network import STUDY, Network

ORDER = {"study": STUDY, "deed": "order", "day": "3", "hour": "7"}


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whom the bell was rung for; nobody comes."""
    rung_for: list[str] = []
    monkeypatch.setattr(views_orders, "ring_for", lambda _bell, key: rung_for.append(key))
    return rung_for


def told(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_order_change_and_end(network: Network) -> None:
    Centre.objects.filter(code="C01").update(time_zone="Europe/Istanbul")
    client = network.client("own_centre")
    assert told(client.post("/reports/monthly/", ORDER)) == ["The report will come monthly."]
    order = Subscription.objects.get()
    assert (order.user, order.day, order.hour) == (network.own_centre, 3, 7)
    assert order.time_zone == "Europe/Istanbul" and order.active
    page = client.get("/reports/monthly/").content.decode()
    assert "day 3, 7:00 (Europe/Istanbul)" in page
    assert " 07:00</td>" in page, "the next one by the reader's own clock"
    assert "On day 3 of each month" in client.get(f"/studies/{STUDY}/").content.decode()
    client.post("/reports/monthly/", {**ORDER, "day": "28"})
    client.post("/reports/monthly/", {"study": STUDY, "deed": "end"})
    order.refresh_from_db()
    assert order.day == 28 and not order.active
    assert "No report is ordered" in client.get("/reports/monthly/").content.decode()


@pytest.mark.parametrize("wrong", [{"day": "29"}, {"day": "0"}, {"hour": "24"}, {"day": "x"}])
def test_a_day_that_not_every_month_has_is_refused(network: Network, wrong: dict[str, str]) -> None:
    response = network.client("own_centre").post("/reports/monthly/", ORDER | wrong)
    assert told(response) == ["Choose a day from 1 to 28 and an hour from 0 to 23."]
    assert not Subscription.objects.exists()


def test_an_order_is_ones_own(network: Network) -> None:
    network.client("own_centre").post("/reports/monthly/", ORDER)
    colleague = network.client("colleague_read_only")
    assert "day 3" not in colleague.get("/reports/monthly/").content.decode()
    for deed in ("end", "now"):
        response = colleague.post("/reports/monthly/", {"study": STUDY, "deed": deed})
        assert set(told(response)) == {"This report is not ordered."}
    assert Subscription.objects.get().active


def test_send_me_one_now_twice_is_one_run(network: Network, rung: list[str]) -> None:
    client = network.client("own_centre")
    client.post("/reports/monthly/", ORDER)
    for _ in range(2):
        response = client.post("/reports/monthly/", {"study": STUDY, "deed": "now"})
        assert response.status_code == 302
    with every_centre():
        assert rung == [str(Run.objects.get().pk)] * 2


@pytest.mark.parametrize("change", [{"study": "no_study"}, {"deed": "burn"}, {"deed": ""}])
def test_an_order_for_nothing_is_404(network: Network, change: dict[str, str]) -> None:
    client = network.client("own_centre")
    assert client.post("/reports/monthly/", ORDER | change).status_code == 404

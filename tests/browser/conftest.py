"""Who opens the pages in these tests? A data manager, in a real Chromium that may talk to us only."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

if TYPE_CHECKING:
    from tests.browser.desk import Desk
    from tests.browser.journey import Journey
    from tests.web.hospital import Hospital


@pytest.fixture
def hospital(transactional_db: None) -> Hospital:
    """Two centres, four people and one patient, committed so that the server sees them."""
    # A conftest is read before Django is set up, when models cannot be imported yet.
    made: Hospital = import_module("tests.web.hospital").new_hospital()
    return made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of 1366 x 768."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(page: Page, live_server: LiveServer, hospital: Hospital) -> Iterator[Desk]:
    """The data manager's desk; afterwards: no error in the console, no request that left us."""
    cache.clear()  # log-ins of other tests count towards the limit of a minute
    made: Desk = import_module("tests.browser.desk").Desk(page, live_server.url, hospital)
    yield made
    assert made.complaints == []
    assert made.foreign_requests == []


_journeys: list[dict[str, object]] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Remember for the fixture `journey` how its test ended."""
    report = yield
    setattr(item, f"ended_{report.when}", report.passed)
    return report


@pytest.fixture
def journey(request: pytest.FixtureRequest, page: Page) -> Iterator[Journey]:
    """The journey of a test marked `journey("J1")`: its steps, times and violations are kept."""
    name = request.node.get_closest_marker("journey").args[0]
    made: Journey = import_module("tests.browser.journey").Journey(name, page)
    yield made
    passed = getattr(request.node, "ended_call", False) and not made.grave
    _journeys.append(made.told(passed))
    assert made.grave == []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """`make journeys` asks for the table of all journeys."""
    if _journeys and session.config.getoption("--journeys"):
        import_module("tests.browser.journey").keep(_journeys)

"""Does the docs page come alive in a real browser under our Content-Security-Policy?"""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.api.callers import new_caller

pytestmark = pytest.mark.browser


def test_swagger_ui_shows_the_operations_and_breaks_no_policy(
    browser: Browser, live_server: LiveServer, transactional_db: None
) -> None:
    caller = new_caller("C01")
    caller.client.force_login(caller.user, settings.AUTHENTICATION_BACKENDS[-1])
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": caller.client.cookies[name].value, "url": live_server.url}
    context = browser.new_context()
    context.add_cookies([cookie])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/api/v1/docs/")
    expect(page.get_by_text("Send a batch of cases")).to_be_visible()
    page.get_by_text("Send a batch of cases").click()
    expect(page.get_by_role("button", name="Try it out")).to_be_visible()
    context.close()
    assert complaints == []

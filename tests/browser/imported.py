"""How does a test of an imported table upload it, and look at its page on a phone and a desk?"""

from __future__ import annotations

import os

from playwright.sync_api import Page

from tests.browser.desk import Desk


def upload(page: Page, body: bytes, name: str = "ours.csv") -> None:
    chosen = {"name": name, "mimeType": "text/csv", "buffer": body}
    with page.expect_navigation():
        page.locator("input[type=file]").set_input_files(files=[chosen])


def looks(desk: Desk, name: str) -> None:
    for width, height in ((390, 844), (1366, 768)):
        desk.page.set_viewport_size({"width": width, "height": height})
        if folder := os.environ.get("SHOTS"):
            desk.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        assert desk.sideways_pixels() == 0
        assert desk.grave_violations() == []

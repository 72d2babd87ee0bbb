"""What does the data manager have before her? A page, and a record of everything it complained of."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.web.hospital import PASS_PHRASE, Hospital

GRAVE = ("serious", "critical")


class Desk:
    """One browser page with its address, the people, and what went wrong on the page."""

    def __init__(self, page: Page, url: str, hospital: Hospital) -> None:
        self.page, self.url, self.hospital = page, url, hospital
        self.complaints: list[str] = []
        self.foreign_requests: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._requested)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:")):
            self.foreign_requests.append(request.url)

    def go(self, address: str) -> None:
        """Open an address of ours."""
        self.page.goto(self.url + address)

    def log_in(self, person: str = "manager") -> None:
        """Log in as a person does it: by keyboard."""
        self.go("/accounts/login/")
        self.page.get_by_label("Username").fill(person)
        self.page.keyboard.press("Tab")
        self.page.get_by_label("Password", exact=False).first.fill(PASS_PHRASE)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(self.url + "/")

    def grave_violations(self) -> list[str]:
        """What axe finds of level serious or critical, with the elements concerned."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{one['id']}: {[node['html'][:160] for node in one['nodes']]}"
            for one in found
            if one["impact"] in GRAVE
        ]

    def sideways_pixels(self) -> int:
        """By how much the page is wider than the window."""
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(script))

"""Which browser do the browser tests drive? An installed Chromium; without one they say so, loudly."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "BROWSER TESTS SKIPPED: no Chromium on this machine (on Debian: apt-get install chromium)"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running Chromium. Without one: skipped on a developer's machine, failed where CI=true."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("CI=true and no Chromium: .ci/run installs it")
    if path is None:
        pytest.skip(MISSING)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; Django would refuse the database beside it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what could not be tested."""
    skipped = [
        one for one in terminalreporter.stats.get("skipped", []) if MISSING in str(one.longrepr)
    ]
    if skipped:
        terminalreporter.section(f"{MISSING}: {len(skipped)} tests", sep="!", red=True)

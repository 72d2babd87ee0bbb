"""How long, how many steps and how accessible was a journey? Kept for `make journeys`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request

from tests.browser.desk import GRAVE

FOUND = Path(__file__).parents[2] / "var" / "journeys.json"


class Journey:
    """What a person does on the way, and what it cost.

    A step is one thing done: a click, or words typed into a control. Times are milliseconds from the
    request to the last byte: of whole pages, and of parts of pages that htmx or a script asked for.
    """

    def __init__(self, name: str, page: Page) -> None:
        self.name, self.page = name, page
        self.steps: list[str] = []
        self.page_ms: list[float] = []
        self.partial_ms: list[float] = []
        self.axe: Counter[str] = Counter()
        self.grave: list[str] = []
        page.on("requestfinished", self._timed)

    def _timed(self, request: Request) -> None:
        if request.resource_type == "document":
            self.page_ms.append(request.timing["responseEnd"])
        elif request.resource_type in ("xhr", "fetch"):
            self.partial_ms.append(request.timing["responseEnd"])

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """One thing that the person does, in words."""
        self.steps.append(words)
        yield

    def look(self) -> None:
        """Judge the page as it stands: accessibility, and no sideways scroll."""
        for one in Axe().run(self.page).response["violations"]:
            self.axe[one["impact"]] += 1
            if one["impact"] in GRAVE:
                self.grave.append(f"{one['id']}: {[node['html'][:160] for node in one['nodes']]}")
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        sideways = self.page.evaluate(wide)
        if sideways > 0:
            self.grave.append(f"the page {self.page.url} is {sideways} pixels too wide")

    def told(self, passed: bool) -> dict[str, Any]:
        """The journey as a line of var/journeys.json."""
        return {
            "id": self.name,
            "passed": passed,
            "steps": self.steps,
            "page_ms": _times(self.page_ms),
            "partial_ms": _times(self.partial_ms),
            "axe": dict(self.axe),
        }


def _times(found: list[float]) -> dict[str, float]:
    """How many, the middle one and the longest."""
    ordered = sorted(found)
    if not ordered:
        return {"n": 0}
    return {
        "n": len(ordered),
        "median": round(ordered[len(ordered) // 2], 1),
        "longest": round(ordered[-1], 1),
    }


def keep(lines: list[dict[str, Any]], path: Path = FOUND) -> None:
    """Write the journeys in order, and print a table of them."""
    ordered = sorted(lines, key=lambda line: int(line["id"].removeprefix("J")))
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")
    print(f"\n{'':4}{'':9}{'steps':>6}{'page ms':>18}{'partial ms':>18}  axe")
    for line in ordered:
        times = [
            f"{line[kind].get('median', '–')} / {line[kind].get('longest', '–')}"
            for kind in ("page_ms", "partial_ms")
        ]
        axe = ", ".join(f"{n} {level}" for level, n in line["axe"].items()) or "none"
        passed = "passed" if line["passed"] else "FAILED"
        print(f"{line['id']:4}{passed:9}{len(line['steps']):>6}{times[0]:>18}{times[1]:>18}  {axe}")

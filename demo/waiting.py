"""How does a job of the demo wait for what the registry's workers do?"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 600.0
"""Seconds that a batch or a study may take on a slow machine."""

T = TypeVar("T")


class NotAsExpected(RuntimeError):
    """A step of the job did not end as it should."""


def wait_for(look: Callable[[], T | None], what: str) -> T:
    """The first answer of `look` that is not None. Raises NotAsExpected after ten minutes."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = look()
        if found is not None:
            return found
        time.sleep(0.2)
    raise NotAsExpected(f"{what} did not come within {PATIENCE:.0f} seconds")

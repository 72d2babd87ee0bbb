"""What do the jobs of the demo share? How they wait for a study, and how they end when something fails.

To be imported after `django.setup()`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ValidationError

from demo.client import Refused
from demo.waiting import NotAsExpected, wait_for
from registry.actions.create_service_account import NameTaken
from registry.scope import every_centre
from reports.models import Run


def finished(run: Run, tell: Callable[[str], None] = lambda step: None) -> Run:
    """The run with its cut, once it is computed; each step of the worker is told once.

    Raises NotAsExpected when it failed.
    """
    told = {""}

    def ended() -> Run | None:
        with every_centre():
            now = Run.objects.select_related("cut").get(pk=run.pk)
        if now.step not in told:
            told.add(now.step)
            tell(now.step)
        return now if now.state in (Run.State.DONE, Run.State.DEAD) else None

    done = wait_for(ended, run.study)
    if done.state == Run.State.DEAD:
        raise NotAsExpected(f"{run.study} failed: {done.failure} The worker's log says more.")
    return done


def keep(run: Run, folder: Path) -> None:
    """The report of a finished run as page, PDF and JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(run.results, encoding="utf-8")
    (folder / "report.html").write_text(run.page, encoding="utf-8")
    (folder / "report.pdf").write_bytes(bytes(run.pdf or b""))


def ending_in_words(job: Callable[[], None]) -> None:
    """Do the job as a program; what is not as it should be is a sentence and the exit code 1."""
    try:
        job()
    except (NotAsExpected, Refused, NameTaken) as fault:
        sys.exit(f"✗ {fault}")
    except ValidationError as refusal:
        sys.exit(f"✗ {' '.join(refusal.messages)}")

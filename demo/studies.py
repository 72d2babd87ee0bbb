"""How many printed numbers do the studies answer? From an empty database: `make studies`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from config.local import local_services, remove
from demo import processes
from demo.processes import say


def main() -> int:
    """Everything on servers of its own, which are gone afterwards; logs and answers stay."""
    parser = argparse.ArgumentParser(prog="make studies")
    parser.add_argument("--home", type=Path, default=Path("var/studies"), help="where logs go")
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    return processes.explained(lambda: _answer(options.home))


def _answer(home: Path) -> int:
    """All studies in a new registry; answers the exit code. The counts go beside `home`."""
    started = time.monotonic()
    services = home / "services"
    _empty(services)
    say("Starting PostgreSQL and Redis")
    try:
        with (
            local_services(services) as local,
            processes.registry(home, local.environment()) as (site, environment),
        ):
            answers = home.with_suffix(".json")
            job = [sys.executable, "-m", "demo.studies_job", site, str(answers)]
            code = subprocess.run(job, env=environment, check=False).returncode
    finally:
        remove(services)
    end = "Done" if code == 0 else f"Failed: the logs are in {home / 'logs'};"
    say(f"{end} after {time.monotonic() - started:.0f} seconds")
    return code


def _empty(services: Path) -> None:
    """What an earlier start left; if it was killed, its servers may still run."""
    if services.exists():
        with local_services(services):
            pass
        remove(services)


if __name__ == "__main__":
    sys.exit(main())

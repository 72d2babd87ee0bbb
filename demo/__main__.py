"""What does Engraft do? Shows it from an empty machine: `make demo`, or `make demo ONCE=1`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from config.local import services_or_environment
from demo import processes
from demo.processes import say


def main() -> int:
    """Start everything, do the main job, and stay until Ctrl-C unless told --once."""
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--once", action="store_true", help="do it once and exit")
    parser.add_argument("--home", type=Path, default=Path("var/demo"), help="where files go")
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)

    def work() -> int:
        say("Starting PostgreSQL and Redis")
        with services_or_environment(options.home / "services", os.environ) as local:
            return _show(options.home, local, stay=not options.once)

    return processes.explained(work)


def _show(home: Path, local: dict[str, str], *, stay: bool) -> int:
    """The registry on the servers that run; answers the exit code."""
    started = time.monotonic()
    with processes.registry(home, local) as (site, environment):
        job = [sys.executable, "-m", "demo.main_job", site, str(home)]
        answer = subprocess.run(job, env=environment, check=False)
        end = "Done" if answer.returncode == 0 else "Failed"
        say(f"{end} after {time.monotonic() - started:.0f} seconds")
        if stay and answer.returncode == 0:
            _stay(site)
        return answer.returncode


def _stay(site: str) -> None:
    # Begun in the background by a script, it hears no Ctrl-C.
    say(f"Running at {site} until Ctrl-C, or kill -TERM {os.getpid()}")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        say("Stopping")


if __name__ == "__main__":
    sys.exit(main())

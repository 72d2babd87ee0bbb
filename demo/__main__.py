"""What does Engraft do? Shows it from an empty machine: `make demo`, or `make demo ONCE=1`."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.local import LocalServicesUnavailable, services_or_environment
from demo import processes

WANTED_WEB_PORT, WANTED_MAIL_PORT = 8000, 1025


def main() -> int:
    """Start everything, do the main job, and stay until Ctrl-C unless told --once."""
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--once", action="store_true", help="do it once and exit")
    parser.add_argument("--home", type=Path, default=Path("var/demo"), help="where files go")
    options = parser.parse_args()
    # A stopped demo stops its servers too: without this, TERM would leave them running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    options.home.mkdir(parents=True, exist_ok=True)
    say("Starting PostgreSQL and Redis")
    try:
        with services_or_environment(options.home / "services", os.environ) as local:
            return _show(options.home, local, stay=not options.once)
    except (LocalServicesUnavailable, processes.DidNotStart) as fault:
        print(f"✗ {fault}", file=sys.stderr)
    except subprocess.CalledProcessError as fault:
        # The command has said why; its own words stand above.
        print(f"✗ `{' '.join(map(str, fault.cmd[1:]))}` failed.", file=sys.stderr)
    return 1


def _show(home: Path, local: dict[str, str], *, stay: bool) -> int:
    """The registry on the servers that run; answers the exit code."""
    started = time.monotonic()
    site = f"http://127.0.0.1:{processes.free_port(WANTED_WEB_PORT)}"
    mail_port = processes.free_port(WANTED_MAIL_PORT)
    environment = {
        **os.environ,
        **local,
        "SITE_URL": site,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_port),
        "OPENBLAS_NUM_THREADS": "1",
    }
    say("Creating the tables")
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=environment, check=True)
    say("Starting web, worker, beat and a mail sink")
    commands = processes.commands(site.rpartition(":")[2], mail_port, home)
    with processes.running(commands, environment, home / "logs") as running:
        processes.wait_for_web(site, running, home / "logs")
        job = [sys.executable, "-m", "demo.main_job", site, str(home)]
        answer = subprocess.run(job, env=environment, check=False)
        end = "Done" if answer.returncode == 0 else "Failed"
        say(f"{end} after {time.monotonic() - started:.0f} seconds")
        if stay and answer.returncode == 0:
            _stay(site)
        return answer.returncode


def _stay(site: str) -> None:
    say(f"Running at {site} until Ctrl-C")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        say("Stopping")


def say(text: str) -> None:
    """One line of progress."""
    print(f"· {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

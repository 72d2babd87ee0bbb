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

HOME = Path("var/demo")
WANTED_WEB_PORT, WANTED_MAIL_PORT = 8000, 1025


def main() -> int:
    """Start everything, do the main job, and stay until Ctrl-C unless told --once."""
    arguments = argparse.ArgumentParser(prog="make demo")
    arguments.add_argument("--once", action="store_true", help="do it once and exit")
    once = arguments.parse_args().once
    started = time.monotonic()
    HOME.mkdir(parents=True, exist_ok=True)
    say("Starting PostgreSQL and Redis")
    with services_or_environment(HOME / "services", os.environ) as local:
        web_port = processes.free_port(WANTED_WEB_PORT)
        mail_port = processes.free_port(WANTED_MAIL_PORT)
        site = f"http://127.0.0.1:{web_port}"
        environment = {
            **local,
            "SITE_URL": site,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mail_port),
            "OPENBLAS_NUM_THREADS": "1",
        }
        say("Creating the tables")
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env={**os.environ, **environment}, check=True)
        say("Starting web, worker, beat and a mail sink")
        wanted = processes.commands(web_port, mail_port, HOME)
        with processes.running(wanted, environment, HOME / "logs") as running:
            processes.wait_for_web(site, running, HOME / "logs")
            job = [sys.executable, "-m", "demo.main_job", site, str(HOME)]
            answer = subprocess.run(job, env={**os.environ, **environment}, check=False)
            say(f"{'Done' if answer.returncode == 0 else 'Failed'} after {_elapsed(started)}")
            if not once and answer.returncode == 0:
                _stay(site)
            return answer.returncode


def _stay(site: str) -> None:
    say(f"Running at {site} until Ctrl-C")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        say("Stopping")


def _elapsed(started: float) -> str:
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def say(text: str) -> None:
    """One line of progress."""
    print(f"· {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Which processes make a registry? Web, worker, beat and a mail sink, each with its own log."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.wheels import LocalServicesUnavailable

WANTED_WEB_PORT, WANTED_MAIL_PORT = 8000, 1025
START_WITHIN = 60.0
STOP_WITHIN = 15.0


class DidNotStart(RuntimeError):
    """A process ended or did not answer in time; the message names its log."""


def say(text: str) -> None:
    """One line of progress."""
    print(f"· {text}", flush=True)


def explained(work: Callable[[], int]) -> int:
    """The exit code of the work: 1 and a sentence, when a server or a command failed."""
    # What is stopped stops its servers too: without this, TERM would leave them running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        return work()
    except (LocalServicesUnavailable, DidNotStart) as fault:
        print(f"✗ {fault}", file=sys.stderr)
    except subprocess.CalledProcessError as fault:
        # The command has said why; its own words stand above.
        print(f"✗ `{' '.join(map(str, fault.cmd[1:]))}` failed.", file=sys.stderr)
    return 1


@contextmanager
def registry(home: Path, local: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """A whole registry on the servers of `local`: its address, and the environment to join it.

    Its logs are in home/logs, the mails it sends in home/mails. Raises DidNotStart.
    """
    site = f"http://127.0.0.1:{free_port(WANTED_WEB_PORT)}"
    mail_port = free_port(WANTED_MAIL_PORT)
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
    wanted = commands(site.rpartition(":")[2], mail_port, home)
    with running(wanted, environment, home / "logs") as started:
        wait_for_web(site, started, home / "logs")
        yield site, environment


def free_port(wanted: int) -> int:
    """`wanted` if nobody listens there, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DidNotStart("no free port on the loopback address")


def commands(web_port: str, mail_port: int, directory: Path) -> dict[str, list[str]]:
    """The command line of each process."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "config.celery"]
    return {
        "mail": [*python, "demo.mail_sink", str(mail_port), str(directory / "mails")],
        "web": [
            *python,
            "gunicorn",
            "config.wsgi",
            *("--bind", f"127.0.0.1:{web_port}", "--workers", "2", "--threads", "4"),
        ],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"],
        "beat": [*celery, "beat", "--schedule", str(directory / "beat"), "--loglevel", "INFO"],
    }


@contextmanager
def running(
    wanted: Mapping[str, list[str]], environment: Mapping[str, str], logs: Path
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Start every process; stop all of them at the end, the last first."""
    logs.mkdir(parents=True, exist_ok=True)
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in wanted.items():
            with (logs / f"{name}.log").open("wb") as log:
                started[name] = subprocess.Popen(
                    command,
                    env=dict(environment),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
        yield started
    finally:
        for process in reversed(started.values()):
            _stop(process)


def wait_for_web(site: str, processes: Mapping[str, subprocess.Popen[bytes]], logs: Path) -> None:
    """Return when the web process answers its health check."""
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until:
        for name, process in processes.items():
            if process.poll() is not None:
                raise DidNotStart(f"{name} ended at once: read {logs / name}.log")
        try:
            with urllib.request.urlopen(f"{site}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise DidNotStart(f"the web process does not answer at {site}: read {logs / 'web'}.log")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

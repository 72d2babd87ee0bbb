"""What runs beside the tests? A real Celery worker and a mail server that keeps what it gets."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings as django_settings
from django.db import connections
from pytest_django import Settings

from config.celery import app

ROOT = Path(__file__).parent.parent
LONGEST_START_SECONDS = 30


class MailSink:
    """An SMTP server on this machine; `messages` holds what came in, oldest first."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.port = _free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook for a complete message."""
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"

    def start(self) -> None:
        """Listen on `port`."""
        self._controller.start()

    def stop(self) -> None:
        """Close the port."""
        self._controller.stop()


def answers(sink: MailSink, monkeypatch: pytest.MonkeyPatch, *given: str) -> None:
    """The server's answers to complete messages, the last one for ever; "" cuts the line."""
    left = list(given)

    async def handle_DATA(server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if not answer:
            server.transport.close()
        return answer or "250 nobody hears this"

    monkeypatch.setattr(sink, "handle_DATA", handle_DATA)


def _free_port() -> int:
    """A port that nobody uses; aiosmtpd wants to know it beforehand."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mail_sink(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailSink]:
    """A mail server; Django's mail goes to it, and that of a worker started afterwards too."""
    sink = MailSink()
    sink.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    monkeypatch.setenv("EMAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("EMAIL_PORT", str(sink.port))
    yield sink
    sink.stop()


@pytest.fixture
def worker(transactional_db: None) -> Iterator[subprocess.Popen[str]]:
    """A Celery worker in a process of its own, on this test's database and as the app role."""
    with celery_worker() as process:
        yield process
    app.control.purge()


@contextmanager
def celery_worker() -> Iterator[subprocess.Popen[str]]:
    """The same for a test that needs a second one, after it has killed the first."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency=1", "--loglevel=WARNING"],
        cwd=ROOT, env=_environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    try:
        _wait_until_ready(process)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=LONGEST_START_SECONDS)


def kill(process: subprocess.Popen[str]) -> None:
    """kill -9 to a worker and the process that it works in: nothing of them runs any more."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=LONGEST_START_SECONDS)


def _environment() -> dict[str, str]:
    """This process's, with the test database's name, and without the owner's address."""
    name = connections["default"].settings_dict["NAME"]
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    own = {key: value for key, value in os.environ.items() if key != "DATABASE_OWNER_URL"}
    return own | {"DATABASE_URL": f"{server}/{name}", "OPENBLAS_NUM_THREADS": "1"}


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            output, _ = process.communicate()
            raise RuntimeError(f"The worker ended at once:\n{output}")
        if app.control.ping(timeout=0.5):
            return
    raise RuntimeError(f"No worker answered on {django_settings.CELERY_BROKER_URL}")

"""Is a batch accepted, and found later, whatever becomes of the doorbell?"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.http import HttpResponse
from pytest_django import DjangoCaptureOnCommitCallbacks

from config.celery import app
from registry import doorbell
from registry.actions.receive_submission import unfinished
from tests.api.callers import Caller
from tests.api.cases import as_bytes, batch, case

Post = Callable[[], HttpResponse]


@pytest.fixture
def post(ours: Caller, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Post:
    """Sends a batch and does what follows the commit, within the time of the request."""

    def send() -> HttpResponse:
        with django_capture_on_commit_callbacks(execute=True):
            return ours.post(as_bytes(batch(case())))

    return send


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[str]:
    """A Redis that accepts connections and never says a word."""
    path = tmp_path / "silent.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen(50)
        yield f"redis+socket://{path}"


def ring_at(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doorbell's wire leads to this broker."""

    def delay(*args: object) -> None:
        with app.connection_for_write(address) as connection:
            doorbell_task.apply_async(args, connection=connection, retry=False)

    doorbell_task = doorbell.process_submission
    monkeypatch.setattr(doorbell_task, "delay", delay)


def wait_for(text: str, caplog: pytest.LogCaptureFixture) -> None:
    """Until the log says so; a silent Redis is given up on after five seconds."""
    end = time.monotonic() + 15
    while text not in caplog.text:
        assert time.monotonic() < end, caplog.text
        time.sleep(0.02)


def test_with_redis_away_the_batch_is_kept_and_waits_for_the_sweeper(
    ours: Caller, post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ring_at("redis+socket:///nowhere/redis.sock", monkeypatch)
    accepted = post()
    assert accepted.status_code == 202
    wait_for("the sweeper takes it", caplog)
    assert unfinished(ours.user.centre_id) == [UUID(accepted.json()["id"])]


def test_a_redis_that_never_answers_holds_nobody_up(
    post: Post, silent: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ring_at(silent, monkeypatch)
    began = time.monotonic()
    accepted = post()
    assert accepted.status_code == 202
    assert time.monotonic() - began < 1
    wait_for("the sweeper takes it", caplog)


def test_rings_do_not_pile_up(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(doorbell, "_free", doorbell.BoundedSemaphore(1))
    assert doorbell._free.acquire()
    assert post().status_code == 202
    assert "Too many rings at once" in caplog.text

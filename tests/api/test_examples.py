"""Do the programs in docs/examples work as they stand, against a running server and worker?"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from registry.actions.create_service_account import create_service_account
from registry.models import Centre

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
CASES = str(EXAMPLES / "cases.json")


@pytest.fixture
def environment(live_server: LiveServer, transactional_db: None, worker: Any) -> dict[str, str]:
    """A registry with one hospital's account, served and with a worker behind it."""
    centre = Centre.objects.create(code="C01", name="Hospital 1")
    _, token = create_service_account(centre=centre, name="HIS", lifetime=timedelta(days=1))
    return {"PATH": os.environ["PATH"], "ENGRAFT_URL": live_server.url, "ENGRAFT_TOKEN": token}


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environment, text=True, capture_output=True, timeout=60, check=False
    )


def test_the_two_clients_send_and_read_the_receipts(environment: dict[str, str]) -> None:
    python = [sys.executable, str(EXAMPLES / "submit_cases.py"), CASES]
    first = run(python, environment)
    assert first.returncode == 0, first.stderr
    good, bad, finding = first.stdout.splitlines()
    assert good.startswith("UPN-1 new ")
    assert bad.startswith("UPN-2 rejected")
    assert "error at /cases/1/transplants/0/date: '2012-02-30' is not a day" in finding
    # The same file has the same key: the registry answers from the first time.
    assert run(python, environment).stdout == first.stdout

    shell = run(["sh", str(EXAMPLES / "submit_cases.sh"), CASES], environment)
    assert shell.returncode == 0, shell.stderr
    assert '"key":"UPN-1","outcome":"new"' in shell.stdout


def test_the_client_tells_why_it_was_refused(environment: dict[str, str]) -> None:
    closed = environment | {"ENGRAFT_TOKEN": "engraft_wrong"}
    refused = run([sys.executable, str(EXAMPLES / "submit_cases.py"), CASES], closed)
    assert refused.returncode == 1
    assert "401" in refused.stderr
    assert "Invalid token" in refused.stderr
    shell = run(["sh", str(EXAMPLES / "submit_cases.sh"), CASES], closed)
    assert shell.returncode != 0

"""Does the main job run from nothing, and a second time on what is there?"""

import email
import email.policy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import local

FILES = ("report.pdf", "report.html", "report.json", "mail.eml", "receipt.json")
OWN_SERVERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_PORT", "EMAIL_HOST")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("demo")
    yield directory
    local.remove(directory / "services")


def _demo(home: Path) -> dict[str, bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in OWN_SERVERS}
    command = [sys.executable, "-m", "demo", "--once", "--home", str(home)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: (home / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def first(home: Path) -> dict[str, bytes]:
    return _demo(home)


def test_the_report_opens_with_the_flow_and_the_verdicts(first: dict[str, bytes]) -> None:
    report = json.loads(first["report.json"])
    assert list(report)[:2] == ["flow", "verdicts"]
    assert [step["n"] for step in report["flow"]] == [1307, 334, 288]
    assert report["verdicts"]["differs"] == 0
    printed = report["verdicts"]["same"] + report["verdicts"]["same_after_rounding"]
    assert printed == 253
    assert len(report["comparisons"]) == 266
    assert report["synthetic"] is True


def test_the_treatments_are_counted_as_printed(first: dict[str, bytes]) -> None:
    tables = {table["id"]: table for table in json.loads(first["report.json"])["tables"]}
    counts = {row["label"]: row["cells"][0] for row in tables["t2"]["rows"]}
    known = [cell["value"] for cell in counts.values() if cell and cell["value"] is not None]
    assert sorted(known) == [13, 30, 67, 70, 108, 288]


def test_every_case_has_its_receipt(first: dict[str, bytes]) -> None:
    receipts = json.loads(first["receipt.json"])
    outcomes = [case["outcome"] for centre in receipts.values() for case in centre["cases"]]
    assert len(receipts) == 33
    assert outcomes == ["new"] * 1307


def test_the_mail_has_words_a_picture_a_link_and_the_report(first: dict[str, bytes]) -> None:
    message = email.message_from_bytes(first["mail.eml"], policy=email.policy.default)
    kinds = [part.get_content_type() for part in message.walk()]
    for kind in ("text/plain", "text/html", "image/png", "application/pdf"):
        assert kind in kinds
    assert "/reports/" in message.get_body(("plain",)).get_content()
    assert b"ROU-" not in first["mail.eml"]


def test_a_second_start_stores_nothing_twice_and_gives_the_same_bytes(
    home: Path, first: dict[str, bytes]
) -> None:
    second = _demo(home)
    receipts = json.loads(second["receipt.json"])
    outcomes = {case["outcome"] for centre in receipts.values() for case in centre["cases"]}
    assert outcomes == {"same"}
    assert second["report.json"] == first["report.json"]
    assert second["report.pdf"] == first["report.pdf"]
    assert second["report.html"] == first["report.html"]

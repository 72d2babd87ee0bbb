"""Does the first export in a process of a worker find loaded what writes the files?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from config.celery import app

ROOT = Path(__file__).parents[2]
LOADED = """
import os, sys
from tests import conftest
os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"] = "postgres://nobody@localhost/none"
os.environ["REDIS_URL"] = "redis://localhost/0"
conftest.pytest_configure(None)
import django
django.setup()
from reports import tasks
assert "pandas" not in sys.modules, "the web process, which rings for the tasks, has it"
tasks.get_ready()
before = set(sys.modules)
from datetime import datetime
import numpy as np
from reports.exports.statistics_files import WRITERS
from reports.exports.variables import REASONS, Column, Table, Variable, categories, days, texts
told = [
    Column(Variable("one", "", "code", categories=categories([("A", "a")])), np.array([1.0, np.nan]),
           np.array([0, 1], np.uint8)),
    Column(Variable("two", "", "date"), days([None, None])),
    Column(Variable("three", "", "text"), texts(["a", None])),
]
for write in WRITERS.values():
    write(Table("all", "", "", tuple(told), 2), datetime(2026, 1, 1))
print(*sorted(set(sys.modules) - before))
"""


def test_a_process_of_a_worker_begins_with_the_library(worker: subprocess.Popen[str]) -> None:
    (told,) = app.control.inspect(timeout=10).stats().values()
    (child,) = told["pool"]["processes"]
    assert child != worker.pid
    mapped = Path(f"/proc/{child}/maps").read_text("ascii")
    assert "pandas" in mapped and "pyreadstat" in mapped


def test_nothing_is_left_to_be_loaded_by_the_first_file() -> None:
    found = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, text=True, capture_output=True, check=False
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.split() == []

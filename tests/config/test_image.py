"""Does the image hold every file that the code needs? No engine here: its COPY list is followed by hand."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import Settings

from reports.version import code_version

ROOT = Path(__file__).parent.parent.parent
ASK = """
import config.wsgi, config.celery, config.urls
from django.urls import get_resolver
import registry.tasks, reports.tasks
from reports.version import code_version
assert get_resolver().url_patterns
print(config.__file__, code_version())
"""


def copied() -> list[tuple[list[str], str]]:
    """Sources and target of each COPY of the last stage that takes files of this tree."""
    stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    lists = [shlex.split(line)[1:] for line in re.findall(r"^COPY .*", stage, re.MULTILINE)]
    return [(words[:-1], words[-1]) for words in lists if not words[0].startswith("--")]


def reaches_the_builder(source: str) -> bool:
    """What .dockerignore says of a path at the top of the tree: the last line that fits decides."""
    kept = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line and not line.startswith("#") and fnmatch(source, line.lstrip("!")):
            kept = line.startswith("!")
    return kept


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The tree as `docker build` would lay it down."""
    for sources, target in copied():
        for source in sources:
            assert reaches_the_builder(source), f".dockerignore holds {source} back"
            place = tmp_path / target / (source if target == "./" else "")
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, place)
    return tmp_path


@pytest.mark.parametrize("commit, expected", [("", "0.1.0"), ("3f1c2ab", "0.1.0+3f1c2ab")])
def test_the_copied_tree_starts_and_knows_its_version(
    image: Path, commit: str, expected: str, django_db_setup: None, db: None
) -> None:
    name = connections["default"].settings_dict["NAME"]
    database = f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{name}"
    environment = os.environ | {"ENGRAFT_COMMIT": commit, "DATABASE_URL": database}
    environment.pop("PYTHONPATH", None)
    answer = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=image, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines()[-1].split() == [str(image / "config/__init__.py"), expected]


def test_two_commits_are_two_versions(settings: Settings) -> None:
    told = set()
    for settings.CODE_COMMIT in ("", "3f1c2ab", "77aa001"):
        told.add(code_version())
    assert len(told) == 3


def test_the_image_is_given_the_commit() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert 'ARG ENGRAFT_COMMIT=""\nENV ENGRAFT_COMMIT=$ENGRAFT_COMMIT\n' in dockerfile
    assert "ENGRAFT_COMMIT: ${ENGRAFT_COMMIT:-}" in (ROOT / "docker-compose.yml").read_text()

"""Which code computed this? The version of pyproject.toml, and the commit where it is known."""

import tomllib
from functools import cache
from pathlib import Path

from django.conf import settings

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def code_version() -> str:
    """The version with its commit, such as "0.1.0+3f1c2ab"; "0.1.0" alone where none was given.

    The commit is that of ENGRAFT_COMMIT, which an image gets when it is built: what lies in a
    checkout need not be what was committed, so no checkout is asked.
    """
    commit = settings.CODE_COMMIT.strip()
    return f"{_version()}+{commit}" if commit else _version()


@cache
def _version() -> str:
    project = tomllib.loads(PROJECT.read_text("utf-8"))
    return str(project["project"]["version"])

"""Which version of the code computed this? Read from pyproject.toml, the one place it stands."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def code_version() -> str:
    """The version, such as "0.1.0"."""
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))
    return str(project["project"]["version"])

"""Where do tests start servers of their own?"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.local import remove
from tests.conftest import SERVERS


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that every user may enter, as a project's usually is."""
    directory = Path(tempfile.mkdtemp(prefix="place-", dir=SERVERS))
    directory.chmod(0o755)
    yield directory
    remove(directory)

"""Where do tests start servers of their own?"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache

from config.local import remove
from tests.conftest import SERVERS


@pytest.fixture(autouse=True)
def uncounted() -> None:
    """No test feels the sign-ins that another has tried: their number is kept in the cache."""
    cache.clear()


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that every user may enter, as a project's usually is."""
    directory = Path(tempfile.mkdtemp(prefix="place-", dir=SERVERS))
    directory.chmod(0o755)
    yield directory
    remove(directory)

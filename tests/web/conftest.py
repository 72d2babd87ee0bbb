"""Which hospital do the pages belong to in these tests?"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.hospital import Hospital


@pytest.fixture
def hospital(db: None) -> Hospital:
    """Two centres, four people and one patient."""
    # A conftest is read before Django is set up, when models cannot be imported yet.
    made: Hospital = import_module("tests.web.hospital").new_hospital()
    return made

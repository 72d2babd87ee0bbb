"""Who imports in these tests? The own data manager; a colleague who only reads; a stranger."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.registry.people import People


@pytest.fixture
def people(db: None) -> People:
    """Two centres with their people."""
    # A conftest is read before Django is set up, when models cannot be imported yet.
    made: People = import_module("tests.registry.people").new_people()
    return made

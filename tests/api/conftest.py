"""Who calls the API in these tests? The systems of two hospitals, each with its own token."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.api.callers import Caller


def _caller(code: str) -> Caller:
    # A conftest is read before Django is set up, when models cannot be imported yet.
    caller: Caller = import_module("tests.api.callers").new_caller(code)
    return caller


@pytest.fixture
def ours(db: None) -> Caller:
    """The system of the hospital in question."""
    return _caller("C01")


@pytest.fixture
def theirs(db: None) -> Caller:
    """The system of another hospital."""
    return _caller("C02")

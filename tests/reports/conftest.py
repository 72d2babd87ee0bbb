"""Whose records do the reports read in these tests?"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.reports.network import Network


@pytest.fixture
def network(db: None) -> Network:
    """Two centres with four people; 40 patients in one, 8 in the other."""
    # A conftest is read before Django is set up, when models cannot be imported yet.
    helpers = import_module("tests.reports.network")
    made: Network = helpers.new_network()
    for centre, cases in (("C01", (0, 40)), ("C02", (40, 48))):
        assert set(helpers.submit(centre, helpers.some_cases(*cases))) == {"new"}
    return made

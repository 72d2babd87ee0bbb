"""Does the API keep to its own description when it is sent whatever fits it, and whatever does not?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
import yaml
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.callers import Caller

DESCRIPTION = Path(__file__).parents[2] / "docs" / "api-v1.yaml"
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]

described = yaml.safe_load(DESCRIPTION.read_text())
# Making up whole cases takes minutes; test_description.py compares their description and reader.
described["components"]["schemas"]["Case"] = {}
schema = schemathesis.openapi.from_dict(described)
schema.app = WSGIHandler()


@pytest.fixture
def one_connection(ours: Caller) -> Iterator[None]:
    """Requests through WSGI end with the connection, and with it would go the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_description_knows(
    case: schemathesis.Case, ours: Caller, one_connection: None
) -> None:
    headers = {"Authorization": f"Bearer {ours.token}"}
    response = case.call(headers=headers)
    case.validate_response(response, checks=CHECKS)

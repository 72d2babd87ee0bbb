"""Does the API keep to its own description when it is sent whatever fits it, and whatever does not?"""

from __future__ import annotations

from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from tests.api.callers import Caller

DESCRIPTION = Path(__file__).parents[2] / "docs" / "api-v1.yaml"
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]

schema = schemathesis.openapi.from_path(DESCRIPTION)
schema.app = application


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
    case: schemathesis.Case, ours: Caller
) -> None:
    headers = {"Authorization": f"Bearer {ours.token}"}
    response = case.call(headers=headers)
    case.validate_response(response, checks=CHECKS)

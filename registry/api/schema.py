"""What does docs/api-v1.yaml say beyond what drf-spectacular finds in the views?"""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object

from registry.api.case_schema import case_schemas
from registry.api.envelope import MOST_CASES
from registry.api.problems import MEDIA_TYPE
from registry.models import DICTIONARY
from registry.models.submission import SOURCE_LENGTH

HERE = "#/components/"

PROBLEM = {
    "type": "object",
    "description": "What is wrong (RFC 9457). `code` names it for programs.",
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body"},
                    "parameter": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "required": ["detail"],
            },
        },
    },
    "required": ["type", "title", "status", "code"],
}
LIST_OF_OBJECTS = {"type": "array", "items": {"type": "object"}}
DICTIONARY_JSON = {
    "type": "object",
    "properties": {
        "version": {"type": "string"},
        "missing_reasons": {"type": "object", "additionalProperties": {"type": "string"}},
        "record_types": LIST_OF_OBJECTS,
        "rules": LIST_OF_OBJECTS,
    },
    "required": ["version", "missing_reasons", "record_types", "rules"],
}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description names our tokens."""

    target_class = "registry.api.base.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """A bearer token in the header Authorization."""
        return build_bearer_security_scheme_object("Authorization", "Bearer")


def add_cases_and_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: the case from the dictionary, and a problem for every operation."""
    components = result["components"]
    components["schemas"] |= case_schemas(DICTIONARY, MOST_CASES, SOURCE_LENGTH)
    components["schemas"] |= {"Problem": PROBLEM, "Dictionary": DICTIONARY_JSON}
    content = {MEDIA_TYPE: {"schema": {"$ref": f"{HERE}schemas/Problem"}}}
    components["responses"] = {"Problem": {"description": "A problem", "content": content}}
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"]["default"] = {"$ref": f"{HERE}responses/Problem"}
    return result


SETTINGS = {
    "POSTPROCESSING_HOOKS": ["registry.api.schema.add_cases_and_problems"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "TAGS": [
        {"name": "submissions", "description": "Send cases and learn what became of them"},
        {"name": "patients", "description": "What the registry holds of your own patients"},
        {"name": "dictionary", "description": "What can be sent"},
    ],
}
"""Laid over SPECTACULAR_SETTINGS, by the served description and by the command that writes the file."""

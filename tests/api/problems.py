"""How does a test ask for a problem?"""

from typing import Any

from django.http import HttpResponse


def problem(response: HttpResponse, status: int) -> dict[str, Any]:
    """The problem in an answer that must have this status."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["type"] == "about:blank"
    assert body["title"]
    return body

"""How do the API's tests call it? As a hospital's system, with a token of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from registry.actions.create_service_account import create_service_account
from registry.actions.receive_submission import process_submission
from registry.models import Centre, User
from tests.api.cases import as_bytes, batch

JSON = "application/json"


@dataclass
class Caller:
    """A hospital's system with its token."""

    user: User
    token: str
    client: Client

    def get(self, path: str, **parameters: Any) -> HttpResponse:
        """GET /api/v1/<path>."""
        return self.client.get(f"/api/v1/{path}", parameters, headers=self._headers())

    def post(self, body: bytes, *, content_type: str = JSON, **headers: str) -> HttpResponse:
        """POST a body to /api/v1/submissions; headers with _ for -."""
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            "/api/v1/submissions", body, content_type=content_type, headers=self._headers() | extra
        )

    def send(self, *cases: Any, **envelope: Any) -> dict[str, Any]:
        """Send a batch, let it be processed, and answer its status."""
        accepted = self.post(as_bytes(batch(*cases, **envelope)))
        assert accepted.status_code == 202, accepted.content
        self.process(accepted.json()["id"])
        return self.get(f"submissions/{accepted.json()['id']}").json()

    def process(self, submission_id: str) -> None:
        """What a worker does with it."""
        process_submission(submission_id=UUID(submission_id), centre_id=self.user.centre_id)

    def receipts(self, submission: dict[str, Any], **parameters: Any) -> list[dict[str, Any]]:
        """The first page of its receipts."""
        return self.get(f"submissions/{submission['id']}/receipts", **parameters).json()["results"]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def new_caller(code: str) -> Caller:
    """A new hospital with a service account."""
    centre = Centre.objects.create(code=code, name=f"Hospital {code}")
    user, token = create_service_account(centre=centre, name="HIS", lifetime=timedelta(days=1))
    return Caller(user, token, Client())

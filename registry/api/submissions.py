"""How does a centre's own system send cases, and learn what became of them?"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry import doorbell
from registry.actions.receive_submission import KeyUsedDifferently, accept_submission
from registry.api import serializers
from registry.api.base import ApiView
from registry.api.envelope import read_batch, read_idempotency_key
from registry.api.parser import body_of
from registry.api.problems import Problem
from registry.models import CaseReceipt
from registry.models.submission import IDEMPOTENCY_LENGTH
from registry.queries import submissions_for

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": IDEMPOTENCY_LENGTH},
    OpenApiParameter.HEADER,
    description="Your name for this request. Sent again with the same body, it changes nothing.",
)
OUTCOME = OpenApiParameter(
    "outcome", str, enum=CaseReceipt.Outcome.values, description="Only receipts with this outcome"
)


class Submissions(ApiView):
    """Batches of cases."""

    serializer_class = serializers.SubmissionStatus

    @extend_schema(
        operation_id="listSubmissions",
        summary="What this centre has sent, newest first",
        responses=serializers.SubmissionStatus(many=True),
    )
    def get(self, request: Request) -> Response:
        """What the account's centre has sent, newest first."""
        page = self.paginate_queryset(submissions_for(request.user))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="submitCases",
        summary="Send a batch of cases",
        parameters=[IDEMPOTENCY_KEY],
        request={"application/json": {"$ref": "#/components/schemas/Batch"}},
        responses={
            202: OpenApiResponse(
                serializers.Accepted, description="Kept. It will be processed; ask at status_url."
            )
        },
    )
    def post(self, request: Request) -> HttpResponse:
        """Keep a batch; a worker judges and stores its cases one by one."""
        sent = body_of(request)
        try:
            submission, is_new = accept_submission(
                by=request.user,
                body=sent.raw,
                batch=read_batch(sent.value),
                channel="api",
                idempotency_key=read_idempotency_key(request.headers.get("Idempotency-Key")),
            )
        except KeyUsedDifferently:
            raise Problem(
                422,
                "idempotency_key_reused",
                "This Idempotency-Key came before with another body. Use a new key for a new batch.",
            ) from None
        # A replay rings too: the first ring may have been lost.
        doorbell.ring(submission)
        data = serializers.Accepted(submission, context={"request": request}).data
        headers = {"Location": data["status_url"]}
        if not is_new:
            headers["Idempotent-Replayed"] = "true"
        return Response(data, status=202, headers=headers)


class OneSubmission(ApiView):
    """What became of a batch."""

    serializer_class = serializers.SubmissionStatus

    @extend_schema(operation_id="getSubmission", summary="The state of a batch")
    def get(self, request: Request, id: UUID) -> Response:
        """State and number of cases by outcome."""
        submission = get_object_or_404(submissions_for(request.user), pk=id)
        return Response(self.get_serializer(submission).data)


class Receipts(ApiView):
    """What became of each case of a batch."""

    serializer_class = serializers.Receipt

    @extend_schema(
        operation_id="listReceipts",
        summary="What became of each case, in the order of the batch",
        parameters=[OUTCOME],
        responses=serializers.Receipt(many=True),
    )
    def get(self, request: Request, id: UUID) -> Response:
        """The receipts of the cases that are processed so far."""
        submission = get_object_or_404(submissions_for(request.user), pk=id)
        rows = submission.receipts.select_related("patient").order_by("index")
        if outcome := request.query_params.get("outcome"):
            if outcome not in CaseReceipt.Outcome.values:
                known = ", ".join(CaseReceipt.Outcome.values)
                raise Problem(400, "unknown_outcome", f"outcome is one of {known}.")
            rows = rows.filter(outcome=outcome)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

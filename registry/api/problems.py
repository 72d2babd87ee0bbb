"""What does a client read when something is wrong? Always a problem of RFC 9457, never a value."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.views import set_rollback

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
NOTHING_HERE = "There is no such thing here."
UNEXPECTED = "Something went wrong on our side, and nothing was stored. Send the request again."


class Problem(exceptions.APIException):
    """A request that cannot be served, in words.

    `code` is a stable name for programs. `errors` are places in the body, each with `pointer`
    (RFC 6901) and `detail`.
    """

    def __init__(
        self, status: int, code: str, detail: str, errors: Sequence[Mapping[str, str]] = ()
    ) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.errors = list(errors)


def respond(
    status: int,
    detail: str = "",
    code: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The problem as an answer. Its type is about:blank: the status and `code` say which it is."""
    phrase = HTTPStatus(status).phrase
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": phrase,
        "status": status,
        "code": code or phrase.lower().replace(" ", "_"),
    }
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, headers=headers)


def no_such_route(request: HttpRequest) -> HttpResponse:
    """The view behind every address that leads nowhere."""
    return respond(404, NOTHING_HERE)


def answer(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Django REST framework's exception handler: every exception becomes a problem.

    What was written in this request is rolled back.
    """
    set_rollback()
    if isinstance(exc, Http404):
        exc = exceptions.NotFound(NOTHING_HERE)
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied(*exc.args)
    if isinstance(exc, exceptions.APIException):
        return _of_api_exception(exc)
    log.error("%s in %s\n%s", type(exc).__name__, _view_of(context), _where(exc))
    return respond(500, UNEXPECTED)


def _of_api_exception(exc: exceptions.APIException) -> HttpResponse:
    headers = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = exc.auth_header
    if getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(exc.wait) + 1)
    errors = getattr(exc, "errors", ())
    detail, code = exc.detail, getattr(exc.detail, "code", exc.default_code)
    if not isinstance(detail, str):
        errors, detail = list(_flat(detail)), "Some of what was sent is not acceptable."
        code = exc.default_code
    return respond(exc.status_code, str(detail), str(code), errors, headers)


def _flat(detail: Any, name: str = "") -> Any:
    """The messages of Django REST framework's nested validation errors, one by one."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            yield from _flat(inner, str(key))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, name)
    else:
        yield {"detail": str(detail), "parameter": name} if name else {"detail": str(detail)}


def _view_of(context: Mapping[str, Any]) -> str:
    return type(context["view"]).__name__ if context.get("view") else "a view"


def _where(exc: Exception) -> str:
    """The lines of code that led there, without the message: that may quote a value."""
    return "".join(traceback.format_tb(exc.__traceback__))

"""Whose records may a web request see? Those of the signed-in person's centres, until it is answered."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from registry.queries import centre_ids_for
from registry.scope import scope


class ScopeMiddleware:
    """Runs each request of a signed-in person inside `scope`, and takes everything back on a 5xx.

    Stands after AuthenticationMiddleware. Other requests run without a scope and so see no records;
    the API sets its own after it has read the token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        try:
            with scope(centre_ids_for(request.user)):
                response = self.get_response(request)
                if response.status_code >= 500:
                    raise _Failed
        except _Failed:
            pass
        return response


class _Failed(Exception):
    """The request was answered with a 5xx: what it wrote is rolled back."""

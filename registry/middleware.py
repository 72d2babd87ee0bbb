"""Whose records may a web request see? Those of the signed-in person's centres, until it is answered."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from registry.queries import centre_ids_for
from registry.scope import Busy, scope, wait_at_most

PATIENCE = 5.0
"""So many seconds may a page wait for rows that another write holds: longer than a chunk of a
nightly batch takes, much shorter than gunicorn's time-out, and few enough that those who wait do
not keep every process of the server busy."""


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
                wait_at_most(PATIENCE)
                response = self.get_response(request)
                if response.status_code >= 500:
                    raise _Failed
        except _Failed:
            pass
        return response

    def process_exception(self, request: HttpRequest, failure: Exception) -> HttpResponse | None:
        """A page for whoever waited too long, where the view has no better one. Nothing was saved."""
        if not isinstance(failure, Busy):
            return None
        page = render(request, "registry/busy.html", status=503)
        page["Retry-After"] = "60"
        return page


class _Failed(Exception):
    """The request was answered with a 5xx: what it wrote is rolled back."""

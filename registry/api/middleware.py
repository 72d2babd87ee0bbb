"""What if an error under /api/ never reaches a view? It becomes a problem all the same.

Unknown routes, refused hosts and failures of other middleware are answered by Django with a page
for people; a program needs application/problem+json.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from registry.api.problems import MEDIA_TYPE, NOTHING_HERE, UNEXPECTED, respond

API = "/api/"
DETAILS = {
    400: "The request cannot be understood.",
    404: NOTHING_HERE,
    500: UNEXPECTED,
}
OF_THE_PAGE = {"content-type", "content-length", "content-encoding"}


class ProblemsUnderApi:
    """Put first in MIDDLEWARE, so that it sees the answers of all others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(API) or response.status_code < 400:
            return response
        if response.get("Content-Type", "") == MEDIA_TYPE:
            return response
        status = response.status_code
        told = respond(status, DETAILS.get(status, ""))
        for name, value in response.items():
            if name.lower() not in OF_THE_PAGE:
                told[name] = value
        response.close()
        return told

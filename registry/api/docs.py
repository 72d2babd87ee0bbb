"""Where can a person read the API's description, and try it with a token?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated

from registry.api import problems
from registry.api.base import TokenAuthentication
from registry.api.schema import SETTINGS


class Description(SpectacularAPIView):
    """The OpenAPI description, for signed-in people and for tokens."""

    # The token first: its name for the scheme is what a refused client is told to use.
    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated]
    custom_settings = SETTINGS

    def get_exception_handler(self) -> Callable[..., HttpResponse]:
        """Errors are problems here too."""
        return problems.answer


@method_decorator(login_required, name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """Swagger UI, from files of our own; asks for the login page's session."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    url_name = "api:description"
    template_name = "registry/api_docs.html"

    def get_exception_handler(self) -> Callable[..., HttpResponse]:
        """Errors are problems here too."""
        return problems.answer

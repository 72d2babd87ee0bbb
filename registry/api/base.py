"""What do all views of the API share? Who asks, what they may see, and how errors look."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.http import HttpResponse
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import UserRateThrottle

from registry.api import problems
from registry.api.parser import StrictJSONParser
from registry.queries import centre_ids_for
from registry.scope import scope


class TokenAuthentication(KnoxTokenAuthentication):
    """A service account's token in `Authorization: Bearer …`."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        """Whose token it is. Raises AuthenticationFailed also for what is no text at all."""
        if not token.isascii():
            raise AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(token)  # type: ignore[no-any-return]


class PerAccount(UserRateThrottle):
    """As many requests per account as REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["user"] says."""

    def get_rate(self) -> str | None:
        return api_settings.DEFAULT_THROTTLE_RATES.get(self.scope)  # type: ignore[no-any-return]


class Pages(PageNumberPagination):
    """Pages of 50, or of `page_size` up to 500."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


class ApiView(GenericAPIView):
    """A view for one service account, inside the scope of the centres that it may see."""

    authentication_classes = [TokenAuthentication]
    parser_classes = [StrictJSONParser]
    renderer_classes = [JSONRenderer]
    throttle_classes = [PerAccount]
    pagination_class = Pages
    filter_backends = []
    metadata_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before the method runs: who is it, may they, how often; then their scope begins."""
        super().initial(request, *args, **kwargs)
        self._scope = ExitStack()
        self._scope.enter_context(scope(centre_ids_for(request.user)))

    def handle_exception(self, exc: Exception) -> HttpResponse:
        """The scope ends with the exception, which rolls its savepoint back."""
        if hasattr(self, "_scope"):
            self._scope.__exit__(type(exc), exc, exc.__traceback__)
        return super().handle_exception(exc)  # type: ignore[no-any-return]

    def finalize_response(
        self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The scope ends with the answer, whose data are complete by now."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if hasattr(self, "_scope"):
            self._scope.close()
        # What was read of one centre is for this account alone.
        response.setdefault("Cache-Control", "no-store")
        return response

    def get_exception_handler(self) -> Callable[..., HttpResponse]:
        """Every exception becomes a problem."""
        return problems.answer
